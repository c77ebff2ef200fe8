"""XFS4IoT against recorded messages: the host to a foreign client, the kiosk to a host.

Text is compared, not what it means: order and spelling of every key are the wire.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection, unix_serve
from websockets.exceptions import ConnectionClosed

from drivers.host.address import in_state
from drivers.host.coding import read_completion
from drivers.host.devices import hosted_device
from drivers.host.message import Kind, read_message
from drivers.host.status_form import StatusForm, section_of
from drivers.host.table import CAPABILITIES
from drivers.link.status import StatusCell
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.health import HealthLevel
from kiosk.core.peripherals import Light
from tests.contract.host.bench import QUICK, Bench
from tests.unit.drivers.host.recorded import (
    DETAILS,
    HEALTH,
    RECORDED,
    Said,
    device_of,
)

Golden = Callable[[str], dict[str, bytes]]
Table = dict[str, str]

PATIENCE_S = 10
COMMON, CAPTURED = "common", "messages"
NO_MESSAGE = ("unknown-type", "no-number", "refused")
"""Not to be read: two that the host refuses, and a refusal of what had no name."""
_NUMBER = re.compile(r'"requestId":\d+')
_EPOCH = re.compile(r'"extEpoch":"[0-9a-f]{16}"')
_VERSION = re.compile(r'"serviceVersion":"[^"]+"')
CASES = [
    (kind.name, row.name)
    for kind in CAPABILITIES.values()
    for row in kind.every.values()
    if row.name not in ("Common.ExtOpen", "Common.ExtCheckHealth")
]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def table(golden: Golden) -> Callable[[str], Table]:
    def of(capability: str) -> Table:
        frames = golden(f"host/{capability}.toml")
        return {name: data.decode() for name, data in frames.items()}

    return of


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    await made.start()
    try:
        yield made
    finally:
        await made.aclose()


def said(capability: str, command: str) -> Said:
    """Return what a command says; a reset says nothing."""
    return RECORDED[capability].get(command, Said())


def answers(table: Table, command: str) -> Iterator[str]:
    """Yield the recorded messages back to a command, in order."""
    for name, text in table.items():
        rest = name.removeprefix(f"{command}.")
        if rest != name and rest != "command":
            yield text


def settled(text: str) -> str:
    """Return a message without what is another one in every process and release."""
    text = _EPOCH.sub('"extEpoch":"00112233aabbccdd"', text)
    return _VERSION.sub('"serviceVersion":"26.11.0"', text)


async def heard(socket: ClientConnection, count: int) -> list[str]:
    """Return the next messages that belong to a command."""
    found: list[str] = []
    with anyio.fail_after(PATIENCE_S):
        while len(found) < count:
            text = await socket.recv(decode=True)
            if read_message(text).kind is not Kind.UNSOLICITED:
                found.append(text)
    return found


# -- the host, to a client that is none of ours ----------------------------------------


@pytest.mark.parametrize(("capability", "command"), CASES)
async def test_the_host_says_what_is_recorded(
    table: Callable[[str], Table], bench: Bench, capability: str, command: str
) -> None:
    frames, wanted = table(capability), said(capability, command)
    puppet = bench.puppets[device_of(capability)]
    row = CAPABILITIES[capability].every[command]
    calls: list[dict[str, Any]] = []

    async def carry_out(**named: Any) -> Any:
        calls.append(named)
        for value in wanted.told:
            named[wanted.on](value)
        return wanted.completion

    setattr(puppet, row.method_name, carry_out)
    expected = list(answers(frames, command))
    async with bench.raw(device_of(capability)) as socket:
        await socket.send(frames[f"{command}.command"])
        assert await heard(socket, len(expected)) == expected
    (named,) = calls
    assert {key: named[key] for key in wanted.arguments} == wanted.arguments
    asked = json.loads(frames[f"{command}.command"])["header"]["timeout"]
    assert named.get("timeout_s", 0) * 1000 == asked


@pytest.mark.parametrize(
    "command",
    [
        "Common.Status",
        "Common.ExtRefreshStatus",
        "Common.Capabilities",
        "Common.ExtStatistics",
        "Common.ExtDiagnostics",
        "Common.ExtOpen",
        "Common.ExtCheckHealth",
        "Common.Cancel",
        "Printer.Explode",
    ],
)
async def test_the_host_says_of_every_device_what_is_recorded(
    table: Callable[[str], Table], bench: Bench, command: str
) -> None:
    frames = table(COMMON)
    expected = list(answers(frames, command))
    async with bench.raw("receipt") as socket:
        await socket.send(frames[f"{command}.command"])
        told = await heard(socket, len(expected))
    assert [settled(text) for text in told] == expected


async def asked_of(bench: Bench, device: str, command: str) -> str:
    """Return the host's completion of a command without a payload."""
    async with bench.raw(device) as socket:
        header = {"type": "command", "name": command, "requestId": 7, "version": "1.0"}
        await socket.send(json.dumps({"header": header, "payload": {}}))
        _, completion = await heard(socket, 2)
        return settled(completion)


