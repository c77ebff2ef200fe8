"""Answers that are not 2xx, as errors.

==========================  ====================================================
401 ``signature.*``         ``PlatformUnreachable``: nothing was carried out
401 nonce, sequence         as 500: an earlier copy of the request came before
403, 404, 409               ``PlatformRefused``, ``reason`` = the platform's code
409 ``identity.*mismatch``  ``IdentityMismatch``
400, 413, 415, 3xx          ``PlatformProtocolError``: we broke the contract
503                         ``PlatformUnreachable``: the platform says so, signed
500 and the rest            ``OutcomeUnknown``; ``PlatformUnreachable`` for a read
==========================  ====================================================

Only signed answers come here. An unsigned 5xx is some machine on the way: nobody
knows what became of the request. A nonce is made for one request: when the platform has
seen it, something on the way sent that request twice, and the answer to the copy that
was carried out went astray.
"""

from __future__ import annotations

from pydantic import ValidationError

from kiosk.core.errors import (
    IdentityMismatch,
    KioskError,
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from services.platform.exchange import Answer, Call
from services.platform.wire import Problem

CLOCK = "signature.clock"
_MISMATCHES = frozenset({"identity.mismatch", "identity.face_mismatch"})
_COPIES = frozenset({"signature.nonce", "signature.sequence"})
_REFUSALS = frozenset({403, 404, 409})


def problem_of(answer: Answer) -> Problem | None:
    """Read what the platform says went wrong; ``None`` when it says nothing."""
    try:
        return Problem.model_validate_json(answer.body)
    except ValidationError:
        return None


def refusal(call: Call, answer: Answer) -> KioskError:
    """Return the error that a genuine answer other than 2xx stands for."""
    problem = problem_of(answer)
    reason = problem.code if problem else ""
    context = {"operation": call.operation, "status": answer.status, "reason": reason}
    detail = f"{call.operation}: {answer.status} {reason}"
    if answer.status >= 500:
        if answer.status == 503 and problem:
            return PlatformUnreachable(detail, context=context)
        return unknown(call, detail, context)
    if problem is None:
        return PlatformProtocolError(detail, context=context)
    if answer.status == 401 and reason in _COPIES:
        return unknown(call, detail, context)
    if answer.status == 401:
        return PlatformUnreachable(detail, context=context)
    if answer.status == 409 and reason in _MISMATCHES:
        return IdentityMismatch(detail, context=context)
    if answer.status in _REFUSALS:
        return PlatformRefused(detail, reason=reason, context=context)
    return PlatformProtocolError(detail, context=context)


def unknown(call: Call, detail: str, context: dict[str, object]) -> KioskError:
    """Return the error for a request that was sent and not answered."""
    if call.changes:
        return OutcomeUnknown(detail, context=context)
    return PlatformUnreachable(detail, context=context)
