"""The A4 printer as one simulated device: IPP on a port, hands on the machine.

``unplug`` pulls the network cable: nobody gets in, the sheets that were ordered
still come out. ``power_cut`` takes everything: jobs, counters, and the sheet under
way comes out half printed when the power is back, as real ones do.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from hardware_sim.link.device import JsonValue, Paper, Verb, WireLog
from hardware_sim.link.hands import verbs_of
from hardware_sim.printer.attributes import MAKE_AND_MODEL, Address
from hardware_sim.printer.codec import MalformedMessage, Message, decode, encode
from hardware_sim.printer.interpreter import Leaf
from hardware_sim.printer.jobs import JobQueue
from hardware_sim.printer.mechanics import Bell, Mechanics, Pace
from hardware_sim.printer.operations import Desk
from hardware_sim.printer.verbs import Hands
from hardware_sim.printer.wiretap import (
    DOCUMENT_SAMPLE,
    describe_answer,
    describe_request,
)
from hardware_sim.web import PluggableServer, Request, answer_bytes

IPP_TYPE = "application/ipp"


@dataclass(slots=True)
class Manners:
    """How the network side misbehaves; all zero is good behaviour.

    Attributes:
        garbage_kind: ``body`` (HTTP is right, IPP is not), ``http`` (not even
            HTTP), ``half`` (the answer stops in the middle).
    """

    silent: bool = False
    late_ms: int = 0
    garbage_left: int = 0
    garbage_kind: str = "body"


class PrintedSheet(Paper):
    """A sheet of A4; ``cut`` says whether it came out in order."""

    __slots__ = ()

    @property
    def whole(self) -> bool:
        """False for a sheet that was spoiled under way."""
        return self.cut


class SimPrinter:
    """A4 laser printer with one tray, one bin and an IPP/2.0 network port."""

    name = "printer"
    title = "A4 打印机"
    title_en = "A4 printer"

    def __init__(self, directory: Path, host: str, port: int, pace: Pace) -> None:
        self.wire = WireLog()
        self.manners = Manners()
        self.directory = directory
        bell = Bell()
        self.mechanics = Mechanics(pace, bell)
        self.queue = JobQueue(self.mechanics, bell, directory)
        self._desk = Desk(self.queue, self.mechanics)
        self._server = PluggableServer(host, port, self._serve)
        self._boot: asyncio.Task[None] | None = None
        self._powered = False
        self._papers: list[PrintedSheet] = []

    async def start(self) -> str:
        """Switch on, listen, and return ``ipp://host:port/ipp/print``."""
        await self._server.plug_in()
        self._desk.address = Address(self._server.host, self._server.port)
        if not self._powered:
            self._powered = True
            self.queue.switch_on()
        return self._desk.address.uri

    async def stop(self) -> None:
        """Switch off and let go of the port; safe to call twice."""
        if self._boot is not None:
            self._boot.cancel()
            await asyncio.gather(self._boot, return_exceptions=True)
            self._boot = None
        await self._server.unplug()
        await self.queue.switch_off()
        self._powered = False

    def verbs(self) -> Mapping[str, Verb]:
        """What hands can do to the printer."""
        return verbs_of(Hands(self))

    def papers(self) -> tuple[PrintedSheet, ...]:
        """Return every sheet that left the machine, oldest first."""
        for sheet in self.mechanics.sheets[len(self._papers) :]:
            png = sheet.leaf.picture.read_bytes()
            text = sheet.leaf.text
            self._papers.append(
                PrintedSheet(sheet.number, png, text, sheet.whole, at=sheet.at)
            )
        for index, sheet in enumerate(self.mechanics.sheets):
            if sheet.taken and not self._papers[index].taken:
                self._papers[index] = replace(self._papers[index], taken=True)
        return tuple(self._papers)

    def state(self) -> dict[str, JsonValue]:
        """What eyes see, and the queue as the printer's own panel shows it."""
        parts = self.mechanics
        printer_state = self.queue.printer_state
        stopped = printer_state.name == "STOPPED"
        return {
            "plugged": self._server.listening,
            "powered": self._powered,
            "printer_state": printer_state.name.lower(),
            "state_reasons": parts.reasons(needs_paper=stopped),
            "tray": parts.tray,
            "toner_percent": parts.toner_percent,
            "cover_open": parts.cover_open,
            "tray_out": parts.tray_out,
            "jammed": parts.jammed,
            "sheets_in_bin": len(parts.in_bin),
            "sheets_total": len(parts.sheets),
            "identified": self._desk.identified,
            "silent": self.manners.silent,
            "late_ms": self.manners.late_ms,
            "jobs": [
                {
                    "id": job.number,
                    "name": job.name,
                    "state": job.state.name.lower(),
                    "reason": job.reason,
                    "impressions": job.impressions,
                    "impressions_completed": job.impressions_completed,
                }
                for job in self.queue.jobs.values()
            ],
        }

    async def unplug(self) -> None:
        """Pull the network cable out."""
        await self._server.unplug()
        self.wire.add("note", b"", "network cable out")

    async def plug_in(self) -> None:
        """Put the network cable back, on the same port."""
        if self._powered:
            await self._server.plug_in()
            self.wire.add("note", b"", "network cable in")

    async def power_cut(self, seconds: float) -> None:
        """Take the power away; it comes back by itself after ``seconds``."""
        half = self.mechanics.travelling
        self._powered = False
        await self._server.unplug()
        await self.queue.switch_off()
        self.queue.jobs.clear()
        self.wire.add("note", b"", "power cut: jobs and counters are lost")
        self._boot = asyncio.get_running_loop().create_task(
            self._power_up(seconds, half)
        )

    async def booted(self) -> None:
        """Wait until the power is back, if it was cut."""
        if self._boot is not None:
            await asyncio.wait([self._boot])

    async def _power_up(self, seconds: float, half: Leaf | None) -> None:
        await asyncio.sleep(seconds + self.mechanics.pace.boot_s)
        if half is not None:
            picture = await asyncio.to_thread(_half_of, half.picture)
            spoiled = Leaf(picture, "", half.sides)
            self.mechanics.drop(0, "half printed", spoiled, whole=False)
        self._powered = True
        self.queue.switch_on()
        await self._server.plug_in()
        self.wire.add("note", b"", "power is back")

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        if request.method != "POST":
            body = f"<!doctype html><title>{MAKE_AND_MODEL}</title>".encode()
            writer.write(answer_bytes(body, "text/html; charset=utf-8"))
            await writer.drain()
            return request.keeps_alive
        if request.path.partition("/ipp/print")[0] != "":
            writer.write(answer_bytes(b"", "text/plain", "404 Not Found"))
            await writer.drain()
            return request.keeps_alive
        answer = self._answer(request.body)
        return await self._send(answer, writer) and request.keeps_alive

    def _answer(self, body: bytes) -> bytes:
        try:
            message = decode(body)
        except MalformedMessage as error:
            self.wire.add("in", body[:DOCUMENT_SAMPLE], f"not IPP: {error}")
            answer = Message((2, 0), 0x0400, 1)
        else:
            head = body[: len(body) - len(message.data)]
            sample = head + message.data[:DOCUMENT_SAMPLE]
            self.wire.add("in", sample, describe_request(message))
            answer = self._desk.answer(message)
        raw = encode(answer)
        self.wire.add("out", raw, describe_answer(answer))
        return raw

    async def _send(self, answer: bytes, writer: asyncio.StreamWriter) -> bool:
        """Send an answer the way the manners say; whether to stay connected."""
        if self.manners.silent:
            self.wire.add("note", b"", "keeps silent")
            await asyncio.Event().wait()
        if self.manners.late_ms:
            await asyncio.sleep(self.manners.late_ms / 1000)
        raw = answer_bytes(answer, IPP_TYPE)
        spoiled = self.manners.garbage_left > 0
        if spoiled:
            kind = self.manners.garbage_kind
            self.manners.garbage_left -= 1
            raw = _spoil(raw, kind)
            self.wire.add("note", raw[:64], f"sent garbage instead ({kind})")
        writer.write(raw)
        await writer.drain()
        return not spoiled


def _spoil(answer: bytes, kind: str) -> bytes:
    noise = bytes((i * 73 + 41) % 256 for i in range(96))
    if kind == "http":
        return noise
    if kind == "half":
        return answer[: len(answer) // 2]
    return answer_bytes(noise, IPP_TYPE)


def _half_of(picture: Path) -> Path:
    """Draw the upper half of a page, as a sheet that lost power shows it."""
    with Image.open(picture) as page:
        half = page.convert("RGB")
    half.paste("white", (0, half.height * 2 // 5, half.width, half.height))
    path = picture.with_name(f"{picture.stem}-half.png")
    half.save(path, compress_level=3)
    return path


def create(
    *,
    directory: Path | str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    pace: Pace | None = None,
) -> SimPrinter:
    """Make a printer; nothing listens before ``start``.

    Args:
        directory: where documents and pictures of sheets are kept.
        port: 0 for a free one.
        pace: how long the machine takes; ``Pace()`` is an office printer.
    """
    place = Path(directory or tempfile.mkdtemp(prefix="sim-printer-"))
    return SimPrinter(place, host, port, pace or Pace())
