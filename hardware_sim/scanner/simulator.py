"""A scanner module on a serial cable, with hands that hold codes to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.link.worker import Worker
from hardware_sim.scanner.alarm import Alarm
from hardware_sim.scanner.engine import Answer, Engine
from hardware_sim.scanner.gm65.window import Window
from hardware_sim.scanner.held import KINDS, LONGEST_CODE, Held, kind_of
from hardware_sim.scanner.honeywell.engine import HoneywellEngine
from hardware_sim.scanner.newland.engine import NewlandEngine
from hardware_sim.scanner.ssi.engine import SsiEngine

ENGINES: Mapping[str, Callable[[], Engine]] = {
    "gm65": Window,
    "newland": NewlandEngine,
    "honeywell": HoneywellEngine,
    "ssi": SsiEngine,
    "gm67": partial(SsiEngine, long_packets=True),
}
"""Families of modules, by the protocol that they speak."""

BAUDRATES = {
    "gm65": 9600,
    "newland": 9600,
    "honeywell": 115200,
    "ssi": 9600,
    "gm67": 115200,
}
"""Speeds as delivered."""

_ENCODINGS = ("utf-8", "gbk")
_PAYMENT_CODE = "134500000000000024"
"""Looks like a payment code of WeChat (18 digits, 10 to 15 first); invented."""

_CODE = Argument("code")
_SECONDS = Argument("seconds", "number", 0)
_ENCODING = Argument("encoding", "choice", "utf-8", _ENCODINGS)
_KIND = Argument("kind", "choice", "auto", ("auto", *KINDS))
_DIGITS = Argument("digits", "text", _PAYMENT_CODE)


@dataclass(frozen=True, slots=True)
class Timings:
    """How fast the module is.

    Attributes:
        decode_s: to find and decode a code.
        repeat_s: pause between codes in continuous mode.
        resend_s: patience with a packet that the kiosk does not acknowledge.
    """

    decode_s: float = 0.15
    repeat_s: float = 1.0
    resend_s: float = 2.0


class SimScanner(SerialDevice):
    """The module, its window, and what a citizen holds in front of it.

    Args:
        directory: where ``<directory>/scanner`` appears; a temporary one if ``None``.
        baudrate: ``None`` for the family's, see ``BAUDRATES``.
        strict_speed: garbage while the kiosk has set another speed.
        family: one of ``ENGINES``.

    Raises:
        ValueError: no such family.
    """

    name = "scanner"
    title = "扫码模块"

    def __init__(
        self,
        directory: Path | str | None = None,
        baudrate: int | None = None,
        timings: Timings | None = None,
        strict_speed: bool = False,
        family: str = "gm65",
    ) -> None:
        self.family = one_of(family, "family", ENGINES)
        self._window = ENGINES[family]()
        self._factory_speed = self._window.baudrate
        self._baudrate = baudrate or BAUDRATES[family]
        self._timings = timings or Timings()
        self._changed = asyncio.Event()
        self._speeds: asyncio.Queue[int] = asyncio.Queue()
        self._hold = Alarm(partial(self._put, None))
        self._time_out = Alarm(self._give_up)
        self._resend = Alarm(self._say_again)
        super().__init__(
            Worker(self._watch),
            Worker(self._change_speed),
            directory=directory,
            baudrate=self._baudrate,
            strict_speed=strict_speed,
        )

    async def stop(self) -> None:
        """Stop answering; safe to call twice. Raises what a task died of."""
        for alarm in (self._hold, self._time_out, self._resend):
            alarm.call_off()
        await super().stop()

    def _seen(self) -> dict[str, JsonValue]:
        """Return the light, the mode, and what is held in front of the window."""
        held = self._window.held
        return {
            "light": self._window.light,
            "mode": self._window.mode,
            "family": self.family,
            "code": None if held is None else held.text,
            "delivered": held is not None and held.delivered,
        }

    @verb(
        "出示条码或二维码",
        "Hold a code to the window",
        _CODE,
        _SECONDS,
        _ENCODING,
        _KIND,
    )
    async def _present(
        self,
        code: str,
        seconds: object = 0,
        encoding: str = "utf-8",
        kind: str = "auto",
    ) -> JsonValue:
        """Hold a code for so many seconds; 0 = until it is taken away."""
        encoding = one_of(encoding, "encoding", _ENCODINGS)
        kind = one_of(kind, "kind", ("auto", *KINDS))
        hold_s = whole_number(seconds, "seconds", most=3600)
        text = str(code)
        if not 0 < len(text.encode(encoding, "replace")) <= LONGEST_CODE:
            raise ValueError(f"code: 1 to {LONGEST_CODE} bytes")
        self._put(Held(text, encoding, kind_of(text) if kind == "auto" else kind))
        if hold_s:
            self._hold.set(hold_s)
        return {"code": text}

    @verb("出示付款码", "Hold a payment code to the window", _DIGITS, _SECONDS)
    async def _present_payment_code(
        self, digits: str = _PAYMENT_CODE, seconds: object = 0
    ) -> JsonValue:
        text = str(digits)
        if not (text.isascii() and text.isdigit() and 16 <= len(text) <= 24):
            raise ValueError("digits: a payment code has 16 to 24 digits")
        return await self._present(text, seconds)

    @verb("出示破损条码", "Hold up a code that cannot be read")
    async def _present_wrong_media(self) -> JsonValue:
        self._put(Held("torn", readable=False))
        return {"readable": False}

    @verb("拿开条码", "Take the code away")
    async def _remove(self) -> JsonValue:
        self._put(None)
        return {"code": None}

    @verb("断电重启", "Power off and on")
    async def _power_cycle(self) -> JsonValue:
        self._window.lose_power()
        speed = self._window.baudrate
        if speed is None or speed == self._factory_speed:
            speed = self._baudrate
        self._cable.set_baudrate(speed)
        self.wire.add("note", b"", "power off and on")
        self._changed.set()
        return {"light": self._window.light}

    def _put(self, held: Held | None) -> None:
        self._hold.call_off()
        self._window.held = held
        word = "nothing" if held is None else "a code"
        self.wire.add("note", b"", f"{word} in front of the window")
        self._changed.set()

    def _receive(self, data: bytes) -> None:
        before = self._window.baudrate, self._window.triggers
        for exchange in self._window.hear(data, time.monotonic()):
            self.wire.add("in", exchange.raw, exchange.meaning)
            self._say(exchange.answers)
        speed, triggers = self._window.baudrate, self._window.triggers
        if speed is not None and speed != before[0]:
            self._speeds.put_nowait(speed)
        if triggers != before[1]:
            self._restart_time_out()
        self._changed.set()

    def _say(self, answers: Iterable[Answer]) -> None:
        """Answer, and watch whether the kiosk acknowledges what it has to."""
        for answer in answers:
            self._cable.send(answer.data, answer.meaning)
        self._resend.call_off()
        if self._window.unsettled:
            self._resend.set(self._timings.resend_s)

    def _say_again(self) -> None:
        self._say(self._window.resend())

    def _restart_time_out(self) -> None:
        self._time_out.call_off()
        seconds = self._window.time_out_s
        if self._window.triggered and seconds:
            self._time_out.set(seconds)

    def _give_up(self) -> None:
        if self._window.triggered:
            self._window.triggered = False
            self.wire.add("note", b"", "nothing read in time: light off")

    async def _watch(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._window.sees_code():
                await asyncio.sleep(self._timings.decode_s)
                if not self._window.sees_code():
                    break
                self._say(self._window.decode())
                if self._window.light:
                    await asyncio.sleep(self._timings.repeat_s)

    async def _change_speed(self) -> None:
        """Answer in the old speed first, then change."""
        while True:
            baudrate = await self._speeds.get()
            await self._cable.flush()
            self._cable.set_baudrate(baudrate)


create = SimScanner
"""Makes one that is not started yet, as in every simulator."""
