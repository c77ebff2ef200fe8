"""Lights and contacts on one Modbus RTU board: two ports on one device object.

The board is looked at about five times a second from ``open`` to ``close``: contacts
are read, lamps on coils are made to flash, the board's own watchdog is fed. What a
lamp should show is written again after every connection and every few seconds, since
a board that lost its power for a moment says nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.auxiliaries.codec import (
    READ_COILS,
    READ_INPUTS,
    bits,
    read,
    write_coil,
    write_register,
)
from drivers.auxiliaries.debounce import Debounce
from drivers.auxiliaries.explain import ModbusExplainer
from drivers.auxiliaries.master import BoardRefused, Delays, ModbusMaster
from drivers.auxiliaries.wiring import (
    COLOURS,
    INPUTS,
    RATES,
    Output,
    Wiring,
    read_wiring,
    shines,
    word_of,
)
from drivers.link.connection import Connection
from drivers.link.endpoint import link_to
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.pipe import Link
from drivers.link.poller import Poller
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.link.status import StatusCell
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceFault, DeviceMissing
from kiosk.core.health import HealthLevel
from kiosk.core.peripherals import Light
from kiosk.core.ports import EventLog

_BAUDRATES = ("2400", "4800", "9600", "19200", "38400", "57600", "115200")
_TABLES = {"inputs": READ_INPUTS, "coils": READ_COILS}
_SHORT_S = 10.0
_REPEAT_S = 5.0
"""Lights are written again after this time, changed or not."""
_OFF = Light()


@dataclass(frozen=True, slots=True)
class BoardOptions:
    """Settings of the driver.

    Attributes:
        unit: Modbus address of the board, 1 to 247.
        lights, inputs: see ``drivers.auxiliaries.wiring``.
        input_table: ``inputs`` (function 02) or ``coils`` (01).
        watchdog_register: holding register that takes tenths of a second and switches
            every output off when it is not written in time; -1 = the board has none.
        debounce_looks: equal looks that make a change of a contact.
    """

    baudrate: int = 9600
    parity: str = "N"
    unit: int = 1
    lights: str = ""
    inputs: str = ""
    input_table: str = "inputs"
    watchdog_register: int = -1
    watchdog_s: float = 3.0
    debounce_looks: int = 2


class ModbusBoard(QueuedDevice):
    """``kiosk.core.peripherals.GuideLights`` and ``Auxiliaries`` in one."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: BoardOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._options = options
        self._delays = delays or Delays()
        self._wiring = read_wiring(name, options.lights, options.inputs)
        self._master = ModbusMaster(
            link, clock, self._delays, baudrate=options.baudrate
        )
        self._bus = anyio.Lock()
        self._debounce = Debounce(options.debounce_looks)
        self._wanted = dict.fromkeys(self._wiring.lights, _OFF)
        self._shown: dict[str, int] = {}
        self._fed_at = self._written_at = 0.0
        self._missed = 0
        unknown = self._wiring.unknown()
        events = EventFanout(name)
        status = StatusCell(name, log, events, unknown, quiet=_quiet(self._wiring))
        super().__init__(
            _info(name),
            status,
            events,
            Connection(link, status, unknown, self._set_up),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=partial(ModbusExplainer, self._wiring, options.watchdog_register),
            settings=asdict(options),
        )
        self._poller = Poller(self._look, clock.sleep, self._look_failed)

    async def open(self) -> Completion[None]:
        self._poller.start()
        return await super().open()

    async def close(self) -> None:
        await self._poller.stop()
        await super().close()

    async def set_light(
        self, position: str, light: Light, *, timeout_s: float = 2.0
    ) -> Completion[None]:
        return await self._queue.run(
            partial(self._set_light, position, light), timeout_s=timeout_s + _SHORT_S
        )

    def health_tests(self) -> tuple[HealthTest, ...]:
        return (
            *super().health_tests(),
            HealthTest("lights", HealthLevel.EXTERNAL, self._show_every_light),
            HealthTest("contacts", HealthLevel.INTERACTIVE, self._wait_for_change),
        )

    async def _set_light(self, position: str, light: Light) -> Completion[None]:
        known = light.flash_rate in RATES and light.colour in COLOURS
        if position not in self._wiring.lights or not known:
            return _error("invalidLight", f"no light {position} {light}")
        before = self._wanted[position]
        self._wanted[position] = light
        try:
            async with self._bus:
                await self._connection.ensure()
                await self._show(position)
                await self._repair()
        except BoardRefused as error:
            self._wanted[position] = before
            return _error("lightError", str(error))
        except DeviceError as error:
            self._wanted[position] = before
            return self._connection.failed(error)
        self._status.update(
            DeviceState.ONLINE, **{f"lights.{position}": light.flash_rate}
        )
        return Completion(CompletionCode.SUCCESS)

    async def _show(self, position: str) -> None:
        """Write what one light should show now; remembered once it is answered."""
        output, light = self._wiring.lights[position], self._wanted[position]
        value = self._value(output, light)
        self._shown.pop(position, None)
        unit = self._options.unit
        if output.kind == "coil":
            request = write_coil(unit, output.address, bool(value))
        else:
            request = write_register(unit, output.address, value)
        await self._master.ask(request)
        self._shown[position] = value

    def _value(self, output: Output, light: Light) -> int:
        if output.kind == "coil":
            return int(shines(light, self._clock.monotonic()))
        return word_of(light)

    async def _repair(self) -> None:
        """After a missed answer write every output: the power may have blinked."""
        if self._missed != self._master.missed:
            await self._set_up()

    async def _set_up(self) -> None:
        """Tell a board that came back what its outputs should be."""
        self._missed = self._master.missed
        self._debounce.forget()
        await self._feed()
        for position in self._wanted:
            await self._show(position)
        self._written_at = self._clock.monotonic()

    async def _look(self) -> float:
        """Do one round; the pause until the next is what comes back."""
        try:
            async with self._bus:
                await self._round()
        except DeviceError as error:
            gone = self.status.state is DeviceState.NO_DEVICE
            if not (gone and isinstance(error, DeviceMissing)):
                self._connection.failed(error)
            return self._delays.missing_s
        return self._delays.poll_s

    def _look_failed(self, fault: Exception) -> float:
        """Say that nothing is known now; the pause until the next look comes back."""
        self._connection.failed(DeviceFault(f"{type(fault).__name__} while looking"))
        return self._delays.missing_s

    async def _round(self) -> None:
        await self._connection.ensure()
        await self._read_contacts()
        await self._repair()
        now = self._clock.monotonic()
        if now - self._fed_at > self._options.watchdog_s / 3:
            await self._feed()
        again = now - self._written_at > _REPEAT_S
        for position, light in self._wanted.items():
            value = self._value(self._wiring.lights[position], light)
            if again or self._shown.get(position) != value:
                await self._show(position)
        if again:
            self._written_at = now

    async def _read_contacts(self) -> None:
        """Read every input, and take over those that stand still."""
        count = self._wiring.input_count
        if count:
            function = _TABLES[self._options.input_table]
            request = read(
                self._options.unit, function, self._wiring.first_input, count
            )
            answer = await self._master.ask(request)
            found = self._wiring.status(self._debounce.see(bits(answer.data, count)))
        else:
            found = {}
            await self._show(next(iter(self._wanted)))
        lights = {
            f"lights.{at}": light.flash_rate for at, light in self._wanted.items()
        }
        self._status.update(DeviceState.ONLINE, **found, **lights)

    async def _feed(self) -> None:
        self._fed_at = self._clock.monotonic()
        register = self._options.watchdog_register
        if register >= 0:
            tenths = round(self._options.watchdog_s * 10)
            request = write_register(self._options.unit, register, tenths)
            await self._master.ask(request)

    async def _check(self) -> Completion[None]:
        try:
            async with self._bus:
                await self._connection.ensure()
                await self._read_contacts()
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        self._wanted = dict.fromkeys(self._wiring.lights, _OFF)
        try:
            async with self._bus:
                await self._connection.ensure()
                await self._set_up()
                await self._read_contacts()
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    async def _show_every_light(self) -> Completion[None]:
        """Light each lamp for a moment, then put it back as it was."""
        for position, before in dict(self._wanted).items():
            for light in (Light("continuous"), before):
                completion = await self.set_light(position, light)
                if not completion.ok:
                    return completion
                await self._clock.sleep(self._delays.poll_s)
        return Completion(CompletionCode.SUCCESS, description="every lamp was lit")

    async def _wait_for_change(self) -> Completion[None]:
        """Somebody opens the door, steps up or presses the button."""
        with anyio.move_on_after(self._delays.person_s):
            async for event in self.events():
                seen = [key for key in event.detail if key in self._wiring.inputs]
                if seen:
                    return Completion(CompletionCode.SUCCESS, description=seen[0])
        return Completion(CompletionCode.TIME_OUT)


