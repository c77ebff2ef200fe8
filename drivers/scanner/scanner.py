"""Scanner module read by command: light on, one code, light off.

What is the same for every protocol; a ``ScanModule`` does the talking. A code may be
worth money for a minute, so no code is ever logged, kept, or put into an event; the
memory of the last one is a keyed digest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.deadline import Deadline
from drivers.link.health import HealthTest
from drivers.link.options import in_range, one_of
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.repeats import Repeats
from drivers.scanner.module import DamagedCode, Delays, OversizeCode, ScanModule
from drivers.scanner.symbology import UNKNOWN
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.media import Barcode
from kiosk.core.wire import WireExplainer

_UNKNOWN = {"scanner": "unknown"}
_BAUDRATES = ("9600", "14400", "19200", "38400", "57600", "115200")
_SHORT_S = 15.0
"""Last resort for commands that wait for nobody."""


@dataclass(frozen=True, slots=True)
class ScannerOptions:
    """Settings of every scanner driver.

    Attributes:
        same_code_s: the same code again within this time is the same showing of it.
        keep_settings: write the start-up settings to the module's flash.
        symbology: what the module is set to read, where it does not tell the kind.
    """

    baudrate: int = 9600
    same_code_s: float = 1.5
    keep_settings: bool = False
    symbology: str = UNKNOWN

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with what is possible.
        """
        one_of(device, "baudrate", str(self.baudrate), _BAUDRATES)
        in_range(device, "same_code_s", self.same_code_s, 0.0, 60.0)


@dataclass(frozen=True, slots=True)
class Family:
    """What distinguishes one protocol's driver from another's.

    Attributes:
        module: makes the one who talks, from the pipe.
    """

    model_name: str
    module: Callable[[Link], ScanModule]
    explainer: Callable[[], WireExplainer]


class ModuleScanner(QueuedDevice):
    """Barcode reader; see ``kiosk.core.ports.BarcodeReader``."""

    def __init__(
        self,
        spec: DriverSpec,
        link: Link,
        family: Family,
        options: ScannerOptions,
        delays: Delays,
    ) -> None:
        self._clock = spec.clock
        self._options = options
        self._delays = delays
        self._module = family.module(link)
        self._repeats = Repeats(spec.clock, options.same_code_s)
        quiet = frozenset({"scanner"})
        info = DeviceInfo(
            spec.name,
            "scanner",
            model_name=family.model_name,
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "BarcodeReader": ("Read", "Reset"),
                }
            ),
        )
        super().__init__(
            *parts_of(info, link, spec.log, _UNKNOWN, self._meet, quiet=quiet),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=family.explainer,
            settings=asdict(options),
        )

    async def read(self, *, timeout_s: float = 30.0) -> Completion[Barcode]:
        return await self._queue.run(
            partial(self._read, timeout_s), timeout_s=timeout_s + _SHORT_S
        )

    async def _read(self, timeout_s: float) -> Completion[Barcode]:
        deadline = Deadline(self._clock, timeout_s)
        try:
            await self._ready()
            return await self._read_lit(deadline)
        except DeviceError as error:
            return self._connection.failed(error)

    async def _read_lit(self, deadline: Deadline) -> Completion[Barcode]:
        lit = True
        try:
            completion = await self._wait_for_code(deadline)
            lit = not completion.ok
            return completion
        finally:
            if lit and self._connection.link.is_open:
                with anyio.CancelScope(shield=True):
                    await self._light_off()
            if self.status.detail["scanner"] == "on":
                self._status.update(scanner="off")

    async def _light_off(self) -> None:
        """Switch the light off; a failure here is about the device, not the read."""
        try:
            await self._module.light_off()
        except DeviceError as error:
            self._connection.failed(error)

    async def _wait_for_code(self, deadline: Deadline) -> Completion[Barcode]:
        again = damaged = False
        while not deadline.passed:
            await self._module.light_on(again=again)
            self._status.update(DeviceState.ONLINE, scanner="on")
            again = True
            lit = Deadline(self._clock, deadline.at_most(self._delays.trigger_s))
            try:
                barcode = await self._module.code(lit)
            except OversizeCode:
                return _invalid("too long")
            except DamagedCode:
                self._counters.add("damaged")
                damaged = True
                continue
            if barcode is not None and self._is_new(barcode):
                self._counters.add("codes")
                payload = self._with_kind(barcode)
                return Completion(CompletionCode.SUCCESS, payload=payload)
        return _invalid("damaged") if damaged else Completion(CompletionCode.TIME_OUT)

    def _is_new(self, barcode: Barcode) -> bool:
        again = self._repeats.again(barcode.data)
        if again:
            self._counters.add("repeated")
        return not again

    def _with_kind(self, barcode: Barcode) -> Barcode:
        if barcode.symbology != UNKNOWN:
            return barcode
        return replace(barcode, symbology=self._options.symbology)

    async def _check(self) -> Completion[None]:
        try:
            await self._ready()
        except DeviceError as error:
            return self._connection.failed(error)
        self._status.update(DeviceState.ONLINE, scanner="off")
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._module.light_off()
            await self._ready()
        except DeviceError as error:
            return self._connection.failed(error)
        self._repeats.forget()
        self._status.update(DeviceState.ONLINE, scanner="off")
        return Completion(CompletionCode.SUCCESS)

    async def _meet(self) -> None:
        self._module.meet()

    async def _ready(self) -> None:
        """Connect, and set the module up if it is not: it may have lost its power."""
        await self._connection.ensure()
        await self._module.prepare(keep=self._options.keep_settings)
        self._module.forget()
        self._introduce()

    def _introduce(self) -> None:
        """Take over what the module says of itself."""
        said = self._module.identity
        self._info = replace(
            self._info,
            model_name=said.model or self._info.model_name,
            serial_number=said.serial or self._info.serial_number,
            revision_number=said.revision or self._info.revision_number,
        )

    def health_tests(self) -> Sequence[HealthTest]:
        """Return: is it there; does its light obey; does it read a code."""
        return (
            *super().health_tests(),
            HealthTest("light", HealthLevel.EXTERNAL, self._try_light),
            HealthTest("code", HealthLevel.INTERACTIVE, self._try_code),
        )

    async def _try_light(self) -> Completion[None]:
        return await self._queue.run(self._blink, timeout_s=_SHORT_S)

    async def _blink(self) -> Completion[None]:
        try:
            await self._ready()
            await self._module.light_on(again=False)
            await self._module.light_off()
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    async def _try_code(self) -> Completion[Barcode]:
        return await self.read(timeout_s=self._delays.interactive_s)


def _invalid(why: str) -> Completion[Barcode]:
    return Completion(CompletionCode.COMMAND_ERROR, "barcodeInvalid", why)
