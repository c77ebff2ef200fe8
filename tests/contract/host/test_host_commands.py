"""Commands of hosted devices: the same call, the same outcome, on both sides."""

from __future__ import annotations

import inspect
from typing import Any
from unittest import mock

import anyio
import pytest

from drivers.host.contract import Command
from drivers.host.devices import hosted_device
from drivers.host.line import Delays
from drivers.host.table import CAPABILITIES, capability_of
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.media import PrintOutcome, Settled
from kiosk.core.ports import DocumentPrinter
from tests.contract.host.bench import NAMES, Bench, soon
from tests.contract.host.puppet import ARGUMENTS, TELLS, YIELDS

EVERY = [(name, row) for name in NAMES for row in capability_of(name).commands]
WAITING = [(name, row) for name, row in EVERY if row.completes and row.queued]
_ids = [f"{name}-{row.name}" for name, row in EVERY]


def call(device: Any, row: Command, **named: Any) -> Any:
    """Begin a command with sample arguments."""
    return getattr(device, row.method_name)(
        *ARGUMENTS.get(row.method_name, ()), **named
    )


def test_every_kind_of_device_is_tried() -> None:
    assert {capability_of(name).name for name in NAMES} == set(CAPABILITIES)


@pytest.mark.parametrize(("name", "row"), EVERY, ids=_ids)
async def test_command_arrives_whole_and_so_does_its_payload(
    bench: Bench, name: str, row: Command
) -> None:
    device = await bench.device(name)
    told: list[Any] = []
    callbacks = {each.argument: told.append for each in row.told}
    outcome = await call(device, row, **callbacks)
    if row.completes:
        assert outcome.ok
        outcome = outcome.payload
    assert outcome == YIELDS.get(row.name)
    assert told == [TELLS[each.argument] for each in row.told]
    method, positional, named = bench.puppets[name].calls[-1]
    sent = row.signature.bind(*ARGUMENTS.get(row.method_name, ()))
    sent.apply_defaults()
    assert method == row.method_name
    assert positional == ()
    for argument in row.arguments:
        assert named[argument] == sent.arguments[argument]
    assert named.get("timeout_s", 0.0) == row.timeout_s


@pytest.mark.parametrize(("name", "row"), WAITING)
async def test_cancel_ends_the_running_command(
    bench: Bench, name: str, row: Command
) -> None:
    device, puppet = await bench.device(name), bench.puppets[name]
    puppet.patient = True
    ended: list[Any] = []
    async with anyio.create_task_group() as tasks:

        async def run() -> None:
            ended.append(await call(device, row))

        tasks.start_soon(run)
        await puppet.began.wait()
        with anyio.fail_after(2):
            await device.cancel()
    assert ended[0].code is CompletionCode.CANCELED
    assert ended[0].payload == row.lost


async def test_cancel_spares_those_who_wait(bench: Bench) -> None:
    scanner, puppet = await bench.device("scanner"), bench.puppets["scanner"]
    puppet.patient = True
    codes: list[tuple[int, CompletionCode]] = []

    async def run(number: int) -> None:
        codes.append((number, (await scanner.read()).code))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, 1)
        await puppet.began.wait()
        tasks.start_soon(run, 2)
        await scanner.cancel()
        await soon(lambda: len(puppet.calls) == 2)
        puppet.let.set()
    assert codes == [(1, CompletionCode.CANCELED), (2, CompletionCode.SUCCESS)]


async def test_commands_take_turns_in_order(bench: Bench) -> None:
    printer, puppet = await bench.device("receipt"), bench.puppets["receipt"]
    (slip,) = ARGUMENTS["print_receipt"]
    puppet.patient = True
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printer.print_receipt, slip)
        await puppet.began.wait()
        tasks.start_soon(printer.reset)
        await printer.refresh_status()
        assert [method for method, _, _ in puppet.calls] == ["print_receipt"]
        puppet.let.set()
    assert [method for method, _, _ in puppet.calls] == ["print_receipt", "reset"]


async def test_who_stops_waiting_stops_the_command(bench: Bench) -> None:
    idcard, puppet = await bench.device("idcard"), bench.puppets["idcard"]
    puppet.patient = True
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(idcard.read)
            await puppet.began.wait()
            scope.cancel()
    assert not puppet.queue.busy, "the device had put its things away"


