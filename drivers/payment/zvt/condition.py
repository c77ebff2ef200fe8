"""How the terminal stands, by the status code that it last told (ZVT 13.09, 3.1)."""

from __future__ import annotations

from typing import Final

from drivers.link.status import StatusCell
from drivers.payment.zvt import messages
from kiosk.core.device import Completion, CompletionCode, DeviceState

UNKNOWN: Final = {
    "terminal": "unknown",
    "statusCode": "unknown",
    "paper.upper": "unknown",
}

_PAPER: Final[dict[int | None, str]] = {
    messages.READY: "full",
    messages.NO_PAPER: "out",
}


class Condition:
    """Keeps the status and the completion of a check the same truth.

    What happens in between (a payment, a question) does not make a terminal without
    paper one with paper: it is busy, and then what it was.
    """

    def __init__(self, status: StatusCell) -> None:
        self._status = status
        self._code: int | None = None

    def forget(self) -> None:
        """A new connection: somebody may have been at it."""
        self._code = None

    def busy(self) -> None:
        """It works on something."""
        self._status.update(DeviceState.BUSY, terminal="busy")

    def idle(self) -> None:
        """It has ended what it worked on."""
        self.told(self._code)

    def refused(self, result: int) -> None:
        """It has not begun something: perhaps it says why."""
        self.told(result if result == messages.NO_PAPER else self._code)

    def told(self, code: int | None) -> None:
        """It has told its status code; ``None`` = none."""
        self._code = code
        told = "unknown" if code is None else f"{code:02X}"
        self._status.update(
            self._state,
            "" if self._state is DeviceState.ONLINE else self._words,
            **{
                "terminal": "online",
                "statusCode": told,
                "paper.upper": _PAPER.get(code, "unknown"),
            },
        )

    def completion(self) -> Completion[None]:
        """Return how a check ends with a terminal like this."""
        if self._state is DeviceState.USER_ERROR:
            return Completion(
                CompletionCode.COMMAND_ERROR, "paperOut", description=self._words
            )
        if self._state is DeviceState.OFFLINE:
            return Completion(CompletionCode.DEVICE_NOT_READY, description=self._words)
        return Completion(CompletionCode.SUCCESS)

    @property
    def _state(self) -> DeviceState:
        if self._code in (None, messages.READY):
            return DeviceState.ONLINE
        out = self._code == messages.NO_PAPER
        return DeviceState.USER_ERROR if out else DeviceState.OFFLINE

    @property
    def _words(self) -> str:
        return f"terminal status {self._code:02X}"
