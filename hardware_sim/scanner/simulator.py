"""A GM65 scanner module on a serial cable, with hands that hold codes to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.plug import create_cable
from hardware_sim.link.verbs import link_verbs
from hardware_sim.link.worker import Worker
from hardware_sim.scanner import zones
from hardware_sim.scanner.frames import Request, RequestReader
from hardware_sim.scanner.window import LONGEST_CODE, Held, Window, describe

_ENCODINGS = ("utf-8", "gbk")
_PAYMENT_CODE = "134500000000000024"
"""Looks like a payment code of WeChat (18 digits, 10 to 15 first); invented."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds to find and decode a code; pause between codes in continuous mode."""

    decode_s: float = 0.15
    repeat_s: float = 1.0


class SimScanner:
    """The module, its window, and what a citizen holds in front of it."""

    name = "scanner"
    title = "扫码模块"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        timings: Timings | None = None,
        strict_speed: bool = False,
    ) -> None:
        self.wire = WireLog()
        self._window = Window()
        self._timings = timings or Timings()
        self._reader = RequestReader()
        self._changed = asyncio.Event()
        self._worker = Worker(self._watch)
        self._setter = Worker(self._change_speed)
        self._speeds: asyncio.Queue[int] = asyncio.Queue()
        self._hold: asyncio.TimerHandle | None = None
        self._time_out: asyncio.TimerHandle | None = None
        self._cable = create_cable(
            self.name,
            self.wire,
            self._receive,
            directory=directory,
            baudrate=baudrate,
            strict_speed=strict_speed,
        )

    async def start(self) -> str:
        """Begin to answer; return the path of the serial port."""
        self._worker.start()
        self._setter.start()
        return await self._cable.start()

    async def stop(self) -> None:
        """Stop answering; safe to call twice."""
        self._cancel_timers()
        await self._cable.stop()
        await self._worker.stop()
        await self._setter.stop()

    def state(self) -> dict[str, JsonValue]:
        """Return the light, the mode, and what is held in front of the window."""
        held = self._window.held
        return {
            "connected": self._cable.connected,
            "endpoint": self._cable.endpoint,
            "light": self._window.light,
            "mode": ("button", "command", "continuous", "sensing")[
                self._window.zones.mode
            ],
            "code": None if held is None else held.text,
            "delivered": held is not None and held.delivered,
            "faults": self._cable.faults.names(),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        seconds = Argument("seconds", "number", 0)
        encoding = Argument("encoding", "choice", "utf-8", _ENCODINGS)
        own = (
            Verb(
                "present",
                "出示条码或二维码",
                "Hold a code to the window",
                self._present,
                (Argument("code"), seconds, encoding),
            ),
            Verb(
                "present_payment_code",
                "出示付款码",
                "Hold a payment code to the window",
                self._present_payment_code,
                (Argument("digits", "text", _PAYMENT_CODE), seconds),
            ),
            Verb("remove", "拿开条码", "Take the code away", self._remove),
            Verb("power_cycle", "断电重启", "Power off and on", self._power_cycle),
        )
        return {verb.name: verb for verb in own} | link_verbs(self._cable)

    async def _present(
        self, code: str, seconds: object = 0, encoding: str = "utf-8"
    ) -> JsonValue:
        """Hold a code for so many seconds; 0 = until it is taken away."""
        encoding = one_of(encoding, "encoding", _ENCODINGS)
        hold_s = whole_number(seconds, "seconds", most=3600)
        text = str(code)
        if not 0 < len(text.encode(encoding, "replace")) <= LONGEST_CODE:
            raise ValueError(f"code: 1 to {LONGEST_CODE} bytes")
        self._put(Held(text, encoding))
        if hold_s:
            loop = asyncio.get_running_loop()
            self._hold = loop.call_later(hold_s, self._put, None)
        return {"code": text}

    async def _present_payment_code(
        self, digits: str = _PAYMENT_CODE, seconds: object = 0
    ) -> JsonValue:
        text = str(digits)
        if not (text.isascii() and text.isdigit() and 16 <= len(text) <= 24):
            raise ValueError("digits: a payment code has 16 to 24 digits")
        return await self._present(text, seconds)

    async def _remove(self) -> JsonValue:
        self._put(None)
        return {"code": None}

    async def _power_cycle(self) -> JsonValue:
        self._window.lose_power()
        self._cable.set_baudrate(self._window.zones.baudrate or 9600)
        self.wire.add("note", b"", "power off and on")
        self._changed.set()
        return {"light": self._window.light}

    def _put(self, held: Held | None) -> None:
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None
        self._window.held = held
        word = "nothing" if held is None else "a code"
        self.wire.add("note", b"", f"{word} in front of the window")
        self._changed.set()

    def _receive(self, data: bytes) -> None:
        for request in self._reader.feed(data, time.monotonic()):
            self.wire.add("in", request.raw, describe(request))
            answer, meaning = self._window.obey(request)
            self._cable.send(answer, meaning)
            self._after(request)

    def _after(self, request: Request) -> None:
        """Act on what a request has changed: time-out, speed, light."""
        if request.address == zones.SPEED and self._window.zones.baudrate:
            self._speeds.put_nowait(self._window.zones.baudrate)
        if request.address == zones.TRIGGER:
            self._restart_time_out()
        self._changed.set()

    def _restart_time_out(self) -> None:
        if self._time_out is not None:
            self._time_out.cancel()
            self._time_out = None
        seconds = self._window.zones.time_out_s
        if self._window.triggered and seconds:
            loop = asyncio.get_running_loop()
            self._time_out = loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        if self._window.triggered:
            self._window.triggered = False
            self.wire.add("note", b"", "nothing read in time: light off")

    def _cancel_timers(self) -> None:
        for timer in (self._hold, self._time_out):
            if timer is not None:
                timer.cancel()

    async def _watch(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._window.sees_code():
                await asyncio.sleep(self._timings.decode_s)
                if not self._window.sees_code():
                    break
                self._cable.send(self._window.decode(), "code")
                if self._window.light:
                    await asyncio.sleep(self._timings.repeat_s)

    async def _change_speed(self) -> None:
        """Answer in the old speed first, then change."""
        while True:
            baudrate = await self._speeds.get()
            await self._cable.flush()
            self._cable.set_baudrate(baudrate)


def create(
    directory: Path | str | None = None,
    baudrate: int = 9600,
    timings: Timings | None = None,
    strict_speed: bool = False,
) -> SimScanner:
    """Return a scanner that is not started yet.

    Args:
        directory: where ``<directory>/scanner`` appears; a temporary one if ``None``.
        strict_speed: garbage while the kiosk has set another speed.
    """
    return SimScanner(
        directory=directory,
        baudrate=baudrate,
        timings=timings,
        strict_speed=strict_speed,
    )
