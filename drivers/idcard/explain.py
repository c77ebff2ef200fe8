"""The SAM_V wire in words. What a document says is counted, never shown."""

from __future__ import annotations

from drivers.idcard.codec import (
    Command,
    Response,
    ResponseReader,
    Sw3,
    request,
)
from kiosk.core.wire import Direction

_COMMANDS = {
    Command.RESET: "RESET MODULE",
    Command.STATUS: "MODULE STATUS",
    Command.MODULE_ID: "MODULE NUMBER",
    Command.FIND: "FIND CARD",
    Command.SELECT: "SELECT CARD",
    Command.READ_BASE: "READ TEXT AND PICTURE",
    Command.READ_WITH_FINGERS: "READ TEXT, PICTURE AND FINGERPRINTS",
    Command.READ_NEW_ADDRESS: "READ LATER ADDRESS",
    Command.READ_MANAGEMENT_NUMBER: "READ MANAGEMENT NUMBER",
}
_ANSWERS: dict[int, str] = {
    Sw3.OK: "ok",
    Sw3.FOUND: "card found",
    Sw3.ABSENT: "no such item on the card",
    Sw3.CHECKSUM: "our frame came with a wrong check byte",
    Sw3.LENGTH: "our frame came with a wrong length",
    Sw3.BAD_COMMAND: "unknown command",
    Sw3.NO_PERMISSION: "no permission",
    Sw3.UNKNOWN: "unknown error",
    Sw3.CARD_REJECTS_MODULE: "the card rejects the module",
    Sw3.MODULE_REJECTS_CARD: "the module rejects the card",
    Sw3.TEXT_VERIFY: "the text does not verify",
    Sw3.FINGERPRINT_VERIFY: "the fingerprints do not verify",
    Sw3.DATA_LENGTH: "data of a wrong length",
    Sw3.WRONG_CARD: "not a card of this kind",
    Sw3.READ_FAILED: "read failed",
    Sw3.RANDOM_NUMBER: "random number failed",
    Sw3.SELF_TEST: "self-test failed",
    Sw3.NOT_AUTHORISED: "the module is not authorised",
    Sw3.NO_CARD: "no card",
    Sw3.SELECT_FAILED: "select failed",
}
_PERSONAL = frozenset(
    {
        Command.READ_BASE,
        Command.READ_WITH_FINGERS,
        Command.READ_NEW_ADDRESS,
        Command.READ_MANAGEMENT_NUMBER,
    }
)
Explained = list[tuple[str, bytes]]


class SamExplainer:
    """Words for one listener; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._reader = ResponseReader()
        self._asked: Command | None = None
        self._owed = 1  # who begins to listen does not know what was asked before

    def explain(self, direction: Direction, data: bytes) -> Explained:
        """Explain each request, and each answer when its last byte has come."""
        if direction == "sent":
            return [self._request(data)]
        rejected, begun = self._reader.rejected, self._reader.begun
        found = [self._answer(answer) for answer in self._reader.feed(data)]
        if self._reader.rejected > rejected:
            found.append(("a damaged frame", b""))
        if not found and not begun and not self._reader.begun:
            found.append((f"{len(data)} bytes that are no frame", b""))
        return found

    def _request(self, data: bytes) -> tuple[str, bytes]:
        # A new question: what is left of the last answer belongs to nothing.
        self._reader = ResponseReader()
        # That answer may still come, and would look like one to the new question.
        self._owed += self._asked in _PERSONAL
        for command, name in _COMMANDS.items():
            if data == request(command):
                self._asked = command
                return name, data
        self._asked = None
        return f"unknown request, {len(data)} bytes", b""

    def _answer(self, answer: Response) -> tuple[str, bytes]:
        meaning = _ANSWERS.get(answer.sw3, "unknown status")
        words = f"{answer.sw1:02X} {answer.sw2:02X} {answer.sw3:02X} {meaning}"
        if answer.data:
            words += f", {self._what(answer)}"
        head = bytes([answer.sw1, answer.sw2, answer.sw3])
        return words, head + answer.data if self._is_of_module(answer) else head

    def _is_of_module(self, answer: Response) -> bool:
        """Tell whether the data are the module's number; all others are a card's."""
        asked, owed = self._asked, self._owed
        self._asked, self._owed = None, max(0, owed - 1)
        return asked is Command.MODULE_ID and not owed and answer.answers(asked)

    def _what(self, answer: Response) -> str:
        size = len(answer.data)
        if self._asked is Command.READ_BASE and size == 1284:
            return "text 256 bytes, picture 1024 bytes"
        if self._asked is Command.READ_WITH_FINGERS and size >= 1286:
            fingers = size - 1286
            return f"text 256 bytes, picture 1024 bytes, fingerprints {fingers} bytes"
        return f"{size} bytes"
