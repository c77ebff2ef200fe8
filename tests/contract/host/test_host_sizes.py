"""Messages that are too long, and what JSON cannot say: told clearly, all goes on."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest
from websockets.exceptions import ConnectionClosed

from drivers.host import message as message_module
from drivers.host import requests
from drivers.host.message import LARGEST, Kind, Message, TooLarge, read_message
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.media import Barcode, PdfDocument, PrintOutcome, Settled
from kiosk.core.words import Language
from tests.contract.host.bench import Bench, Raw, soon
from tests.contract.host.puppet import ARGUMENTS, YIELDS

SMALL = 20_000


def pdf(size: int) -> PdfDocument:
    return PdfDocument("atlas", bytes(size), 1, "ab" * 32)


def faults(bench: Bench) -> list[tuple[str, str]]:
    """Return command and fault of the faults in the host's diary."""
    lines = [line for line in bench.diary if line["event"] == "host.fault"]
    return [(line["command"], line["fault"]) for line in lines]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have messages be long soon."""
    monkeypatch.setattr(message_module, "LARGEST", SMALL)


async def test_a_document_of_fifty_one_megabytes_is_refused_and_nothing_is_printed(
    bench: Bench,
) -> None:
    printer, puppet = await bench.device("printer"), bench.puppets["printer"]
    before = printer.status.seq
    completion = await printer.print_native(pdf(51_000_000))
    assert completion.code is CompletionCode.INVALID_DATA
    assert completion.payload == PrintOutcome(Settled.NOT_PRINTED)
    assert str(LARGEST) in completion.description
    assert (await printer.print_native(*ARGUMENTS["print_native"])).ok
    assert printer.status.seq == before, "the connection was never lost"
    done = [method for method, _, _ in puppet.calls]
    assert done == ["clear_buffer", "print_native"]


async def test_a_command_that_runs_is_not_touched_by_one_that_is_too_long(
    bench: Bench, short: None
) -> None:
    printer, puppet = await bench.device("printer"), bench.puppets["printer"]
    puppet.patient = True
    ended: list[Any] = []

    async def run() -> None:
        ended.append(await printer.print_native(*ARGUMENTS["print_native"]))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await puppet.began.wait()
        refused = await printer.print_native(pdf(SMALL))
        assert refused.code is CompletionCode.INVALID_DATA
        puppet.let.set()
    assert ended[0].ok


async def test_an_answer_that_is_too_long_is_an_internal_error(
    bench: Bench, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = await bench.device("scanner")
    monkeypatch.setitem(YIELDS, "BarcodeReader.Read", Barcode(bytes(SMALL), "qrCode"))
    completion = await scanner.read()
    assert completion.code is CompletionCode.INTERNAL_ERROR
    assert completion.description == "TooLarge"
    assert faults(bench) == [("BarcodeReader.Read", "TooLarge")]
    assert (await scanner.reset()).ok


async def test_a_foreign_client_that_sends_too_much_is_told_by_the_close_code(
    bench: Bench,
) -> None:
    scanner = await bench.device("scanner")
    socket = await bench.raw("scanner")
    with pytest.raises(ConnectionClosed) as closed:
        await socket.send("x" * (LARGEST + 1))
        await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert (await scanner.read()).ok


async def test_what_waits_of_one_client_is_limited_in_length(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_BYTES", SMALL)
    printer, puppet = await bench.device("printer"), bench.puppets["printer"]
    puppet.patient = True
    ended: list[Any] = []

    async def run() -> None:
        ended.append(await printer.print_native(pdf(10_000)))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await puppet.began.wait()
        refused = await printer.print_native(pdf(10_000))
        assert refused.code is CompletionCode.DEVICE_NOT_READY
        assert refused.description == "tooManyRequests"
        assert refused.payload == PrintOutcome(Settled.NOT_PRINTED)
        puppet.let.set()
    assert ended[0].ok


async def test_a_command_that_the_host_does_not_take_was_never_begun(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_REQUESTS", 0)
    receipt = await bench.device_without_opening("receipt")
    completion = await receipt.print_receipt(*ARGUMENTS["print_receipt"])
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert completion.payload == PrintOutcome(Settled.NOT_PRINTED)
    assert bench.puppets["receipt"].calls == []


async def test_half_a_character_crosses_and_ends_nothing(bench: Bench) -> None:
    speaker = await bench.device("speaker")
    with anyio.fail_after(2):
        assert (await speaker.say("\ud83d", Language.CHINESE)).ok
    assert bench.puppets["speaker"].calls[-1][2]["text"] == "\ud83d"
    async with bench.raw("speaker") as socket:
        head = {"type": "command", "name": "\udc00", "requestId": 1}
        await socket.send(json.dumps({"header": head}))
        with anyio.fail_after(2):
            answer = await Raw(socket).next("completion")
        assert answer["header"]["name"] == "\udc00"
        assert (await Raw(socket).ask("Common.Status"))["completionCode"] == "success"


def test_a_message_is_measured_in_bytes(short: None) -> None:
    fits = Message(Kind.COMMAND, "a.b", 1, {"text": ""})
    room = SMALL - len(fits.data())
    whole = Message(Kind.COMMAND, "a.b", 1, {"text": "x" * room})
    assert len(whole.data()) == SMALL
    assert read_message(whole.data()) == whole
    with pytest.raises(TooLarge):
        Message(Kind.COMMAND, "a.b", 1, {"text": "x" * (room + 1)}).data()
    with pytest.raises(TooLarge):
        Message(Kind.COMMAND, "a.b", 1, {"text": "字" * (room // 3 + 1)}).data()


async def test_an_event_that_json_cannot_say_ends_no_command(bench: Bench) -> None:
    scanner, puppet = await bench.device("scanner"), bench.puppets["scanner"]
    puppet.patient = True
    ended: list[Any] = []

    async def run() -> None:
        ended.append(await scanner.read())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await puppet.began.wait()
        puppet.fanout.emit("ExtOddEvent", what=object())
        await soon(lambda: faults(bench))
        puppet.let.set()
    assert ended[0].ok
    assert scanner.status.state is DeviceState.ONLINE
    assert faults(bench) == [("BarcodeReader.ExtOddEvent", "TypeError")]


async def test_figures_that_json_cannot_say_are_an_internal_error(
    bench: Bench,
) -> None:
    puppet = bench.puppets["scanner"]
    puppet.diagnostics = lambda: {"what": object()}  # type: ignore[method-assign]
    async with bench.raw("scanner") as socket:
        answer = await Raw(socket).ask("Common.ExtDiagnostics")
        assert answer["completionCode"] == "internalError"
        assert (await Raw(socket).ask("Common.Status"))["completionCode"] == "success"
