"""What the bank behind a card terminal hands to the platform at the end of a day."""

from __future__ import annotations

from hardware_sim.payment.simulator import SimPayment
from hardware_sim.platform.acquirer_file import CardLine


def card_lines(till: SimPayment) -> list[CardLine]:
    """Return the approvals that stand, oldest first; a bank knows no order numbers."""
    terminal_id = till.terminal.memory.terminal_id
    return [
        CardLine(
            terminal_id,
            booking.record.number,
            booking.record.trace,
            booking.record.authorisation,
            booking.amount_fen,
            booking.record.at.timestamp(),
        )
        for booking in till.terminal.bank.standing
    ]
