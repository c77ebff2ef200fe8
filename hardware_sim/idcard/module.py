"""What the security module decides: cards in the field, sequence rules, answers.

Pure: no clock, no wire. The rules are the ones that break drivers in the field:
find, then select, then read; a card that was read is not found again until it is
lifted; two cards at once cannot be selected; a refusing module refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware_sim.idcard import frames
from hardware_sim.idcard.cards import Card
from hardware_sim.idcard.frames import Request

RESET, STATUS, SAM_ID = 0x10FF, 0x11FF, 0x12FF
FIND, SELECT = 0x2001, 0x2002
READ_BASE, READ_FINGER, READ_ADDRESS, READ_NUMBER = 0x3001, 0x3010, 0x3003, 0x3005
SET_RF = 0x61FF
SPEEDS = {0: 115200, 1: 57600, 2: 38400, 3: 19200, 4: 9600}

NAMES = {
    RESET: "reset SAM",
    STATUS: "SAM status",
    SAM_ID: "SAM id",
    FIND: "find card",
    SELECT: "select card",
    READ_BASE: "read text and photo",
    READ_FINGER: "read text, photo, fingerprint",
    READ_ADDRESS: "read new address",
    READ_NUMBER: "read management number",
    SET_RF: "set RF bytes",
    **{0x6000 + index: f"set speed {speed}" for index, speed in SPEEDS.items()},
}

REFUSALS = {
    "notAuthorised": frames.NOT_AUTHORISED,
    "selfTestFailed": frames.SELF_TEST_FAILED,
    "noPermission": frames.NO_PERMISSION,
    "cardRejectsSam": frames.CARD_REJECTS_SAM,
    "samRejectsCard": frames.SAM_REJECTS_CARD,
}
"""Ways a module refuses. The last two come out only when a card is read."""

_AT_READ_ONLY = {frames.CARD_REJECTS_SAM, frames.SAM_REJECTS_CARD}

SAM_ID_BYTES = (
    (5).to_bytes(2, "little")
    + (1).to_bytes(2, "little")
    + (20240401).to_bytes(4, "little")
    + (24).to_bytes(4, "little")
    + (990024).to_bytes(4, "little")
)
"""Prints as 05.01-20240401-0000000024-0000990024; invented."""


@dataclass(frozen=True, slots=True)
class Reply:
    """SW3 and data of one answer."""

    sw3: int
    data: bytes = b""


@dataclass(slots=True)
class SamModule:
    """One module and the cards that lie on it.

    Attributes:
        find_again: some firmwares keep finding a card that was read; most do not.
        refusal: a key of ``REFUSALS`` or ``None``.
    """

    find_again: bool = False
    refusal: str | None = None
    cards: list[Card] = field(default_factory=list)
    _found: bool = False
    _selected: bool = False
    _halted: bool = False

    def lay(self, card: Card) -> None:
        """Lay one more card on the reader."""
        self.cards.append(card)
        self._forget_card()

    def lift(self) -> None:
        """Take everything away."""
        self.cards.clear()
        self._forget_card()

    def lose_power(self) -> None:
        """Start anew: what was found, selected or read is forgotten; cards stay."""
        self._forget_card()

    def answer(self, request: Request) -> Reply:
        """Return the answer to one request and move on."""
        if request.fault is not None:
            return Reply(request.fault)
        if request.code not in NAMES:
            return Reply(frames.BAD_COMMAND)
        if len(request.data) != (1 if request.code == SET_RF else 0):
            return Reply(frames.WRONG_LENGTH)
        refused = self._refused(request)
        return refused or self._obey(request)

    def _obey(self, request: Request) -> Reply:
        code = request.code
        if code == RESET:
            # The field goes off and on, so a halted card starts afresh.
            # [unconfirmed: inferred from ISO 14443-3, type B, power-on reset]
            self._forget_card()
        elif code == SAM_ID:
            return Reply(frames.OK, SAM_ID_BYTES)
        elif code == FIND:
            return self._find()
        elif code == SELECT:
            return self._select()
        elif code == SET_RF and request.data[0] < 24:
            return Reply(frames.BAD_COMMAND)
        elif request.command == 0x30:
            return self._read(code)
        return Reply(frames.OK)

    def _refused(self, request: Request) -> Reply | None:
        if self.refusal is None or request.command >= 0x60:
            return None
        sw3 = REFUSALS[self.refusal]
        if sw3 in _AT_READ_ONLY:
            reading = request.command == 0x30 and self._selected
            return Reply(sw3) if reading else None
        if request.command < 0x20 and sw3 != frames.SELF_TEST_FAILED:
            return None
        return Reply(sw3)

    def _find(self) -> Reply:
        halted = self._halted and not self.find_again
        self._selected = False
        self._found = any(card.found for card in self.cards) and not halted
        if not self._found:
            return Reply(frames.NO_CARD)
        return Reply(frames.FOUND, bytes(4))

    def _select(self) -> Reply:
        alone = sum(card.found for card in self.cards) == 1
        self._selected = self._found and alone
        self._found = False
        if not self._selected:
            return Reply(frames.SELECT_FAILED)
        return Reply(frames.OK, bytes(8))

    def _read(self, code: int) -> Reply:
        if not self._selected:
            return Reply(frames.READ_FAILED)
        card = next(card for card in self.cards if card.found)
        if card.read_fault is not None:
            self._selected = False
            return Reply(card.read_fault)
        if code == READ_ADDRESS:
            if card.new_address is None:
                return Reply(frames.ITEM_ABSENT)
            return Reply(frames.OK, card.new_address)
        if code == READ_NUMBER:
            return Reply(frames.OK, card.management_number)
        self._halted = True
        return Reply(frames.OK, _base(card, with_finger=code == READ_FINGER))

    def _forget_card(self) -> None:
        self._found = self._selected = self._halted = False


def _base(card: Card, *, with_finger: bool) -> bytes:
    sizes = len(card.text).to_bytes(2, "big") + len(card.photo).to_bytes(2, "big")
    blocks = card.text + card.photo
    if with_finger:
        sizes += len(card.fingerprints).to_bytes(2, "big")
        blocks += card.fingerprints
    return sizes + blocks
