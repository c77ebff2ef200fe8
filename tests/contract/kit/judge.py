"""What may and may not come of a command, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.core.device import Completion, CompletionCode, DeviceStatus
from tests.contract.kit.subject import Step

_OURS = frozenset({CompletionCode.INTERNAL_ERROR, CompletionCode.SOFTWARE_ERROR})
_NOT_THERE = frozenset(
    {
        CompletionCode.CONNECTION_LOST,
        CompletionCode.DEVICE_NOT_READY,
        CompletionCode.HARDWARE_ERROR,
    }
)


def completion_findings(completion: Any, secrets: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the form of an outcome."""
    if not isinstance(completion, Completion):
        yield f"no Completion: {type(completion).__name__}"
        return
    if not isinstance(completion.code, CompletionCode):
        yield f"no code of the standard: {completion.code!r}"
    if completion.code in _OURS:
        yield f"a fault of the driver itself: {completion}"
    has_error = completion.code is CompletionCode.COMMAND_ERROR
    if has_error != bool(completion.error_code):
        yield f"error code and code do not fit: {completion}"
    shown = repr(completion)
    if any(secret in shown for secret in secrets):
        yield "personal data in the repr of a completion"


def payload_findings(step: Step, completion: Completion[Any]) -> Iterator[str]:
    """Yield how a success is none."""
    if completion.ok and (wrong := step.wrong(completion.payload)):
        yield f"success with a wrong payload: {wrong}"


def truth_findings(completion: Completion[Any], status: DeviceStatus) -> Iterator[str]:
    """Yield where outcome and status contradict each other."""
    if completion.code in _NOT_THERE and status.usable:
        yield f"{completion.code.value}, but the status is {status.state.value}"
    if completion.ok and not status.usable:
        yield f"success, but the status is {status.state.value}"
