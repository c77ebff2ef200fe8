"""The dialogue with an SSI decoder: parameters, sessions, codes in packets."""

from __future__ import annotations

from collections import deque

import anyio

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.module import (
    LONGEST_CODE,
    DamagedCode,
    Delays,
    Identity,
    OversizeCode,
    Refused,
)
from drivers.scanner.ssi import codec
from drivers.scanner.ssi.codec import Packet, PacketReader, packet, parameters
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout
from kiosk.core.media import Barcode

_NEEDED = {
    codec.TRIGGER_MODE: codec.TRIGGER_BY_HOST,
    codec.HANDSHAKE: 1,
    codec.PARAMETER_CODES: 0,
    codec.FORMAT: 1,
}
"""Sessions by the host, acknowledgements, packeted codes; and a parameter code held up
by somebody changes nothing."""

_ATTEMPTS = 3
_ACK = packet(codec.ACK)
_AGAIN = packet(codec.NAK, bytes((codec.NAK_RESEND,)))


class SsiModule:
    """See ``drivers.scanner.module.ScanModule``."""

    def __init__(self, link: Link, clock: Clock, delays: Delays) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._reader = PacketReader()
        self._arrived: deque[Packet] = deque()
        self._codes: deque[Barcode] = deque()
        self._part = b""
        self._last: Packet | None = None
        self._identity: Identity | None = None
        self._resend_asked = False
        self._oversize = False
        self._doubtful = False
        self._ended = False

    @property
    def identity(self) -> Identity:
        """What the revision reply told."""
        return self._identity or Identity()

    def meet(self) -> None:
        """Forget what is known of it: it may be another module."""
        self._reader = PacketReader()
        self._arrived.clear()
        self._identity = None
        self.forget()

    async def prepare(self, *, keep: bool) -> None:
        """Wake the decoder and set what is not as it should be.

        Raises:
            DeviceError: the decoder is gone, silent, or refuses.
        """
        await self._link.write(codec.WAKE, timeout_s=self._delays.write_s)
        await anyio.sleep(self._delays.wake_s)
        wrong = await self._differing()
        if wrong:
            await self._order(parameters(wrong, keep=keep))
        if self._identity is None:
            self._identity = await self._ask_identity()
        await self._order(packet(codec.SCAN_ENABLE))

    async def light_on(self, *, again: bool) -> None:
        """Begin a session; a code that came with the answer is kept."""
        await self._order(packet(codec.START_SESSION))
        self._ended = False

    async def light_off(self) -> None:
        """End the session, and forget what came meanwhile."""
        try:
            await self._order(packet(codec.STOP_SESSION))
        finally:
            self.forget()

    async def code(self, deadline: Deadline) -> Barcode | None:
        """Return the next code; ``None`` when the time is over.

        Raises:
            OversizeCode: more bytes than any code has.
            DamagedCode: a part of it may have come twice.
        """
        looks = deadline.looks()
        while not self._codes:
            if self._oversize:
                self._oversize = False
                raise OversizeCode
            if self._doubtful and not self._part:
                self._doubtful = False
                raise DamagedCode
            left_s = next(looks, 0.0 if self._reader.waiting else None)
            if left_s is None:
                return None
            await self._hear(left_s)
            for found in self._packets():
                await self._take(found)
        return self._codes.popleft()

    def forget(self) -> None:
        """Drop codes that nobody waits for."""
        self._codes.clear()
        self._part, self._oversize, self._doubtful = b"", False, False

    async def _differing(self) -> dict[int, int]:
        """Return the parameters that are not as needed; all, if it does not tell."""
        request = packet(codec.PARAM_REQUEST, bytes(_NEEDED))
        try:
            told = await self._ask(request, codec.PARAM_SEND)
        except Refused:
            return dict(_NEEDED)
        pairs = told.data[1:]
        found = dict(zip(pairs[::2], pairs[1::2], strict=False))
        return {
            number: value
            for number, value in _NEEDED.items()
            if found.get(number) != value
        }

    async def _ask_identity(self) -> Identity:
        try:
            told = await self._ask(packet(codec.REQUEST_REVISION), codec.REPLY_REVISION)
        except Refused:
            return Identity()
        words = told.data.decode("latin-1").split()
        revision, model, serial = [*words, "", "", ""][:3]
        return Identity(model, serial, revision)

    async def _order(self, request: bytes) -> None:
        await self._ask(request, codec.ACK)

    async def _ask(self, request: bytes, wanted: int) -> Packet:
        """Send a packet until its answer is there, acknowledging what else comes.

        Raises:
            DeviceTimeout: silence.
            DeviceProtocolError: no whole packet among what came.
            Refused: the decoder does not do this, or not now.
            DeviceMissing: the pipe is gone.
        """
        heard = False
        for _ in range(_ATTEMPTS):
            await self._link.write(request, timeout_s=self._delays.write_s)
            deadline = Deadline(self._clock, self._delays.reply_s)
            for left_s in deadline.looks():
                heard |= await self._hear(left_s)
                answer = await self._answer(wanted)
                if answer is not None:
                    return answer
                if self._resend_asked:
                    break
            if not heard:
                raise DeviceTimeout("no answer")
        raise DeviceProtocolError(f"no whole answer in {_ATTEMPTS} attempts")

    async def _answer(self, wanted: int) -> Packet | None:
        """Return the answer if it is among what came; deal with all the rest."""
        self._resend_asked = False
        for found in self._packets():
            if found.opcode == codec.NAK:
                cause = found.data[0] if found.data else codec.NAK_DENIED
                if cause != codec.NAK_RESEND:
                    raise Refused(f"not acknowledged, cause {cause}")
                self._resend_asked = True
            elif found.opcode == wanted:
                if wanted != codec.ACK:
                    await self._say(_ACK)
                return found
            else:
                await self._take(found)
        return None

    async def _take(self, found: Packet) -> None:
        """Acknowledge what comes unasked; keep a code, once."""
        if found.opcode in (codec.ACK, codec.NAK):
            return
        await self._say(_ACK)
        if found.opcode not in codec.CODES or self._is_repeated(found):
            return
        kind, data = found.data[:1], found.data[1:]
        if not kind:
            return
        self._part += data
        if len(self._part) > LONGEST_CODE:
            self._part, self._oversize = b"", True
            return
        if not found.status & codec.MORE:
            self._end(codec.symbology(kind[0]))

    def _end(self, symbology: str) -> None:
        """Keep the code that is whole now, unless a part of it may be in it twice."""
        if not self._doubtful:
            self._codes.append(Barcode(self._part, symbology))
        self._part, self._ended = b"", True

    def _is_repeated(self, found: Packet) -> bool:
        """Tell whether this is the last packet again.

        It is marked so when our acknowledgement was lost. One that is not, and comes
        before another session begins, is the echo of a line that says things twice.
        In the middle of a code nobody can tell it from the next part.
        """
        last, self._last = self._last, found
        if last is None or last.data != found.data:
            return False
        if found.status & codec.RESENT:
            return True
        if last.status & codec.MORE and found.status & codec.MORE:
            self._doubtful = True
        return self._ended and not last.status & codec.MORE

    def _packets(self) -> list[Packet]:
        packets, self._arrived = list(self._arrived), deque()
        return packets

    async def _hear(self, timeout_s: float) -> bool:
        """Read what comes; ask again for what came damaged. True if anything came."""
        if self._reader.waiting:
            timeout_s = self._delays.idle_s
        data = await self._link.read(timeout_s=timeout_s)
        if data:
            self._arrived.extend(self._reader.feed(data))
        else:
            self._reader.gap()
        if self._reader.damaged:
            self._reader.damaged = False
            await self._say(_AGAIN)
        return bool(data)

    async def _say(self, data: bytes) -> None:
        await self._link.write(data, timeout_s=self._delays.write_s)
