"""The printer's verbs: each is one thing that hands, or a fault, do to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb

if TYPE_CHECKING:
    from hardware_sim.printer.simulator import SimPrinter

GARBAGE_KINDS = ("body", "http", "half")


class _Hands:
    """Verb implementations, bound to one printer."""

    def __init__(self, printer: SimPrinter) -> None:
        self._printer = printer
        self._parts = printer.mechanics

    async def run_out(self) -> JsonValue:
        return await self.run_out_after(0)

    async def run_out_after(self, sheets: object = 1) -> JsonValue:
        self._parts.tray = whole_number(
            sheets, "sheets", most=self._parts.tray_capacity
        )
        self._parts.change()
        return {"tray": self._parts.tray}

    async def load_paper(self, sheets: object = 200) -> JsonValue:
        wanted = self._parts.tray + whole_number(sheets, "sheets", least=1)
        self._parts.tray = min(self._parts.tray_capacity, wanted)
        self._parts.change()
        return {"tray": self._parts.tray}

    async def threshold_low(self) -> JsonValue:
        return await self.run_out_after(self._parts.low_sheets)

    async def jam(self, at_sheet: object = 0) -> JsonValue:
        ahead = whole_number(at_sheet, "at_sheet")
        if ahead:
            self._parts.jam_countdown = ahead
        else:
            self._parts.block_path()
        return {"jams_in_sheets": ahead}

    async def clear_jam(self) -> JsonValue:
        self._parts.clear_path()
        return None

    async def open_cover(self) -> JsonValue:
        self._parts.cover_open = True
        self._parts.change()
        return None

    async def close_cover(self) -> JsonValue:
        self._parts.cover_open = False
        self._parts.change()
        return None

    async def open_tray(self) -> JsonValue:
        self._parts.tray_out = True
        self._parts.change()
        return None

    async def close_tray(self) -> JsonValue:
        self._parts.tray_out = False
        self._parts.change()
        return None

    async def toner_low(self) -> JsonValue:
        return self._set_toner(self._parts.low_toner_percent)

    async def toner_out(self) -> JsonValue:
        return self._set_toner(0)

    async def replace_toner(self) -> JsonValue:
        return self._set_toner(100)

    def _set_toner(self, percent: int) -> JsonValue:
        self._parts.toner_sides = self._parts.toner_capacity * percent // 100
        self._parts.change()
        return {"toner_percent": percent}

    async def take_paper(self) -> JsonValue:
        taken = self._parts.in_bin
        for sheet in taken:
            sheet.taken = True
        self._parts.change()
        return {"sheets": len(taken)}

    async def unplug(self) -> JsonValue:
        await self._printer.unplug()
        return None

    async def plug_in(self) -> JsonValue:
        await self._printer.plug_in()
        return None

    async def power_cut(self, seconds: object = 2) -> JsonValue:
        await self._printer.power_cut(whole_number(seconds, "seconds"))
        return None

    async def go_silent(self) -> JsonValue:
        self._printer.manners.silent = True
        return None

    async def answer_late(self, ms: object = 3000) -> JsonValue:
        self._printer.manners.late_ms = whole_number(ms, "ms")
        return None

    async def answer_garbage(
        self, answers: object = 1, kind: object = "body"
    ) -> JsonValue:
        manners = self._printer.manners
        manners.garbage_kind = one_of(kind, "kind", GARBAGE_KINDS)
        manners.garbage_left = whole_number(answers, "answers", least=1)
        return {"answers": manners.garbage_left}

    async def heal(self) -> JsonValue:
        manners = self._printer.manners
        manners.silent, manners.late_ms, manners.garbage_left = False, 0, 0
        await self._printer.booted()
        await self._printer.plug_in()
        self._printer.mechanics.put_in_order()
        return None


def printer_verbs(printer: SimPrinter) -> Mapping[str, Verb]:
    """Return every verb of the printer, in the order of the bench page."""
    hands = _Hands(printer)
    verbs = (*_paper_verbs(hands), *_fault_verbs(hands), *_wire_verbs(hands))
    return {verb.name: verb for verb in verbs}


def _number(name: str, default: int) -> tuple[Argument, ...]:
    return (Argument(name, "number", default),)


def _paper_verbs(hands: _Hands) -> tuple[Verb, ...]:
    after = hands.run_out_after
    return (
        Verb("take_paper", "取走纸张", "Take the paper", hands.take_paper),
        Verb(
            "load_paper", "装纸", "Load paper", hands.load_paper, _number("sheets", 200)
        ),
        Verb("run_out", "纸用完", "Run out of paper", hands.run_out),
        Verb(
            "run_out_after",
            "再出几张后缺纸",
            "Run out after",
            after,
            _number("sheets", 1),
        ),
        Verb("threshold_low", "纸将用完", "Paper nearly out", hands.threshold_low),
    )


def _fault_verbs(hands: _Hands) -> tuple[Verb, ...]:
    cut = hands.power_cut
    return (
        Verb("jam", "卡纸", "Jam", hands.jam, _number("at_sheet", 0)),
        Verb("clear_jam", "清除卡纸", "Clear the jam", hands.clear_jam),
        Verb("open_cover", "打开机盖", "Open the cover", hands.open_cover),
        Verb("close_cover", "合上机盖", "Close the cover", hands.close_cover),
        Verb("open_tray", "拉出纸盒", "Pull the tray out", hands.open_tray),
        Verb("close_tray", "推回纸盒", "Push the tray in", hands.close_tray),
        Verb("toner_low", "碳粉不足", "Toner low", hands.toner_low),
        Verb("toner_out", "碳粉用尽", "Toner out", hands.toner_out),
        Verb("replace_toner", "更换碳粉", "Replace the toner", hands.replace_toner),
        Verb("power_cut", "断电", "Power cut", cut, _number("seconds", 2)),
    )


def _wire_verbs(hands: _Hands) -> tuple[Verb, ...]:
    garbage = (
        Argument("answers", "number", 1),
        Argument("kind", "choice", "body", GARBAGE_KINDS),
    )
    late = hands.answer_late
    return (
        Verb("unplug", "拔掉网线", "Unplug the cable", hands.unplug),
        Verb("plug_in", "插上网线", "Plug in the cable", hands.plug_in),
        Verb("go_silent", "不再应答", "Go silent", hands.go_silent),
        Verb("answer_late", "迟缓应答", "Answer late", late, _number("ms", 3000)),
        Verb(
            "answer_garbage",
            "应答乱码",
            "Answer garbage",
            hands.answer_garbage,
            garbage,
        ),
        Verb("heal", "一切复原", "All well again", hands.heal),
    )
