"""The envelope of XFS4IoT: one JSON object, a header and a payload.

Source: CWA 17852, "Message types"; header ``type``, ``name``, ``requestId``,
``version``, ``timeout`` (milliseconds, 0 = none), ``status``, and of a completion
``completionCode`` and ``errorDescription``, which version 1.0 has in the payload.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any, Final

VERSION: Final = "1.0"
PATH: Final = "/xfs4iot/v1.0"
"""Path of the publisher; a device's service is one name below it."""
LARGEST: Final = 64 * 1024 * 1024
"""Longest message in bytes: a document of 50 megabytes in base64. Who sends a longer
one is cut off by the other side (WebSocket close code 1009), so nobody of ours does."""
LONGEST_TIMEOUT_MS: Final = 2**31 - 1
"""Twenty-four days; a longer time-out is a mistake of the client's."""

MOST_VALUES: Final = 100_000
"""Commas in a message. The longest has one long string; as many values as fit would
take gigabytes, and the host's time."""


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("no finite number")
    return value


_WRITER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
)
_ESCAPER: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
# ``NaN`` and ``Infinity`` are no JSON, whatever Python thinks; nor is 1e999 a number.
_READER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


ENDED: Final = ("completionCode", "errorDescription")
"""How a command ended: properties of a completion's payload, and of its header."""


class Kind(StrEnum):
    """Header ``type``."""

    COMMAND = "command"
    ACKNOWLEDGE = "acknowledge"
    EVENT = "event"
    COMPLETION = "completion"
    UNSOLICITED = "unsolicited"


class Refused(StrEnum):
    """Header ``status`` of an acknowledge: why a command was not taken."""

    MESSAGE = "invalidMessage"
    REQUEST_ID = "invalidRequestID"
    TOO_MANY = "tooManyRequests"


class NotAMessage(Exception):
    """What came is no message of XFS4IoT; ``str`` says why, without quoting it.

    Attributes:
        request_id: as far as it could be read, else 0.
    """

    def __init__(self, why: str, name: str = "", request_id: int = 0) -> None:
        super().__init__(why)
        self.name = name
        self.request_id = request_id


class TooLarge(Exception):
    """A message that the other side would not take; ``str`` gives its size."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Payloads may be personal, so they are not in ``repr``."""

    kind: Kind
    name: str
    request_id: int = 0
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    timeout_ms: int = 0
    status: str = ""

    def data(self) -> bytes:
        """Return the message as it crosses the socket, in UTF-8.

        Raises:
            TooLarge: longer than ``LARGEST``.
            TypeError, ValueError: the payload has what JSON cannot say.
        """
        try:
            data = self.text().encode()
        except UnicodeEncodeError:  # half of a surrogate pair: JSON has escapes
            data = _ESCAPER.encode(self._whole()).encode()
        if len(data) > LARGEST:
            raise TooLarge(f"{len(data)} bytes; a message has at most {LARGEST}")
        return data

    def text(self) -> str:
        """Return the message as JSON.

        Raises:
            TypeError, ValueError: the payload has what JSON cannot say.
        """
        return _WRITER.encode(self._whole())

    def _whole(self) -> Mapping[str, Any]:
        header: dict[str, Any] = {"type": self.kind.value, "name": self.name}
        if self.kind is not Kind.UNSOLICITED:
            header["requestId"] = self.request_id
        header["version"] = VERSION
        if self.kind is Kind.COMMAND:
            header["timeout"] = self.timeout_ms
        if self.status:
            header["status"] = self.status
        if self.kind is Kind.COMPLETION:
            # The first edition has them in the payload, the later ones here.
            header |= {key: self.payload[key] for key in ENDED if key in self.payload}
        return {"header": header, "payload": self.payload}


def read_message(text: str | bytes) -> Message:
    """Read a message.

    Raises:
        NotAMessage: no JSON, no header, or a header with wrong values.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        if text.count(",") > MOST_VALUES:
            raise NotAMessage("too many values")
        whole = _READER.decode(text)
    except (ValueError, RecursionError) as error:
        raise NotAMessage("not JSON") from error
    header = whole.get("header") if isinstance(whole, dict) else None
    if not isinstance(header, dict):
        raise NotAMessage("no header")
    name, request_id = header.get("name"), header.get("requestId", 0)
    if type(request_id) is not int or request_id < 0:
        raise NotAMessage("requestId is no natural number")
    if not isinstance(name, str) or not name:
        raise NotAMessage("no name", "", request_id)
    return _checked(header, whole.get("payload"), name, request_id)


def _checked(
    header: Mapping[str, Any], payload: object, name: str, request_id: int
) -> Message:
    try:
        kind = Kind(str(header.get("type")))
    except ValueError as error:
        raise NotAMessage("unknown type", name, request_id) from error
    if payload is not None and not isinstance(payload, dict):
        raise NotAMessage("payload is no object", name, request_id)
    payload = payload or {}
    timeout = header.get("timeout", 0)
    if kind is Kind.COMMAND and "timeout" in payload:
        # Clients of the standard's first edition have it there.
        timeout = header.get("timeout", payload.pop("timeout"))
    if type(timeout) is not int or not 0 <= timeout <= LONGEST_TIMEOUT_MS:
        raise NotAMessage("timeout is none", name, request_id)
    status = header.get("status") or ""
    return Message(kind, name, request_id, payload, timeout, str(status))
