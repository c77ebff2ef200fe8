"""The acquirer's file of a day: the one book that knows what a card terminal took
when its kiosk can no longer say.

An order that was left to the card terminal, and of whose outcome nobody spoke, stays
open until the day is closed. Then the acquirer's file settles it: its line is the
report that never came, and no line means that nothing was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.clock import CITY_ZONE
from hardware_sim.platform.closed_days import ClosedDays
from hardware_sim.platform.paying import Paying, receipt_name
from hardware_sim.platform.psp import PaymentServices

CLOCKS_DIFFER_S = 60
"""The acquirer's clock and the platform's may be so far apart."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """An approval that stands: the acquirer knows terminals and numbers, not orders.

    Attributes:
        number: of the terminal's receipt.
        at: epoch seconds.
    """

    terminal_id: str
    number: int
    trace: int
    authorisation: str
    amount_fen: int
    at: float

    def receipt(self) -> dict[str, Any]:
        """Return it as the kiosk would have reported it."""
        return {
            "terminal_id": self.terminal_id,
            "number": self.number,
            "trace": self.trace,
            "authorisation": self.authorisation,
            "amount_fen": self.amount_fen,
            "approved": True,
        }


CardLines = Callable[[], Sequence[CardLine]]


class AcquirerFile:
    """Settles what was left to the card terminal.

    Args:
        lines: the acquirer's book, oldest first; ``None`` where the platform has no
            acquirer: then only a report or a cancel ends such an order.
    """

    def __init__(
        self,
        lines: CardLines | None,
        paying: Paying,
        psp: PaymentServices,
        closed: ClosedDays,
    ) -> None:
        self._lines = lines
        self._paying = paying
        self._psp = psp
        self._closed = closed

    def settle(self, row: Row) -> bool:
        """Report an order in its kiosk's place; return False while the file is not
        there."""
        last_heard = datetime.fromtimestamp(row["heard_at"], CITY_ZONE)
        if self._lines is None or not self._closed.has(last_heard.date()):
            return False
        line = self._line_of(row, self._lines())
        self._paying.report_card(row, None if line is None else line.receipt())
        return True

    def _line_of(self, row: Row, lines: Sequence[CardLine]) -> CardLine | None:
        """Return the first line of the order's amount that belongs to no report."""
        for line in lines:
            fits = line.amount_fen == row["amount_fen"]
            late_enough = line.at >= row["announced_at"] - CLOCKS_DIFFER_S
            receipt = receipt_name(line.terminal_id, line.number)
            told = self._psp.trades.has_receipt(receipt)
            if fits and late_enough and not told:
                return line
        return None
