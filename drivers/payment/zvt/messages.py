"""What the two sides of a ZVT dialogue say: commands of ours, reports of theirs.

Specification PA00P015. ``ECR`` is this machine, ``PT`` the terminal.

    06 00 password config currency       registration
    06 01 [04 amount] [49 currency]      authorisation
    06 30 password 87 receipt            reversal
    06 20 password                       repeat receipt: the newest transaction again
    05 01 password                       status enquiry
    06 B0                                abort, asked for by the ECR
    80 00 / 84 xx                        positive answer / refusal
    04 FF status                         PT: intermediate status
    04 0F fields                         PT: status information, the result
    06 D1 / 06 D3                        PT: print a line / a block of text
    06 0F / 06 1E reason                 PT: completion / abort

Unconfirmed on hardware, so nothing about money rests on it: the layout of the answer
to the status enquiry; what the PT says to "repeat receipt" before its first
transaction. Public reports name terminals that then complete without any status
information; that is taken as "cannot tell", never as "there is none".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from drivers.payment.zvt.fields import (
    AMOUNT,
    AUTHORISATION,
    CARD_NAME,
    CARD_NUMBER,
    CURRENCY,
    DATE,
    ORIGINAL_TRACE,
    RECEIPT,
    RESULT,
    TERMINAL_ID,
    TIME,
    TRACE,
    digits,
    field,
    mask_text,
    number,
    read_fields,
    read_tlv,
)
from drivers.payment.zvt.frame import Apdu
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt

POSITIVE: Final = 0x8000
REFUSAL: Final = 0x84
INTERMEDIATE: Final = 0x04FF
STATUS_INFORMATION: Final = 0x040F
COMPLETION: Final = 0x060F
ABORTED: Final = 0x061E
PRINT_LINE: Final = 0x06D1
PRINT_BLOCK: Final = 0x06D3
SET_TIME: Final = 0x0401

ANSWER = Apdu(POSITIVE)
CANNOT = Apdu(0x8483)
"""Function not possible: for commands that this ECR has no use for."""

ABORT = Apdu(0x06B0)

READY: Final = 0x00
NOT_REGISTERED: Final = 0x6B
NO_PAPER: Final = 0xCC
CANCELLED: Final = "6C"
REVERSED: Final = "B4"
"""Result codes: abort key or time-out; already reversed."""

CONFIG: Final = 0xBE
"""Registration: ECR prints both kinds of receipt, wants intermediate status, starts
payments and administration itself, prints by line."""

_ENTER_PIN = frozenset({0x00, 0x01, 0x02, 0x15})
_INSERT = frozenset({0x0A})
_REMOVE = frozenset({0x0B, *range(0x41, 0x5E)})
_LINES = 0x25
_LINE = 0x07


def registration(password: str, currency: int | None) -> Apdu:
    """Return 06 00; the currency is the ISO 4217 number."""
    data = bytes.fromhex(password) + bytes([CONFIG])
    return Apdu(0x0600, data + (b"" if currency is None else digits(currency, 2)))


def authorisation(amount: Fen, currency: int | None = None) -> Apdu:
    """Return 06 01. Raises ``ValueError`` for an amount that does not fit."""
    data = field(AMOUNT, digits(amount, 6))
    if currency is not None:
        data += field(CURRENCY, digits(currency, 2))
    return Apdu(0x0601, data)


def reversal(password: str, receipt: int) -> Apdu:
    """Return 06 30. Raises ``ValueError`` for a number that does not fit."""
    return Apdu(0x0630, bytes.fromhex(password) + field(RECEIPT, digits(receipt, 2)))


def repeat_receipt(password: str) -> Apdu:
    """Return 06 20."""
    return Apdu(0x0620, bytes.fromhex(password))


def status_enquiry(password: str) -> Apdu:
    """Return 05 01."""
    return Apdu(0x0501, bytes.fromhex(password))


@dataclass(frozen=True, slots=True)
class StatusInformation:
    """04 0F: the result of a transaction. ``None`` = the PT did not say.

    Attributes:
        result: 0 is success.
        original_trace: trace number of the transaction that was taken back.
    """

    result: int | None = None
    amount: int | None = None
    currency: int | None = None
    receipt: int | None = None
    trace: int | None = None
    original_trace: int | None = None
    card_masked: str = ""
    scheme: str = ""
    terminal_id: str = ""
    authorisation: str = ""
    clock: tuple[int, int] | None = None

    @property
    def approved(self) -> bool:
        """True when money moved towards us."""
        return self.result == 0 and self.original_trace is None

    def as_receipt(self, now: datetime, offset: timedelta) -> CardReceipt:
        """Return it in the words of the kiosk.

        A reversal is a transaction too: not approved, reason ``B4``.

        Args:
            now: settles the year, which the PT does not tell.
            offset: the PT's clock against UTC.
        """
        reason = "" if self.result is None else f"{self.result:02X}"
        if self.result == 0 and self.original_trace is not None:
            reason = REVERSED
        return CardReceipt(
            number=self.receipt or 0,
            approved=self.approved,
            amount=Fen(self.amount or 0),
            trace=self.trace or 0,
            card_masked=self.card_masked,
            scheme=self.scheme,
            terminal_id=self.terminal_id,
            authorisation=self.authorisation if self.approved else "",
            reason="" if self.approved else reason,
            at=_moment(self.clock, now, offset),
        )


def read_status_information(data: bytes) -> StatusInformation:
    """Read 04 0F; what is not there or not understood stays ``None``."""
    fields = read_fields(data)
    result = fields.get(RESULT)
    time, date = number(fields.get(TIME)), number(fields.get(DATE))
    return StatusInformation(
        result=None if result is None else result[0],
        amount=number(fields.get(AMOUNT)),
        currency=number(fields.get(CURRENCY)),
        receipt=number(fields.get(RECEIPT)),
        trace=number(fields.get(TRACE)),
        original_trace=number(fields.get(ORIGINAL_TRACE)),
        card_masked=fields.get(CARD_NUMBER, b"").decode("ascii"),
        scheme=_text(fields.get(CARD_NAME, b"")),
        terminal_id=fields.get(TERMINAL_ID, b"").hex(),
        authorisation=_text(fields.get(AUTHORISATION, b"")),
        clock=None if time is None or date is None else (date, time),
    )


def read_prompt(data: bytes) -> str:
    """Return what the citizen should do, in the words of ``CardTerminal``."""
    status = data[0] if data else None
    if status in _INSERT:
        return "insertCard"
    if status in _ENTER_PIN:
        return "enterPin"
    return "removeCard" if status in _REMOVE else "wait"


def read_reason(data: bytes) -> int | None:
    """Return the result code of 06 1E, ``None`` when there is none."""
    return data[0] if data else None


def read_state(data: bytes) -> int | None:
    """Return the terminal status code of an answered enquiry, ``None`` if unclear.

    Unconfirmed layout: software version behind three length digits, then the code.
    """
    if not data:
        return READY
    if len(data) > 3 and all(each & 0xF0 == 0xF0 for each in data[:3]):
        count = int("".join(str(min(each & 0x0F, 9)) for each in data[:3]))
        rest = data[3 + count : 4 + count]
        return rest[0] if rest else None
    return None


def read_print(apdu: Apdu) -> list[str]:
    """Return the lines of 06 D1 or 06 D3, long numbers hidden."""
    if apdu.control == PRINT_LINE:
        return [mask_text(_text(apdu.data[1:]))]
    container = read_fields(apdu.data).get(0x06, b"")
    blocks = [value for tag, value in read_tlv(container) if tag == _LINES]
    return [
        mask_text(_text(value))
        for block in blocks
        for tag, value in read_tlv(block)
        if tag == _LINE
    ]


def _text(data: bytes) -> str:
    return data.rstrip(b"\x00 ").decode("cp437", "replace").strip()


def _moment(
    clock: tuple[int, int] | None, now: datetime, offset: timedelta
) -> datetime | None:
    """Return MMDD and HHMMSS as UTC, in the year that brings it nearest to now."""
    if clock is None:
        return None
    zone = timezone(offset)
    moments = []
    for year in (now.year - 1, now.year, now.year + 1):
        text = f"{year:04d}{clock[0]:04d}{clock[1]:06d}"
        try:
            moments.append(datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=zone))
        except ValueError:
            continue  # no such day in that year, or no time at all
    if not moments:
        return None
    return min(moments, key=lambda each: abs(each - now)).astimezone(UTC)