def _quiet(wiring: Wiring) -> frozenset[str]:
    """Keys that change with every citizen; doors and tampering are logged."""
    lights = {f"lights.{position}" for position in wiring.lights}
    return frozenset(lights | (INPUTS.keys() - {"cabinetDoor", "tamperSensor"}))


def _info(name: str) -> DeviceInfo:
    interfaces: dict[str, tuple[str, ...]] = {
        "Common": ("Status", "Capabilities", "Cancel", "Reset"),
        "Lights": ("SetLight",),
        "Auxiliaries": (),
    }
    return DeviceInfo(
        name,
        "auxiliaries",
        model_name="Modbus RTU board",
        interfaces=MappingProxyType(interfaces),
    )


def _error(code: str, description: str) -> Completion[None]:
    return Completion(CompletionCode.COMMAND_ERROR, code, description)


def create(spec: DriverSpec) -> ModbusBoard:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(BoardOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    one_of(spec.name, "parity", options.parity, ("N", "E", "O"))
    one_of(spec.name, "input_table", options.input_table, tuple(_TABLES))
    in_range(spec.name, "unit", options.unit, 1, 247)
    in_range(spec.name, "watchdog_register", options.watchdog_register, -1, 0xFFFF)
    in_range(spec.name, "watchdog_s", options.watchdog_s, 1.0, 60.0)
    in_range(spec.name, "debounce_looks", options.debounce_looks, 1, 4)
    line = SerialLine(baudrate=options.baudrate, parity=options.parity)
    link = link_to(spec.endpoint, line, spec.clock)
    return ModbusBoard(spec.name, link, spec.clock, spec.log, options)
