"""What the terminal says: status information, prompts, printed lines."""

from __future__ import annotations

from hardware_sim.payment.memory import Memory, Record
from hardware_sim.payment.wire import Apdu

YES = Apdu(0x80, 0x00)

ABORT_KEY, NOT_REGISTERED, IMPOSSIBLE = 0x6C, 0x6B, 0x83
WAIT, ALREADY_REVERSED, NO_REVERSAL, NO_PAPER = 0x9C, 0xB4, 0xB5, 0xCC
WRONG_CURRENCY, BAD_MESSAGE, WRONG_PASSWORD = 0x6F, 0x9A, 0x83
COMMUNICATION_FAULT = 0x9B

SHOW_INSERT, SHOW_PIN, SHOW_HOST = 0x0A, 0x01, 0x04
SHOW_WRONG_PIN, SHOW_REMOVE, SHOW_WAIT, SHOW_DECLINED = 0x15, 0x0B, 0x0E, 0x1D

DISPLAY = {
    SHOW_INSERT: "请插卡或挥卡",
    SHOW_PIN: "请输入密码",
    SHOW_HOST: "正在联系银行",
    SHOW_WRONG_PIN: "密码错误",
    SHOW_REMOVE: "请取卡",
    SHOW_WAIT: "请稍候",
    SHOW_DECLINED: "交易被拒绝",
}
"""Status byte of 04 FF and what the citizen reads on the terminal."""

LAST_WORDS = ((0x06, 0x0F), (0x06, 0x1E))
"""Completion and abort: the cash register may command again."""

VERSION = b"SIM-24.11"


def no(result: int) -> Apdu:
    """Return 84 and why."""
    return Apdu(0x84, result)


def show(status: int) -> Apdu:
    """Return an intermediate status."""
    return Apdu(0x04, 0xFF, bytes([status]))


def completion(data: bytes = b"") -> Apdu:
    """Return the good end of a command."""
    return Apdu(0x06, 0x0F, data)


def abort(result: int) -> Apdu:
    """Return the bad end of a command."""
    return Apdu(0x06, 0x1E, bytes([result]))


def print_line(text: str, last: bool = False) -> Apdu:
    """Return one line for the cash register's printer; 80 marks the last."""
    return Apdu(0x06, 0xD1, bytes([0x81 if last else 0x00]) + text.encode("ascii"))


def print_block(lines: list[str]) -> Apdu:
    """Return a block of lines: container, text lines (25), line (07)."""
    inner = b"".join(_tlv(0x07, line.encode("ascii")) for line in lines)
    container = _tlv(0x25, inner)
    return Apdu(0x06, 0xD3, b"\x06" + _length(len(container)) + container)


def registered(memory: Memory, currency: bytes) -> Apdu:
    """Return the completion of a registration."""
    identity = b"\x29" + bytes.fromhex(memory.terminal_id)
    return completion(b"\x19\x00" + identity + b"\x49" + currency)


def health(status: int) -> Apdu:
    """Return the completion of a status enquiry: version, then the status code."""
    size = f"{len(VERSION):03d}"
    return completion(
        bytes(0xF0 | int(each) for each in size) + VERSION + bytes([status])
    )


def result(
    record: Record, memory: Memory, currency: bytes, told_fen: int | None = None
) -> Apdu:
    """Return the status information of a transaction.

    Args:
        told_fen: an amount that is not the true one.
    """
    amount = record.amount_fen if told_fen is None else told_fen
    at = record.at
    data = bytearray([0x27, record.result or 0])
    data += b"\x04" + _bcd(amount, 6) + b"\x49" + currency
    data += b"\x0b" + _bcd(record.trace, 3)
    if record.original_trace is not None:
        data += b"\x37" + _bcd(record.original_trace, 3)
    data += b"\x0c" + bytes.fromhex(f"{at:%H%M%S}") + b"\x0d"
    data += bytes.fromhex(f"{at:%m%d}")
    if record.card_number:
        packed = _card_digits(record.card_number)
        data += b"\x22" + _places(len(packed), 2) + packed
        data += b"\x8a" + bytes([record.card_type])
        name = record.scheme.encode("ascii") + b"\x00"
        data += b"\x8b" + _places(len(name), 2) + name
    data += b"\x29" + bytes.fromhex(memory.terminal_id)
    data += b"\x87" + _bcd(record.number, 2)
    if record.result == 0:
        data += b"\x3b" + record.authorisation.encode("ascii").ljust(8, b"\x00")
    return Apdu(0x04, 0x0F, bytes(data))


def nothing_done(memory: Memory, reason: int) -> Apdu:
    """Return the status information of a transaction that never reached the bank."""
    return Apdu(
        0x04, 0x0F, bytes([0x27, reason, 0x29]) + bytes.fromhex(memory.terminal_id)
    )


def no_receipt_yet(memory: Memory) -> Apdu:
    """Return the status information of a terminal that was never used."""
    identity = b"\x29" + bytes.fromhex(memory.terminal_id)
    return Apdu(0x04, 0x0F, b"\x27\x00" + identity + b"\x87\x00\x00")


def slip(record: Record, memory: Memory) -> list[str]:
    """Return the lines of the terminal's own receipt."""
    number = record.card_number
    hidden = number[:6] + "*" * (len(number) - 10) + number[-4:] if number else "-"
    return [
        "CARD PAYMENT" if record.original_trace is None else "REVERSAL",
        f"TID {memory.terminal_id} RECEIPT {record.number:04d}",
        f"CARD {hidden}",
        f"CNY {record.amount_fen // 100}.{record.amount_fen % 100:02d}",
        "APPROVED" if record.result == 0 else f"DECLINED {record.result or 0:02X}",
    ]


def _bcd(value: int, size: int) -> bytes:
    return bytes.fromhex(str(value).zfill(size * 2))


def _places(size: int, count: int) -> bytes:
    return bytes(0xF0 | int(each) for each in str(size).zfill(count))


def _card_digits(number: str) -> bytes:
    """Return the number packed, E for every digit that stays hidden."""
    shown = number[:6] + "E" * (len(number) - 10) + number[-4:]
    return bytes.fromhex(shown + ("F" if len(shown) % 2 else ""))


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    if size < 0x100:
        return bytes([0x81, size])
    return b"\x82" + size.to_bytes(2, "big")


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag]) + _length(len(value)) + value
