"""Directions of imports, as pyproject.toml draws them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PACKAGES = ("kiosk", "drivers", "screens", "services", "hardware_sim")


def test_import_contracts_hold(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    outcome = lint_imports(no_cache=True, no_logo=True)
    assert outcome == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", PACKAGES)
def test_package_comes_from_this_checkout(name: str, root: Path) -> None:
    # The names are generic: a stray package of the same name would win silently.
    package = importlib.import_module(name)
    assert package.__file__ is not None
    assert Path(package.__file__).resolve().parent == root / name
