"""What the child process says, line by line: JSON that nobody is trusted to write.

{"ready": true}    {"failed": "..."}
{"id": 1, "returned": 0, "response": "<base64>"}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.core.errors import DeviceProtocolError


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library returned and wrote."""

    returned: int
    response: bytes


def read_line(text: bytes) -> dict[str, Any]:
    """Read one line, without its end.

    Raises:
        DeviceProtocolError: it is no JSON object.
    """
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DeviceProtocolError("garbage from the library") from error
    if not isinstance(line, dict):
        raise DeviceProtocolError("garbage from the library")
    return line


def read_answer(said: Mapping[str, Any], asked: int) -> Answer:
    """Read the answer to a question.

    Nothing is put right here: 0.9 is no 0, and base64 with a sign too many is another
    answer than was written.

    Args:
        asked: the question's number.

    Raises:
        DeviceProtocolError: it is of another question, or none.
    """
    number, returned = said.get("id"), said.get("returned")
    response = said.get("response")
    if type(number) is not int or type(returned) is not int:
        raise DeviceProtocolError("garbage from the library")
    if number != asked:
        raise DeviceProtocolError("an answer to another question")
    if not isinstance(response, str):
        raise DeviceProtocolError("garbage from the library")
    try:
        written = base64.b64decode(response, validate=True)
    except ValueError as error:
        raise DeviceProtocolError("garbage from the library") from error
    if base64.b64encode(written).decode() != response:
        raise DeviceProtocolError("garbage from the library")
    return Answer(returned, written)
