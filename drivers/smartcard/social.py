"""Social-security cards: the application "sx1.sh.社会保障", files EF05 and EF06.

A record is tag, length, value. Read here, and no more: card identification (region),
version, last day, card number; social-security number and name. Older systems know
records by tag only; version 1.00 has no second half of a name. Source: public reader
code and published file structures (LD/T 32, LD/T 33); unconfirmed on hardware.

Many cards of version 3 want to be convinced by a security module (PSAM) or by the
bureau before they tell a person's data: those are named as locked, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drivers.link.apdu import Answer
from drivers.smartcard.commands import (
    APPLICATION_UNKNOWN,
    Ask,
    read_record,
    read_tagged,
    select,
    select_file,
)
from drivers.smartcard.tlv import CardDataError
from drivers.smartcard.trouble import demand
from kiosk.core.people import is_citizen_number
from kiosk.core.peripherals import ChipCard, ChipCardKind

APPLICATION = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")

_BY_TAG_ONLY = frozenset({0x6A86, 0x6B00, 0x6A81})
_LENGTH_WANTED = 0x6700
_NONE = frozenset({0x6A83, 0x6A82, 0x6A88})


@dataclass(frozen=True, slots=True)
class Item:
    """One record: where it is, its tag, and its length with tag and length byte."""

    file: int
    number: int
    tag: int
    size: int


REGION = Item(5, 1, 0x01, 0x12)
VERSION = Item(5, 3, 0x03, 0x06)
LAST_DAY = Item(5, 6, 0x06, 0x06)
CARD_NUMBER = Item(5, 7, 0x07, 0x0B)
PERSON_NUMBER = Item(6, 1, 0x08, 0x14)
NAME = Item(6, 2, 0x09, 0x20)
MORE_NAME = Item(6, 3, 0x4E, 0x20)

_FILES = {5: 0xEF05, 6: 0xEF06}
_FIRST_VERSION = "1.00"


class SocialSecurityCard:
    """The dialogue with one powered card."""

    def __init__(self, ask: Ask, protocol: str) -> None:
        self._ask = ask
        self._protocol = protocol
        self._by_tag = False
        self._file: int | None = None

    async def read(self) -> ChipCard:
        """Read what the card tells freely.

        Raises:
            NoSuchApplication: it is no social-security card.
            CardLocked: it tells a person's data only to a security module.
            CardRefused, CardDataError, CardError, DeviceError.
        """
        chosen = await self._ask(select(APPLICATION, self._protocol))
        demand(chosen, "select the application", APPLICATION_UNKNOWN)
        region = await self._value(REGION)
        version = text(await self._value(VERSION))
        last_day = await self._value(LAST_DAY)
        card_number = text(await self._value(CARD_NUMBER))
        person = text(await self._value(PERSON_NUMBER))
        name = await self._value(NAME)
        if version != _FIRST_VERSION and len(name.rstrip(b"\0")) == len(name):
            name += await self._value(MORE_NAME, needed=False)
        return ChipCard(
            kind=ChipCardKind.SOCIAL_SECURITY,
            number=checked(card_number, 9),
            name=person_name(name),
            id_number=id_number(person),
            issuer=region[:3].hex(),
            valid_until=day(last_day),
        )

    async def _value(self, item: Item, *, needed: bool = True) -> bytes:
        answer = await self._read(item, 0)
        if answer.word == _LENGTH_WANTED:
            answer = await self._read(item, item.size)
        if not needed and answer.word in _NONE:
            return b""
        record = demand(answer, f"read {item.file}.{item.number}")
        return value_of(record, item.tag, needed=needed)

    async def _read(self, item: Item, size: int) -> Answer:
        if not self._by_tag:
            answer = await self._ask(read_record(item.number, item.file, size))
            if answer.word not in _BY_TAG_ONLY:
                return answer
            self._by_tag = True
        if self._file != item.file:
            chosen = await self._ask(select_file(_FILES[item.file]))
            demand(chosen, f"select {_FILES[item.file]:04X}")
            self._file = item.file
        return await self._ask(read_tagged(item.tag, size))


def value_of(record: bytes, tag: int, *, needed: bool = True) -> bytes:
    """Return the value of a record.

    Raises:
        CardDataError: another tag, or a length that does not fit.
    """
    if len(record) < 2 or len(record) != 2 + record[1]:
        raise CardDataError("a record whose length does not fit")
    if record[0] != tag:
        if not needed:
            return b""
        raise CardDataError(f"record {record[0]:02X} where {tag:02X} belongs")
    return record[2:]


def text(value: bytes) -> str:
    """Read ASCII, padded with 00 or blanks.

    Raises:
        CardDataError: it is none.
    """
    stripped = value.rstrip(b"\0 ")
    if not stripped.isascii() or not all(0x20 <= byte < 0x7F for byte in stripped):
        raise CardDataError("text that is none")
    return stripped.decode("ascii")


def person_name(value: bytes) -> str:
    """Read a name: GBK, and what later characters need beyond it, padded with 00.

    Raises:
        CardDataError: empty, or not to be read.
    """
    try:
        name = value.rstrip(b"\0 ").decode("gb18030")
    except UnicodeDecodeError:
        # the chained error would carry the bytes, which are personal
        raise CardDataError("a name that cannot be read") from None
    if not name or not name.isprintable():
        raise CardDataError("a name that cannot be read")
    return name


def checked(number: str, size: int) -> str:
    """Return a number of letters and digits of a known length.

    Raises:
        CardDataError: it is none.
    """
    if len(number) != size or not (number.isascii() and number.isalnum()):
        raise CardDataError("a card number that is none")
    return number


def id_number(number: str) -> str:
    """Return a social-security number, whose check digit is right if it has one.

    Raises:
        CardDataError: a digit came wrong.
    """
    if not 15 <= len(number) <= 18 or not number.isalnum():
        raise CardDataError("a social-security number that is none")
    if len(number) == 18 and number[:17].isdigit() and not is_citizen_number(number):
        raise CardDataError("a social-security number whose check digit is wrong")
    return number


def day(value: bytes) -> str:
    """Read a day of four BCD bytes; ``""`` for zeros or FF.

    Raises:
        CardDataError: it is none.
    """
    digits = value.hex()
    if digits in ("", "00000000", "ffffffff"):
        return ""
    if len(digits) != 8:
        raise CardDataError("a day that is none")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        raise CardDataError("a day that is none") from None
