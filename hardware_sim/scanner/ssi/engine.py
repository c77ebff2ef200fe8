"""The SSI decoder: parameters by number, packets that the host must acknowledge."""

from __future__ import annotations

from collections import deque

from hardware_sim.scanner.engine import Answer, Exchange, Eye
from hardware_sim.scanner.ssi import packets
from hardware_sim.scanner.ssi.packets import Packet, PacketReader, build

TIME_OUT, TRIGGER_MODE, SPEED, HANDSHAKE = 0x88, 0x8A, 0x9C, 0x9F
PARAMETER_CODES, FORMAT = 0xEC, 0xEE
HOST_MODE = 8

FACTORY = {
    TIME_OUT: 30,
    TRIGGER_MODE: 0,
    SPEED: 6,
    HANDSHAKE: 1,
    PARAMETER_CODES: 1,
    FORMAT: 0,
}
_MODES = {0: "button", 4: "continuous", HOST_MODE: "command", 9: "sensing"}
_SPEEDS = {5: 4800, 6: 9600, 7: 19200, 8: 38400, 10: 57600, 11: 115200}
_TYPES = {
    "code128": 0x03,
    "ean13": 0x0B,
    "pdf417": 0x11,
    "dataMatrix": 0x1B,
    "qrCode": 0x1C,
}
REVISION = b"NBRXX001 SE4710 SIM-0001 BRIDGE"
_TRIES = 2
"""How often a packet is sent again before the decoder gives up."""


