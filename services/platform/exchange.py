"""One question and its answer, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the contract, ready to be sent.

    Attributes:
        operation: ``operationId`` of the contract, for the log.
        path: percent-encoded; may hold order, case and act numbers, never a person.
        changes: True when the platform may have changed something although no
            answer came.
        person_token: goes into a header, never into URL or log.
    """

    operation: str
    method: str
    path: str
    changes: bool
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    person_token: str = field(default="", repr=False)

    @property
    def target(self) -> str:
        """Path and query as on the request line."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """A genuine answer: its signature has been verified.

    Attributes:
        target: request target that was signed, base path included.
    """

    status: int
    target: str
    body: bytes = field(repr=False)
    nonce: str
    timestamp: str
    signature: str

    @property
    def evidence(self) -> str:
        """Everything one needs to verify the answer again, as JSON."""
        return json.dumps(
            {
                "status": self.status,
                "path": self.target.partition("?")[0],
                "body": self.body.decode("utf-8", "backslashreplace"),
                "nonce": self.nonce,
                "timestamp": self.timestamp,
                "signature": self.signature,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def path_of(*segments: str) -> str:
    """Build a path, each segment percent-encoded as one."""
    return "".join("/" + quote(segment, safe="") for segment in segments)


def json_body(value: object) -> bytes:
    """Write a body the compact way."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
