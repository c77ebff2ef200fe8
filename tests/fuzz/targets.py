"""Finds the frame parsers that are fed with anything, and bytes to begin from.

Every ``tests/fuzz/*_target.py`` has ``TARGETS``: name -> function that takes arbitrary
bytes, feeds a real parser of the driver or the simulator, and raises for anything but
the documented refusal. A function that returns has found the input handled. The file
may name the folders or files of ``tests/golden`` whose frames are of its kind in
``GOLDEN``; otherwise it is the folder of the file's own name, or of every device.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

Target = Callable[[bytes], None]

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
_HEX_KEYS = ("hex", "block", "data", "control")


def files() -> tuple[str, ...]:
    """Return the names of the target files, without ``_target.py``."""
    found = sorted(HERE.glob("*_target.py"))
    return tuple(file.stem.removesuffix("_target") for file in found)


def targets() -> Mapping[str, Target]:
    """Return every target by name.

    Raises:
        ValueError: two of one name.
    """
    found: dict[str, Target] = {}
    for name in files():
        module = importlib.import_module(f"tests.fuzz.{name}_target")
        if twice := found.keys() & module.TARGETS.keys():
            raise ValueError(f"targets of one name: {sorted(twice)}")
        found |= module.TARGETS
    return found


def golden_for(target: str) -> tuple[bytes, ...]:
    """Return recorded frames of the target's kind: good inputs to begin from."""
    for name in files():
        module = importlib.import_module(f"tests.fuzz.{name}_target")
        if target in module.TARGETS:
            folders = getattr(module, "GOLDEN", (name,))
            own = [data for each in folders for data in _frames(each)]
            return tuple(own) or tuple(data for data in _frames("*") if len(data) < 99)
    raise ValueError(f"there is no target {target}")


@cache
def _frames(place: str) -> tuple[bytes, ...]:
    found: set[bytes] = set()
    pattern = place if place.endswith(".toml") else f"{place}/*.toml"
    for file in sorted(GOLDEN.glob(pattern)):
        for frame in tomllib.loads(file.read_text("utf-8")).get("frame", ()):
            found |= set(_bytes_of(frame))
    return tuple(sorted(found))


def _bytes_of(frame: Mapping[str, object]) -> Iterator[bytes]:
    for key in _HEX_KEYS:
        text = frame.get(key)
        if isinstance(text, str) and text:
            yield bytes.fromhex(text)
    text = frame.get("text")
    if isinstance(text, str):
        yield text.encode()
