"""Lines of the NUT protocol: words, quoted where they have spaces.

Source: Network UPS Tools developer guide, chapter "Network protocol information"
(protocol 1.3). Golden lines in ``tests/golden/power/nut.toml``.

    LIST VAR kiosk                  -> BEGIN LIST VAR kiosk
                                       VAR kiosk ups.status "OL CHRG"
                                       END LIST VAR kiosk
    GET VAR kiosk battery.charge    -> VAR kiosk battery.charge "100"
    anything wrong                  -> ERR DATA-STALE
"""

from __future__ import annotations

from kiosk.core.errors import DeviceProtocolError

LONGEST_LINE = 4096


def line_of(*words: str) -> bytes:
    """Write a request; words with spaces or quotes are quoted."""
    return " ".join(map(_quoted, words)).encode() + b"\n"


def _quoted(word: str) -> str:
    if word and not any(sign in word for sign in ' "\\\n'):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def words_of(line: bytes) -> tuple[str, ...]:
    """Split a line into its words.

    Raises:
        DeviceProtocolError: no text, or a quote that is never closed.
    """
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise DeviceProtocolError("a line that is no text") from error
    if any(ord(sign) < 0x20 and sign != "\t" for sign in text):
        raise DeviceProtocolError("a line with control characters")
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        word, at = _word_at(text, at)
        words.append(word)
    return tuple(words)


def _word_at(text: str, at: int) -> tuple[str, int]:
    """Return the word that begins here, and where it ends."""
    quoted = text[at] == '"'
    at += quoted
    word = ""
    while at < len(text):
        sign = text[at]
        if sign == "\\" and at + 1 < len(text):
            word += text[at + 1]
            at += 2
        elif sign == '"' if quoted else sign in " \t":
            return word, at + quoted
        else:
            word += sign
            at += 1
    if quoted:
        raise DeviceProtocolError("a quote that is never closed")
    return word, at


class LineReader:
    """Cuts a stream into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take in bytes; return the lines that are whole, without their end.

        Raises:
            DeviceProtocolError: a line that is longer than any of this protocol.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if any(len(line) > LONGEST_LINE for line in (*lines, self._rest)):
            raise DeviceProtocolError(f"a line of more than {LONGEST_LINE} bytes")
        return lines
