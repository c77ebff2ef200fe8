"""The MIS seam with a vendor's library of our own making, in a real child process."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.payment.mis.driver import MisOptions, MisTerminal, create
from drivers.payment.mis.layout import Layout, load_layout
from drivers.payment.mis.process import Answer, Delays
from drivers.payment.mis.verdict import Reading, judge_reversal
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceProtocolError, SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.wire import WireLine
from tests.contract.payment.vendor import build_library, layout_text

AMOUNT = Fen(8640)
pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None, reason="no C compiler (apt: gcc)"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("vendor"))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    path = tmp_path / "layout.toml"
    path.write_text(layout_text(), encoding="utf-8")
    return load_layout(path)


class Vendor:
    """The driver, its library, and the acquirer's book."""

    def __init__(
        self, driver: MisTerminal, log: list[Any], book: Path, mode: Any
    ) -> None:
        self.driver = driver
        self.log = log
        self._book = book
        self.behave = mode

    @property
    def taken_fen(self) -> int:
        """What the acquirer has taken and not given back."""
        if not self._book.exists():
            return 0
        total = 0
        for line in self._book.read_text().splitlines():
            _, amount, result, kind = line.split()
            sign = 1 if kind == "00" else -1
            total += sign * int(amount) * (result == "00")
        return total

    async def truth(self) -> CardReceipt:
        """Ask for the newest transaction until it is told, as the orders do."""
        with anyio.fail_after(10):
            while True:
                told = await self.driver.last_receipt()
                if told.ok and told.payload is not None:
                    return told.payload
                assert told.error_code == "terminalBusy"
                await anyio.sleep(0.05)

    async def pay(self, **more: Any) -> Completion[Any]:
        return await self.driver.authorise(AMOUNT, **more)


@pytest.fixture
async def vendor(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vendor]:
    book, layout = tmp_path / "book", tmp_path / "layout.toml"
    layout.write_text(layout_text(), encoding="utf-8")
    monkeypatch.setenv("MIS_BOOK", str(book))
    log: list[Any] = []
    driver = MisTerminal(
        DriverSpec(
            "payment",
            str(library),
            SystemClock(),
            lambda event, /, **facts: log.append({"event": event, **facts}),
            {},
        ),
        MisOptions(layout=str(layout)),
        Delays(start_s=15.0, abort_s=0.4, end_s=5.0, settle_s=0.4),
    )

    async def behave(mode: str) -> None:
        """Change the library's mode, as a restart with another one would."""
        monkeypatch.setenv("MIS_MODE", mode)
        await driver.reset()

    yield Vendor(driver, log, book, behave)
    await driver.close()


async def test_a_card_pays_through_the_library(vendor: Vendor) -> None:
    assert (await vendor.driver.open()).ok
    prompts: list[str] = []
    completion = await vendor.pay(on_prompt=prompts.append)
    assert completion.ok, completion
    receipt = completion.payload
    assert (receipt.number, receipt.amount, receipt.approved) == (1, AMOUNT, True)
    assert receipt.card_masked == "629999******0018"
    assert receipt.terminal_id == "24000317"
    assert receipt.scheme == "银联"
    assert receipt.at == datetime(2026, 11, 21, 12, 15, tzinfo=UTC)
    assert prompts == ["insertCard"]
    assert vendor.taken_fen == AMOUNT
    assert "6299990000000018" not in repr((completion, receipt, vendor.log))


async def test_the_newest_transaction_can_be_asked_for(vendor: Vendor) -> None:
    empty = await vendor.driver.last_receipt()
    assert (empty.ok, empty.payload.number) == (True, 0)
    paid = await vendor.pay()
    assert (await vendor.driver.last_receipt()).payload == paid.payload


async def test_a_declined_card(vendor: Vendor) -> None:
    await vendor.behave("decline")
    completion = await vendor.pay()
    assert completion.error_code == "declined"
    assert (completion.payload.number, completion.payload.reason) == (1, "51")
    assert vendor.taken_fen == 0


async def test_a_payment_is_taken_back_once(vendor: Vendor) -> None:
    paid = (await vendor.pay()).payload
    assert (await vendor.driver.reverse(paid.number)).ok
    assert vendor.taken_fen == 0
    newest = (await vendor.driver.last_receipt()).payload
    assert (newest.number, newest.approved, newest.reason) == (2, False, "reversed")
    again = await vendor.driver.reverse(paid.number)
    assert again.error_code == "alreadyReversed"
    assert (await vendor.driver.reverse(77)).error_code == "declined"


