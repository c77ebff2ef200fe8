"""Chip card reader behind PC/SC: social-security cards and bank cards.

Any reader that pcscd has a driver for. What a card tells is personal: it goes into the
completion's payload, and neither into the log nor into an event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

import anyio

from drivers.link.card import CardError
from drivers.link.deadline import Deadline
from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.pcsc import PcscReader
from drivers.link.slot import SlotDevice
from drivers.smartcard.explain import CardExplainer
from drivers.smartcard.options import Delays, SmartCardOptions
from drivers.smartcard.reading import ChipCardReading
from drivers.smartcard.trouble import OF_THE_CARD, completion_of
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceProtocolError
from kiosk.core.health import HealthLevel
from kiosk.core.peripherals import ChipCard
from kiosk.core.ports import EventLog

_UNKNOWN = {"media": "unknown", "chipPower": "unknown"}
_SHORT_S = 10.0
"""Last resort for commands that wait for nobody."""

_LONGEST_COMMAND = 261

_INTERFACES = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "CardReader": ("ReadRawData", "ChipPower", "ChipIO", "Reset"),
    }
)
_Act = Callable[[], Awaitable[Completion[Any]]]


class PcscCardReader(SlotDevice):
    """See ``kiosk.core.peripherals.ChipCardReader``."""

    def __init__(
        self,
        name: str,
        reader: PcscReader,
        clock: Clock,
        log: EventLog,
        options: SmartCardOptions | None = None,
        delays: Delays | None = None,
    ) -> None:
        options = options or SmartCardOptions()
        self._delays = delays or Delays()
        self._clock = clock
        self._reader = reader
        self._reading = ChipCardReading(reader, options.wanted, self._delays.transmit_s)
        info = DeviceInfo(
            name, "smartcard", model_name="PC/SC reader", interfaces=_INTERFACES
        )
        quiet = frozenset(_UNKNOWN)
        super().__init__(
            *parts_of(info, reader, log, _UNKNOWN, self._set_up, quiet=quiet),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=CardExplainer,
            settings={"applications": options.wanted},
        )

    async def read_raw_data(self, *, timeout_s: float = 60.0) -> Completion[ChipCard]:
        return await self._queue.run(
            partial(self._with_card, self._read_card, timeout_s),
            timeout_s=timeout_s + _SHORT_S,
        )

    async def chip_power(
        self, action: Literal["cold", "warm", "off"], *, timeout_s: float = 10.0
    ) -> Completion[bytes]:
        return await self._queue.run(partial(self._power, action), timeout_s=timeout_s)

    async def chip_io(
        self, command: bytes, *, timeout_s: float = 10.0
    ) -> Completion[bytes]:
        return await self._queue.run(
            partial(self._exchange, command), timeout_s=timeout_s
        )

    def health_tests(self) -> Sequence[HealthTest]:
        return (
            *super().health_tests(),
            HealthTest("card", HealthLevel.INTERACTIVE, self._card_answers),
        )

    async def _read_card(self) -> Completion[ChipCard]:
        card = await self._reading.read()
        self._counters.add("cards")
        return Completion(CompletionCode.SUCCESS, payload=card)

    async def _card_answers(self) -> Completion[None]:
        """Health: any card in working order will do, and nothing of it is read."""
        return await self._queue.run(
            partial(self._with_card, self._describe, self._delays.health_s),
            timeout_s=self._delays.health_s + _SHORT_S,
        )

    async def _describe(self) -> Completion[None]:
        reset = await self._reader.power_on()
        said = f"{self._reader.protocol}, answer to reset of {len(reset)} bytes"
        return Completion(CompletionCode.SUCCESS, description=said)

    async def _with_card(self, use: _Act, timeout_s: float) -> Completion[Any]:
        """Wait for a card and use it; at the end it may be taken, whatever came."""
        deadline = Deadline(self._clock, timeout_s)
        try:
            await self._connection.ensure()
            present = await self._reader.card_present()
            self._seen(present)
            if not present:
                self._events.emit("InsertCardEvent")
            if not await self._reader.wait_for_card(deadline):
                self._seen(present=False)
                return Completion(CompletionCode.TIME_OUT)
            self._seen(present=True)
            try:
                return await self._troubles(use)
            finally:
                with anyio.CancelScope(shield=True):
                    await self._let_go()
        except DeviceError as error:
            return self._connection.failed(error)

    async def _troubles(self, use: _Act) -> Completion[Any]:
        """Turn what is wrong with the card, not with the reader, into words."""
        try:
            return await use()
        except OF_THE_CARD as error:
            failed = self._card_failed(error)
            if failed.error_code == "invalidMedia":
                self._events.emit("InvalidMediaEvent")
            return failed

    def _card_failed(self, error: Exception) -> Completion[Any]:
        failed = completion_of(error)
        if failed.error_code == "noMedia":
            self._seen(present=False)
        return failed

    async def _power(self, action: str) -> Completion[bytes]:
        try:
            await self._connection.ensure()
            if action == "off":
                await self._let_go()
                return Completion(CompletionCode.SUCCESS, payload=b"")
            reset = await self._reader.power_on(warm=action == "warm")
        except CardError as error:
            return self._card_failed(error)
        except DeviceError as error:
            return self._connection.failed(error)
        self._seen(present=True, power="online")
        return Completion(CompletionCode.SUCCESS, payload=reset)

    async def _exchange(self, command: bytes) -> Completion[bytes]:
        if not 4 <= len(command) <= _LONGEST_COMMAND:
            said = f"a command of {len(command)} bytes"
            return Completion(CompletionCode.INVALID_DATA, description=said)
        try:
            await self._connection.ensure()
            answer = await self._reading.ask(command)
        except (CardError, DeviceProtocolError) as error:
            return self._card_failed(error)
        except DeviceError as error:
            return self._connection.failed(error)
        whole = answer.data + answer.word.to_bytes(2, "big")
        return Completion(CompletionCode.SUCCESS, payload=whole)

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            self._seen(await self._reader.card_present())
        except DeviceError as error:
            return self._connection.failed(error)
        return Completion(CompletionCode.SUCCESS, description=self._reader.name)

    async def _reset(self) -> Completion[None]:
        """Let the card go and have a fresh connection; tell what is in the slot."""
        await self._reader.close()
        done = await self._check()
        if not done.ok:
            return done
        media = f"media {self.status.detail['media']}"
        return Completion(CompletionCode.SUCCESS, description=media)

    async def _set_up(self) -> None:
        """Nothing is told to a reader; that it answers is what counts."""
        await self._reader.card_present()

    async def _let_go(self) -> None:
        if self._reader.is_open:
            await self._reader.power_off()
            self._seen(await self._reader.card_present())

    def _seen(self, present: bool, power: str = "poweredOff") -> None:
        media = "present" if present else "notPresent"
        before = self.status.detail["media"]
        chip = power if present else "noCard"
        self._status.update(DeviceState.ONLINE, media=media, chipPower=chip)
        if present and before != "present":
            self._events.emit("MediaInsertedEvent")
        if not present and before == "present":
            self._events.emit("MediaRemovedEvent")


def create(spec: DriverSpec) -> PcscCardReader:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or an endpoint that is none.
    """
    options = typed_options(SmartCardOptions, spec)
    options.check(spec.name)
    reader = PcscReader(spec.endpoint, spec.clock)
    return PcscCardReader(spec.name, reader, spec.clock, spec.log, options)
