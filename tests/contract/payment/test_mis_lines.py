"""What the child process says is read as it stands, or not at all."""

from __future__ import annotations

import base64
import tomllib
from datetime import timedelta
from typing import Any

import pytest

from drivers.payment.mis.layout import Layout
from drivers.payment.mis.lines import Answer, read_answer, read_line
from drivers.payment.mis.verdict import Reading
from kiosk.core.errors import DeviceProtocolError
from tests.contract.payment.vendor import RESPONSE, layout_text

WRITTEN = base64.b64encode(b"00 and more").decode()


def test_an_answer_is_read() -> None:
    said = read_line(b'{"id": 7, "returned": -3, "response": "%s"}' % WRITTEN.encode())
    assert read_answer(said, 7) == Answer(-3, b"00 and more")


@pytest.mark.parametrize(
    "change",
    [
        {"id": 8},
        {"id": True},
        {"id": 7.0},
        {"id": "7"},
        {"returned": 0.9},
        {"returned": False},
        {"returned": "0"},
        {"returned": float("inf")},
        {"returned": None},
        {"response": None},
        {"response": 5},
        {"response": WRITTEN[:-1]},
        {"response": "*" + WRITTEN},
        {"response": "MDAwAAAAAAAAAAAAA="},
        {"response": WRITTEN[:4] + "\n" + WRITTEN[4:]},
        {"response": "纸"},
    ],
)
def test_what_is_no_answer_is_refused(change: dict[str, Any]) -> None:
    said = {"id": 7, "returned": 0, "response": WRITTEN} | change
    with pytest.raises(DeviceProtocolError):
        read_answer(said, 7)


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[]", b"7", b'{"id": 7', b"\xff\xfe", b"[" * 100_000, b"9" * 9999],
)
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        read_line(text)


@pytest.mark.parametrize("offset_h", [-12, 8, 14])
@pytest.mark.parametrize("date", ["00010101", "99991231", "00000000", "20261301"])
def test_a_date_that_cannot_be_is_none(date: str, offset_h: int) -> None:
    layout = Layout.model_validate(tomllib.loads(layout_text()))
    fields = {"result": "00", "receipt": "000007", "amount": "000000008640"}
    fields |= {"date": date, "time": "235959" if date > "9" else "000000"}
    text = "".join(fields.get(name, "").ljust(width) for name, width in RESPONSE)
    reading = Reading(layout, Answer(0, text.encode()), timedelta(hours=offset_h))
    receipt = reading.receipt()
    assert (receipt.number, receipt.amount, receipt.approved) == (7, 8640, True)
    assert receipt.at is None or receipt.at.year in (1, 9999)
