"""JSON answers into checked models: more than the contract says is ignored, less is
an error.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import ErrorDetails

from kiosk.core.errors import PlatformProtocolError
from services.platform.exchange import Answer, Call

_UNKNOWN_WORD = frozenset({"enum", "literal_error"})
MOST_FEN = 10_000_000_000


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


FenValue = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN)]
"""Whole fen; a number with a point is refused."""
PositiveFen = Annotated[int, Field(strict=True, ge=1, le=MOST_FEN)]
"""Whole fen, at least one."""
Instant = Annotated[AwareDatetime, BeforeValidator(_text)]
"""RFC 3339 with offset; a bare number is refused."""
OrderNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{7,31}$")]
Reference = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$")]


class WireModel(BaseModel):
    """Anything that the platform sends."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Problem(WireModel):
    """The one shape of every answer that is not 2xx."""

    code: str
    server_time: AwareDatetime


ModelT = TypeVar("ModelT", bound=WireModel)


def parsed(model: type[ModelT], call: Call, answer: Answer) -> ModelT:
    """Read an answer.

    Raises:
        PlatformProtocolError: it breaks the contract, or uses a word that only a
            newer contract has; says which fields, not their values.
    """
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        raise _broken(call, error.errors(include_input=False)) from None


def _broken(call: Call, errors: list[ErrorDetails]) -> PlatformProtocolError:
    fields = sorted({".".join(str(part) for part in found["loc"]) for found in errors})
    if all(found["type"] in _UNKNOWN_WORD for found in errors):
        what = "answer has a word that this version does not know"
    else:
        what = "answer breaks the contract"
    return PlatformProtocolError(
        f"{call.operation}: {what}: {', '.join(fields)}",
        context={"operation": call.operation, "fields": fields},
    )


def require_same(call: Call, asked: object, answered: object) -> None:
    """Refuse an answer about another thing than was asked.

    Raises:
        PlatformProtocolError: the two differ.
    """
    if asked != answered:
        raise PlatformProtocolError(
            f"{call.operation}: answer is about something else",
            context={"operation": call.operation},
        )


def require(call: Call, holds: bool, rule: str) -> None:
    """Refuse an answer that contradicts itself or its request.

    Args:
        rule: the sentence of the contract that must hold, for the log.

    Raises:
        PlatformProtocolError: it does not.
    """
    if not holds:
        raise PlatformProtocolError(
            f"{call.operation}: answer breaks the contract: {rule}",
            context={"operation": call.operation},
        )
