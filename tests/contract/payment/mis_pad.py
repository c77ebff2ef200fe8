"""The PIN pad behind the vendor's library of ``vendor_library.c``, and what ails both.

The library tells the pad each step of a transaction on a Unix socket beside it, and
the pad says how to go on. What goes wrong with the library itself (it crashes, it
spoils its answer) is ordered by the pad too: a word on the same line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog

STEPS = ("now", "bank", "booked")
"""When: at the next step, before the bank is asked, after it has booked."""

SPOILT = ("noise", "refused", "strange_result")
_STEP = (Argument("step", "choice", "now", STEPS),)


class SimPad:
    """A PIN pad with a card in it; see ``hardware_sim.link.device.SimDevice``.

    Args:
        library: lies in a folder of its own, beside the acquirer's book.
    """

    name = "payment"
    title = "银联 MIS 终端"

    def __init__(self, library: Path) -> None:
        self.wire = WireLog()
        self._library = library
        self._book = library.with_name("book")
        self._away = library.with_suffix(".away")
        self._server: asyncio.Server | None = None
        self._held: set[asyncio.StreamWriter] = set()
        self._card = False
        self._make_well()

    def _make_well(self) -> None:
        self._there = True
        self._silent = False
        self._late_s = 0.0
        self._cut_at = ""
        self._crash_at = ""
        self._order = "well"

    async def start(self) -> str:
        path = str(self._library.with_name("pad"))
        self._server = await asyncio.start_unix_server(self._serve, path)
        return str(self._library)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._hang_up()

    def state(self) -> dict[str, JsonValue]:
        """Return the book: receipts oldest first, and what they come to."""
        rows = self._book.read_text().splitlines() if self._book.exists() else []
        receipts = [_as_seen(row) for row in rows]
        return {
            "receipts": receipts,
            "takenFen": sum(each["movedFen"] for each in receipts),
            "card": self._card,
        }

    def verbs(self) -> Mapping[str, Verb]:
        ms = (Argument("ms", "number", 100),)
        size = (Argument("bytes", "number", 8),)
        mode = (Argument("mode", "choice", "noise", SPOILT),)
        every = (
            Verb("present_card", "插卡", "Insert a card", self._present_card),
            Verb("remove_card", "拔卡", "Take the card", self._remove_card),
            Verb("disconnect", "拔掉密码键盘", "Unplug the pad", self._disconnect),
            Verb("reconnect", "插回密码键盘", "Plug the pad in", self._reconnect),
            Verb("power_cut", "断电", "Cut the pad's power", self._power_cut, _STEP),
            Verb("go_silent", "不再应答", "Hang", self._go_silent),
            Verb("answer_late", "应答迟到", "Answer late", self._answer_late, ms),
            Verb("crash", "库崩溃", "Crash the library", self._crash, _STEP),
            Verb("remove_library", "删库", "Delete the library", self._remove_library),
            Verb("answer_garbage", "应答乱码", "Answer garbage", self._spoil, mode),
            Verb("cut_answer", "应答半截", "Answer half", self._cut_answer, size),
            Verb("decline", "拒付", "Decline", self._decline),
            Verb("tell_wrong_amount", "金额不符", "Wrong amount", self._tell_wrong),
            Verb("heal", "一切复原", "All well again", self._heal),
        )
        return {each.name: each for each in every}

    async def _present_card(self, balance_fen: int = 1_000_000) -> None:
        self._card = True

    async def _remove_card(self) -> None:
        self._card = False

    async def _disconnect(self) -> None:
        self._there = False
        self._hang_up()

    async def _reconnect(self) -> None:
        self._there = True

    async def _power_cut(self, step: str = "now") -> None:
        self._cut_at = step

    async def _go_silent(self) -> None:
        self._silent = True

    async def _answer_late(self, ms: int = 100) -> None:
        self._late_s = ms / 1000

    async def _crash(self, step: str = "now") -> None:
        self._crash_at = step

    async def _remove_library(self) -> None:
        if self._library.exists():
            self._library.rename(self._away)

    async def _spoil(self, mode: str = "noise") -> None:
        self._order = mode

    async def _cut_answer(self, **arguments: int) -> None:
        self._order = f"half {arguments['bytes']}"

    async def _decline(self) -> None:
        self._order = "decline"

    async def _tell_wrong(self) -> None:
        self._order = "wrong_amount"

    async def _heal(self) -> None:
        self._make_well()
        self._hang_up()
        if self._away.exists():
            self._away.rename(self._library)

    def _hang_up(self) -> None:
        for held in self._held:
            held.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._held.add(writer)
        try:
            line = await reader.readline()
            if line and self._there:
                await self._answer(line, writer)
            if self._silent:
                await reader.read()  # the library hangs until somebody ends it
        except ConnectionError as error:
            self.wire.add("note", b"", f"the library is gone: {error}")
        finally:
            self._held.discard(writer)
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        step = line.decode("ascii").strip()
        self.wire.add("in", line, f"the library is at the step {step}")
        await asyncio.sleep(0)  # hands that strike at this very frame come first
        if self._cut_at in ("now", step):
            self._there = False
        if not self._there or self._silent:
            return
        if self._late_s:
            await asyncio.sleep(self._late_s)
        order = self._ordered(step)
        self.wire.add("out", order, "how the library goes on")
        writer.write(order)
        await writer.drain()

    def _ordered(self, step: str) -> bytes:
        if self._crash_at in ("now", step):
            return b"crash\n"
        if step == "card" and not self._card:
            return b"wait\n"
        return f"{self._order}\n".encode("ascii")


def _as_seen(row: str) -> dict[str, JsonValue]:
    number, fen, result, kind = row.split()
    good = result == "00"
    sign = 1 if kind == "00" else -1
    return {
        "number": int(number),
        "fen": int(fen),
        "approved": good and kind == "00",
        "movedFen": sign * int(fen) * good,
    }
