"""The way of an APDU to the terminal and back: acknowledged on a serial line.

The PT sends when it likes, also while our own frame is on its way. Whatever comes is
acknowledged at once and waits in an inbox until the dialogue asks for it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.payment.zvt.frame import (
    ACK,
    NAK,
    Apdu,
    ApduFinder,
    Damaged,
    FrameFinder,
    Heard,
    NotTaken,
    Taken,
    framed,
)
from kiosk.core.clock import Clock

_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    The four figures of the specification are T1 0.2, T2 15, T3 5, T4 180; which wait
    T2 and T3 stand for is unconfirmed, so the shorter is used for the link.

    Attributes:
        character_s: T1, silence inside a frame that makes it a damaged one.
        taken_s: T3, longest wait for 06 or 15.
        answer_s: T2, longest wait for 80 00 or 84 xx.
        command_s: T4, longest silence of a PT that works on a command.
        short_s: longest run of a command that waits for nobody.
        abort_s: how long a transaction may go on after it was told to stop; the PT
            may be waiting for its host.
        again_s: between two attempts to reset a PT that is busy.
    """

    character_s: float = 0.2
    write_s: float = 3.0
    taken_s: float = 5.0
    answer_s: float = 15.0
    command_s: float = 180.0
    short_s: float = 30.0
    abort_s: float = 60.0
    again_s: float = 0.5


class Channel:
    """Sends and receives whole APDUs.

    Args:
        serial: framed and acknowledged; otherwise bare APDUs over TCP.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, serial: bool
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._serial = serial
        self._finder: FrameFinder | ApduFinder
        self._finder = FrameFinder() if serial else ApduFinder()
        self._inbox: deque[Apdu] = deque()
        self.damaged = 0

    def forget(self) -> None:
        """Begin anew: nothing that came before counts."""
        self._finder.forget()
        self._inbox.clear()

    async def send(
        self, apdu: Apdu, *, once: bool = False, opens: bool = False
    ) -> bool:
        """Send; return whether the other side acknowledged it.

        Args:
            once: never repeat it. A frame that moves money must not arrive twice, and
                a single damaged byte can look like 15.
            opens: the beginning of a dialogue: what the PT sent ahead of its
                acknowledgement is older than that, and is dropped.

        Raises:
            DeviceMissing: the pipe is gone.
            DeviceTimeout: the pipe takes no more bytes.
        """
        if not self._serial:
            await self._link.write(apdu.packed(), timeout_s=self._delays.write_s)
            return True
        for _ in range(1 if once else _REPEATS):
            await self._link.write(framed(apdu), timeout_s=self._delays.write_s)
            if await self._taken(opens):
                return True
        return False

    async def receive(self, *, timeout_s: float) -> Apdu | None:
        """Return the next APDU, ``None`` when none came in time.

        Raises:
            DeviceMissing: the pipe is gone.
        """
        for left_s in Deadline(self._clock, timeout_s).looks():
            if self._inbox:
                break
            for heard in await self._hear(left_s):
                await self._keep(heard)
        return self._inbox.popleft() if self._inbox else None

    async def _taken(self, opens: bool) -> bool:
        for left_s in Deadline(self._clock, self._delays.taken_s).looks():
            verdict: bool | None = None
            for heard in await self._hear(left_s):
                if isinstance(heard, Taken | NotTaken):
                    verdict = isinstance(heard, Taken)
                    if opens:
                        self._inbox.clear()
                else:
                    await self._keep(heard)
            if verdict is not None:
                return verdict
        return False

    async def _keep(self, heard: Heard) -> None:
        """Acknowledge an APDU and put it into the inbox, a repeated one only once."""
        if isinstance(heard, Damaged):
            self.damaged += 1
            await self._reply(NAK)
        elif isinstance(heard, Apdu):
            if self._serial:
                await self._reply(ACK)
            if not self._inbox or self._inbox[-1] != heard:
                self._inbox.append(heard)

    async def _reply(self, byte: int) -> None:
        await self._link.write(bytes([byte]), timeout_s=self._delays.write_s)

    async def _hear(self, left_s: float) -> list[Heard]:
        """Return what comes; an unfinished frame that stays silent is a damaged one."""
        midway = self._finder.midway
        wait_s = self._delays.character_s if midway else left_s
        data = await self._link.read(timeout_s=wait_s)
        if not data and midway and self._serial:
            self._finder.forget()
            return [Damaged()]
        return self._finder.feed(data)
