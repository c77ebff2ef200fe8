"""A meter card's chip: files, commands, and what survives being pulled.

Files of the reference layout (all numbers big-endian, CRC-16 CCITT of initial 0):

* 0001, 48 bytes: 01, service, 16 digits serial, 20 bytes account, filler, CRC
* 0002 and 0003, 64 bytes: state (5A whole, FF being written), purchase 4, units 4,
  length 1, token, filler, CRC over all but the state
* 0004, 16 bytes, the meter's: purchase taken 4, total 4, filler, CRC

Every command is carried out as a whole or not at all; the card may be pulled between
any two.
"""

from __future__ import annotations

import binascii
import hmac
from dataclasses import dataclass, field

from hardware_sim.platform.meter_tokens import load_token

APPLICATION = bytes.fromhex("F04B32344D45544552")
ATR = bytes.fromhex("3B6800004B32344D45544552")
"""T=0; eight historical bytes ``K24METER``."""

OK, NOT_FOUND, WRONG_LENGTH = 0x9000, 0x6A82, 0x6700
NO_FILE, OUT_OF_BOUNDS, NO_COMMAND, REFUSED = 0x6986, 0x6B00, 0x6D00, 0x6982
SERVICES = {"water": 1, "power": 2, "gas": 3}
_SLOT = 64


def crc(data: bytes) -> bytes:
    """CRC-16 as two bytes."""
    return binascii.crc_hqx(data, 0).to_bytes(2, "big")


@dataclass
class Chip:
    """One card. ``key`` names it on the bench.

    Attributes:
        meter_key: the biller's key, which the meter has too.
        mute: the chip is broken and answers nothing.
        refuse_writes: the chip answers 6982 to every write.
    """

    key: str
    title: str
    service: str
    serial: str
    account: str
    meter_key: bytes
    purchases: int = 0
    application: bytes = APPLICATION
    mute: bool = False
    refuse_writes: bool = False
    files: dict[int, bytearray] = field(default_factory=dict)
    _selected: int | None = None
    _inside: bool = False

    def __post_init__(self) -> None:
        head = bytes([1, SERVICES[self.service]]) + self.serial.encode()
        head += self.account.encode().ljust(20, b"\0")
        head = head.ljust(46, b"\0")
        self.files = {
            1: bytearray(head + crc(head)),
            2: bytearray(b"\xff" + bytes(_SLOT - 1)),
            3: bytearray(b"\xff" + bytes(_SLOT - 1)),
            4: bytearray(self._meter(self.purchases, 0)),
        }
        self.put(2, self.purchases, 0, b"")

    def put(self, file: int, purchase: int, units: int, token: bytes) -> None:
        """Write a whole purchase, as a counter of the company would."""
        body = purchase.to_bytes(4, "big") + units.to_bytes(4, "big")
        body = (body + bytes([len(token)]) + token).ljust(_SLOT - 3, b"\0")
        self.files[file] = bytearray(b"\x5a" + body + crc(body))

    @property
    def presence(self) -> bytes:
        """What a reader sees of the card without power."""
        return ATR

    def power_on(self) -> bytes:
        """Return the answer to reset; everything selected is forgotten.

        A broken chip gives none.
        """
        self._selected, self._inside = None, False
        return b"" if self.mute else ATR

    def command(self, apdu: bytes) -> bytes:
        """Carry out one command; return data and status."""
        data, word = self._obey(apdu)
        return data + word.to_bytes(2, "big")

    def _obey(self, apdu: bytes) -> tuple[bytes, int]:
        if len(apdu) < 5:
            return b"", WRONG_LENGTH
        match apdu[0], apdu[1]:
            case 0x00, 0xA4:
                return b"", self._select(apdu[2], apdu[5 : 5 + apdu[4]])
            case 0x00, 0xB0:
                return self._read(int.from_bytes(apdu[2:4], "big"), apdu[4])
            case 0x00, 0xD6:
                return b"", self._write(
                    int.from_bytes(apdu[2:4], "big"), apdu[5 : 5 + apdu[4]]
                )
        return b"", NO_COMMAND

    def _select(self, by: int, name: bytes) -> int:
        if by == 0x04:
            self._inside = name == self.application
            return OK if self._inside else NOT_FOUND
        file = int.from_bytes(name, "big")
        if not self._inside or file not in self.files:
            return NOT_FOUND
        self._selected = file
        return OK

    def _read(self, offset: int, length: int) -> tuple[bytes, int]:
        if self._selected is None:
            return b"", NO_FILE
        content = self.files[self._selected]
        if offset + length > len(content):
            return b"", 0x6C00 | (len(content) - offset)
        return bytes(content[offset : offset + length]), OK

    def _write(self, offset: int, data: bytes) -> int:
        if self._selected is None:
            return NO_FILE
        if self.refuse_writes or self._selected not in (2, 3):
            return REFUSED
        content = self.files[self._selected]
        if offset + len(data) > len(content):
            return OUT_OF_BOUNDS
        content[offset : offset + len(data)] = data
        return OK

    # -- the meter at home ---------------------------------------------------------

    def newest(self) -> tuple[int, int, bytes]:
        """Return purchase, units and token of the newest whole purchase."""
        best = (0, 0, b"")
        for file in (2, 3):
            raw = bytes(self.files[file])
            body = raw[1:]
            if raw[0] != 0x5A or crc(body[:-2]) != body[-2:]:
                continue
            purchase = int.from_bytes(body[0:4], "big")
            if purchase >= best[0]:
                units = int.from_bytes(body[4:8], "big")
                best = (purchase, units, body[9 : 9 + body[8]])
        return best

    def taken(self) -> tuple[int, int]:
        """Return the last purchase that the meter took, and its total."""
        raw = self.files[4]
        return int.from_bytes(raw[0:4], "big"), int.from_bytes(raw[4:8], "big")

    def put_into_meter(self) -> int:
        """Put the card into the meter at home; return the units that it took.

        Raises:
            ValueError: the meter does not believe the token.
        """
        purchase, units, token = self.newest()
        before, total = self.taken()
        if purchase <= before:
            return 0
        made = load_token(self.meter_key, self.serial, purchase, units)
        if not hmac.compare_digest(made, token):
            raise ValueError("the meter refuses the card: wrong token")
        self.files[4] = bytearray(self._meter(purchase, total + units))
        return units

    @staticmethod
    def _meter(purchase: int, total: int) -> bytes:
        head = purchase.to_bytes(4, "big") + total.to_bytes(4, "big")
        head = head.ljust(14, b"\0")
        return head + crc(head)
