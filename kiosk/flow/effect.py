"""The root of all effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a matter asks the world to do."""

    lasting: ClassVar[bool] = False
