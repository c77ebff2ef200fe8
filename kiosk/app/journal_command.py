"""``kiosk journal``: verify, look, save, export. Never changes the journal."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from kiosk.app.settings import Settings
from services.store.backup import back_up
from services.store.reader import reading_journal


def _path(settings: Settings) -> Any:
    return settings.store.directory / "journal.db"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Verify the chain; exit code 1 if it breaks."""
    with reading_journal(_path(settings)) as reader:
        rows, broken = reader.verify()
    if options.json:
        _print_json({"rows": rows, "broken": str(broken) if broken else None})
    else:
        print(f"{rows} rows, " + (f"BROKEN: {broken}" if broken else "the chain holds"))
    return 1 if broken else 0


def save(settings: Settings, options: argparse.Namespace) -> int:
    """Write a copy that was checked as thoroughly as a journal at start."""
    made = back_up(_path(settings), options.target)
    if options.json:
        _print_json(asdict(made))
    else:
        print(f"{made.path}  {made.size} bytes, row {made.head.seq} {made.head.hash}")
    return 0
