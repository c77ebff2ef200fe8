"""A Modbus board in the cabinet: lamps that shine, a door, a button, a citizen.

Contacts: 0 cabinet door (closed = open door), 1 presence, 2 headphones, 3 call button,
4 tamper. Lamps on coils 0 to 7, RGB lamps on registers 16 to 31, watchdog on 60.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from hardware_sim.auxiliaries.board import Board, describe_answer, describe_request
from hardware_sim.auxiliaries.frames import FrameReader, Heard, seal
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.link.hands import verb

CONTACTS = {
    "door": 0,
    "presence": 1,
    "headphones": 2,
    "call_button": 3,
    "tamper": 4,
}
_MOVES = (
    ("open_door", "打开柜门", "Open the cabinet door", "door", True),
    ("close_door", "关上柜门", "Close the cabinet door", "door", False),
    ("approach", "有人走近", "Step up to the machine", "presence", True),
    ("leave", "人走开", "Walk away", "presence", False),
    ("plug_headphones", "插入耳机", "Plug headphones in", "headphones", True),
    ("unplug_headphones", "拔掉耳机", "Unplug them", "headphones", False),
    ("press_call", "按住呼叫按钮", "Hold the call button", "call_button", True),
    ("release_call", "松开呼叫按钮", "Let it go", "call_button", False),
    ("tamper", "撬动机箱", "Tamper with the case", "tamper", True),
    ("tamper_over", "机箱复位", "Put the case right", "tamper", False),
)
"""Verbs that close a contact or open it."""

_CONTACT = Argument("contact", "choice", "door", tuple(CONTACTS))
_TIMES = Argument("times", "number", 5)
_REFUSALS = ("1", "2", "4", "6")
_REFUSAL = Argument("exception", "choice", "4", _REFUSALS)


class SimAuxiliaries(SerialDevice):
    """The board, and the hands and feet around it.

    Args:
        directory: where ``<directory>/auxiliaries`` appears; temporary if ``None``.
        unit: its Modbus address.
        tcp_port: answer on TCP instead; 0 = any free port.
    """

    name = "auxiliaries"
    title = "灯光与传感器板"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        unit: int = 1,
        tcp_port: int | None = None,
        turnaround_s: float = 0.003,
    ) -> None:
        self._board = Board()
        self._unit = unit
        self._powered = True
        self._turnaround_s = turnaround_s
        self._reader = FrameReader()
        self._answers: set[asyncio.TimerHandle] = set()
        self._bounces: set[asyncio.Task[None]] = set()
        super().__init__(directory=directory, baudrate=baudrate, tcp_port=tcp_port)

    async def stop(self) -> None:
        """Stop answering; safe to call twice."""
        for bounce in tuple(self._bounces):
            bounce.cancel()
        for answer in self._answers:
            answer.cancel()
        await super().stop()

    def _seen(self) -> dict[str, JsonValue]:
        """Return which lamps shine and which contacts are closed."""
        self._board.look_at_clock(time.monotonic())
        return {
            "powered": self._powered,
            "lamps": self._board.lamps(),
            "contacts": {name: self._board.inputs[at] for name, at in CONTACTS.items()},
            "watchdogTripped": self._board.tripped,
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        moves = {
            name: Verb(name, title, title_en, self._setter(contact, closed))
            for name, title, title_en, contact, closed in _MOVES
        }
        return {**moves, **super().verbs()}

    def _setter(self, contact: str, closed: bool) -> Callable[[], Awaitable[JsonValue]]:
        async def call() -> JsonValue:
            self._set(contact, closed)
            return {contact: closed}

        return call

    def _set(self, contact: str, closed: bool) -> None:
        self._board.inputs[CONTACTS[contact]] = closed
        word = "closed" if closed else "open"
        self.wire.add("note", b"", f"contact {contact} is {word}")

    @verb("触点抖动", "Let a contact chatter", _CONTACT, _TIMES)
    async def _bounce(self, contact: str = "door", times: object = 5) -> JsonValue:
        """Change a contact there and back, so many times, 40 ms apart."""
        contact = one_of(contact, "contact", CONTACTS)
        count = whole_number(times, "times", least=1, most=200)
        task = asyncio.create_task(self._chatter(contact, count))
        self._bounces.add(task)
        task.add_done_callback(self._bounces.discard)
        return {"contact": contact, "times": count}

    async def _chatter(self, contact: str, count: int) -> None:
        for _ in range(2 * count):
            self._set(contact, not self._board.inputs[CONTACTS[contact]])
            await asyncio.sleep(0.02)

    @verb("板卡拒绝执行", "Let the board refuse everything", _REFUSAL)
    async def _refuse(self, exception: str = "4") -> JsonValue:
        self._board.refuses = int(one_of(exception, "exception", _REFUSALS))
        return {"exception": self._board.refuses}

    @verb("断电", "Cut the board's power")
    async def _power_off(self) -> JsonValue:
        self._powered = False
        self._board.lose_power()
        for answer in self._answers:
            answer.cancel()
        self._answers.clear()
        self.wire.add("note", b"", "power off")
        return {"powered": False}

    @verb("上电", "Power the board again")
    async def _power_on(self) -> JsonValue:
        self._powered = True
        self.wire.add("note", b"", "power on")
        return {"powered": True}

    @verb("断电重启", "Let the power blink")
    async def _power_cut(self) -> JsonValue:
        await self._power_off()
        return await self._power_on()

    async def _mend(self) -> None:
        self._board.refuses = 0
        self._powered = True

    def _receive(self, data: bytes) -> None:
        for frame in self._reader.feed(data, time.monotonic()):
            self._hear(frame)

    def _hear(self, frame: Heard) -> None:
        if not self._powered:
            return
        if not frame.good:
            self.wire.add("in", frame.raw, "wrong check sum: not answered")
            return
        if frame.unit not in (0, self._unit):
            self.wire.add("in", frame.raw, f"for board {frame.unit}: not answered")
            return
        self.wire.add("in", frame.raw, describe_request(frame.body))
        answer = self._board.obey(frame.body, time.monotonic())
        if frame.unit:
            meaning = describe_answer(answer)
            sealed = seal(bytes([self._unit]) + answer)
            self._send_later(sealed, meaning)

    def _send_later(self, answer: bytes, meaning: str) -> None:
        """Answer after the time that a board needs; a power loss forgets it."""

        def send() -> None:
            self._answers.discard(timer)
            self._cable.send(answer, meaning)

        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._turnaround_s, send)
        self._answers.add(timer)


create = SimAuxiliaries
"""Makes one that is not started yet, as in every simulator."""
