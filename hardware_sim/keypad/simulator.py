"""A keypad on a serial cable, and the finger above it."""

from __future__ import annotations

import asyncio
from collections import deque
from pathlib import Path

from hardware_sim.keypad.pad import KEYS, Pad, keys_of
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.link.worker import Worker

REPEAT_S = 0.05
"""A key that is held down sends again after this time."""

_KEY = Argument("key", "choice", "5", tuple(KEYS))
_KEYS = Argument("keys", "text", "1001 enter")
_PAUSE_MS = Argument("ms", "number", 120)


class SimKeypad(SerialDevice):
    """The pad; a finger that types waits until the kiosk opens the keys.

    Args:
        directory: where ``<directory>/keypad`` appears; a temporary one if ``None``.
        repeat_s: pace of a key that is held down.
    """

    name = "keypad"
    title = "数字键盘"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        tcp_port: int | None = None,
        repeat_s: float = REPEAT_S,
    ) -> None:
        self._pad = Pad()
        self._powered = True
        self._repeat_s = repeat_s
        self._held = ""
        self._typing: deque[tuple[str, float]] = deque()
        self._changed = asyncio.Event()
        super().__init__(
            Worker(self._type_on),
            directory=directory,
            baudrate=baudrate,
            tcp_port=tcp_port,
        )

    def _seen(self) -> dict[str, JsonValue]:
        """Return whether the keys are open, and what the finger does."""
        return {
            "powered": self._powered,
            "open": self._pad.open,
            "presses": self._pad.presses,
            "held": self._held or None,
            "toType": len(self._typing),
        }

    @verb("按键", "Press a key", _KEY)
    async def _press(self, key: str = "5") -> JsonValue:
        return {"sent": self._strike(one_of(key, "key", KEYS))}

    @verb("键盘开放后输入", "Type once the keys are open", _KEYS, _PAUSE_MS)
    async def _type(self, keys: str = "1001 enter", ms: object = 120) -> JsonValue:
        """Type keys, so many milliseconds apart, once they are open."""
        pause_s = whole_number(ms, "ms", most=10_000) / 1000
        wanted = keys_of(str(keys))
        self._typing.clear()
        self._typing.extend((key, pause_s) for key in wanted)
        self._changed.set()
        return {"keys": len(wanted)}

    @verb("按住不放", "Hold a key down", _KEY)
    async def _hold(self, key: str = "5") -> JsonValue:
        self._held = one_of(key, "key", KEYS)
        self.wire.add("note", b"", "a key is held down")
        self._changed.set()
        return {"held": self._held}

    @verb("松开", "Let go of it")
    async def _let_go(self) -> JsonValue:
        self._held = ""
        return {"held": None}

    @verb("断电", "Cut the power")
    async def _power_off(self) -> JsonValue:
        self._powered = False
        self.wire.add("note", b"", "power off")
        return {"powered": False}

    @verb("上电", "Power it again")
    async def _power_on(self) -> JsonValue:
        self._powered = True
        self._pad.lose_power()
        self.wire.add("note", b"", "power on: keys open")
        self._changed.set()
        return {"powered": True}

    @verb("断电重启", "Let the power blink")
    async def _power_cut(self) -> JsonValue:
        await self._power_off()
        return await self._power_on()

    async def _mend(self) -> None:
        self._held = ""
        self._typing.clear()
        if not self._powered:
            await self._power_on()

    def _strike(self, key: str) -> bool:
        data = self._pad.press(key) if self._powered else b""
        if data:
            self._cable.send(data, "a key")
        return bool(data)

    def _receive(self, data: bytes) -> None:
        if not self._powered:
            return
        for command in data:
            answer, asked, told = self._pad.obey(command)
            self.wire.add("in", bytes([command]), asked)
            if answer:
                self._cable.send(answer, told)
        self._changed.set()

    async def _type_on(self) -> None:
        """Press what is to be typed, and what is held, while the keys are open."""
        while True:
            self._changed.clear()
            if self._held and self._strike(self._held):
                await asyncio.sleep(self._repeat_s)
            elif self._typing and self._pad.invited and self._powered:
                key, pause_s = self._typing.popleft()
                self._strike(key)
                await asyncio.sleep(pause_s)
            else:
                await self._changed.wait()


create = SimKeypad
"""Makes one that is not started yet, as in every simulator."""
