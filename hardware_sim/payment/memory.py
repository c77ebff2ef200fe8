"""What a terminal keeps without power: numbers, its transactions, the open one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

LAST_NUMBER = 9999
"""Receipt numbers have four digits and begin again."""

CLOCK = timezone(timedelta(hours=8))
"""The terminal's own clock runs on Beijing time."""


@dataclass(slots=True)
class Record:
    """One transaction.

    Attributes:
        result: result code; ``None`` while the bank has not been heard.
        original_trace: for a reversal, the trace of what it takes back.
        reversed: taken back later by another transaction.
    """

    number: int
    trace: int
    amount_fen: int
    card_number: str = ""
    scheme: str = ""
    card_type: int = 0
    result: int | None = None
    original_trace: int | None = None
    reversed: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(CLOCK))

    @property
    def authorisation(self) -> str:
        """Six digits of the issuer, made from the trace."""
        return f"{self.trace * 7919 % 1_000_000:06d}"


@dataclass(slots=True)
class Memory:
    """The terminal's journal.

    Attributes:
        open: a transaction that was begun and not ended: the power went.
    """

    terminal_id: str = "24000317"
    records: list[Record] = field(default_factory=list)
    open: Record | None = None
    _number: int = 0
    _trace: int = 0

    def begin(
        self,
        amount_fen: int,
        card_number: str,
        scheme: str,
        card_type: int,
        original_trace: int | None = None,
    ) -> Record:
        """Give the next numbers to a transaction before the bank is asked."""
        self._number = self._number % LAST_NUMBER + 1
        self._trace = self._trace % 999_999 + 1
        self.open = Record(
            self._number,
            self._trace,
            amount_fen,
            card_number,
            scheme,
            card_type,
            original_trace=original_trace,
        )
        return self.open

    def end(self, record: Record, result: int) -> None:
        """Store how it ended."""
        record.result = result
        self.records.append(record)
        self.open = None

    def newest(self) -> Record | None:
        """Return the newest transaction that ended."""
        return self.records[-1] if self.records else None

    def find(self, number: int) -> Record | None:
        """Return the newest payment with that receipt number."""
        for record in reversed(self.records):
            if record.number == number and record.original_trace is None:
                return record
        return None

    def start_numbers_at(self, number: int) -> None:
        """Let the next receipt have the number after this one."""
        self._number = number
