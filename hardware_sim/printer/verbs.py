"""The printer's verbs: each is one thing that hands, or a fault, do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb

if TYPE_CHECKING:
    from hardware_sim.printer.simulator import SimPrinter

GARBAGE_KINDS = ("body", "http", "half")

_LOADED = Argument("sheets", "number", 200)
_LEFT = Argument("sheets", "number", 1)
_AT_SHEET = Argument("at_sheet", "number", 0)
_SECONDS = Argument("seconds", "number", 2)
_LATE_MS = Argument("ms", "number", 3000)
_ANSWERS = Argument("answers", "number", 1)
_KIND = Argument("kind", "choice", "body", GARBAGE_KINDS)


class Hands:
    """Hands at one printer, in the order of the bench page."""

    def __init__(self, printer: SimPrinter) -> None:
        self._printer = printer
        self._parts = printer.mechanics

    @verb("取走纸张", "Take the paper")
    async def take_paper(self) -> JsonValue:
        taken = self._parts.in_bin
        for sheet in taken:
            sheet.taken = True
        self._parts.change()
        return {"sheets": len(taken)}

    @verb("装纸", "Load paper", _LOADED)
    async def load_paper(self, sheets: object = 200) -> JsonValue:
        wanted = self._parts.tray + whole_number(sheets, "sheets", least=1)
        self._parts.tray = min(self._parts.tray_capacity, wanted)
        self._parts.change()
        return {"tray": self._parts.tray}

    @verb("纸用完", "Run out of paper")
    async def run_out(self) -> JsonValue:
        return await self.run_out_after(0)

    @verb("再出几张后缺纸", "Run out after", _LEFT)
    async def run_out_after(self, sheets: object = 1) -> JsonValue:
        self._parts.tray = whole_number(
            sheets, "sheets", most=self._parts.tray_capacity
        )
        self._parts.change()
        return {"tray": self._parts.tray}

    @verb("纸将用完", "Paper nearly out")
    async def threshold_low(self) -> JsonValue:
        return await self.run_out_after(self._parts.low_sheets)

    @verb("卡纸", "Jam", _AT_SHEET)
    async def jam(self, at_sheet: object = 0) -> JsonValue:
        ahead = whole_number(at_sheet, "at_sheet")
        if ahead:
            self._parts.jam_countdown = ahead
        else:
            self._parts.block_path()
        return {"jams_in_sheets": ahead}

    @verb("清除卡纸", "Clear the jam")
    async def clear_jam(self) -> JsonValue:
        self._parts.clear_path()
        return None

    @verb("打开机盖", "Open the cover")
    async def open_cover(self) -> JsonValue:
        self._parts.cover_open = True
        self._parts.change()
        return None

    @verb("合上机盖", "Close the cover")
    async def close_cover(self) -> JsonValue:
        self._parts.cover_open = False
        self._parts.change()
        return None

    @verb("拉出纸盒", "Pull the tray out")
    async def open_tray(self) -> JsonValue:
        self._parts.tray_out = True
        self._parts.change()
        return None

    @verb("推回纸盒", "Push the tray in")
    async def close_tray(self) -> JsonValue:
        self._parts.tray_out = False
        self._parts.change()
        return None

    @verb("碳粉不足", "Toner low")
    async def toner_low(self) -> JsonValue:
        return self._set_toner(self._parts.low_toner_percent)

    @verb("碳粉用尽", "Toner out")
    async def toner_out(self) -> JsonValue:
        return self._set_toner(0)

    @verb("更换碳粉", "Replace the toner")
    async def replace_toner(self) -> JsonValue:
        return self._set_toner(100)

    def _set_toner(self, percent: int) -> JsonValue:
        self._parts.toner_sides = self._parts.toner_capacity * percent // 100
        self._parts.change()
        return {"toner_percent": percent}

    @verb("断电", "Power cut", _SECONDS)
    async def power_cut(self, seconds: object = 2) -> JsonValue:
        await self._printer.power_cut(whole_number(seconds, "seconds"))
        return None

    @verb("拔掉网线", "Unplug the cable")
    async def unplug(self) -> JsonValue:
        await self._printer.unplug()
        return None

    @verb("插上网线", "Plug in the cable")
    async def plug_in(self) -> JsonValue:
        await self._printer.plug_in()
        return None

    @verb("不再应答", "Go silent")
    async def go_silent(self) -> JsonValue:
        self._printer.manners.silent = True
        return None

    @verb("迟缓应答", "Answer late", _LATE_MS)
    async def answer_late(self, ms: object = 3000) -> JsonValue:
        self._printer.manners.late_ms = whole_number(ms, "ms")
        return None

    @verb("应答乱码", "Answer garbage", _ANSWERS, _KIND)
    async def answer_garbage(
        self, answers: object = 1, kind: object = "body"
    ) -> JsonValue:
        manners = self._printer.manners
        manners.garbage_kind = one_of(kind, "kind", GARBAGE_KINDS)
        manners.garbage_left = whole_number(answers, "answers", least=1)
        return {"answers": manners.garbage_left}

    @verb("一切复原", "All well again")
    async def heal(self) -> JsonValue:
        manners = self._printer.manners
        manners.silent, manners.late_ms, manners.garbage_left = False, 0, 0
        await self._printer.booted()
        await self._printer.plug_in()
        self._printer.mechanics.put_in_order()
        return None
