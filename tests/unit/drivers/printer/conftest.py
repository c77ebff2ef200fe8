"""Golden IPP messages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[3] / "golden" / "printer" / "ipp.toml"


@pytest.fixture(scope="session")
def ipp_frames() -> Mapping[str, bytes]:
    """Recorded messages by name."""
    with GOLDEN.open("rb") as file:
        table = tomllib.load(file)
    return {frame["name"]: bytes.fromhex(frame["hex"]) for frame in table["frame"]}
