"""Reader and writer for prepaid meter cards: serial CCID readers, and PC/SC.

A card carries nothing of a person but an account number, and that is neither logged
nor put into an event. Whatever goes wrong while writing, the card holds one whole
purchase, the old or the new one, and the same load may be asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.card import CardError
from drivers.link.deadline import Deadline
from drivers.link.health import HealthTest
from drivers.link.options import one_of, typed_options
from drivers.link.parts import parts_of
from drivers.link.slot import SlotDevice
from drivers.metercard.cable import Cable, cable_to
from drivers.metercard.card import MeterCardFiles
from drivers.metercard.loading import Outcome, trouble, use_card
from drivers.metercard.reader import Delays
from kiosk.core.bills import CardLoad
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog

_UNKNOWN = {"media": "unknown"}
_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")
_SHORT_S = 10.0
"""Last resort for commands that wait for nobody."""

_INTERFACES = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "CardReader": ("Reset",),
        "ExtMeterCard": ("Read", "Load"),
    }
)


@dataclass(frozen=True, slots=True)
class MeterCardOptions:
    """Settings of the driver.

    Attributes:
        baudrate: of a reader on a serial line.
    """

    baudrate: int = 9600


class MeterCardDevice(SlotDevice):
    """See ``kiosk.core.ports.MeterCardReader``."""

    def __init__(
        self, name: str, cable: Cable, clock: Clock, log: EventLog, delays: Delays
    ) -> None:
        self._clock = clock
        self._slot = cable.slot
        self._exchange = cable.exchange
        self._health_s = delays.health_s
        info = DeviceInfo(
            name, "metercard", model_name=cable.model_name, interfaces=_INTERFACES
        )
        super().__init__(
            *parts_of(info, cable.held, log, _UNKNOWN, quiet=frozenset(_UNKNOWN)),
            check=self._check,
            reset=self._check,
            short_s=_SHORT_S,
            explainer=cable.explainer,
        )

    async def read(self, *, timeout_s: float = 60.0) -> Outcome:
        return await self._run(None, timeout_s)

    async def load(self, load: CardLoad, *, timeout_s: float = 20.0) -> Outcome:
        return await self._run(load, timeout_s)

    def health_tests(self) -> Sequence[HealthTest]:
        return (
            *super().health_tests(),
            HealthTest("card", HealthLevel.INTERACTIVE, self._card_answers),
        )

    async def _card_answers(self) -> Completion[None]:
        """Health: any card in working order will do, and nothing of it is read."""
        return await self._queue.run(
            self._power_a_card, timeout_s=self._health_s + _SHORT_S
        )

    async def _power_a_card(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            deadline = Deadline(self._clock, self._health_s)
            if not await self._slot.wait_for_card(deadline):
                return Completion(CompletionCode.TIME_OUT)
            reset = await self._slot.power_on()
            await self._slot.power_off()
        except CardError:
            return Completion(CompletionCode.COMMAND_ERROR, "cardUnreadable")
        except DeviceError as error:
            return self._connection.failed(error)
        said = f"answer to reset of {len(reset)} bytes"
        return Completion(CompletionCode.SUCCESS, description=said)

    async def _run(self, load: CardLoad | None, timeout_s: float) -> Outcome:
        return await self._queue.run(
            partial(self._with_card, load, timeout_s), timeout_s=timeout_s + _SHORT_S
        )

    async def _with_card(self, load: CardLoad | None, timeout_s: float) -> Outcome:
        """Wait for a card and use it; at the end it may be taken."""
        deadline = Deadline(self._clock, timeout_s)
        files = MeterCardFiles(self._exchange)
        try:
            await self._connection.ensure()
            self._status.update(DeviceState.ONLINE)
            present = await self._slot.wait_for_card(deadline)
            self._seen(present)
            if not present:
                return Completion(CompletionCode.TIME_OUT)
            return await self._use(files, load)
        except DeviceError as error:
            failed = self._connection.failed(error)
            return trouble("loadInterrupted", str(error)) if files.touched else failed

    async def _use(self, files: MeterCardFiles, load: CardLoad | None) -> Outcome:
        """A card in use is not left in the middle of a command by a cancel."""
        with anyio.CancelScope(shield=True):
            try:
                await self._slot.power_on()
                completion = await use_card(files, load)
            except CardError:
                completion = await self._gone(files)
            else:
                await self._let_go()
        return completion

    async def _gone(self, files: MeterCardFiles) -> Outcome:
        present = await self._slot.card_present()
        self._seen(present)
        if files.touched:
            return trouble("loadInterrupted", "card gone while writing")
        return trouble("cardUnreadable" if present else "noMedia", "no answer")

    async def _let_go(self) -> None:
        """Let the card be taken; what became of it is known, whatever comes of this."""
        try:
            await self._slot.power_off()
        except DeviceError as error:
            self._connection.failed(error)

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            self._seen(await self._slot.card_present())
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS)

    def _seen(self, present: bool) -> None:
        media = "present" if present else "notPresent"
        self._status.update(DeviceState.ONLINE, media=media)


def create(spec: DriverSpec) -> MeterCardDevice:
    """Make the driver for ``pcsc:READER``, or for a serial reader; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options, delays = typed_options(MeterCardOptions, spec), Delays()
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    cable = cable_to(spec.endpoint, options.baudrate, spec.clock, delays)
    return MeterCardDevice(spec.name, cable, spec.clock, spec.log, delays)
