"""MIS: the child's lines, the library's texts, and what they mean for the money."""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Callable
from datetime import timedelta

from drivers.payment.mis import verdict
from drivers.payment.mis.explain import MisExplainer
from drivers.payment.mis.layout import Layout
from drivers.payment.mis.lines import Answer, read_answer, read_line
from drivers.payment.mis.verdict import Reading
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.money import Fen
from tests.contract.payment.vendor import RESPONSE, layout_text

GOLDEN = ("payment",)

_LAYOUT = Layout.model_validate(tomllib.loads(layout_text()))
_OFFSET = timedelta(hours=8)
_ASKED = Fen(8640)
_WIDTH = sum(width for _, width in RESPONSE)


def child(data: bytes) -> None:
    """A line is an answer only if it says all of it, in the right kinds of values."""
    try:
        said = read_line(data)
        answer = read_answer(said, 1)
    except DeviceProtocolError:
        return
    assert json.loads(data)["id"] == 1
    again = base64.b64encode(answer.response).decode()
    assert (said["returned"], said["response"]) == (answer.returned, again)


def spoilt_line(data: bytes) -> None:
    """No sign that is changed in an answer makes it another response."""
    text = base64.b64encode(data).decode()
    line = json.dumps({"id": 1, "returned": 0, "response": text})
    assert read_answer(read_line(line.encode()), 1) == Answer(0, data)
    at = len(line) - 3 - (sum(data) % max(1, len(text)))
    spoilt = f"{line[:at]}*{line[at + 1 :]}"
    try:
        answer = read_answer(read_line(spoilt.encode()), 1)
    except DeviceProtocolError:
        return
    raise AssertionError(f"{spoilt!r} was read as {answer}")


def text(data: bytes) -> None:
    """Money has moved only where the fields themselves say so, to the fen."""
    try:
        reading = Reading(_LAYOUT, Answer(0, data), _OFFSET)
    except DeviceProtocolError:
        return
    assert len(data) >= _WIDTH, "a text that is too short was read"
    paid = verdict.judge_payment(reading, _ASKED)
    if paid.ok:
        assert data[:2] == b"00"
        assert int(data[4:16].rstrip(b" \x00")) == _ASKED
        assert paid.payload is not None
        assert paid.payload.approved
        assert paid.payload.number
    undone = verdict.judge_reversal(reading)
    if undone.ok:
        assert data[:2] == b"00"
        assert data[2:4].strip(b" \x00") in (b"", b"01")
    last = verdict.judge_last(reading)
    if last.ok and last.payload is not None and last.payload.approved:
        assert data[:2] == b"00"
    if paid.ok and last.payload is not None:
        assert last.payload.amount == _ASKED


def hidden(data: bytes) -> None:
    """Whatever crosses gets words, and no bytes; a card shows ten digits at most."""
    teller = MisExplainer(_LAYOUT)
    for direction in ("sent", "received"):
        for words, shown in teller.explain(direction, data):  # type: ignore[arg-type]
            assert words
            assert shown == b""
    card = data.decode("gb18030", "replace")
    seen = verdict.masked(card)
    assert len(seen) == len(card)
    assert len(seen.replace("*", "")) <= 10


TARGETS: dict[str, Callable[[bytes], None]] = {
    "mis.child": child,
    "mis.spoilt_line": spoilt_line,
    "mis.text": text,
    "mis.explainer": hidden,
}
