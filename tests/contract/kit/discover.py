"""Finds what is to be examined: every ``tests/contract/*/subject.py``."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from tests.contract.kit.subject import Subject

CONTRACT = Path(__file__).resolve().parents[1]

FOLDERS = tuple(
    file.parent.name
    for file in sorted(CONTRACT.glob("*/subject.py"))
    if file.parent.name != "kit"
)


@cache
def load(folder: str) -> tuple[Subject, ...]:
    """Return the subjects of one folder.

    Raises:
        Exception: whatever its import raises.
    """
    module = importlib.import_module(f"tests.contract.{folder}.subject")
    found: tuple[Subject, ...] = module.SUBJECTS
    return found


def subjects() -> tuple[Subject, ...]:
    """Return every subject that can be imported, in the order of the folders.

    One that cannot is the failure of a test of its own (``test_manners``), so that
    the others are still examined.
    """
    found: list[Subject] = []
    for folder in FOLDERS:
        try:
            found += load(folder)
        except Exception:  # noqa: BLE001 told by test_subjects_can_be_loaded
            continue
    return tuple(found)
