"""An 80 mm ESC/POS receipt printer on a cable, and the hands that feed and jam it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import JsonValue, Paper, Verb
from hardware_sim.link.hands import verbs_of
from hardware_sim.link.pty import PtyCable
from hardware_sim.link.worker import Worker
from hardware_sim.receipt.commands import CommandReader
from hardware_sim.receipt.device_file import FULL_SPEED, DeviceFileCable
from hardware_sim.receipt.engine import Engine
from hardware_sim.receipt.glyphs import load_font
from hardware_sim.receipt.hands import Hands
from hardware_sim.receipt.realtime import RealTime, RealTimeScanner
from hardware_sim.receipt.strip import Piece
from hardware_sim.receipt.words import (
    describe,
    describe_automatic,
    describe_status,
)

_GROUPS = ((0, 0x02, 0x7C), (1, 0x04, 0xFF), (2, 0x08, 0xFF))
"""Automatic status: byte, the bit of GS a that asks for it, the bits that count."""


class SimReceipt(SerialDevice):
    """The printer, its cable, and the paper that came out of it.

    Args:
        directory: where ``<directory>/receipt`` appears; a temporary one if ``None``.
        tcp_port: listen on the loopback instead, 0 = any free port.
        speed_mm_s: how fast paper moves; tests use a fast one.
        four_byte: the firmware prints the four-byte area of GB 18030; most do not.
        strict_speed: garbage while the kiosk has set another serial speed.
        device_file: be a USB printer behind ``file:<directory>/receipt``.
    """

    name = "receipt"
    title = "凭条打印机"
    title_en = "Receipt printer"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 115200,
        tcp_port: int | None = None,
        speed_mm_s: float = 150.0,
        cut_s: float = 0.3,
        four_byte: bool = False,
        strict_speed: bool = False,
        device_file: bool = False,
    ) -> None:
        self.engine = Engine(
            reply=self._reply,
            on_piece=self.let_out,
            on_change=self._report_change,
            speed_mm_s=speed_mm_s,
            cut_s=cut_s,
            four_byte=four_byte,
        )
        self._papers: list[Paper] = []
        self._dark = False
        self._received = CommandReader()
        self._real_time = RealTimeScanner()
        self._reported = self.engine.mechanism.automatic_status()
        self._hands = Hands(self)
        super().__init__(
            Worker(self.engine.run),
            directory=directory,
            baudrate=FULL_SPEED if device_file else baudrate,
            tcp_port=tcp_port,
            strict_speed=strict_speed,
            line=DeviceFileCable if device_file else PtyCable,
        )

    async def start(self) -> str:
        """Switch on; return the path or ``tcp://127.0.0.1:port``.

        Raises:
            OSError: the place is taken, or the font is not installed.
        """
        load_font()
        return await super().start()

    def papers(self) -> tuple[Paper, ...]:
        """Return every piece of paper that came out, oldest first."""
        return tuple(self._papers)

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        return {**verbs_of(self._hands), **super().verbs()}

    async def _mend(self) -> None:
        await self._hands.heal()

    def _seen(self) -> dict[str, JsonValue]:
        """Return what eyes would see."""
        mechanism = self.engine.mechanism
        return {
            "powered": mechanism.powered,
            "online": mechanism.online,
            "printing": self.engine.printing and mechanism.online,
            "buffered": self.engine.buffered + len(self._received),
            "paperMetres": round(mechanism.paper_m, 2),
            "paperEnd": mechanism.paper_end,
            "nearEnd": mechanism.near_end,
            "coverOpen": mechanism.cover_open,
            "error": mechanism.error,
            "hanging": self.engine.strip.text,
            "papers": [
                {
                    "number": paper.number,
                    "text": paper.text,
                    "cut": paper.cut,
                    "taken": paper.taken,
                }
                for paper in self._papers
            ],
        }

    def let_out(self, piece: Piece, cut: bool) -> None:
        """Put a piece of paper on the pile."""
        number = len(self._papers) + 1
        paper = Paper(number, piece.png, piece.text, cut, at=time.time())
        self._papers.append(paper)
        word = "cut" if cut else "torn off"
        self.wire.add("note", b"", f"paper {number} {word}")

    def take_papers(self) -> list[int]:
        """Mark what lies there as taken; return its numbers."""
        waiting = [paper for paper in self._papers if not paper.taken]
        for paper in waiting:
            self._papers[paper.number - 1] = dataclasses.replace(paper, taken=True)
        return [paper.number for paper in waiting]

    def lose_power(self) -> None:
        """Forget buffers and modes; nothing answers until power is back."""
        self.engine.mechanism.powered = False
        self._dark = True
        self._received.clear()
        self.engine.automatic_groups = 0
        self.engine.clear()
        self.wire.add("note", b"", "power lost")

    def _receive(self, data: bytes) -> None:
        if not self.engine.mechanism.powered:
            self.wire.add("note", data, "nobody hears: no power")
            return
        begin = 0
        for at, byte in enumerate(data):
            command = self._real_time.see(byte)
            if command is not None:
                self._queue(data[begin : at + 1])
                begin = at + 1
                self._obey(command)
        self._queue(data[begin:])

    def _queue(self, data: bytes) -> None:
        """Queue whole commands; a real-time one outside a picture is done with."""
        self._received.feed(data)
        while (command := self._received.next()) is not None:
            self.wire.add("in", command.raw, describe(command))
            if command.name != "real-time":
                self.engine.take(command)

    def _obey(self, command: RealTime) -> None:
        mechanism = self.engine.mechanism
        if command.name == "status":
            status = mechanism.real_time_status(command.number)
            self._reply(bytes((status,)), describe_status(command.number, status))
            return
        if command.name == "recover":
            mechanism.recover()
        if command.name == "clear" or command.number == 2:
            self.wire.add("note", b"", f"{self.engine.buffered} bytes cleared")
            self._received.clear()
            self.engine.clear()
        self.engine.changed()

    def _reply(self, data: bytes, meaning: str) -> None:
        if self.engine.mechanism.powered:
            self._cable.send(data, meaning)

    def _report_change(self) -> None:
        """Send automatic status when a group that was asked for has changed."""
        if not self.engine.mechanism.powered:
            if not self._dark:
                self.lose_power()
            return
        self._dark = False
        status = self.engine.mechanism.automatic_status()
        before, self._reported = self._reported, status
        for byte, asked, bits in _GROUPS:
            changed = (before[byte] ^ status[byte]) & bits
            if changed and self.engine.automatic_groups & asked:
                self._reply(status, describe_automatic(status))
                return


create = SimReceipt
"""Makes one that is not started yet, as in every simulator."""
