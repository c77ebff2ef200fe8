"""The bank's side of a card: PBOC, which is EMV with UnionPay's names.

``1PAY.SYS.DDF01`` lists the applications; an application says what it wants to know
(PDOL), where its records are (AFL), and in them account number, name and last day.
Source: EMV 4.3 books 1 and 3; UnionPay's application names are public.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware_sim.smartcard.system import Application

DIRECTORY = b"1PAY.SYS.DDF01"
DEBIT = bytes.fromhex("A000000333010101")
CREDIT = bytes.fromhex("A000000333010102")
_PDOL = bytes.fromhex("9F1A02 9F3704 5F2A02 9A03")
_PDOL_BYTES = 11
_INTERCHANGE = bytes.fromhex("7C00")
_FILE = 2


def bank_applications(
    holder: Mapping[str, str], number: str, *, credit: bool = False
) -> tuple[Application, ...]:
    """Return the directory and the one application that it lists.

    Args:
        holder: ``latin``: the name as it is embossed.
        number: the account number, all digits.
        credit: another name, and the other form of processing options.
    """
    name = CREDIT if credit else DEBIT
    label = b"UnionPay Credit" if credit else b"UnionPay Debit"
    entry = _tlv("61", _tlv("4F", name) + _tlv("50", label) + _tlv("87", b"\x01"))
    directory = Application(
        name=DIRECTORY,
        fci=_tlv("6F", _tlv("84", DIRECTORY) + _tlv("A5", _tlv("88", b"\x01"))),
        records={(1, 1): _tlv("70", entry)},
    )
    about = _tlv("50", label) + _tlv("87", b"\x01") + _tlv("9F38", _PDOL)
    return directory, Application(
        name=name,
        fci=_tlv("6F", _tlv("84", name) + _tlv("A5", about)),
        records=_records(holder, number),
        options=_options(credit=credit),
        options_bytes=_PDOL_BYTES,
    )


def _options(*, credit: bool) -> bytes:
    """Both forms occur: 80 with bare values, 77 with tagged ones."""
    places = bytes([_FILE << 3, 1, 2, 0])
    if credit:
        return _tlv("77", _tlv("82", _INTERCHANGE) + _tlv("94", places))
    return _tlv("80", _INTERCHANGE + places)


def _records(holder: Mapping[str, str], number: str) -> dict[tuple[int, int], bytes]:
    digits = number if len(number) % 2 == 0 else number + "F"
    track = f"{number}D3012{'220':0<10}"
    track += "F" * (len(track) % 2)
    return {
        (_FILE, 1): _tlv(
            "70",
            _tlv("57", bytes.fromhex(track))
            + _tlv("5F20", holder["latin"].encode("ascii")),
        ),
        (_FILE, 2): _tlv(
            "70",
            _tlv("5A", bytes.fromhex(digits))
            + _tlv("5F24", bytes.fromhex("301231"))
            + _tlv("5F25", bytes.fromhex("220301"))
            + _tlv("5F28", bytes.fromhex("0156"))
            + _tlv("5F34", b"\x01"),
        ),
    }


def _tlv(tag: str, value: bytes) -> bytes:
    size = bytes([len(value)]) if len(value) < 0x80 else bytes([0x81, len(value)])
    return bytes.fromhex(tag) + size + value
