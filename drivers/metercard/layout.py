"""What stands where on a meter card: the reference layout, for CPU cards.

Each meter company has a card layout of its own, and none is public; this one is
ours, labelled as such, and the simulator's cards carry it. Another company's layout
is another module with the same functions. Multi-byte numbers are big-endian.

======  ====  ==========================================================
EF      size  content
======  ====  ==========================================================
0001    48    ``01``, service, serial (16 digits), account (20), CRC
0002    64    purchase, slot A: state, purchase 4, units 4, length, token
0003    64    purchase, slot B
0004    16    written by the meter: last purchase taken 4, total 4, state
======  ====  ==========================================================

A purchase is written to the slot that does not hold the newest one: first its state
is cleared, then the body is written, last the state is set. Whenever the card is
pulled, one whole purchase is on it: the old or the new one.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.bills import CardLoad, MeterCard

APPLICATION = bytes.fromhex("F04B32344D45544552")
"""Application identifier, proprietary and not registered (ISO/IEC 7816-5: ``F0``)."""

ACCOUNT_FILE, SLOT_FILES, METER_FILE = 0x0001, (0x0002, 0x0003), 0x0004
ACCOUNT_SIZE, SLOT_SIZE, METER_SIZE = 48, 64, 16
VALID, EMPTY = b"\x5a", b"\xff"
LONGEST_TOKEN = SLOT_SIZE - 12

SERVICES: Mapping[int, str] = {1: "water", 2: "power", 3: "gas"}


class LayoutBroken(Exception):
    """What stands on the card cannot be read as this layout."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One purchase on the card; ``valid`` is False while it is being written."""

    valid: bool
    purchase: int = 0
    units: int = 0
    token: bytes = b""


@dataclass(frozen=True, slots=True)
class CardImage:
    """Everything that was read from a card."""

    service: str
    serial: str
    account: str
    slots: tuple[Slot, Slot]
    taken: int
    total: int

    @property
    def newest(self) -> int:
        """Index of the slot that counts, of two invalid ones the first."""
        first, second = self.slots
        if not second.valid:
            return 0
        return int(not first.valid or second.purchase > first.purchase)

    @property
    def current(self) -> Slot:
        """The newest whole purchase."""
        return self.slots[self.newest]

    @property
    def waiting_units(self) -> int:
        """Hundredths of the unit that the meter has not taken over yet."""
        return self.current.units if self.current.purchase > self.taken else 0

    def card(self) -> MeterCard:
        """Show the card to whoever asked for it."""
        return MeterCard(
            serial=self.serial,
            service=self.service,
            account=self.account,
            purchases=self.current.purchase,
            units=self.waiting_units,
            returned={"taken": str(self.taken), "total": str(self.total)},
        )


def image_of(account: bytes, slots: tuple[bytes, bytes], meter: bytes) -> CardImage:
    """Read the four files.

    Raises:
        LayoutBroken: a checksum is wrong, or a value makes no sense.
    """
    if len(account) != ACCOUNT_SIZE or account[0] != 1:
        raise LayoutBroken("account file of another version")
    _check(account)
    service = SERVICES.get(account[1])
    serial, number = _digits(account[2:18]), _digits(account[18:38].rstrip(b"\0"))
    if service is None:
        raise LayoutBroken("a service that is not known")
    first, second = (_slot(each) for each in slots)
    if not (first.valid or second.valid):
        raise LayoutBroken("no whole purchase on the card")
    if len(meter) != METER_SIZE:
        raise LayoutBroken("meter file of another size")
    _check(meter)
    return CardImage(
        service,
        serial,
        number,
        (first, second),
        int.from_bytes(meter[0:4], "big"),
        int.from_bytes(meter[4:8], "big"),
    )


def slot_body(load: CardLoad) -> bytes:
    """Write a purchase as the bytes behind a slot's state.

    Raises:
        LayoutBroken: a value does not fit.
    """
    if len(load.token) > LONGEST_TOKEN or load.units < 0 or load.purchase < 1:
        raise LayoutBroken("a load that does not fit this layout")
    body = load.purchase.to_bytes(4, "big") + load.units.to_bytes(4, "big")
    body += bytes([len(load.token)]) + load.token
    return with_crc(body.ljust(SLOT_SIZE - 3, b"\0"))


def with_crc(data: bytes) -> bytes:
    """Append the CRC-16 (CCITT, polynomial 1021, initial 0) of the data."""
    return data + binascii.crc_hqx(data, 0).to_bytes(2, "big")


def _slot(raw: bytes) -> Slot:
    if len(raw) != SLOT_SIZE:
        raise LayoutBroken("purchase file of another size")
    if raw[:1] != VALID:
        return Slot(valid=False)
    body = raw[1:]
    _check(body)
    size = body[8]
    if size > LONGEST_TOKEN:
        raise LayoutBroken("a token that is too long")
    return Slot(
        True,
        int.from_bytes(body[0:4], "big"),
        int.from_bytes(body[4:8], "big"),
        body[9 : 9 + size],
    )


def _check(data: bytes) -> None:
    if binascii.crc_hqx(data, 0) != 0:
        raise LayoutBroken("wrong checksum")


def _digits(raw: bytes) -> str:
    text = raw.decode("ascii", "replace")
    if not (text.isascii() and text.isdigit()):
        raise LayoutBroken("a number that is none")
    return text
