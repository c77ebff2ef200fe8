"""Lights and contacts on one Modbus RTU board: two ports on one device object.

The board is looked at about five times a second from ``open`` to ``close``: contacts
are read, lamps on coils are made to flash, the board's own watchdog is fed. What a
lamp should show is written again after every connection and every few seconds, since
a board that lost its power for a moment says nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from types import MappingProxyType

import anyio

from drivers.auxiliaries.codec import bits, read
from drivers.auxiliaries.debounce import Debounce
from drivers.auxiliaries.explain import ModbusExplainer
from drivers.auxiliaries.master import BoardRefused, Delays, ModbusMaster
from drivers.auxiliaries.options import TABLES, BoardOptions
from drivers.auxiliaries.outputs import Outputs
from drivers.auxiliaries.wiring import COLOURS, INPUTS, RATES, Wiring, read_wiring
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.polled import PolledDevice, Rhythm
from drivers.link.serial import SerialLine
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.peripherals import Light
from kiosk.core.ports import EventLog

_SHORT_S = 10.0


class ModbusBoard(PolledDevice):
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
        self._debounce = Debounce(options.debounce_looks)
        self._outputs = Outputs(self._master, self._wiring, options, clock)
        self._missed = 0
        super().__init__(
            parts_of(
                _info(name),
                link,
                log,
                self._wiring.unknown(),
                self._set_up,
                quiet=_quiet(self._wiring),
            ),
            self._round,
            Rhythm(clock.sleep, self._delays.poll_s, self._delays.missing_s),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=partial(ModbusExplainer, self._wiring, options.watchdog_register),
            settings=asdict(options),
        )

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
        before = self._outputs.wanted[position]
        self._outputs.wanted[position] = light
        try:
            async with self._turn:
                await self._connection.ensure()
                await self._outputs.show(position)
                await self._repair()
        except BoardRefused as error:
            self._outputs.wanted[position] = before
            return _error("lightError", str(error))
        except DeviceError as error:
            self._outputs.wanted[position] = before
            return self._connection.failed(error)
        self._status.update(
            DeviceState.ONLINE, **{f"lights.{position}": light.flash_rate}
        )
        return Completion(CompletionCode.SUCCESS)

    async def _repair(self) -> None:
        """After a missed answer write every output: the power may have blinked."""
        if self._missed != self._master.missed:
            await self._set_up()

    async def _set_up(self) -> None:
        """Tell a board that came back what its outputs should be."""
        self._missed = self._master.missed
        self._debounce.forget()
        await self._outputs.write_all()

    async def _round(self) -> None:
        await self._connection.ensure()
        await self._read_contacts()
        await self._repair()
        await self._outputs.refresh()

    async def _read_contacts(self) -> None:
        """Read every input, and take over those that stand still."""
        count = self._wiring.input_count
        if count:
            function = TABLES[self._options.input_table]
            request = read(
                self._options.unit, function, self._wiring.first_input, count
            )
            answer = await self._master.ask(request)
            found = self._wiring.status(self._debounce.see(bits(answer.data, count)))
        else:
            found = {}
            await self._outputs.show(next(iter(self._outputs.wanted)))
        lights = {
            f"lights.{at}": light.flash_rate
            for at, light in self._outputs.wanted.items()
        }
        self._status.update(DeviceState.ONLINE, **found, **lights)

    async def _check(self) -> Completion[None]:
        try:
            async with self._turn:
                await self._connection.ensure()
                await self._read_contacts()
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        self._outputs.darken()
        try:
            async with self._turn:
                await self._connection.ensure()
                await self._set_up()
                await self._read_contacts()
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    async def _show_every_light(self) -> Completion[None]:
        """Light each lamp for a moment, then put it back as it was."""
        for position, before in dict(self._outputs.wanted).items():
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
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate, parity=options.parity)
    link = link_to(spec.endpoint, line, spec.clock)
    return ModbusBoard(spec.name, link, spec.clock, spec.log, options)
