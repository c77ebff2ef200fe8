"""What hands can do to a receipt printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.receipt.mechanism import ERRORS, FULL_ROLL_M, LOW_ROLL_M

if TYPE_CHECKING:
    from hardware_sim.receipt.simulator import SimReceipt

_LINES = Argument("lines", "number", 5)
_METRES = Argument("metres", "number", FULL_ROLL_M)
_KIND = Argument("kind", "choice", "mechanical", tuple(ERRORS))
_AFTER_LINES = Argument("after_lines", "number", 0)


class Hands:
    """Verbs of one printer."""

    def __init__(self, printer: SimReceipt) -> None:
        self._printer = printer
        self._engine = printer.engine
        self._mechanism = printer.engine.mechanism

    async def heal(self) -> None:
        """Put the box in order; what waits in the buffer is printed then."""
        mechanism = self._mechanism
        mechanism.error = None
        mechanism.blade_jammed = mechanism.cover_open = False
        mechanism.lines_until_out = mechanism.lines_until_power_cut = None
        mechanism.lines_until_jam = None
        mechanism.powered = True
        if mechanism.near_end:
            self._put_in(FULL_ROLL_M)
        self._engine.changed()

    @verb("取走纸卷", "Run out of paper")
    async def _run_out(self) -> JsonValue:
        self._mechanism.paper_m = 0.0
        return self._done()

    @verb("再打几行后缺纸", "Run out after so many lines", _LINES)
    async def _run_out_after(self, lines: object = 5) -> JsonValue:
        """Arm: so many lines are printed yet, then the paper ends."""
        self._mechanism.lines_until_out = whole_number(lines, "lines", most=10_000)
        return self._done()

    @verb("纸将尽", "Paper nearly out")
    async def _threshold_low(self) -> JsonValue:
        self._mechanism.paper_m = min(self._mechanism.paper_m, LOW_ROLL_M)
        return self._done()

    @verb("装入新纸卷", "Load paper", _METRES)
    async def _load_paper(self, metres: object = FULL_ROLL_M) -> JsonValue:
        """Put a new roll in; the rest of an empty one is pulled out and taken."""
        new_m = whole_number(metres, "metres", least=1, most=200)
        self._put_in(float(new_m))
        self._mechanism.lines_until_out = None
        return self._done()

    def _put_in(self, metres: float) -> None:
        if self._mechanism.paper_end:
            rest = self._engine.strip.pull_out()
            if rest is not None:
                self._printer.let_out(rest, False)
        self._mechanism.paper_m = metres

    @verb("打开上盖", "Open the cover")
    async def _open_cover(self) -> JsonValue:
        self._mechanism.cover_open = True
        return self._done()

    @verb("合上上盖", "Close the cover")
    async def _close_cover(self) -> JsonValue:
        self._mechanism.cover_open = False
        return self._done()

    @verb("卡纸", "Jam the paper", _AFTER_LINES)
    async def _jam(self, after_lines: object = 0) -> JsonValue:
        """Jam now, or when so many more lines are printed; recovering frees it."""
        lines = whole_number(after_lines, "after_lines", most=10_000)
        if lines:
            self._mechanism.lines_until_jam = lines
        else:
            self._mechanism.error = "mechanical"
        return self._done()

    @verb("切刀卡住", "Jam the cutter")
    async def _jam_cutter(self) -> JsonValue:
        """Arm: the next cut fails."""
        self._mechanism.blade_jammed = True
        return self._done()

    @verb("排除切刀卡纸", "Free the cutter")
    async def _clear_jam(self) -> JsonValue:
        """Free the blade; the error stays until it is recovered, or switched on."""
        self._mechanism.blade_jammed = False
        return self._done()

    @verb("机构故障", "Break something", _KIND)
    async def _fail(self, kind: str = "mechanical") -> JsonValue:
        self._mechanism.error = one_of(kind, "kind", ERRORS)
        return self._done()

    @verb("断电", "Cut the power", _AFTER_LINES)
    async def _power_cut(self, after_lines: object = 0) -> JsonValue:
        """Cut the power now, or when so many more lines are printed."""
        lines = whole_number(after_lines, "after_lines", most=10_000)
        if lines:
            self._mechanism.lines_until_power_cut = lines
        else:
            self._printer.lose_power()
        return self._done()

    @verb("恢复供电", "Power on")
    async def _power_on(self) -> JsonValue:
        self._mechanism.power_up()
        return self._done()

    @verb("取走凭条", "Take the paper")
    async def _take_paper(self) -> JsonValue:
        """Take what was let out; what still hangs in the machine is torn off."""
        strip = self._engine.strip
        if strip.beyond_knife and not self._engine.printing:
            torn = strip.cut()
            if torn is not None and torn.text:
                self._printer.let_out(torn, False)
        return {"taken": self._printer.take_papers()}

    def _done(self) -> JsonValue:
        self._engine.changed()
        return {
            "online": self._mechanism.online,
            "paperMetres": round(self._mechanism.paper_m, 2),
            "coverOpen": self._mechanism.cover_open,
            "error": self._mechanism.error,
            "powered": self._mechanism.powered,
        }
