"""What the board puts out: lamps, and the watchdog that switches them off."""

from __future__ import annotations

from drivers.auxiliaries.codec import write_coil, write_register
from drivers.auxiliaries.master import ModbusMaster
from drivers.auxiliaries.options import BoardOptions
from drivers.auxiliaries.wiring import Output, Wiring, shines, word_of
from kiosk.core.clock import Clock
from kiosk.core.peripherals import Light

_REPEAT_S = 5.0
"""Lights are written again after this time, changed or not."""
_OFF = Light()


class Outputs:
    """Brings the board to what is wanted. Every method may raise ``DeviceError``.

    Attributes:
        wanted: how each lamp should shine, by position.
    """

    def __init__(
        self, master: ModbusMaster, wiring: Wiring, options: BoardOptions, clock: Clock
    ) -> None:
        self._master = master
        self._wiring = wiring
        self._options = options
        self._clock = clock
        self._shown: dict[str, int] = {}
        self._fed_at = self._written_at = 0.0
        self.wanted: dict[str, Light] = {}
        self.darken()

    def darken(self) -> None:
        """Want every lamp off."""
        self.wanted = dict.fromkeys(self._wiring.lights, _OFF)

    async def write_all(self) -> None:
        """Tell a board that came back everything."""
        await self._feed()
        for position in self.wanted:
            await self.show(position)
        self._written_at = self._clock.monotonic()

    async def refresh(self) -> None:
        """Feed the watchdog, and write what changed or was not written for long."""
        now = self._clock.monotonic()
        if now - self._fed_at > self._options.watchdog_s / 3:
            await self._feed()
        again = now - self._written_at > _REPEAT_S
        for position, light in self.wanted.items():
            value = self._value(self._wiring.lights[position], light)
            if again or self._shown.get(position) != value:
                await self.show(position)
        if again:
            self._written_at = now

    async def show(self, position: str) -> None:
        """Write what one light should show now; remembered once it is answered."""
        output, light = self._wiring.lights[position], self.wanted[position]
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

    async def _feed(self) -> None:
        self._fed_at = self._clock.monotonic()
        register = self._options.watchdog_register
        if register >= 0:
            tenths = round(self._options.watchdog_s * 10)
            request = write_register(self._options.unit, register, tenths)
            await self._master.ask(request)
