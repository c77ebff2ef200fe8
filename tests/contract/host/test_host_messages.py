"""A foreign XFS4IoT client: discovery, envelope, refusals, garbage, slowness."""

from __future__ import annotations

import json
import logging
import socket as socket_module
import stat
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from drivers.host import outgoing
from drivers.host.address import QUIET, HostAddress
from drivers.host.message import PATH, Message, NotAMessage, read_message
from kiosk.core.device import DeviceState
from tests.contract.host.bench import NAMES, Bench, Raw, soon

SECRET = "999001195803121225"


async def test_the_publisher_lists_every_service(bench: Bench) -> None:
    async with bench.raw() as socket:
        answer = await Raw(socket).ask("ServicePublisher.GetServices")
    assert answer["completionCode"] == "success"
    uris = [each["serviceURI"] for each in answer["services"]]
    assert uris == [f"ws://localhost{PATH}/{name}" for name in NAMES]


async def test_status_nests_what_the_class_has(bench: Bench) -> None:
    async with bench.raw("receipt") as socket:
        answer = await Raw(socket).ask("Common.Status")
    assert answer["common"]["device"] == "online"
    assert answer["printer"] == {"paper": {"upper": "full"}, "toner": None}


async def test_capabilities_say_who_the_device_is(bench: Bench) -> None:
    async with bench.raw("receipt") as socket:
        answer = await Raw(socket).ask("Common.Capabilities")
    (device,) = answer["common"]["deviceInformation"]
    assert device["modelName"] == "Puppet"
    common, printer = answer["interfaces"]
    assert (common["name"], printer["name"]) == ("Common", "Printer")
    commands = {
        "Printer.ExtPrintReceipt": {"versions": ["1.0"]},
        "Printer.Reset": {"versions": ["1.0"]},
    }
    assert printer["commands"] == commands
    assert answer["printer"]["type"]["receipt"] is True


async def test_a_command_is_acknowledged_told_and_completed(bench: Bench) -> None:
    async with bench.raw("card-terminal") as socket:
        raw = Raw(socket)
        number = await raw.send("ExtPayment.Authorise", {"amount": 8640}, timeout=5000)
        kinds = [json.loads(await socket.recv()) for _ in range(3)]
    assert [each["header"]["type"] for each in kinds] == [
        "acknowledge",
        "event",
        "completion",
    ]
    assert {each["header"]["requestId"] for each in kinds} == {number}
    assert kinds[1]["header"]["name"] == "ExtPayment.PresentPaymentEvent"
    assert kinds[1]["payload"] == {"prompt": "enterPin"}
    assert kinds[2]["payload"]["receipt"]["amount"] == 8640
    _, _, named = bench.puppets["card-terminal"].calls[-1]
    assert named["timeout_s"] == 5.0


async def test_a_change_is_told_unasked(bench: Bench) -> None:
    async with bench.raw("receipt") as socket:
        raw = Raw(socket)
        await raw.ask("Common.Status")
        bench.puppets["receipt"].cell.update(**{"paper.upper": "low"})
        told = await raw.next("unsolicited")
    assert told["header"]["name"] == "Common.StatusChangedEvent"
    assert "requestId" not in told["header"]
    assert told["payload"]["printer"]["paper"] == {"upper": "low"}


async def test_unknown_commands_and_wrong_payloads_are_completions(
    bench: Bench,
) -> None:
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        answer = await raw.ask("BarcodeReader.Explode")
        assert answer["completionCode"] == "unsupportedCommand"
        answer = await raw.ask("BarcodeReader.Read", {SECRET: SECRET})
        assert answer["completionCode"] == "invalidData"
        assert SECRET not in json.dumps(answer)
        answer = await raw.ask("Common.Cancel", {"requestIds": [77]})
        assert answer["errorCode"] == "noMatchingRequestIDs"
        answer = await raw.ask("Common.Cancel", {"requestIds": "all"})
        assert answer["completionCode"] == "invalidData"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{", "invalidMessage"),
        ("[]", "invalidMessage"),
        ('{"header": 1}', "invalidMessage"),
        ('{"header": {"type": "command", "name": "", "requestId": 1}}', ""),
        ('{"header": {"type": "shout", "name": "a.b", "requestId": 1}}', ""),
        ('{"header": {"type": "event", "name": "a.b", "requestId": 1}}', ""),
        ('{"header": {"type": "command", "name": "a.b", "requestId": "x"}}', ""),
        ('{"header": {"type": "command", "name": "a.b", "requestId": true}}', ""),
        (
            '{"header": {"type": "command", "name": "Common.Status"}}',
            "invalidRequestID",
        ),
        (
            '{"header":{"type":"command","name":"a.b","requestId":1},"payload":[]}',
            "invalidMessage",
        ),
    ],
)
async def test_what_is_no_command_is_refused_by_the_acknowledge(
    bench: Bench, text: str, status: str
) -> None:
    async with bench.raw("scanner") as socket:
        await socket.send(text)
        answer = await Raw(socket).next("acknowledge")
        assert answer["header"]["status"] == (status or "invalidMessage")
        assert (await Raw(socket).ask("Common.Status"))["completionCode"] == "success"


