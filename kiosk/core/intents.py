"""What a person can say to the machine by touch; the only way in from a screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Touched:
    """A touch anywhere: somebody is here."""


@dataclass(frozen=True, slots=True)
class OpenDomain:
    """Show the matters of one department."""

    slug: str


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Begin a matter."""

    key: str


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Next or previous page of what is shown; ``by`` is +1 or -1."""

    by: int


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do on this page."""


@dataclass(frozen=True, slots=True)
class Back:
    """One step back; on a first step, back to the home page."""


@dataclass(frozen=True, slots=True)
class Leave:
    """End the visit (a question follows where something would be lost)."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Close the overlay and go on."""


@dataclass(frozen=True, slots=True)
class GoHome:
    """Leave this matter, keep the visit."""


@dataclass(frozen=True, slots=True)
class Choose:
    """An answer, alternative or action of this page, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class FieldChosen:
    """This field is to be typed now."""

    key: str


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """The text of a field after an edit."""

    key: str
    value: str = field(repr=False)


Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: strokes of points, each a fraction of the field's size.

    ``0, 0`` is the top left corner.
    """

    strokes: tuple[tuple[Point, ...], ...] = field(repr=False)
    aspect: float = 3.0
    """Width of the field divided by its height."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rating, 1 to 5; ``0`` = rather not."""

    level: int


@dataclass(frozen=True, slots=True)
class SwitchLanguage:
    """The other language."""


@dataclass(frozen=True, slots=True)
class SwitchTextSize:
    """The next larger letters, round to normal."""


@dataclass(frozen=True, slots=True)
class SwitchContrast:
    """High contrast, or back to normal."""


@dataclass(frozen=True, slots=True)
class AskHelp:
    """Call somebody, or learn whom to call."""


Intent: TypeAlias = (
    Touched
    | OpenDomain
    | OpenMatter
    | TurnPage
    | Next
    | Back
    | Leave
    | Stay
    | GoHome
    | Choose
    | FieldChosen
    | FieldChanged
    | Signed
    | Rate
    | SwitchLanguage
    | SwitchTextSize
    | SwitchContrast
    | AskHelp
)
