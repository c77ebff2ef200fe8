"""The social-security application of a card: files EF05 and EF06.

Records are tag, length, value. EF05: 01 card identification 16 bytes, 02 class, 03
version, 04 issuer 12, 05 issued 4 BCD, 06 valid to 4 BCD, 07 card number 9 characters.
EF06: 08 social-security number 18 characters, 09 name 30 bytes GBK padded with 00,
then from version 2.00 on 4E the rest of the name, 0A sex, 0B ethnic group, 0C place of
birth, 0D birth; version 1.00 has no 4E. Source: public reader and issuing code.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware_sim.smartcard.system import Application

NAME = b"sx1.sh." + "社会保障".encode("gbk")
PUBLIC_FILE, PERSON_FILE = 5, 6
_NAME_BYTES = 30
_SEXES = {"male": b"1", "female": b"2"}
_REGION = bytes.fromhex("999001")
"""No region has this number."""


def social_application(
    person: Mapping[str, str],
    number: str,
    *,
    version: str = "2.00",
    locked: bool = False,
) -> Application:
    """Return a person's application.

    Args:
        number: nine characters, printed on the card.
        locked: the personal file needs authentication.
    """
    public = (
        (0x01, _REGION + bytes.fromhex("D156000005") + number.encode()[-8:]),
        (0x02, b"\x01"),
        (0x03, version.encode()),
        (0x04, _REGION + bytes(9)),
        (0x05, bytes.fromhex("20220301")),
        (0x06, bytes.fromhex("20320301")),
        (0x07, number.encode()),
    )
    records = _numbered(PUBLIC_FILE, public)
    records |= _numbered(PERSON_FILE, _personal(person, version))
    return Application(
        name=NAME,
        fci=_tlv(0x6F, _tlv(0x84, NAME)),
        records=records,
        files={0xEF05: PUBLIC_FILE, 0xEF06: PERSON_FILE},
        locked=frozenset({PERSON_FILE}) if locked else frozenset(),
    )


def _personal(person: Mapping[str, str], version: str) -> tuple[tuple[int, bytes], ...]:
    name = person["name"].encode("gb18030")
    long = ((0x4E, _padded(name[_NAME_BYTES:], _NAME_BYTES)),)
    return (
        (0x08, person["number"].encode()),
        (0x09, _padded(name[:_NAME_BYTES], _NAME_BYTES)),
        *(() if version == "1.00" else long),
        (0x0A, _SEXES[person["sex"]]),
        (0x0B, bytes.fromhex(person["nation_code"])),
        (0x0C, _REGION),
        (0x0D, bytes.fromhex(person["birth"])),
    )


def _numbered(
    file: int, values: tuple[tuple[int, bytes], ...]
) -> dict[tuple[int, int], bytes]:
    return {
        (file, number): _tlv(tag, value)
        for number, (tag, value) in enumerate(values, start=1)
    }


def _padded(value: bytes, size: int) -> bytes:
    return value[:size].ljust(size, b"\0")


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value
