"""The text block of an identity document: 256 bytes, UTF-16LE, padded with 20 00.

Bytes 248 and 249 tell the document. Offset/length in bytes:

    field        resident   HK/Macao/Taiwan 'J'   foreign 2017 'I'   foreign 2023 'Y'
    name           0/30       0/30                158/30 (Chinese)     0/30 (Chinese)
    English name   -          -                     0/120             52/70 + 220/22
    sex           30/2       30/2                 120/2               30/2
    ethnic group  32/4        -                     -                  -
    birth         36/16      36/16                220/16              36/16
    address       52/70      52/70                  -                  -
    number       122/36     122/36                122/30             122/36
    issuer       158/30     158/30                240/8 (code)         -
    valid from   188/16     188/16                188/16             188/16
    valid to     204/16     204/16                204/16             204/16

Sources: published SAM_V protocol texts for the resident card; card structures in
public application code, in agreement with one another, for the other three. No
standard's text was at hand for those: unconfirmed until seen on a device.
"""

from __future__ import annotations

from datetime import date

from drivers.idcard.ethnicity import ETHNICITIES
from kiosk.core.people import DocumentKind, IdDocument, Sex

LENGTH = 256

_KINDS = {
    "": DocumentKind.RESIDENT,
    "J": DocumentKind.HK_MACAO_TAIWAN_RESIDENCE,
    "I": DocumentKind.FOREIGN_PERMANENT_2017,
    "Y": DocumentKind.FOREIGN_PERMANENT_2023,
}
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "0": Sex.UNKNOWN, "9": Sex.UNSPECIFIED}
_AUTHORITIES = {"1500": "中华人民共和国公安部"}

_FOREVER = "长期"


class TextBlockError(ValueError):
    """The block is not a document's; the message holds nothing personal."""


class UnknownDocument(TextBlockError):
    """The block is in order, but of a document that is not known here."""


def parse_text_block(block: bytes) -> IdDocument:
    """Read a text block of any of the four documents.

    Raises:
        UnknownDocument: bytes 248 and 249 name none of the four.
        TextBlockError: wrong length, not UTF-16, no name or number, or a date that
            is none.
    """
    if len(block) != LENGTH:
        raise TextBlockError(f"{LENGTH} bytes expected, {len(block)} came")
    flag = _text(block, 248, 2)
    if flag not in _KINDS:
        raise UnknownDocument("unknown kind of document")
    kind = _KINDS[flag]
    document = (
        _foreign_2017(block)
        if kind is DocumentKind.FOREIGN_PERMANENT_2017
        else _card(block, kind)
    )
    if not (document.name or document.english_name):
        raise TextBlockError("no name")
    if not (document.number.isascii() and document.number.isalnum()):
        raise TextBlockError("no number")
    return document


def _card(block: bytes, kind: DocumentKind) -> IdDocument:
    resident = kind is DocumentKind.RESIDENT
    foreign = kind is DocumentKind.FOREIGN_PERMANENT_2023
    english = _raw(block, 52, 70) + _raw(block, 220, 22) if foreign else ""
    return IdDocument(
        kind=kind,
        name=_text(block, 0, 30),
        sex=_sex(block, 30),
        ethnicity=ETHNICITIES.get(_text(block, 32, 4), "") if resident else "",
        birth_date=_date(block, 36),
        address="" if foreign else _text(block, 52, 70),
        number=_text(block, 122, 36),
        issuer="" if foreign else _text(block, 158, 30),
        valid_from=_date(block, 188),
        valid_to=_last_day(block),
        english_name=english.rstrip(),
    )


def _foreign_2017(block: bytes) -> IdDocument:
    authority = _text(block, 240, 8)
    return IdDocument(
        kind=DocumentKind.FOREIGN_PERMANENT_2017,
        name=_text(block, 158, 30),
        sex=_sex(block, 120),
        ethnicity="",
        birth_date=_date(block, 220),
        address="",
        number=_text(block, 122, 30),
        issuer=_AUTHORITIES.get(authority, authority),
        valid_from=_date(block, 188),
        valid_to=_last_day(block),
        english_name=_text(block, 0, 120),
    )


def new_address(data: bytes) -> str:
    """Read the 70 bytes of a later address.

    Raises:
        TextBlockError: not UTF-16, or not 70 bytes.
    """
    if len(data) != 70:
        raise TextBlockError("70 bytes expected")
    return _text(data, 0, 70)


def _raw(block: bytes, offset: int, length: int) -> str:
    try:
        return block[offset : offset + length].decode("utf-16-le")
    except UnicodeDecodeError:
        # the chained error would carry the bytes, which are personal
        raise TextBlockError(f"not UTF-16 at {offset}") from None


def _text(block: bytes, offset: int, length: int) -> str:
    return _raw(block, offset, length).strip(" \x00\u3000")


def _sex(block: bytes, offset: int) -> Sex:
    return _SEXES.get(_text(block, offset, 2), Sex.UNKNOWN)


def _date(block: bytes, offset: int) -> date | None:
    text = _text(block, offset, 16)
    if not text:
        return None
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise TextBlockError(f"no date at {offset}")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise TextBlockError(f"no date at {offset}") from None


def _last_day(block: bytes) -> date | None:
    """Return ``None`` for 长期; an empty field is an error, not for ever."""
    if _text(block, 204, 16) == _FOREVER:
        return None
    last = _date(block, 204)
    if last is None:
        raise TextBlockError("no last day of validity")
    return last
