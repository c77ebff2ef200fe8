"""Chip card readers behind PC/SC (pcscd): the only place with ``smartcard``.

All calls for one reader are made by one thread, in short slices where they wait, so
that a cancelled command leaves nothing behind. A card or reader that never answers
holds its call inside pcscd: then the thread is left behind, and a new one asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio

from drivers.link.call_thread import CallThread
from drivers.link.card import CardError, CardMute, CardRemoved
from drivers.link.deadline import Deadline
from drivers.link.pcsc_calls import PcscCalls, Powered, Seen, parse_endpoint
from drivers.link.tap import WireTap
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceError, DeviceMissing, DeviceTimeout

SLICE_S = 0.08
"""Longest time that the thread waits in one call for a card to come."""

CALL_S = 3.0
"""Calls that wait for nobody: pcscd answers in milliseconds; powering a card takes
up to a second."""

SETTLE_S = 0.6
"""pcscd looks at its readers every 0.4 s: so long it may not know of a pulled card."""

Result = TypeVar("Result")


class PcscReader:
    """One reader; what crosses between kiosk and card goes through its tap.

    Args:
        endpoint: ``pcsc:NAME``; ``pcsc:NAME?socket=/path`` for a pcscd of one's own.

    Raises:
        SettingsError: the endpoint has another form.
    """

    def __init__(self, endpoint: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._wanted, self._socket = parse_endpoint(endpoint)
        self._clock = clock
        self._tap = WireTap(clock)
        self._thread: CallThread | None = None
        self._calls: PcscCalls | None = None
        self.name = self._wanted
        self.protocol = ""

    @property
    def endpoint(self) -> str:
        return self._endpoint

    @property
    def is_open(self) -> bool:
        return self._calls is not None

    @property
    def tap(self) -> WireTap:
        return self._tap

    async def open(self) -> None:
        """Find the reader; errors as ``Pipe.open``."""
        if self._calls is not None:
            return
        calls = PcscCalls(self._wanted, self._socket)
        try:
            self.name = await self._in_thread(calls.establish, calls=calls)
        except DeviceError as error:
            self._tap.note(f"cannot open: {error}")
            raise
        except anyio.get_cancelled_exc_class():
            # The thread connects all the same, and has to let go what it gets.
            self._leave(calls)
            raise
        self._calls = calls
        self._tap.note(f"opened reader {self.name}")

    async def close(self) -> None:
        """Let card, reader and thread go; safe to call twice."""
        calls = self._calls
        if calls is not None:
            self._tap.note("closed")
        self._leave(calls)

    def _leave(self, calls: PcscCalls | None) -> None:
        """Go on without the thread; at its end it lets go what it holds."""
        thread, self._thread, self._calls = self._thread, None, None
        if thread is not None:
            thread.leave(calls.release if calls is not None else _nothing)

    async def drain(self) -> int:
        """Find out whether the reader is still there; returns 0."""
        await self._do(lambda calls: calls.look())
        return 0

    async def card_present(self) -> bool:
        """Tell whether a card is in the slot, even a mute one.

        Raises:
            DeviceError: the reader is gone or silent.
        """
        return (await self._do(lambda calls: calls.look())).card

    async def wait_for_card(self, deadline: Deadline) -> bool:
        """Wait for a card; ``False`` when the time is over.

        Raises:
            DeviceError: the reader is gone or silent.
        """
        seen = await self._do(lambda calls: calls.look())
        while not seen.card:
            if deadline.passed:
                return False
            wait_s = deadline.at_most(SLICE_S)
            seen = await self._do(partial(_change, before=seen.mark, wait_s=wait_s))
        return True

    async def power_on(self, *, warm: bool = False) -> bytes:
        """Power the card, or reset it; return its answer to reset.

        Raises:
            CardMute, CardRemoved, CardProtocolUnknown: as they say.
            DeviceError: the reader is gone, silent, or held by another programme.
        """
        powered: Powered = await self._card(lambda calls: calls.power(warm=warm))
        self.protocol = powered.protocol
        reset = powered.answer_to_reset
        self._tap.note(f"card powered, {powered.protocol}, ATR {reset.hex(' ')}")
        return reset

    async def power_off(self) -> None:
        """Let the card be taken.

        Raises:
            DeviceError: the reader is gone or silent.
        """
        await self._do(lambda calls: calls.power_off())
        self._tap.note("card without power")

    async def transmit(self, apdu: bytes, *, timeout_s: float = CALL_S) -> bytes:
        """Send one command to the card and return what it answers, SW1 SW2 last.

        Raises:
            CardRemoved, CardMute: as they say.
            DeviceTimeout: no answer; the reader may stay held until the card goes.
            DeviceError: the reader is gone.
        """
        self._tap.crossed("sent", apdu)
        answer = await self._card(lambda calls: calls.transmit(apdu), timeout_s)
        self._tap.crossed("received", answer)
        return answer

    async def _card(
        self, act: Callable[[PcscCalls], Result], timeout_s: float = CALL_S
    ) -> Result:
        """Do something with the card; a mute one may just have been pulled."""
        try:
            return await self._do(act, timeout_s)
        except CardMute as error:
            if await self._stays():
                self._tap.note(str(error))
                raise
            self._tap.note("card gone")
            raise CardRemoved(str(error)) from error
        except CardError as error:
            self._tap.note(str(error))
            raise

    async def _stays(self) -> bool:
        """Tell whether the card is still there once pcscd has looked again.

        A machine that stands still looks at nothing, and pcscd stands still with it:
        of a wait that came back late, only the time asked for counts.
        """
        seen = await self._do(lambda calls: calls.look())
        left_s = SETTLE_S
        while seen.card and left_s > 0:
            wait_s = min(left_s, SLICE_S)
            began = self._clock.monotonic()
            seen = await self._do(partial(_change, before=seen.mark, wait_s=wait_s))
            left_s -= min(self._clock.monotonic() - began, SLICE_S)
        return seen.card

    async def _do(
        self, act: Callable[[PcscCalls], Result], timeout_s: float = CALL_S
    ) -> Result:
        calls = self._calls
        if calls is None:
            raise DeviceMissing(f"{self._endpoint} is not open")
        try:
            return await self._in_thread(lambda: act(calls), timeout_s, calls)
        except DeviceMissing as error:
            self._calls = None
            self._tap.note(f"lost: {error}")
            raise

    async def _in_thread(
        self,
        function: Callable[[], Result],
        timeout_s: float = CALL_S,
        calls: PcscCalls | None = None,
    ) -> Result:
        if self._thread is None:
            self._thread = CallThread(f"pcsc {self._wanted}")
        thread = self._thread
        try:
            return await thread.call(function, timeout_s=timeout_s)
        except DeviceTimeout:
            self._leave(calls)
            self._tap.note("no answer; the call is left behind")
            raise


def _change(calls: PcscCalls, before: int, wait_s: float) -> Seen:
    return calls.look(before, wait_s)


def _nothing() -> None:
    """Nothing is held."""
