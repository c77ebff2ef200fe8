"""Which recorded bytes hold which side of a wire, and what feeds its parsers.

A file of ``tests/golden`` holds a package when a test that imports something of the
package names the file, by itself or in the ``conftest.py`` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
GOLDEN = TESTS / "golden"

NO_WIRE: Mapping[str, str] = {
    "camera.codes": "looks at the pictures of another camera driver",
    "speech.voice": "gives samples to the sound card, and nothing answers",
}
"""Drivers that nothing can be recorded of, and why."""

FAR_SIDE: Mapping[str, str] = {"payment.mis": "tests.contract.payment.vendor"}
"""Where the far side is not ``hardware_sim.CAPABILITY``: a vendor's library in C."""

NO_DRIVER: Mapping[str, tuple[str, str]] = {
    "host": ("tests.contract.host.bench", "drivers.host.devices"),
    "platform": ("services.crypto", "hardware_sim.platform"),
}
"""Folders of recorded bytes that belong to no driver: the packages of both sides. The
bench of the device host's tests is the host itself, with drivers that obey a test."""


def lacks(name: str, package: str, capability: str) -> Iterator[str]:
    """Yield what a driver lacks of recorded bytes and of fuzz targets, in sentences.

    Args:
        name: as the settings have it, ``scanner.gm65``.
        package: ``drivers.scanner.gm65``.
        capability: ``scanner``.
    """
    sides = {"driver": package, "simulator": far_side(name, capability)}
    own = _own_file(package, capability)
    for side, of in sides.items():
        if not using(of, "fuzz/*_target.py"):
            yield f"no fuzz target feeds the {side}"
        if name in NO_WIRE:
            continue
        files = held(of)
        if not files:
            yield f"no golden bytes are held against the {side}"
        elif own and own not in files:
            yield f"{own} is not held against the {side}"
    if name not in NO_WIRE and not (held(package) & held(sides["simulator"])):
        yield "no golden bytes bind both sides"


def far_side(name: str, capability: str) -> str:
    """Return the package at the other end of a driver's wire."""
    return FAR_SIDE.get(name, f"hardware_sim.{capability}")


def files() -> list[str]:
    """Return the files of recorded bytes: ``scanner/gm65.toml``."""
    found = sorted(GOLDEN.rglob("*.toml"))
    return [file.relative_to(GOLDEN).as_posix() for file in found]


@cache
def held(package: str) -> frozenset[str]:
    """Return the files of recorded bytes that hold a package."""
    texts = using(package, "test_*.py")
    return frozenset(
        file for file in files() if any(_names(file, text) for text in texts)
    )


def using(package: str, pattern: str) -> list[str]:
    """Return the texts of tests that import something of a package."""
    word = re.compile(rf"^(?:from|import) {re.escape(package)}[. ]", re.MULTILINE)
    return [text for text in _texts(pattern) if word.search(text)]


def _own_file(package: str, capability: str) -> str:
    """Return the file of a protocol's own name, where there is one."""
    file = f"{capability}/{package.rpartition('.')[2]}.toml"
    return file if file in files() else ""


def _names(file: str, text: str) -> bool:
    """Tell whether a test names a file: ``a/b.toml``, ``"a" / "b.toml"``.

    ``f"a/{b}.toml"`` names every file of a folder.
    """
    folder, _, name = file.partition("/")
    either = rf"{re.escape(name)}|\{{\w+\}}\.toml"
    return bool(re.search(rf'\b{folder}(?:/|" / ")(?:{either})"', text))


@cache
def _texts(pattern: str) -> tuple[str, ...]:
    return tuple(map(_with_fixtures, sorted(TESTS.rglob(pattern))))


def _with_fixtures(file: Path) -> str:
    beside = file.with_name("conftest.py")
    fixtures = beside.read_text("utf-8") if beside.exists() else ""
    return file.read_text("utf-8") + fixtures