class SsiEngine(Eye):
    """See ``hardware_sim.scanner.engine``.

    Args:
        long_packets: a code that does not fit goes into one long packet (Grow GM67).
    """

    def __init__(self, *, long_packets: bool = False) -> None:
        super().__init__()
        self._long_packets = long_packets
        self.live = dict(FACTORY)
        self.enabled = True
        self._flash = dict(FACTORY)
        self._reader = PacketReader()
        self._waiting: deque[Answer] = deque()
        self._tries = 0

    @property
    def mode(self) -> str:
        """How reading begins."""
        return _MODES.get(self.live[TRIGGER_MODE], "button")

    @property
    def light(self) -> bool:
        """True while the decoder lights the scene to read."""
        return self.enabled and not self._waiting and self.lit(self.mode)

    @property
    def time_out_s(self) -> float:
        """Seconds of one session (laser on time)."""
        return self.live[TIME_OUT] / 10

    @property
    def baudrate(self) -> int | None:
        """Speed as set."""
        return _SPEEDS.get(self.live[SPEED])

    @property
    def unsettled(self) -> bool:
        """True while a packet waits for the host's acknowledgement."""
        return bool(self._waiting)

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes; act on whole packets."""
        return [self._obeyed(packet) for packet in self._reader.feed(data, now)]

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        return self.sees(self.light)

    def decode(self) -> list[Answer]:
        """Return the first packet of the code, the others after acknowledgements.

        Raises:
            ValueError: there is nothing to decode.
        """
        held = self.take()
        code = held.code()
        if not self.live[FORMAT]:
            return [Answer(code, f"{held.kind}, bare")]
        kind = bytes((_TYPES[held.kind],))
        if self._long_packets and len(code) > packets.MOST_DATA:
            packet = packets.build_long(kind + code)
            return self._to_be_acknowledged([Answer(packet, f"{held.kind}, long")])
        parts = [
            code[start : start + packets.MOST_DATA]
            for start in range(0, len(code), packets.MOST_DATA)
        ]
        said = []
        for number, part in enumerate(parts, start=1):
            status = packets.MORE if number < len(parts) else 0
            packet = build(packets.DECODE_DATA, kind + part, status)
            said.append(Answer(packet, f"{held.kind}, packet {number}/{len(parts)}"))
        return self._to_be_acknowledged(said)

    def resend(self) -> list[Answer]:
        """Say the packet again that was not acknowledged, marked as such."""
        if not self._waiting:
            return []
        self._tries += 1
        if self._tries > _TRIES:
            self._waiting.clear()
            return []
        first = self._waiting[0]
        body = bytearray(first.data[:-2])
        if body[1] != packets.LONG_DECODE_DATA:
            body[3] |= packets.RESENT
        again = bytes(body) + packets.check(bytes(body))
        return [Answer(again, f"{first.meaning}, sent again")]

    def lose_power(self) -> None:
        """Forget what was not saved."""
        self.live = dict(self._flash)
        self.enabled = True
        self._waiting.clear()
        self.trigger(False)

    def _to_be_acknowledged(self, said: list[Answer]) -> list[Answer]:
        if not self.live[HANDSHAKE]:
            return said
        self._waiting.extend(said)
        self._tries = 0
        return said[:1] if len(self._waiting) == len(said) else []

    def _obeyed(self, packet: Packet) -> Exchange:
        name = packets.NAMES[packet.opcode]
        if not packet.whole:
            return self._answered(packet, f"{name}, wrong check", self._nak(1))
        if packet.opcode == packets.ACK:
            return self._answered(packet, name, self._next())
        if packet.opcode == packets.NAK:
            again = packet.data[:1] == bytes((packets.RESEND,))
            return self._answered(packet, name, self.resend() if again else [])
        return self._answered(packet, name, self._act(packet))

    def _answered(self, packet: Packet, meaning: str, said: list[Answer]) -> Exchange:
        return Exchange(packet.raw, meaning, tuple(said))

    def _next(self) -> list[Answer]:
        """Go on to the packet after the one that was acknowledged."""
        self._tries = 0
        if self._waiting:
            self._waiting.popleft()
        return [self._waiting[0]] if self._waiting else []

    def _act(self, packet: Packet) -> list[Answer]:
        match packet.opcode:
            case packets.START:
                if self.mode != "command":
                    return self._nak(packets.DENIED)
                self.trigger(True)
            case packets.STOP:
                self.trigger(False)
            case packets.SCAN_ENABLE | packets.SCAN_DISABLE:
                self.enabled = packet.opcode == packets.SCAN_ENABLE
            case packets.FLUSH:
                self._waiting.clear()
            case packets.PARAM_DEFAULTS:
                self.live, self._flash = dict(FACTORY), dict(FACTORY)
            case packets.PARAM_SEND:
                return self._set(packet)
            case packets.PARAM_REQUEST:
                return self._tell(packet.data)
            case packets.REQUEST_REVISION:
                said = Answer(build(packets.REPLY_REVISION, REVISION), "revision")
                return self._to_be_acknowledged([said])
            case _:
                return self._nak(packets.BAD_CONTEXT)
        return self._ack()

    def _set(self, packet: Packet) -> list[Answer]:
        """Take parameters: beep code, then numbers and values in turn."""
        pairs = packet.data[1:]
        numbers, values = pairs[::2], pairs[1::2]
        if not pairs or len(pairs) % 2 or any(n not in FACTORY for n in numbers):
            return self._nak(packets.BAD_CONTEXT)
        for number, value in zip(numbers, values, strict=True):
            self.live[number] = value
            if packet.status & packets.FOR_GOOD:
                self._flash[number] = value
        return self._ack()

    def _tell(self, numbers: bytes) -> list[Answer]:
        known = [number for number in numbers if number in FACTORY]
        if not known:
            return self._nak(packets.BAD_CONTEXT)
        pairs = b"".join(bytes((number, self.live[number])) for number in known)
        answer = Answer(build(packets.PARAM_SEND, b"\xff" + pairs), "parameters")
        return self._to_be_acknowledged([answer])

    def _ack(self) -> list[Answer]:
        return [Answer(build(packets.ACK), "acknowledge")] * self.live[HANDSHAKE]

    def _nak(self, cause: int) -> list[Answer]:
        word = {1: "resend", 2: "bad context", 6: "denied"}[cause]
        packet = build(packets.NAK, bytes((cause,)))
        return [Answer(packet, f"not acknowledged: {word}")] * self.live[HANDSHAKE]
