"""Why no money may be taken now (invariant I14): every code, in one table.

A desk that refuses opens no order; what was begun is finished all the same. The
first reason counts, in the order of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DESK_CLOSED = "desk.closed"
ORDERS_UNREAD = "orders.unread"
ORDERS_UNMATCHED = "orders.unmatched"

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        # The desk itself.
        DESK_CLOSED: "The order desk is not running: the kiosk starts or stops.",
        ORDERS_UNREAD: "The open orders were not read from the journal yet.",
        # ``OrderJournal.refusal``.
        "journal.failed": "A write or sync failed; only a restart reads the disk anew.",
        "journal.unmarked": "Not compared yet with the row that the platform knows.",
        "journal.unreconciled": "The journal was set aside, and nobody compared since.",
        "clock.wrong": "The time cannot be right: before newer rows, or of no year.",
        "disk.full": "Less than 200 MB are free: what was begun could not be finished.",
        "disk.unreadable": "The disk does not say how much is free.",
        "recon.late": "The last clean reconciliation is more than 36 hours ago.",
        # The desk again: a journal that follows a lost one.
        ORDERS_UNMATCHED: "Not asked yet which orders the platform still has open.",
        # ``OrderDesk(doubts=...)``: the composition root.
        "receipt.none": "Neither a receipt printer nor an electronic receipt works.",
    }
)
