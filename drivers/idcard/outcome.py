"""What each status byte of the module means for the person who waits.

The one table from SW3 to completion. Codes follow ``IdCardReader`` in
``kiosk.core.ports``.
"""

from __future__ import annotations

from typing import Any

from drivers.idcard.codec import Command, Response, Sw3
from kiosk.core.device import Completion, CompletionCode

NO_MEDIA = "noMedia"
INVALID_MEDIA = "invalidMedia"
CARD_COLLISION = "cardCollision"
SAM_ERROR = "samError"
AUTHENTICATION_FAILED = "authenticationFailed"
DOCUMENT_UNREADABLE = "documentUnreadable"

ERROR_CODES: dict[int, str] = {
    Sw3.NO_PERMISSION: SAM_ERROR,
    Sw3.CARD_REJECTS_MODULE: AUTHENTICATION_FAILED,
    Sw3.MODULE_REJECTS_CARD: AUTHENTICATION_FAILED,
    Sw3.TEXT_VERIFY: DOCUMENT_UNREADABLE,
    Sw3.FINGERPRINT_VERIFY: DOCUMENT_UNREADABLE,
    Sw3.DATA_LENGTH: DOCUMENT_UNREADABLE,
    Sw3.WRONG_CARD: INVALID_MEDIA,
    Sw3.READ_FAILED: DOCUMENT_UNREADABLE,
    Sw3.RANDOM_NUMBER: SAM_ERROR,
    Sw3.SELF_TEST: SAM_ERROR,
    Sw3.NOT_AUTHORISED: SAM_ERROR,
    Sw3.NO_CARD: NO_MEDIA,
    Sw3.SELECT_FAILED: CARD_COLLISION,
    Sw3.ABSENT: DOCUMENT_UNREADABLE,
}
_CODES: dict[int, CompletionCode] = {
    Sw3.CHECKSUM: CompletionCode.HARDWARE_ERROR,
    Sw3.LENGTH: CompletionCode.HARDWARE_ERROR,
    Sw3.UNKNOWN: CompletionCode.HARDWARE_ERROR,
    Sw3.BAD_COMMAND: CompletionCode.UNSUPPORTED_COMMAND,
}
BROKEN_MODULE = frozenset({Sw3.SELF_TEST, Sw3.NOT_AUTHORISED, Sw3.RANDOM_NUMBER})
"""The module itself is out of order, whatever card lies on it."""

WORTH_ANOTHER_TRY = frozenset({Sw3.READ_FAILED, Sw3.TEXT_VERIFY, Sw3.DATA_LENGTH})
"""A shaky card: select it and read again."""


def refusal(command: Command, answer: Response) -> Completion[Any]:
    """Make the completion for an answer that is not a good one."""
    description = f"{command.name}: status {answer.sw3:02X}"
    if answer.sw3 in ERROR_CODES:
        return Completion(
            CompletionCode.COMMAND_ERROR, ERROR_CODES[answer.sw3], description
        )
    code = _CODES.get(answer.sw3, CompletionCode.HARDWARE_ERROR)
    return Completion(code, description=description)


def trouble(error_code: str, description: str) -> Completion[Any]:
    """Make a completion with an error code of the reader."""
    return Completion(CompletionCode.COMMAND_ERROR, error_code, description)
