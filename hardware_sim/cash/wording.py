"""SSP commands and answers in words for the wire log."""

from __future__ import annotations

_COMMANDS = {
    0x01: "reset",
    0x02: "take these channels",
    0x05: "set-up",
    0x06: "protocol version",
    0x07: "poll",
    0x08: "reject the note",
    0x09: "close the slot",
    0x0A: "open the slot",
    0x0C: "serial number",
    0x11: "sync",
    0x17: "why was it rejected",
    0x18: "hold the note",
    0x56: "poll, to be acknowledged",
    0x57: "what was told is acknowledged",
    0x58: "counters",
}
_EVENTS = {
    0xCC: "stacking",
    0xE1: "cleared to the front, channel",
    0xE2: "cleared into the box, channel",
    0xE3: "box removed",
    0xE4: "box back",
    0xE6: "fraud, channel",
    0xE7: "box full",
    0xE8: "slot closed",
    0xE9: "unsafe jam",
    0xEA: "safe jam",
    0xEB: "stacked",
    0xEC: "rejected",
    0xED: "rejecting",
    0xEE: "credit, channel",
    0xEF: "note, channel",
    0xF1: "restarted",
}
_LONG = (0xE1, 0xE2, 0xE6, 0xEE, 0xEF)


def describe_command(data: bytes) -> str:
    """Return a command in words."""
    name = _COMMANDS.get(data[0], f"unknown command {data[0]:02X}")
    return f"{name} {data[1:].hex(' ')}".strip()


def describe_answer(command: bytes, answer: bytes) -> str:
    """Return an answer in words."""
    if answer[0] != 0xF0:
        return f"refused: {answer[0]:02X}"
    if command[0] not in (0x07, 0x56):
        return f"ok {answer[1:].hex(' ')}".strip()
    words = []
    at = 1
    while at < len(answer):
        code = answer[at]
        word = _EVENTS.get(code, f"{code:02X}")
        if code in _LONG and at + 1 < len(answer):
            at += 1
            word = f"{word} {answer[at]}"
        words.append(word)
        at += 1
    return f"ok: {', '.join(words) or 'nothing happened'}"
