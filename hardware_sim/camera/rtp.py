"""A JPEG picture in RTP packets, as RFC 2435 lays it out.

```
RTP    80 | M, 1A | sequence 2 | time stamp 4 (90 kHz) | source 4
JPEG   type-specific 1 | fragment offset 3 | type 1 | Q 1 | width/8 1 | height/8 1
table  00 | precision 00 | length 2 | luma 64 | chroma 64     (first packet, Q = 255)
data   a piece of the entropy-coded scan
```
Only the scan travels: the receiver rebuilds the headers, with the Huffman tables of
ITU-T T.81 Annex K. So the picture must be baseline, 4:2:0 (type 1) or 4:2:2 (type 0),
with the standard tables, which Pillow's encoder uses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

PAYLOAD_JPEG = 26
CLOCK_HZ = 90_000
PIECE = 1400
"""Bytes of the scan in one packet; cameras keep to the size of an Ethernet frame."""

_SOI, _DQT, _SOF0, _SOS, _EOI = 0xD8, 0xDB, 0xC0, 0xDA, 0xD9
_TABLES_IN_BAND = 255
_TYPES = {0x21: 0, 0x22: 1}
"""Sampling of the first component to RFC 2435's type."""


class NotSendable(ValueError):
    """The picture is of no kind that RFC 2435 can carry."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What of a JPEG file travels.

    Attributes:
        width, height: in pixels, multiples of 8 up to 2040.
        kind: RFC 2435's type.
        tables: both quantisation tables, in zigzag order.
    """

    width: int
    height: int
    kind: int
    tables: bytes
    data: bytes


def scan_of(jpeg: bytes) -> Scan:
    """Take a JPEG file apart.

    Raises:
        NotSendable: not baseline, another sampling, too large, or no JPEG at all.
    """
    try:
        return _scan_of(jpeg)
    except (IndexError, struct.error) as error:
        raise NotSendable("cut short") from error


def _scan_of(jpeg: bytes) -> Scan:
    tables: dict[int, bytes] = {}
    size, kind = (0, 0), -1
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        body = jpeg[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == _DQT:
            tables |= {body[n] & 0x0F: body[n + 1 : n + 65] for n in _steps(body)}
        elif marker == _SOF0:
            height, width = struct.unpack(">HH", body[1:5])
            size, kind = (width, height), _TYPES.get(body[7], -1)
        elif marker == _SOS:
            return _checked(Scan(*size, kind, _both(tables), jpeg[at:-2]))
    raise NotSendable("no baseline scan")


def _steps(tables: bytes) -> range:
    return range(0, len(tables), 65)


def _both(tables: dict[int, bytes]) -> bytes:
    return tables.get(0, b"") + tables.get(1, b"")


def _checked(scan: Scan) -> Scan:
    aligned = scan.width % 8 == 0 and scan.height % 8 == 0
    if scan.kind < 0 or len(scan.tables) != 128 or not aligned:
        raise NotSendable("sampling, tables or size")
    if not (0 < scan.width <= 2040 and 0 < scan.height <= 2040):
        raise NotSendable(f"{scan.width}x{scan.height} is beyond 2040")
    return scan


class Packer:
    """Makes the packets of one viewer's stream."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._sequence = 0

    @property
    def sequence(self) -> int:
        """Number of the next packet."""
        return self._sequence

    def packets(self, jpeg: bytes, seconds: float) -> list[bytes]:
        """Return the packets of one picture taken at so many seconds.

        Raises:
            NotSendable: see there.
        """
        scan = scan_of(jpeg)
        stamp = int(seconds * CLOCK_HZ) & 0xFFFFFFFF
        made = []
        for offset in range(0, len(scan.data), PIECE):
            last = offset + PIECE >= len(scan.data)
            made.append(self._rtp_head(stamp, last) + _jpeg_part(scan, offset))
        return made

    def _rtp_head(self, stamp: int, last: bool) -> bytes:
        kind = PAYLOAD_JPEG | (0x80 if last else 0)
        head = struct.pack(">BBHII", 0x80, kind, self._sequence, stamp, self._source)
        self._sequence = (self._sequence + 1) & 0xFFFF
        return head


def _jpeg_part(scan: Scan, offset: int) -> bytes:
    head = struct.pack(">I", offset)  # type-specific 00, then the offset in 3 bytes
    head += bytes((scan.kind, _TABLES_IN_BAND, scan.width // 8, scan.height // 8))
    if offset == 0:
        head += struct.pack(">BBH", 0, 0, len(scan.tables)) + scan.tables
    return head + scan.data[offset : offset + PIECE]
