"""Shapes of request bodies and parameters, as the contract draws them.

Nothing is converted: text is text, a whole number is a whole number (``5.0`` counts,
as in JSON Schema), and unknown members are refused.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
)

REFERENCE = r"^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$"
MATTER = r"^[a-z0-9]+(-[a-z0-9]+)*$"
KEY = r"^[a-z][a-z0-9_]{0,39}$"
TOKEN = r"^[0-9a-f]{32}$"
ORDER_ID = r"^[0-9A-Za-z][0-9A-Za-z_-]{7,31}$"
CASE_NUMBER = r"^[0-9A-Z][0-9A-Z-]{0,49}$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
LICENCE_KIND = r"^[0-9A-Za-z][0-9A-Za-z-]{2,39}$"
_BASE64 = r"^([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _whole(value: object) -> object:
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole and isinstance(value, float) else value


def real_day(text: str) -> str:
    """Let a day of the calendar pass. Raises ``ValueError``."""
    date.fromisoformat(text)
    return text


Whole = Annotated[StrictInt, BeforeValidator(_whole)]
Reference = Annotated[StrictStr, Field(pattern=REFERENCE)]
Matter = Annotated[StrictStr, Field(pattern=MATTER, max_length=80)]
Key = Annotated[StrictStr, Field(pattern=KEY)]
Digest = Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[StrictStr, Field(pattern=r"^[0-9A-Z.]{20,200}$")]
Fen = Annotated[Whole, Field(ge=1, le=10_000_000_000)]
Day = Annotated[
    StrictStr,
    Field(pattern=DAY),
    AfterValidator(real_day),
]


class Shape(BaseModel):
    """A body whose members are all named in the contract."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DeviceWord(Shape):
    """One device in a heartbeat."""

    name: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    state: Annotated[StrictStr, Field(max_length=40)]


class Heartbeat(Shape):
    """``Heartbeat``."""

    software: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    uptime_s: Annotated[Whole, Field(ge=0, le=4_294_967_295)]
    catalogue: Annotated[StrictStr, Field(max_length=64)] = ""
    devices: Annotated[tuple[DeviceWord, ...], Field(max_length=40)] = ()


class Document(Shape):
    """``IdDocument``."""

    kind: Literal[
        "resident",
        "hkMacaoTaiwanResidence",
        "foreignPermanent2017",
        "foreignPermanent2023",
    ]
    name: Annotated[StrictStr, Field(max_length=120)]
    english_name: Annotated[StrictStr, Field(max_length=120)] = ""
    number: Annotated[StrictStr, Field(pattern=r"^[0-9A-Z]{8,18}$")]
    valid_from: Day | None
    valid_to: Day | None
    module_id: Annotated[StrictStr, Field(max_length=64)] = ""


class Verification(Shape):
    """``Verification``; the portrait is base64."""

    document: Document
    portrait: Annotated[StrictStr, Field(pattern=_BASE64, max_length=2_800_000)] = ""


class LicenceUseRequest(Shape):
    """``LicenceUseRequest``."""

    identifier: Identifier
    matter: Matter
    reason: Annotated[StrictStr, Field(min_length=1, max_length=200)]


class SubmittedMaterial(Shape):
    """``SubmittedMaterial``."""

    key: Key
    source: Literal["licence", "photo", "signature"]
    reference: Reference
    digest: Digest


class Submission(Shape):
    """``Submission``."""

    matter: Matter
    situation: Annotated[StrictStr, Field(max_length=80)]
    form: Annotated[
        dict[Key, Annotated[StrictStr, Field(max_length=2000)]],
        Field(max_length=200),
    ]
    materials: Annotated[tuple[SubmittedMaterial, ...], Field(max_length=60)]


class RatingRequest(Shape):
    """``RatingRequest``."""

    matter: Matter
    level: Annotated[Whole, Field(ge=1, le=5)]


class PrintReport(Shape):
    """``PrintReport``."""

    matter: Matter
    digest: Annotated[StrictStr, Field(pattern=r"^[0-9A-Za-z:+/=_-]{0,128}$")]
    sheets: Annotated[Whole, Field(ge=0, le=1000)]
    outcome: Annotated[StrictStr, Field(pattern=r"^[A-Za-z][0-9A-Za-z_.-]{0,39}$")]
