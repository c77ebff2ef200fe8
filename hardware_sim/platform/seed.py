"""What the city holds before the first request, read from its TOML files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_SEEDS = Path(__file__).with_name("seeds")
_PEOPLE = _SEEDS.parents[1] / "scenarios" / "people.toml"


def load_seed(name: str) -> dict[str, Any]:
    """Read ``seeds/<name>.toml``."""
    return tomllib.loads((_SEEDS / f"{name}.toml").read_text(encoding="utf-8"))


def load_people() -> dict[str, dict[str, Any]]:
    """Read the invented people, by key."""
    rows = tomllib.loads(_PEOPLE.read_text(encoding="utf-8"))["people"]
    return {row["key"]: row for row in rows}
