"""Bank cards: PBOC, which is EMV with UnionPay's application names.

Read is what says which card it is: account number, name, last day; as few records as
that takes. Track data is used for the number only where there is no other, and never
leaves this module. Paying is for a certified terminal: nothing here is a transaction.
Source: EMV 4.3 book 1 sections 11 and 12, book 3 sections 6 and 10.
"""

from __future__ import annotations

import calendar
from collections.abc import AsyncIterator
from datetime import date

from drivers.smartcard import tlv
from drivers.smartcard.commands import (
    APPLICATION_BLOCKED,
    APPLICATION_UNKNOWN,
    Ask,
    processing_options,
    read_record,
    select,
)
from drivers.smartcard.tlv import CardDataError
from drivers.smartcard.trouble import CardRefused, NoSuchApplication, demand
from kiosk.core.peripherals import ChipCard, ChipCardKind

DIRECTORY = b"1PAY.SYS.DDF01"
KNOWN = tuple(bytes.fromhex(f"A0000003330101{last:02X}") for last in (1, 2, 3, 6))
"""UnionPay debit, credit, quasi credit, electronic cash: for cards without a list."""

_NUMBER, _TRACK, _NAME, _LAST_DAY = 0x5A, 0x57, 0x5F20, 0x5F24
_PDOL, _AID, _LABEL, _FIRST_FILE = 0x9F38, 0x4F, 0x50, 0x88
_AFL, _BARE_OPTIONS = 0x94, 0x80
_NO_RECORD = frozenset({0x6A83, 0x6A82})
_MOST_RECORDS = 32
_TOLD = {0x9F1A: bytes.fromhex("0156"), 0x5F2A: bytes.fromhex("0156")}
"""Country and currency of the terminal; all else that a card asks for is zeros."""


class BankCard:
    """The dialogue with one powered card."""

    def __init__(self, ask: Ask, protocol: str) -> None:
        self._ask = ask
        self._protocol = protocol

    async def read(self) -> ChipCard:
        """Read what the card tells freely.

        Raises:
            NoSuchApplication: it is no bank card of a kind known here.
            CardLocked, CardRefused, CardDataError, CardError, DeviceError.
        """
        async for name, label in self._applications():
            answer = await self._ask(select(name, self._protocol))
            if answer.word in APPLICATION_UNKNOWN or answer.word == APPLICATION_BLOCKED:
                continue
            control = demand(answer, "select the application")
            found = await self._records(await self._places(control))
            return chip_card(found, label or name.hex().upper())
        raise NoSuchApplication("no bank application")

    async def _applications(self) -> AsyncIterator[tuple[bytes, str]]:
        """Yield names of applications: those that the card lists, else known ones."""
        answer = await self._ask(select(DIRECTORY, self._protocol))
        if answer.word in APPLICATION_UNKNOWN or answer.word == APPLICATION_BLOCKED:
            for name in KNOWN:
                yield name, ""
            return
        control = demand(answer, "select the directory")
        file = tlv.find(control, _FIRST_FILE)
        if file is None or len(file) != 1 or not 1 <= file[0] <= 10:
            raise CardDataError("a directory without a file")
        for number in range(1, _MOST_RECORDS):
            listed = await self._ask(read_record(number, file[0]))
            if listed.word in _NO_RECORD:
                return
            for entry in entries(demand(listed, "read the directory")):
                yield entry

    async def _places(self, control: bytes) -> list[tuple[int, int]]:
        wanted = tlv.find(control, _PDOL) or b""
        command = processing_options(terminal_data(wanted), self._protocol)
        return places(demand(await self._ask(command), "processing options"))

    async def _records(self, where: list[tuple[int, int]]) -> dict[int, bytes]:
        """Read until number, name and last day are known, and no further."""
        found: dict[int, bytes] = {}
        for file, number in where:
            answer = await self._ask(read_record(number, file))
            try:
                record = demand(answer, f"read {file}.{number}")
            except CardRefused:
                continue  # some cards list a record that they have not
            for tag, value in tlv.walk(record):
                if tag in (_NUMBER, _TRACK, _NAME, _LAST_DAY):
                    found.setdefault(tag, value)
            if found.keys() >= {_NUMBER, _NAME, _LAST_DAY}:
                break
        return found


