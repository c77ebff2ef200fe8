"""Directions of imports, as pyproject.toml draws them."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("kiosk", "drivers", "screens", "services", "hardware_sim")


def test_import_contracts_hold(root: Path) -> None:
    # In a process of its own: the linter sets up logging and so silences loggers.
    done = subprocess.run(
        (Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PACKAGES)
def test_package_comes_from_this_checkout(name: str, root: Path) -> None:
    # The names are generic: a stray package of the same name would win silently.
    package = importlib.import_module(name)
    assert package.__file__ is not None
    assert Path(package.__file__).resolve().parent == root / name
