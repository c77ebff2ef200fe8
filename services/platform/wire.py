"""JSON answers into checked models: more than the contract says is ignored, less is
an error.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kiosk.core.errors import PlatformProtocolError
from services.platform.exchange import Answer, Call

FenValue = Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)]
"""Whole fen; a number with a point is refused."""


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
        PlatformProtocolError: it breaks the contract; says which fields, not their
            values.
    """
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        fields = sorted(
            {".".join(str(part) for part in found["loc"]) for found in error.errors()}
        )
        raise PlatformProtocolError(
            f"{call.operation}: answer breaks the contract",
            context={"operation": call.operation, "fields": fields},
        ) from None


def require_same(call: Call, asked: str, answered: str) -> None:
    """Refuse an answer about another thing than was asked.

    Raises:
        PlatformProtocolError: the two differ.
    """
    if asked != answered:
        raise PlatformProtocolError(
            f"{call.operation}: answer is about something else",
            context={"operation": call.operation},
        )