def entries(record: bytes) -> list[tuple[bytes, str]]:
    """Return name and label of the applications in a record of the directory.

    Raises:
        CardDataError: it is not in order.
    """
    found: list[tuple[bytes, str]] = []
    for tag, entry in tlv.walk(record):
        if tag == 0x61:
            name = tlv.find(entry, _AID)
            if name is None or not 5 <= len(name) <= 16:
                raise CardDataError("an application without a name")
            label = tlv.find(entry, _LABEL) or b""
            found.append((name, printable(label)))
    return found


def terminal_data(wanted: bytes) -> bytes:
    """Return what the card wants to be told, in its order.

    Raises:
        CardDataError: its list is not in order.
    """
    data = b""
    for tag, size in tlv.parse_list(wanted):
        data += _TOLD.get(tag, b"")[:size].rjust(size, b"\0")
    if len(data) > 252:
        raise CardDataError("a card that wants to know too much")
    return data


def places(options: bytes) -> list[tuple[int, int]]:
    """Return file and number of each record, from either form of the options.

    Raises:
        CardDataError: there are none, or they are not in order.
    """
    objects = dict(tlv.parse(options))
    bare = objects.get(_BARE_OPTIONS)
    locator = bare[2:] if bare is not None else tlv.find(options, _AFL)
    if not locator or len(locator) % 4:
        raise CardDataError("no places of records")
    where: list[tuple[int, int]] = []
    for at in range(0, len(locator), 4):
        file, first, last = locator[at] >> 3, locator[at + 1], locator[at + 2]
        if not 1 <= file <= 30 or not 1 <= first <= last:
            raise CardDataError("a place that is none")
        where += [(file, number) for number in range(first, last + 1)]
    if len(where) > _MOST_RECORDS:
        raise CardDataError("more records than a card has")
    return where


def chip_card(found: dict[int, bytes], issuer: str) -> ChipCard:
    """Make a card of what was read.

    Raises:
        CardDataError: no account number, or one whose check digit is wrong.
    """
    if _NUMBER in found:
        number = found[_NUMBER].hex().rstrip("f")
    else:
        number = found.get(_TRACK, b"").hex().partition("d")[0]
    return ChipCard(
        kind=ChipCardKind.BANK,
        number=account_number(number),
        name=printable(found.get(_NAME, b"")),
        issuer=issuer,
        valid_until=last_day(found.get(_LAST_DAY, b"")),
    )


def account_number(number: str) -> str:
    """Return an account number whose check digit is right (ISO/IEC 7812-1, Luhn).

    Raises:
        CardDataError: it is none.
    """
    if not 12 <= len(number) <= 19 or not (number.isascii() and number.isdigit()):
        raise CardDataError("an account number that is none")
    backwards = [int(digit) for digit in reversed(number)]
    doubled = sum(2 * digit - 9 * (digit > 4) for digit in backwards[1::2])
    total = sum(backwards[::2]) + doubled
    if total % 10:
        raise CardDataError("an account number whose check digit is wrong")
    return number


def last_day(value: bytes) -> str:
    """Read a last day of validity, YYMMDD in BCD; day 00 is the month's last.

    Raises:
        CardDataError: it is none.
    """
    if not value:
        return ""
    digits = value.hex()
    if len(digits) != 6:
        raise CardDataError("a last day that is none")
    try:
        year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
        if day == 0:
            day = calendar.monthrange(year, month)[1]
        return date(year, month, day).isoformat()
    except ValueError:
        raise CardDataError("a last day that is none") from None


def printable(value: bytes) -> str:
    """Read a name, blanks cut off: ASCII, or GBK on cards of some banks.

    Raises:
        CardDataError: something else stands there.
    """
    try:
        text = value.rstrip(b"\0 ").decode("gb18030")
    except UnicodeDecodeError:
        # the chained error would carry the bytes, which are personal
        raise CardDataError("a name that cannot be read") from None
    if not all(sign.isprintable() for sign in text):
        raise CardDataError("a name that cannot be read")
    return text.strip()
