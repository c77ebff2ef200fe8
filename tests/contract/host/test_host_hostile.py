"""Clients that mean no good, and drivers that do not either: each costs itself only."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from drivers.host.address import HostAddress
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.wire import WireLine
from tests.contract.host.bench import Bench, Raw, soon
from tests.contract.host.puppet import ARGUMENTS, TELLS
from tests.contract.host.test_host_messages import free_port


def faults(bench: Bench) -> list[tuple[str, str]]:
    """Return command and fault of the faults in the host's diary."""
    lines = [line for line in bench.diary if line["event"] == "host.fault"]
    return [(line["command"], line["fault"]) for line in lines]


def command(**header: Any) -> str:
    return json.dumps({"header": {"type": "command", "name": "a.b", **header}})


@pytest.mark.parametrize(
    "text",
    [
        '{"header":{"type":"command","name":"BarcodeReader.Read","requestId":1,'
        '"timeout":1' + "0" * 400 + "}}",
        command(requestId=1, timeout=2**31),
        '{"header":{"requestId":' + "9" * 5000 + "}}",
        '{"header":' + "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 900 + "]" * 900,
        command(requestId=1)[:-3],
        "\x00" * 1000,
        '{"header":{"type":"command","name":"a.b","requestId":1},"payload":{"a":NaN}}',
        '{"header":{"type":"command","name":"a.b","requestId":1},"payload":{"a":1e999}}',
        json.dumps({"header": {}, "payload": {"requestIds": [0] * 200_000}}),
        command(requestId=1).encode("utf-16"),
    ],
    ids=[
        *("timeout-400-digits", "timeout-25-days", "request-5000-digits"),
        *("deep-lists", "deep-objects", "deep-whole", "cut-off", "zeroes"),
        *("no-number", "no-finite-number", "too-many-values", "utf-16"),
    ],
)
async def test_a_wrong_message_is_refused_and_the_next_is_served(
    bench: Bench, text: str | bytes
) -> None:
    async with bench.raw("scanner") as socket:
        await socket.send(text)
        refused = await Raw(socket).next("acknowledge")
        assert refused["header"]["status"] == "invalidMessage"
        assert (await Raw(socket).ask("Common.Status"))["completionCode"] == "success"
    assert bench.puppets["scanner"].calls == []
    assert faults(bench) == []


async def test_the_longest_time_out_is_taken(bench: Bench) -> None:
    async with bench.raw("scanner") as socket:
        answer = await Raw(socket).ask("BarcodeReader.Read", timeout=2**31 - 1)
        assert answer["completionCode"] == "success"


async def test_a_finished_command_cannot_be_cancelled_and_its_number_is_free(
    bench: Bench,
) -> None:
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        assert (await raw.ask("BarcodeReader.Read", requestId=7))["readOutput"]
        late = await raw.ask("Common.Cancel", {"requestIds": [7]})
        assert late["completionCode"] == "commandErrorCode"
        assert late["errorCode"] == "noMatchingRequestIDs"
        assert (await raw.ask("BarcodeReader.Read", requestId=7))["readOutput"]


@pytest.mark.parametrize("wanted", [{}, "1", 1, ["1"], [None], [[1]], [True], [1.0]])
async def test_numbers_to_cancel_that_are_none_are_invalid(
    bench: Bench, wanted: Any
) -> None:
    bench.puppets["scanner"].patient = True
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read")
        answer = await raw.ask("Common.Cancel", {"requestIds": wanted})
        assert answer["completionCode"] == "invalidData"
        assert bench.puppets["scanner"].queue.busy


async def test_many_cancels_of_one_command_ask_the_driver_no_more_than_one(
    bench: Bench,
) -> None:
    puppet = bench.puppets["scanner"]
    asked: list[int] = []

    async def deaf() -> None:
        asked.append(1)

    puppet.patient = True
    cancel, puppet.cancel = puppet.cancel, deaf  # type: ignore[method-assign]
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read")
        await puppet.began.wait()
        for _ in range(200):
            assert (await raw.ask("Common.Cancel"))["completionCode"] == "success"
        assert len(asked) < 20, "again now and then, not with every message"
        puppet.cancel = cancel  # type: ignore[method-assign]
        assert (await raw.next("completion"))["payload"]["completionCode"] == "canceled"


async def test_a_driver_that_cannot_cancel_is_told_of_and_its_client_stays(
    bench: Bench,
) -> None:
    puppet = bench.puppets["scanner"]

    async def broken() -> None:
        raise ZeroDivisionError

    puppet.patient = True
    puppet.cancel = broken  # type: ignore[method-assign]
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read")
        await puppet.began.wait()
        await raw.ask("Common.Cancel")
        await soon(lambda: faults(bench))
        assert (await raw.ask("Common.Status"))["completionCode"] == "success"
        puppet.let.set()
        assert (await raw.next("completion"))["payload"]["completionCode"] == "success"
    assert faults(bench) == [("Common.Cancel", "ZeroDivisionError")]


async def test_a_trace_that_breaks_ends_no_other_command(bench: Bench) -> None:
    puppet = bench.puppets["scanner"]

    async def broken() -> AsyncIterator[WireLine]:
        yield WireLine(1.0, "sent", "hello", "")
        raise ZeroDivisionError

    puppet.trace, puppet.patient = broken, True  # type: ignore[method-assign]
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read")
        await puppet.began.wait()
        answer = await raw.ask("Common.ExtTrace")
        assert answer["completionCode"] == "internalError"
        assert answer["errorDescription"] == "ZeroDivisionError"
        puppet.let.set()
        assert (await raw.next("completion"))["payload"]["completionCode"] == "success"
    assert faults(bench) == [("Common.ExtTrace", "ZeroDivisionError")]