@pytest.mark.parametrize("how", ["crash", "exit", "hang"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_library_that_dies_leaves_an_unknown_outcome(
    vendor: Vendor, how: str, when: str
) -> None:
    await vendor.behave(f"{how}_{when}")
    await vendor.driver.last_receipt()
    completion = await vendor.pay(timeout_s=0.3)
    code = CompletionCode.TIME_OUT if how == "hang" else CompletionCode.CONNECTION_LOST
    assert completion.code is code
    assert vendor.driver.status.state is DeviceState.OFFLINE
    assert [each["event"] for each in vendor.log].count("payment.doubtful") == 1
    receipt = await vendor.truth()
    assert receipt.approved == (when == "after")
    assert vendor.taken_fen == (AMOUNT if when == "after" else 0)
    assert vendor.driver.status.state is DeviceState.ONLINE


async def test_nothing_new_is_no_answer_right_after_a_library_died(
    vendor: Vendor,
) -> None:
    await vendor.behave("crash_before")
    assert (await vendor.driver.last_receipt()).payload.number == 0
    await vendor.pay()
    soon = await vendor.driver.last_receipt()
    assert soon.error_code == "terminalBusy"
    assert (await vendor.truth()).number == 0


async def test_a_payment_after_a_library_died_is_the_newest(vendor: Vendor) -> None:
    await vendor.behave("crash_before")
    await vendor.pay()
    await vendor.behave("well")
    paid = await vendor.pay()
    newest = await vendor.driver.last_receipt()
    assert (newest.ok, newest.payload) == (True, paid.payload)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("00", "outcomeUnknown"),
        ("0001000000008640", "outcomeUnknown"),
        ("0000000000008640000012", "outcomeUnknown"),
        ("0001000000008640000012", ""),
        ("00  000000008640000012", ""),
    ],
)
def test_a_reversal_is_believed_with_a_receipt_of_its_own(
    layout: Layout, answer: str, code: str
) -> None:
    judged = judge_reversal(reading_of(layout, answer))
    assert (judged.ok, judged.error_code or "") == (not code, code)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("000000000000864", "inside amount"),
        ("000000000000864000001", "inside receipt"),
    ],
)
def test_a_number_that_is_cut_is_no_number(
    layout: Layout, answer: str, said: str
) -> None:
    with pytest.raises(DeviceProtocolError, match=said):
        reading_of(layout, answer)


def reading_of(layout: Layout, text: str) -> Reading:
    """Read what a library wrote that stopped early: zero bytes follow."""
    answer = Answer(0, text.encode().ljust(128, b"\0"))
    return Reading(layout, answer, timedelta(hours=8))


