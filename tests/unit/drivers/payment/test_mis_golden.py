"""MIS against recorded bytes: what the library is given, what it writes, the child."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.payment.mis import verdict
from drivers.payment.mis.explain import MisExplainer
from drivers.payment.mis.layout import Layout
from drivers.payment.mis.process import Answer, Delays, LibraryProcess
from drivers.payment.mis.verdict import Reading
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.money import Fen
from tests.contract.payment.vendor import build_library

Golden = Callable[[str], dict[str, bytes]]

FILE = "payment/mis.toml"
CHINA = timedelta(hours=8)
AMOUNT = Fen(8640)
PATIENCE_S = 20

needs_compiler = pytest.mark.skipif(
    shutil.which("gcc") is None, reason="no C compiler (apt: gcc)"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def table(golden: Golden) -> dict[str, bytes]:
    return golden(FILE)


@pytest.fixture(scope="module")
def layout() -> Layout:
    whole = Path(__file__).parents[3] / "golden" / FILE
    text = tomllib.loads(whole.read_text("utf-8"))["layout"]
    return Layout.model_validate(tomllib.loads(text))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sale-86.40", {"transaction": "00", "amount": "8640"}),
        ("reversal-of-1", {"transaction": "01", "receipt": "1"}),
        ("query", {"transaction": "02"}),
    ],
)
def test_requests_are_the_recorded_ones(
    table: dict[str, bytes], layout: Layout, name: str, values: dict[str, str]
) -> None:
    assert layout.write(values) == table[name]


def test_an_answer_is_cut_into_its_fields(
    table: dict[str, bytes], layout: Layout
) -> None:
    assert layout.read(table["sale-approved"]) == {
        "result": "00",
        "transaction": "00",
        "amount": "000000008640",
        "receipt": "000001",
        "card": "6299990000000018",
        "terminal": "24000317",
        "date": "20261121",
        "time": "201500",
        "scheme": "银联",
    }


def test_a_recorded_approval_is_a_receipt_in_the_words_of_the_kiosk(
    table: dict[str, bytes], layout: Layout
) -> None:
    paid = verdict.judge_payment(_reading(table, layout, "sale-approved"), AMOUNT)
    receipt = paid.payload
    assert receipt is not None
    assert (receipt.number, receipt.approved, receipt.amount) == (1, True, AMOUNT)
    assert (receipt.card_masked, receipt.scheme) == ("629999******0018", "银联")
    assert receipt.at == datetime(2026, 11, 21, 12, 15, tzinfo=UTC)


def test_recorded_answers_have_their_meaning(
    table: dict[str, bytes], layout: Layout
) -> None:
    def reading(name: str) -> Reading:
        return _reading(table, layout, name)

    declined = verdict.judge_payment(reading("sale-declined"), AMOUNT)
    assert (declined.code, declined.error_code) == (
        CompletionCode.COMMAND_ERROR,
        "declined",
    )
    cancelled = verdict.judge_payment(reading("sale-cancelled"), AMOUNT)
    assert cancelled.code is CompletionCode.CANCELED
    other = verdict.judge_payment(reading("sale-approved"), Fen(8641))
    assert other.error_code == "outcomeUnknown"
    undone = verdict.judge_reversal(reading("reversal-approved"))
    assert undone.ok
    assert undone.payload is not None
    assert (undone.payload.number, undone.payload.approved) == (2, False)
    again = verdict.judge_reversal(reading("reversal-again"))
    assert again.error_code == "alreadyReversed"
    none = verdict.judge_last(reading("query-none"))
    assert none.payload is not None
    assert none.payload.number == 0


@pytest.mark.parametrize("cut", [0, 1, 15, 40, 82])
def test_half_an_answer_is_refused(
    table: dict[str, bytes], layout: Layout, cut: int
) -> None:
    with pytest.raises(DeviceProtocolError):
        layout.read(table["sale-approved"][:cut])


@pytest.mark.parametrize("at", [4, 6, 11, 16])
def test_a_zero_byte_in_front_of_something_is_no_filling(
    table: dict[str, bytes], layout: Layout, at: int
) -> None:
    """Zero bytes end a text: one before its end was written by nobody who knew."""
    spoilt = bytearray(table["sale-approved"])
    spoilt[at] = 0
    with pytest.raises(DeviceProtocolError, match="zero byte"):
        layout.read(bytes(spoilt))


def test_words_for_both_directions_show_no_byte(
    table: dict[str, bytes], layout: Layout
) -> None:
    explainer = MisExplainer(layout)
    said = [
        *explainer.explain("sent", table["sale-86.40"]),
        *explainer.explain("received", table["sale-declined"]),
    ]
    assert said == [("sale, 28 bytes", b""), ("answer 51: declined, 83 bytes", b"")]


@needs_compiler
async def test_a_library_in_its_process_is_asked_and_answers_as_recorded(
    table: dict[str, bytes], layout: Layout, tmp_path: Path
) -> None:
    library = build_library(tmp_path)
    process = LibraryProcess(library, layout.library, SystemClock(), Delays())
    talk = (
        ("query", "query-none"),
        ("sale-86.40", "sale-approved"),
        ("reversal-of-1", "reversal-approved"),
        ("reversal-of-1", "reversal-again"),
    )
    try:
        await process.open()
        for request, response in talk:
            answer = await process.ask(table[request], timeout_s=PATIENCE_S)
            wanted = table[response].ljust(layout.library.response_bytes, b"\0")
            assert answer == Answer(0, wanted), request
    finally:
        await process.close()


@needs_compiler
def test_the_child_speaks_the_recorded_lines(
    table: dict[str, bytes], tmp_path: Path
) -> None:
    library = build_library(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "drivers.payment.mis.child", str(library)],
        input=table["child-how"] + table["child-question"],
        stdout=subprocess.PIPE,
        timeout=PATIENCE_S,
        check=True,
    )
    assert done.stdout == table["child-ready"] + table["child-answer"]


def _reading(table: dict[str, bytes], layout: Layout, name: str) -> Reading:
    return Reading(layout, Answer(0, table[name]), CHINA)