async def test_a_number_in_use_is_refused_and_the_first_goes_on(bench: Bench) -> None:
    puppet = bench.puppets["scanner"]
    puppet.patient = True
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read", requestId=5)
        await raw.next("acknowledge")
        await raw.send("BarcodeReader.Read", requestId=5)
        refused = await raw.next("acknowledge")
        assert refused["header"]["status"] == "invalidRequestID"
        puppet.let.set()
        assert (await raw.next("completion"))["payload"]["completionCode"] == "success"
    assert len(puppet.calls) == 1


async def test_too_many_commands_are_refused(bench: Bench) -> None:
    bench.puppets["scanner"].patient = True
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        for _ in range(33):
            await raw.send("BarcodeReader.Read")
        statuses = [
            (await raw.next("acknowledge"))["header"].get("status") for _ in range(33)
        ]
        assert statuses == [None] * 32 + ["tooManyRequests"]
        await raw.send("Common.Cancel", None)
        codes = [
            (await raw.next("completion"))["payload"]["completionCode"]
            for _ in range(33)
        ]
    assert sorted(set(codes)) == ["canceled", "success"]


async def test_a_client_that_vanishes_has_its_commands_cancelled(bench: Bench) -> None:
    puppet = bench.puppets["scanner"]
    puppet.patient = True
    async with bench.raw("scanner") as socket:
        raw = Raw(socket)
        await raw.send("BarcodeReader.Read")
        await raw.send("BarcodeReader.Read")
        await puppet.began.wait()
        socket.transport.abort()
        await soon(lambda: not puppet.queue.busy)
    assert len(puppet.calls) == 1, "what waited behind never began"


async def test_a_camera_is_let_go_with_the_client_that_started_it(
    bench: Bench,
) -> None:
    puppet = bench.puppets["face-camera"]
    async with bench.raw("face-camera") as socket:
        await Raw(socket).ask("ExtLiveView.Start")
        assert [method for method, _, _ in puppet.calls] == ["start"]
    await soon(lambda: [method for method, _, _ in puppet.calls] == ["start", "stop"])


async def test_a_client_that_does_not_listen_is_cut_off_and_nobody_waits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "MOST_BYTES", 200_000)
    scanner = await bench.device("scanner")
    puppet = bench.puppets["scanner"]
    async with bench.raw("scanner", max_queue=1, close_timeout=0.1) as socket:
        await Raw(socket).ask("Common.Status")
        for number in range(1000):
            puppet.fanout.emit("ExtNoiseEvent", text="x" * 2000, number=number)
            if number % 10 == 0:
                await scanner.refresh_status()
        assert (await scanner.read()).ok
        with anyio.fail_after(5), pytest.raises(ConnectionClosed):
            while True:
                await socket.recv()


async def test_unknown_paths_and_browsers_are_turned_away(bench: Bench) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with bench.raw("safe"):
            pass
    assert refused.value.response.status_code == 404
    with pytest.raises(InvalidStatus) as refused:
        async with bench.raw("scanner", origin="http://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_the_socket_is_for_its_owner_only(bench: Bench) -> None:
    assert bench.address.socket is not None
    assert stat.S_IMODE(bench.address.socket.stat().st_mode) == 0o600


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket_module.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


async def test_loopback_wants_the_token(bench: Bench) -> None:
    address = HostAddress(port=free_port(), token="s3cret")
    await bench.stop()
    await bench.start(address)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(address.uri("scanner"), additional_headers=headers):
                pass
        assert refused.value.response.status_code == 401
    async with connect(
        address.uri("scanner"), additional_headers=address.headers
    ) as socket:
        assert (await Raw(socket).ask("Common.Status"))["common"]["device"] == "online"


async def test_the_library_never_logs_what_passes(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    idcard = await bench.device("idcard")
    completion = await idcard.read()
    assert completion.payload.number == SECRET
    assert SECRET not in caplog.text
    assert "websockets" not in caplog.text
    assert not QUIET.isEnabledFor(logging.CRITICAL)


@given(st.binary(max_size=300) | st.text(max_size=300))
@settings(max_examples=300, deadline=None, database=None)
def test_any_bytes_are_a_message_or_none(data: bytes | str) -> None:
    try:
        message = read_message(data)
    except NotAMessage as error:
        assert error.request_id >= 0
    else:
        assert read_message(message.text()) == message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["header", "type", "name", "requestId", "payload"]),
                inner,
            )
        ),
        max_leaves=20,
    )
)
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_json_is_a_message_or_none(value: Any) -> None:
    try:
        message = read_message(json.dumps(value))
    except NotAMessage:
        return
    assert isinstance(message, Message)


async def test_garbage_from_one_client_concerns_nobody_else(bench: Bench) -> None:
    scanner = await bench.device("scanner")
    async with bench.raw("scanner") as socket:
        for piece in (b"\x00\xff", b"{", "null", '"', "[[[[", "{}" * 50):
            await socket.send(piece)
        assert (await scanner.read()).ok
        assert scanner.status.state is DeviceState.ONLINE
