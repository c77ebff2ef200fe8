"""Commands of chip cards, and their answers in several parts (ISO/IEC 7816-4).

A T=0 card cannot answer with data to a command that carries data: it says ``61xx``,
and the data are fetched with GET RESPONSE. It says ``6Cxx`` when another length was
asked for than it has. Neither the reader nor PC/SC does that for us.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kiosk.core.errors import DeviceProtocolError

Exchange = Callable[[bytes], Awaitable[bytes]]
"""Sends one command to the card and returns the answer, SW1 SW2 at its end."""

DONE = 0x9000
LONGEST = 65536
"""Bytes that one answer may have in all; a card that goes on longer is broken."""

_GET_RESPONSE = b"\x00\xc0\x00\x00"
_MOST_PARTS = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card answered. The data may be personal, so they are not in ``repr``.

    Attributes:
        word: SW1 SW2 as one number.
    """

    word: int
    data: bytes = field(default=b"", repr=False)

    @property
    def done(self) -> bool:
        """True for ``9000``."""
        return self.word == DONE


def split(raw: bytes) -> Answer:
    """Part an answer into data and SW1 SW2.

    Raises:
        DeviceProtocolError: shorter than the two status bytes, or endless.
    """
    if not 2 <= len(raw) <= LONGEST:
        raise DeviceProtocolError(f"an answer of {len(raw)} bytes from a card")
    return Answer(int.from_bytes(raw[-2:], "big"), raw[:-2])


async def ask(exchange: Exchange, apdu: bytes) -> Answer:
    """Send a command and collect its whole answer.

    Raises:
        DeviceProtocolError: the answer has no status bytes, or no end.
        CardError, DeviceError: what ``exchange`` raises.
    """
    answer = split(await exchange(apdu))
    if answer.word >> 8 == 0x6C:
        answer = split(await exchange(apdu[:4] + bytes([answer.word & 0xFF])))
    data, parts = answer.data, 0
    while answer.word >> 8 == 0x61:
        parts += 1
        if parts > _MOST_PARTS or len(data) > LONGEST:
            raise DeviceProtocolError("a card whose answer has no end")
        answer = split(await exchange(_GET_RESPONSE + bytes([answer.word & 0xFF])))
        data += answer.data
    return Answer(answer.word, data)
