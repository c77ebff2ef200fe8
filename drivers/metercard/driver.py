"""Reader and writer for prepaid meter cards: serial CCID readers, and PC/SC.

A card carries nothing of a person but an account number, and that is neither logged
nor put into an event. Whatever goes wrong while writing, the card holds one whole
purchase, the old or the new one, and the same load may be asked for again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import one_of, typed_options
from drivers.link.parts import parts_of
from drivers.link.pcsc import PcscReader
from drivers.link.pcsc_calls import SCHEME
from drivers.link.pipe import Lifeline, Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.metercard.card import CardRefused, MeterCardFiles, NotAMeterCard
from drivers.metercard.explain import CcidExplainer, MeterCardExplainer
from drivers.metercard.layout import CardImage, LayoutBroken
from drivers.metercard.pcsc_slot import PcscSlot
from drivers.metercard.reader import CardReader, Delays
from drivers.metercard.slot import CardGone, CardSlot
from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog, MediaPresence
from kiosk.core.wire import WireExplainer

_UNKNOWN = {"media": "unknown"}
_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")
_SHORT_S = 10.0
"""Last resort for commands that wait for nobody."""

_Use = Callable[[MeterCardFiles, CardImage], Awaitable[Completion[MeterCard]]]


@dataclass(frozen=True, slots=True)
class MeterCardOptions:
    """Settings of the driver.

    Attributes:
        baudrate: of a reader on a serial line.
    """

    baudrate: int = 9600


class MeterCardDevice(QueuedDevice):
    """See ``kiosk.core.ports.MeterCardReader``.

    Args:
        held: the cable to the reader.
        slot: the slot at its end.
        explainer: puts what crosses that cable into words.
    """

    def __init__(
        self,
        name: str,
        model: str,
        held: Lifeline,
        slot: CardSlot,
        clock: Clock,
        log: EventLog,
        delays: Delays,
        explainer: Callable[[], WireExplainer],
    ) -> None:
        self._clock = clock
        self._reader = slot
        self._health_s = delays.health_s
        quiet = frozenset({"media"})
        info = DeviceInfo(
            name,
            "metercard",
            model_name=model,
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "CardReader": ("Reset",),
                    "ExtMeterCard": ("Read", "Load"),
                }
            ),
        )
        super().__init__(
            *parts_of(info, held, log, _UNKNOWN, quiet=quiet),
            check=self._check,
            reset=self._check,
            short_s=_SHORT_S,
            explainer=explainer,
        )

    async def read(self, *, timeout_s: float = 60.0) -> Completion[MeterCard]:
        return await self._run(self._show, timeout_s)

    async def load(
        self, load: CardLoad, *, timeout_s: float = 20.0
    ) -> Completion[MeterCard]:
        return await self._run(partial(self._load, load), timeout_s)

    async def media(self) -> MediaPresence:
        if not self._queue.busy:
            await self._queue.run(self._check, timeout_s=_SHORT_S)
        media = self.status.detail["media"]
        if media == "present":
            return "present"
        return "notPresent" if media == "notPresent" else "unknown"

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
            if not await self._reader.wait_for_card(deadline):
                return Completion(CompletionCode.TIME_OUT)
            reset = await self._reader.power_on()
            await self._reader.power_off()
        except CardGone:
            return Completion(CompletionCode.COMMAND_ERROR, "cardUnreadable")
        except DeviceError as error:
            return self._connection.failed(error)
        said = f"answer to reset of {len(reset)} bytes"
        return Completion(CompletionCode.SUCCESS, description=said)

    async def _run(self, use: _Use, timeout_s: float) -> Completion[MeterCard]:
        return await self._queue.run(
            partial(self._with_card, use, timeout_s), timeout_s=timeout_s + _SHORT_S
        )

    async def _with_card(self, use: _Use, timeout_s: float) -> Completion[MeterCard]:
        """Wait for a card, read it, and use it; at the end it may be taken."""
        deadline = Deadline(self._clock, timeout_s)
        files = MeterCardFiles(self._reader)
        try:
            await self._connection.ensure()
            self._status.update(DeviceState.ONLINE)
            if not await self._reader.wait_for_card(deadline):
                self._status.update(media="notPresent")
                return Completion(CompletionCode.TIME_OUT)
            self._status.update(media="present")
            return await self._use_whole(files, use)
        except DeviceError as error:
            failed = self._connection.failed(error)
            return _trouble("loadInterrupted", str(error)) if files.touched else failed

    async def _use_whole(
        self, files: MeterCardFiles, use: _Use
    ) -> Completion[MeterCard]:
        """A card in use is not left in the middle of a command by a cancel."""
        done: list[Completion[MeterCard]] = []
        with anyio.CancelScope(shield=True):
            done.append(await self._use(files, use))
        return done[0]

    async def _use(self, files: MeterCardFiles, use: _Use) -> Completion[MeterCard]:
        try:
            completion = await self._judged(files, use)
        except CardGone:
            present = await self._reader.card_present()
            self._status.update(media="present" if present else "notPresent")
            if files.touched:
                return _trouble("loadInterrupted", "card gone while writing")
            return _trouble("cardUnreadable" if present else "noMedia", "no answer")
        await self._let_go()
        return completion

    async def _judged(self, files: MeterCardFiles, use: _Use) -> Completion[MeterCard]:
        """Use a card that answers; what is wrong with it becomes a completion."""
        try:
            await self._reader.power_on()
            await files.select()
            return await use(files, await files.read())
        except NotAMeterCard:
            return _trouble("invalidMedia", "no meter application")
        except LayoutBroken as error:
            word = "verifyFailed" if files.touched else "cardUnreadable"
            return _trouble(word, str(error))
        except CardRefused as error:
            word = "writeFailed" if files.touched else "cardUnreadable"
            return _trouble(word, str(error))

    async def _let_go(self) -> None:
        """Let the card be taken; what became of it is known, whatever comes of this."""
        try:
            await self._reader.power_off()
        except DeviceError as error:
            self._connection.failed(error)

    async def _show(
        self, files: MeterCardFiles, image: CardImage
    ) -> Completion[MeterCard]:
        return Completion(CompletionCode.SUCCESS, payload=image.card())

    async def _load(
        self, load: CardLoad, files: MeterCardFiles, image: CardImage
    ) -> Completion[MeterCard]:
        """Write unless the card has it already; believe only what is read back."""
        if image.serial != load.serial:
            return _trouble("wrongCard", "another serial number")
        if image.current.purchase >= load.purchase:
            return Completion(CompletionCode.SUCCESS, payload=image.card())
        if load.purchase != image.current.purchase + 1:
            # Written over a missing one, the missing one could never be loaded.
            return _trouble("writeFailed", "an earlier purchase is not on the card")
        if image.waiting_units:
            return _trouble("unitsNotTaken", "the meter has not taken the last units")
        await files.write(image, load)
        after = await files.read()
        written = after.current
        wanted = (load.purchase, load.units, load.token)
        if (written.purchase, written.units, written.token) != wanted:
            return _trouble(
                "verifyFailed", "what was read back is not what was written"
            )
        return Completion(CompletionCode.SUCCESS, payload=after.card())

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            present = await self._reader.card_present()
        except DeviceError as error:
            return self._connection.failed(error)
        media = "present" if present else "notPresent"
        self._status.update(DeviceState.ONLINE, media=media)
        return Completion(CompletionCode.SUCCESS)


def _trouble(word: str, description: str) -> Completion[MeterCard]:
    return Completion(CompletionCode.COMMAND_ERROR, word, description)


class CcidMeterCardReader(MeterCardDevice):
    """A reader that speaks CCID on a serial line."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        delays: Delays | None = None,
    ) -> None:
        delays = delays or Delays()
        slot = CardReader(link, clock, delays)
        model = "serial CCID reader"
        super().__init__(name, model, link, slot, clock, log, delays, CcidExplainer)


class PcscMeterCardReader(MeterCardDevice):
    """A reader behind PC/SC."""

    def __init__(
        self,
        name: str,
        reader: PcscReader,
        clock: Clock,
        log: EventLog,
        delays: Delays | None = None,
    ) -> None:
        delays = delays or Delays()
        slot = PcscSlot(reader, delays.reply_s)
        explainer = MeterCardExplainer
        model = "PC/SC reader"
        super().__init__(name, model, reader, slot, clock, log, delays, explainer)


def create(spec: DriverSpec) -> MeterCardDevice:
    """Make the driver for ``pcsc:READER``, or for a serial reader; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(MeterCardOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    if spec.endpoint.startswith(SCHEME):
        reader = PcscReader(spec.endpoint, spec.clock)
        return PcscMeterCardReader(spec.name, reader, spec.clock, spec.log)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return CcidMeterCardReader(spec.name, link, spec.clock, spec.log)
