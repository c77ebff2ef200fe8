"""Cards that can be laid on the reader, made from the people who do not exist."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from hardware_sim.idcard import frames
from hardware_sim.idcard.photo import encode_photo
from hardware_sim.idcard.text import build_new_address, build_text

FINGER_BYTES = 512


@dataclass(frozen=True, slots=True)
class Card:
    """Something that lies on the reader.

    Attributes:
        found: a bank card of another radio type is never found.
        read_fault: SW3 of every read, ``None`` for a card in order.
        fingerprints: 0, 512 or 1024 bytes, opaque.
        new_address: 70 bytes or ``None``.
    """

    key: str
    title: str
    text: bytes = b""
    photo: bytes = b""
    fingerprints: bytes = b""
    new_address: bytes | None = None
    management_number: bytes = b""
    found: bool = True
    read_fault: int | None = None


WRONG_MEDIA = {
    "bankCard": Card("bankCard", "银行卡", found=False),
    "otherCard": Card("otherCard", "其他卡片", read_fault=frames.WRONG_CARD),
    "damagedCard": Card("damagedCard", "芯片损坏", read_fault=frames.READ_FAILED),
    "forgedText": Card("forgedText", "文字校验不符", read_fault=frames.TEXT_VERIFY),
}
"""What people lay down by mistake, by kind."""


def load_cards(people_file: Path | None = None) -> dict[str, Card]:
    """Return the cards of a people file (ours when ``None``), by key.

    Raises:
        OSError, tomllib.TOMLDecodeError: the file cannot be read.
        KeyError, ValueError: a person does not fit on a card.
    """
    if people_file is None:
        text = (
            files("hardware_sim.scenarios").joinpath("people.toml").read_text("utf-8")
        )
    else:
        text = people_file.read_text("utf-8")
    people = tomllib.loads(text)["people"]
    return {person["key"]: build_card(person) for person in people}


def build_card(person: Mapping[str, str]) -> Card:
    """Return one person's card."""
    key = person["key"]
    new_address = person.get("new_address")
    return Card(
        key=key,
        title=person["name"],
        text=build_text(person),
        photo=encode_photo(key),
        fingerprints=_fingerprints(key, int(person.get("fingers", 0))),
        new_address=build_new_address(new_address) if new_address else None,
        management_number=_management_number(key),
    )


def _fingerprints(key: str, fingers: int) -> bytes:
    """Return opaque bytes, labelled as a test: no finger was ever near them."""
    blocks = (f"TEST FINGER {number} {key}".encode() for number in range(fingers))
    return b"".join(block.ljust(FINGER_BYTES, b"\0") for block in blocks)


def _management_number(key: str) -> bytes:
    """Return 28 bytes [unconfirmed: no public text gives length or content]."""
    return hashlib.sha256(b"management " + key.encode()).digest()[:28]