async def test_news_of_a_print_that_cannot_be_told_does_not_end_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TELLS, "on_sheet", object())
    printer = await bench.device("printer")
    told: list[int] = []
    (document,) = ARGUMENTS["print_native"]
    assert (await printer.print_native(document, on_sheet=told.append)).ok
    assert told == []
    assert len(faults(bench)) == 1


async def test_a_camera_runs_on_for_those_who_stay(bench: Bench) -> None:
    kiosk, puppet = await bench.device("face-camera"), bench.puppets["face-camera"]
    puppet.show(120)
    assert (await kiosk.start()).ok
    async with bench.raw("face-camera") as socket:
        await Raw(socket).ask("ExtLiveView.Start")
    await soon(lambda: len(bench.puppets["face-camera"].calls) == 2)
    async with bench.raw("face-camera") as socket:  # the first has been let go by now
        await Raw(socket).ask("Common.Status")
    assert [method for method, _, _ in puppet.calls] == ["start", "start"]
    assert kiosk.latest() is not None
    await kiosk.close()
    await soon(lambda: [method for method, _, _ in puppet.calls][2:] == ["stop"])


async def test_a_camera_that_was_stopped_is_not_stopped_again_by_who_leaves(
    bench: Bench,
) -> None:
    puppet = bench.puppets["face-camera"]
    async with bench.raw("face-camera") as socket:
        raw = Raw(socket)
        await raw.ask("ExtLiveView.Start")
        await raw.ask("ExtLiveView.Stop")
    async with bench.raw("face-camera") as socket:
        await Raw(socket).ask("Common.Status")
    assert [method for method, _, _ in puppet.calls] == ["start", "stop"]


async def test_who_opens_while_another_gives_up_gets_an_answer_of_its_own(
    bench: Bench,
) -> None:
    puppet = bench.puppets["scanner"]
    begun, go = anyio.Event(), anyio.Event()
    opens: list[int] = []

    async def slow() -> Completion[None]:
        opens.append(1)
        if len(opens) == 1:
            return Completion(CompletionCode.HARDWARE_ERROR)
        begun.set()
        await go.wait()
        puppet.cell.update(DeviceState.ONLINE)
        return Completion(CompletionCode.SUCCESS)

    puppet.open = slow  # type: ignore[method-assign]
    puppet.cell.update(DeviceState.OFFLINE)
    async with bench.raw("scanner") as first, bench.raw("scanner") as second:
        answer = await Raw(first).ask("Common.ExtOpen")
        assert answer["completionCode"] == "hardwareError"
        await Raw(first).send("Common.ExtOpen", requestId=50)
        await begun.wait()
        await Raw(second).send("Common.ExtOpen", requestId=60)
        await Raw(second).next("acknowledge")
        await Raw(first).send("Common.Cancel", {"requestIds": [50]}, requestId=51)
        await soon(lambda: len(opens) == 3)
        go.set()
        answer = (await Raw(second).next("completion"))["payload"]
        assert answer["completionCode"] == "success"


async def test_a_device_that_has_come_meanwhile_is_not_said_to_have_failed(
    bench: Bench,
) -> None:
    puppet = bench.puppets["scanner"]

    async def refuse() -> Completion[None]:
        return Completion(CompletionCode.HARDWARE_ERROR)

    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        opened, puppet.open = puppet.open, refuse  # type: ignore[method-assign]
        puppet.cell.update(DeviceState.OFFLINE)
        failed = await raw.ask("Common.ExtOpen")
        assert failed["completionCode"] == "hardwareError"
        puppet.open = opened  # type: ignore[method-assign]
        puppet.cell.update(DeviceState.ONLINE)
        answer = await raw.ask("Common.ExtOpen")
        assert answer["completionCode"] == "success"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"header":{"type":"event","name":"a.b","requestId":1}}', "invalidMessage"),
        ('{"header":{"type":"command","name":"a.b"}}', "invalidRequestID"),
        ("[]", "invalidMessage"),
    ],
)
async def test_the_publisher_refuses_what_is_no_command(
    bench: Bench, text: str, status: str
) -> None:
    async with bench.raw() as socket:
        await socket.send(text)
        answer = json.loads(await socket.recv())
        assert answer["header"]["type"] == "acknowledge"
        assert answer["header"]["status"] == status
        assert (await Raw(socket).ask("ServicePublisher.GetServices"))["services"]


@pytest.mark.parametrize("said", ["Bearer s3cre", "Bearer s3cret2", "s3cret", "", "é"])
async def test_a_token_that_is_not_the_one_is_refused(bench: Bench, said: str) -> None:
    address = HostAddress(port=free_port(), token="s3cret")
    await bench.stop()
    await bench.start(address)
    headers = {"Authorization": said}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address.uri("scanner"), additional_headers=headers):
            pass
    assert refused.value.response.status_code == 401


async def test_no_token_is_none_to_guess(bench: Bench) -> None:
    address = HostAddress(port=free_port())
    await bench.stop()
    await bench.start(address)
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            address.uri("scanner"), additional_headers={"Authorization": "Bearer "}
        ):
            pass
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("path", ["/scanner", "/xfs4iot/v1.0/", "/xfs4iot/v1.0x"])
async def test_a_path_that_is_nearly_one_is_none(bench: Bench, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with bench.raw_at(path):
            pass
    assert refused.value.response.status_code == 404