async def test_what_skips_the_queue_is_answered_meanwhile(bench: Bench) -> None:
    idcard, puppet = await bench.device("idcard"), bench.puppets["idcard"]
    puppet.patient = True
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(idcard.read)
        await puppet.began.wait()
        with anyio.fail_after(2):
            assert await idcard.media() == "present"
            assert (await idcard.refresh_status()).state is DeviceState.ONLINE
        await idcard.cancel()


async def test_a_fault_of_a_driver_is_an_internal_error_and_is_logged(
    bench: Bench,
) -> None:
    printer, puppet = await bench.device("printer"), bench.puppets["printer"]
    puppet.fault = ZeroDivisionError("about 李芳")
    (document,) = ARGUMENTS["print_native"]
    completion = await printer.print_native(document)
    assert completion.code is CompletionCode.INTERNAL_ERROR
    assert completion.payload == PrintOutcome(Settled.UNKNOWN)
    (line,) = [line for line in bench.diary if line["event"] == "host.fault"]
    assert line["fault"] == "ZeroDivisionError"
    assert "李芳" not in str(line) + repr(completion) + completion.description


async def test_health_statistics_and_diagnostics_come_along(bench: Bench) -> None:
    power = await bench.device("power")
    report = await power.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.PASS
    assert report.level is HealthLevel.INTERNAL
    await power.reset()
    await power.refresh_status()
    assert power.statistics() == {"commands": 1}
    assert power.diagnostics()["endpoint"] == "puppet"
    assert power.info.model_name == "Puppet"
    assert "ExtCheckHealth" in power.info.interfaces["Common"]


async def test_a_wrong_argument_never_leaves(bench: Bench) -> None:
    speaker = await bench.device("speaker")
    with pytest.raises(TypeError):
        await speaker.say("你好")
    assert bench.puppets["speaker"].calls == []


async def test_a_time_out_of_the_port_is_that_of_the_call(bench: Bench) -> None:
    printer = await bench.device("printer")
    defaults = DocumentPrinter.print_native.__kwdefaults__
    for timeout_s in (6.0, 7.0):
        with mock.patch.dict(defaults, timeout_s=timeout_s):
            await printer.print_native(*ARGUMENTS["print_native"])
            parameters = inspect.signature(printer.print_native).parameters
            assert parameters["timeout_s"].default == timeout_s
        _, _, named = bench.puppets["printer"].calls[-1]
        assert named["timeout_s"] == timeout_s


async def test_without_a_host_nothing_was_sent(bench: Bench) -> None:
    await bench.stop()
    for name, row in WAITING:
        device = hosted_device(
            name,
            bench.address,
            SystemClock(),
            lambda *_, **__: None,
            delays=Delays(start_s=0.0),
        )
        completion = await call(device, row)
        assert completion.code is CompletionCode.DEVICE_NOT_READY
        assert completion.payload == row.unsent
        await device.close()


async def test_a_printer_is_cleared_before_a_new_host_prints(bench: Bench) -> None:
    calls = bench.puppets["printer"].calls
    assert [method for method, _, _ in calls] == ["clear_buffer"]
    printer = await bench.device("printer")
    await printer.print_native(*ARGUMENTS["print_native"])
    await printer.print_native(*ARGUMENTS["print_native"])
    assert [method for method, _, _ in calls[1:]] == ["print_native", "print_native"]


async def test_a_printer_that_cannot_be_cleared_does_not_print(bench: Bench) -> None:
    puppet = bench.puppets["printer"]
    await bench.stop()
    await bench.start(prepare=lambda puppets: puppets["printer"].refuse("clear_buffer"))
    puppet = bench.puppets["printer"]
    printer = await bench.device("printer")
    completion = await printer.print_native(*ARGUMENTS["print_native"])
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert completion.payload == PrintOutcome(Settled.NOT_PRINTED)
    puppet.refused.clear()
    assert (await printer.print_native(*ARGUMENTS["print_native"])).ok
    done = [method for method, _, _ in puppet.calls]
    assert done == ["clear_buffer", "clear_buffer", "clear_buffer", "print_native"]
