"""Golden bytes for the codecs of this side of the wire."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

_GOLDEN = Path(__file__).parents[2] / "golden"

Golden = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Return a loader: file below ``tests/golden`` -> bytes by frame name."""

    def load(name: str) -> dict[str, bytes]:
        content = tomllib.loads((_GOLDEN / name).read_text(encoding="utf-8"))
        return {frame["name"]: _bytes(frame) for frame in content["frame"]}

    return load


def _bytes(frame: dict[str, str]) -> bytes:
    """Return what crosses: ``hex``, or ``text`` of protocols that are text."""
    return bytes.fromhex(frame["hex"]) if "hex" in frame else frame["text"].encode()
