"""The bank behind the terminal: cards, balances, and what it answers.

Everything is invented: the numbers begin with 629999, which no bank has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware_sim.payment.memory import Record

APPROVED = 0x00
NOT_ENOUGH = 0x33
"""Result codes up to 63 are the network's own: response code 51, in binary."""

WRONG_PIN = 0x37
DO_NOT_HONOUR = 0x05
NOTHING_BOOKED = 0xB5

REASONS = {
    "notEnough": NOT_ENOUGH,
    "wrongPin": WRONG_PIN,
    "doNotHonour": DO_NOT_HONOUR,
    "overLimit": 0x3D,
    "noConnection": 0xA3,
}
"""Why the bank declines, by the word of the verb."""

SMALL_FEN = 100_000
"""Up to 1000 yuan a contactless card needs no PIN (小额免密)."""


@dataclass(slots=True)
class Card:
    """A bank card.

    Attributes:
        fault: result code with which the terminal itself refuses the card.
        contactless: held to the terminal; nothing to pull out afterwards.
    """

    kind: str
    title: str
    number: str
    scheme: str
    card_type: int
    balance_fen: int
    fault: int | None = None
    contactless: bool = False

    def needs_pin(self, amount_fen: int) -> bool:
        """Tell whether the terminal asks for the PIN."""
        return not (self.contactless and amount_fen <= SMALL_FEN)


def issue_cards() -> dict[str, Card]:
    """Return one card of each kind."""
    cards = (
        Card("debit", "借记卡", "6299990000000018", "UNIONPAY DEBIT", 5, 500_000),
        Card("credit", "信用卡", "6299990000000026", "UNIONPAY CREDIT", 6, 2_000_000),
        Card(
            "contactless",
            "闪付卡",
            "6299990000000034",
            "UNIONPAY QUICKPASS",
            5,
            500_000,
            contactless=True,
        ),
        Card("poor", "余额不足的卡", "6299990000000042", "UNIONPAY DEBIT", 5, 100),
        Card("expired", "过期的卡", "6299990000000059", "UNIONPAY DEBIT", 5, 0, 0x78),
        Card("unreadable", "读不出的卡", "6299990000000067", "", 0, 0, 0x64),
    )
    return {card.kind: card for card in cards}


@dataclass(slots=True)
class Booking:
    """Money that the bank took from a card, and perhaps gave back.

    Attributes:
        record: the terminal's own of it: numbers, amount, time.
    """

    record: Record
    card: Card
    reversed: bool = False

    @property
    def amount_fen(self) -> int:
        """What was taken."""
        return self.record.amount_fen


@dataclass(slots=True)
class Acquirer:
    """Approves, declines, reverses, and keeps the book that the tests compare with.

    Attributes:
        decline_next: result code of the next answer, whatever the balance says.
    """

    bookings: list[Booking] = field(default_factory=list)
    decline_next: int | None = None

    @property
    def standing(self) -> list[Booking]:
        """What the bank has taken and not given back, oldest first."""
        return [each for each in self.bookings if not each.reversed]

    @property
    def taken_fen(self) -> int:
        """Sum of what stands."""
        return sum(each.amount_fen for each in self.standing)

    def ask(self, record: Record, card: Card, pin_right: bool) -> int:
        """Take the money or say why not; return the result code."""
        declined, self.decline_next = self.decline_next, None
        if declined is not None:
            return declined
        if card.needs_pin(record.amount_fen) and not pin_right:
            return WRONG_PIN
        if card.balance_fen < record.amount_fen:
            return NOT_ENOUGH
        card.balance_fen -= record.amount_fen
        self.bookings.append(Booking(record, card))
        return APPROVED

    def reverse(self, trace: int) -> int:
        """Give the money back or say why not; return the result code."""
        declined, self.decline_next = self.decline_next, None
        if declined is not None:
            return declined
        return APPROVED if self.give_back(trace) else NOTHING_BOOKED

    def has_booked(self, trace: int) -> bool:
        """Tell whether a booking stands."""
        return any(each.record.trace == trace for each in self.standing)

    def give_back(self, trace: int) -> bool:
        """Take a booking back; return False when there is none that stands."""
        for booking in self.standing:
            if booking.record.trace == trace:
                booking.reversed = True
                booking.card.balance_fen += booking.amount_fen
                return True
        return False
