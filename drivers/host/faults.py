"""Where a bug happened, for the diary: places in the code, never what it said."""

from __future__ import annotations

import traceback
from typing import Final

_PLACES: Final = 3


def where(fault: Exception) -> list[str]:
    """Return the innermost places of a fault, ``file:line``, the innermost last."""
    places = traceback.extract_tb(fault.__traceback__)[-_PLACES:]
    return [f"{place.filename}:{place.lineno}" for place in places]
