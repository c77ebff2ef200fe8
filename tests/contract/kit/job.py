"""Something to be found out about one driver, and what was found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.contract.kit.subject import Subject

if TYPE_CHECKING:
    from tests.contract.kit.counter import Counter

Findings = list[str]


class NoSuchMoment(Exception):
    """The command has no such moment, so there is nothing to find out."""


@dataclass(frozen=True, slots=True)
class Job:
    """One test: work at a counter that is well, which leaves it well.

    Attributes:
        work: returns sentences about what is wrong; none, if all is right.
    """

    title: str
    subject: Subject
    work: Callable[[Counter], Awaitable[Findings]]