async def test_a_kiosk_that_dies_does_not_tear_the_transaction(
    vendor: Vendor, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIS_MODE", "slow")
    layout = tomllib.loads(layout_text())
    how = {"symbol": "bankall", "arguments": ["request", "response"], "cancel": ""}
    how["response_bytes"] = layout["library"]["response_bytes"]
    sale = base64.b64encode(b"00000000008640000000KIOSK24 ").decode()
    lines = [json.dumps(how), json.dumps({"id": 1, "request": sale})]
    first = await anyio.open_process(
        [sys.executable, "-m", "drivers.payment.mis.child", str(library)],
        stderr=subprocess.DEVNULL,
    )
    assert first.stdin is not None and first.stdout is not None
    await first.stdin.send("\n".join([*lines, ""]).encode())
    assert b"ready" in await first.stdout.receive()
    await first.stdin.aclose()  # all that is left of a killed kiosk
    assert (await vendor.driver.last_receipt()).payload.number == 1
    assert vendor.taken_fen == AMOUNT
    assert await first.wait() == 0
    await first.aclose()


@pytest.mark.parametrize(
    "mode", ["garbage", "refuse_all", "wrong_amount", "strange_result"]
)
async def test_what_cannot_be_understood_is_never_taken_as_paid(
    vendor: Vendor, mode: str
) -> None:
    await vendor.behave(mode)
    completion = await vendor.pay()
    assert completion.error_code == "outcomeUnknown"
    await vendor.behave("well")
    receipt = (await vendor.driver.last_receipt()).payload
    assert receipt.approved == (vendor.taken_fen == AMOUNT)


@pytest.mark.parametrize("mode", ["print", "overflow"])
async def test_bad_manners_of_a_library_do_no_harm(vendor: Vendor, mode: str) -> None:
    await vendor.behave(mode)
    completion = await vendor.pay()
    assert completion.ok, completion


async def test_cancel_asks_the_library_and_believes_it(vendor: Vendor) -> None:
    await vendor.behave("wait")
    async with anyio.create_task_group() as tasks:

        async def cancel() -> None:
            while vendor.driver.status.state is not DeviceState.BUSY:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            await vendor.driver.cancel()

        tasks.start_soon(cancel)
        completion = await vendor.pay(timeout_s=30)
    assert completion.code is CompletionCode.CANCELED
    assert vendor.taken_fen == 0
    assert vendor.driver.status.state is DeviceState.ONLINE


async def test_without_a_card_the_library_is_told_to_stop_in_time(
    vendor: Vendor,
) -> None:
    await vendor.behave("wait")
    assert (await vendor.pay(timeout_s=0.2)).code is CompletionCode.CANCELED


async def test_close_leaves_no_process(vendor: Vendor) -> None:
    await vendor.driver.open()
    process = vendor.driver._process._process
    assert process is not None
    await vendor.driver.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    assert vendor.driver.status.state is DeviceState.OFFLINE
    assert vendor.driver.status.detail == {"terminal": "unknown"}
    assert [each["why"] for each in vendor.log].count("closed") == 1


@pytest.mark.parametrize("content", [None, b"no library"])
async def test_a_library_that_is_not_there_was_not_asked(
    tmp_path: Path, content: bytes | None
) -> None:
    path, layout = tmp_path / "absent.so", tmp_path / "layout.toml"
    layout.write_text(layout_text(), encoding="utf-8")
    if content is not None:
        path.write_bytes(content)
    driver = create(spec_for(str(path), layout=str(layout)))
    assert driver.status.state is DeviceState.STARTING
    assert (await driver.open()).code is CompletionCode.CONNECTION_LOST
    assert driver.status.state is DeviceState.NO_DEVICE
    assert (await driver.authorise(AMOUNT)).code is CompletionCode.DEVICE_NOT_READY
    await driver.close()


def spec_for(endpoint: str, **options: object) -> DriverSpec:
    return DriverSpec(
        "payment", endpoint, SystemClock(), lambda *_, **__: None, options
    )


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("/x.so", {}),
        ("/x.so", {"layout": "/nowhere.toml"}),
        ("/x.so", {"layout": "x", "colour": 1}),
        ("tcp://x:1", {"layout": "x"}),
    ],
)
def test_wrong_settings_are_refused(endpoint: str, options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        create(spec_for(endpoint, **options))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "result"', 'name = "outcome"', "result is missing"),
        ('value = "KIOSK24"', "", "counter"),
        ("response_bytes = 128", "response_bytes = 10", "buffer"),
        ("width = 12", "width = 0", "width"),
        ('sale = "00"', "", "sale"),
        ("[library]", "[library]\ncolour = 1", "colour"),
        ("[library]", "[library", "line 2"),
    ],
)
def test_a_wrong_layout_is_a_settings_error(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = layout_text()
    assert old in text
    path = tmp_path / "layout.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        create(spec_for("/x.so", layout=str(path)))


async def test_the_technician_sees_questions_and_no_numbers(vendor: Vendor) -> None:
    lines: list[WireLine] = []
    stream = vendor.driver.trace()

    async def listen() -> None:
        async for line in stream:
            lines.append(line)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        assert (await vendor.pay()).ok
        report = await vendor.driver.check_health(HealthLevel.INTERACTIVE)
        tasks.cancel_scope.cancel()
    assert [check.name for check in report.checks] == ["library", "newestReceipt"]
    assert report.verdict is HealthVerdict.PASS
    said = [line.text for line in lines]
    assert said[0].startswith("sale, ")
    assert said[1].startswith("answer 00: approved, ")
    assert said[2].startswith("query of the newest transaction, ")
    assert not any(line.shown for line in lines)
    told = vendor.driver.diagnostics()
    assert told["running"] is True
    assert vendor.driver.statistics()["payments"] == 1
