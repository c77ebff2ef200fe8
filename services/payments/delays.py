"""Every wait of the order machine, in one place.

Sources: WeChat Pay and Alipay rules for payment codes (query every 3 to 5 s, window
of 45 s, cancel directly after the last query and not before 15 s after the request);
ISO 8583 practice for reversals (people take over after six refusals).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds, unless the name says otherwise.

    Attributes:
        start_s: until a code has to be on the screen, else the order is cancelled.
        qr_s: for paying by the code on the screen.
        code_s: for a code that was scanned from a phone.
        choose_s: for choosing another way after one was refused.
        card_s: for the card terminal, from the first prompt to its answer.
        terminal_lost_s: without the terminal's word on an outcome, every further
            silence counts as a refusal. Longer than any transaction of its own
            (ZVT T4 = 180 s), because it says nothing while it is busy.
        query_s: least pause between two queries while the citizen pays.
        query_spread: the pause is up to this fraction longer, by chance.
        cancel_after_s: from the last request for payment to the first cancel.
        slow_s: without an answer the citizen is told that they may leave.
        receipt_s: until a receipt nobody asked for, or reported on, is given up.
        first_retry_s: first pause after a missing answer; doubles.
        longest_retry_s: the pauses grow no further.
        retry_spread: as ``query_spread``.
        first_refusal_s: first pause after a refused cancel or void; doubles.
        posts: attempts to post before the posting is voided.
        refusals: refused cancels or voids before people take over.
        refused_for_s: the same by time since the first refusal.
        call_s: no call on the platform may last longer, and no question to the
            card terminal.
        recover_s: between two looks for orders that nobody drives.
        head_s: the platform is told the journal's newest row this often …
        head_rows: … or after so many rows of orders.
    """

    start_s: float = 30.0
    qr_s: float = 300.0
    code_s: float = 45.0
    choose_s: float = 120.0
    card_s: float = 180.0
    terminal_lost_s: float = 300.0
    query_s: float = 3.0
    query_spread: float = 0.6
    cancel_after_s: float = 15.0
    slow_s: float = 30.0
    receipt_s: float = 600.0
    first_retry_s: float = 1.0
    longest_retry_s: float = 200.0
    retry_spread: float = 0.5
    first_refusal_s: float = 15.0
    posts: int = 4
    refusals: int = 6
    refused_for_s: float = 86_400.0
    call_s: float = 30.0
    recover_s: float = 60.0
    head_s: float = 300.0
    head_rows: int = 64


STANDARD = Delays()