@pytest.mark.parametrize("capability", CAPABILITIES)
async def test_the_host_says_of_each_device_what_is_recorded(
    table: Callable[[str], Table], bench: Bench, capability: str
) -> None:
    frames, name = table(capability), device_of(capability)
    puppet = bench.puppets[name]
    puppet.cell = StatusCell(name, bench.log, puppet.fanout, DETAILS[capability])
    puppet.cell.update(DeviceState.ONLINE)
    said = await asked_of(bench, name, "Common.Capabilities")
    assert said == frames["capabilities"]
    assert await asked_of(bench, name, "Common.Status") == frames["status"]


@pytest.mark.parametrize("form", ["1", "3"])
async def test_lights_are_set_by_what_is_recorded(
    table: Callable[[str], Table], bench: Bench, form: str
) -> None:
    async with bench.raw("auxiliaries") as socket:
        await socket.send(table(CAPTURED)[f"set-two-lights-of-version-{form}"])
        await heard(socket, 2)
    calls = bench.puppets["auxiliaries"].calls
    assert [(named["position"], named["light"]) for _, _, named in calls] == [
        ("cardReader", Light("slow", "green")),
        ("scanner", Light("off")),
    ]


ENTRIES = [
    ("entry-ended-by-the-cancel-key", Completion(CompletionCode.CANCELED)),
    (
        "entry-that-nobody-made",
        Completion(CompletionCode.COMMAND_ERROR, "entryTimeout"),
    ),
]


@pytest.mark.parametrize(("name", "ended"), ENTRIES)
async def test_an_entry_without_digits_ends_as_recorded(
    table: Callable[[str], Table], bench: Bench, name: str, ended: Completion[str]
) -> None:
    async def entry(**_named: Any) -> Completion[str]:
        return ended

    bench.puppets["keypad"].data_entry = entry  # type: ignore[attr-defined]
    assert (
        await asked_of(bench, "keypad", "Keyboard.DataEntry") == (table(CAPTURED)[name])
    )
    row = CAPABILITIES["keypad"].every["Keyboard.DataEntry"]
    payload = read_message(table(CAPTURED)[name]).payload
    assert read_completion(row, payload) == ended


@pytest.mark.parametrize("name", ["unknown-type", "no-number"])
async def test_what_is_no_command_is_refused_as_recorded(
    table: Callable[[str], Table], bench: Bench, name: str
) -> None:
    frames = table(COMMON)
    async with bench.raw("receipt") as socket:
        await socket.send(frames[name])
        assert await heard(socket, 1) == [frames[f"{name}-answer"]]


async def test_a_change_is_told_as_recorded(
    table: Callable[[str], Table], bench: Bench
) -> None:
    frames = table(COMMON)
    async with bench.raw("receipt") as socket:
        await socket.send(frames["Common.Status.command"])
        await heard(socket, 2)
        bench.puppets["receipt"].cell.update(**{"paper.upper": "low"})
        with anyio.fail_after(PATIENCE_S):
            assert await socket.recv(decode=True) == frames["status-changed"]


async def test_what_a_printer_says_unasked_is_as_recorded(
    table: Callable[[str], Table], bench: Bench
) -> None:
    frames, puppet = table(CAPTURED), bench.puppets["printer"]
    async with bench.raw("printer") as socket:
        await socket.send(table(COMMON)["Common.Status.command"])
        await heard(socket, 2)
        puppet.fanout.emit("MediaPresentedEvent", sheets=3)
        puppet.fanout.emit("PaperThresholdEvent", **{"paper.upper": "low"})
        with anyio.fail_after(PATIENCE_S):
            assert await socket.recv(decode=True) == frames["three-sheets-are-out"]
            assert await socket.recv(decode=True) == frames["paper-is-low"]


