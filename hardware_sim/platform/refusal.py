"""Refusals: the one way in which the platform says no."""

from __future__ import annotations


class Refusal(Exception):
    """An answer that is not 2xx.

    Args:
        status: HTTP status.
        code: the contract's ``Problem.code``.
        message: a sentence for logs and staff, without personal data.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message


def refused(code: str, message: str) -> Refusal:
    """Return a business refusal (409)."""
    return Refusal(409, code, message)


def missing(code: str, message: str) -> Refusal:
    """Return the refusal for something that does not exist (404)."""
    return Refusal(404, code, message)