async def test_the_publisher_answers_as_recorded(
    table: Callable[[str], Table], bench: Bench
) -> None:
    frames = table(COMMON)
    command = "ServicePublisher.GetServices"
    acknowledge, completion = answers(frames, command)
    async with bench.raw() as socket:
        await socket.send(frames[f"{command}.command"])
        first, second = await heard(socket, 2)
    assert first == acknowledge
    head, _, tail = completion.partition('{"serviceURI":')
    assert second.startswith(head)
    assert '{"serviceURI":' + tail.removesuffix("]}}") in second


# -- the kiosk, to a host that plays what is recorded ----------------------------------


@asynccontextmanager
async def kiosk_side(
    place: Path, table: Callable[[str], Table], capability: str
) -> AsyncIterator[tuple[Any, list[str]]]:
    """Play a host; yield the kiosk's device, and what it said of its class."""
    frames, common = table(capability), table(COMMON)
    asked: list[str] = []

    async def serve(client: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in client:
                await play(client, str(text))

    async def play(client: ServerConnection, text: str) -> None:
        message = read_message(text)
        known = f"{message.name}.command" in frames
        if known:
            asked.append(_NUMBER.sub('"requestId":7', text, count=1))
        number = f'"requestId":{message.request_id}'
        for answer in answers(frames if known else common, message.name):
            await client.send(_NUMBER.sub(number, answer, count=1))

    address = in_state(place)
    device = hosted_device(
        device_of(capability),
        address,
        SystemClock(),
        lambda event, /, **facts: None,
        delays=QUICK,
    )
    async with unix_serve(serve, str(address.socket)):
        try:
            yield device, asked
        finally:
            await device.close()


@pytest.mark.parametrize(("capability", "command"), CASES)
async def test_the_kiosk_asks_and_understands_what_is_recorded(
    table: Callable[[str], Table], tmp_path: Path, capability: str, command: str
) -> None:
    wanted = said(capability, command)
    row = CAPABILITIES[capability].every[command]
    told: list[Any] = []
    named = dict(wanted.arguments)
    if wanted.on:
        named[wanted.on] = told.append
    async with kiosk_side(tmp_path, table, capability) as (device, asked):
        with anyio.fail_after(PATIENCE_S):
            assert (await device.open()).ok
            result = await getattr(device, row.method_name)(**named)
    assert asked == [table(capability)[f"{command}.command"]]
    if wanted.completion is None or wanted.plain:
        assert result == wanted.payload
    else:
        assert (result.code, result.error_code) == (wanted.code, wanted.error)
        assert result.payload == wanted.payload
    assert told == list(wanted.told)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_the_kiosk_understands_how_each_device_is(
    table: Callable[[str], Table], capability: str
) -> None:
    kind, frames = CAPABILITIES[capability], table(capability)
    form = StatusForm(section_of(kind.interface), device_of(capability))
    status = form.read(read_message(frames["status"]).payload)
    assert status.state is DeviceState.ONLINE
    assert dict(status.detail) == DETAILS[capability]


async def test_the_kiosk_understands_what_every_device_says(
    table: Callable[[str], Table], tmp_path: Path
) -> None:
    async with kiosk_side(tmp_path, table, "receipt") as (device, _):
        with anyio.fail_after(PATIENCE_S):
            assert (await device.open()).ok
            status = await device.refresh_status()
            assert status.state is DeviceState.ONLINE
            assert dict(status.detail) == {"paper.upper": "full", "toner": None}
            assert device.info.model_name == "Puppet"
            assert device.info.interfaces["Printer"] == ("ExtPrintReceipt", "Reset")
            assert device.statistics() == {"commands": 0}
            assert device.diagnostics()["endpoint"] == "puppet"
            assert await device.check_health(HealthLevel.INTERNAL) == HEALTH


# -- the recorded files themselves -----------------------------------------------------


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_every_command_and_event_of_a_capability_is_recorded(
    table: Callable[[str], Table], capability: str
) -> None:
    frames = table(capability)
    for name, row in CAPABILITIES[capability].every.items():
        if (capability, name) not in CASES:
            continue
        for part in ("command", "acknowledge", "completion"):
            assert f"{name}.{part}" in frames
        for each in row.told:
            assert any(each.event in text for text in answers(frames, name))


def test_what_is_recorded_is_read_as_it_is_written(
    table: Callable[[str], Table],
) -> None:
    for capability in (*CAPABILITIES, COMMON, CAPTURED):
        for name, text in table(capability).items():
            if name in NO_MESSAGE:
                continue
            assert read_message(text).text() == text, name
