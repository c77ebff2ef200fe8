"""``kiosk journal``: verify, look, save, export; two people accept a new one."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from kiosk.app.explain import city_time
from kiosk.app.orders_command import carry_out, credentials
from kiosk.app.settings import Settings
from kiosk.core.money import yuan_text
from services.store.backup import back_up
from services.store.reader import reading_journal
from services.store.reports import ExportForm, reporting

SHOWN = 7
"""How many entries of a list ``show`` prints; ``--json`` has all of them."""


def _path(settings: Settings) -> Path:
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


def accept(settings: Settings, options: argparse.Namespace) -> int:
    """Allow money in a new journal, by the word of two administrators."""
    request = {
        "command": "journal.accept",
        "reason": options.reason,
        "staff": credentials(options.staff),
    }
    answer = carry_out(settings, request)
    if options.json:
        _print_json(answer)
    elif not answer["ok"]:
        print(answer["error"], file=sys.stderr)
    else:
        refusal = answer["refusal"]
        print(f"money is still refused: {refusal}" if refusal else "money is on")
    return 0 if answer["ok"] and not answer["refusal"] else 1


def save(settings: Settings, options: argparse.Namespace) -> int:
    """Write a copy that was checked as thoroughly as a journal at start."""
    made = back_up(_path(settings), options.target)
    if options.json:
        _print_json(asdict(made))
    else:
        print(f"{made.path}  {made.size} bytes, row {made.head.seq} {made.head.hash}")
    return 0


def show(settings: Settings, options: argparse.Namespace) -> int:
    """Show head, epoch, evidence and reconciliations; exit code 1 on trouble."""
    with reading_journal(_path(settings)) as reader:
        found = {
            "head": asdict(reader.head()),
            "epoch": asdict(reader.epoch()),
            "evidence": [str(each) for each in reader.evidence()],
            "reconciliations": [asdict(each) for each in reader.reconciliations()],
            "open_orders": len(reader.open_orders()),
            "trouble": reader.trouble(),
        }
    if options.json:
        _print_json(found)
    else:
        for name, value in found.items():
            for line in _lines(value):
                print(f"{name:16} {line}")
    return 1 if found["trouble"] else 0


def _lines(value: object) -> list[str]:
    """Return a value for people: one line each, the newest of many only."""
    if isinstance(value, list):
        return [_in_line(each) for each in value[-SHOWN:]] or ["none"]
    return [_in_line(value)]


def _in_line(value: object) -> str:
    if isinstance(value, dict):
        named = {key: _in_line(each) for key, each in value.items()}
        return ", ".join(f"{key} {each}" for key, each in named.items() if each)
    if isinstance(value, datetime):
        return city_time(value.isoformat())
    return str(value)


def export(settings: Settings, options: argparse.Namespace) -> int:
    """Write every order as JSON lines or CSV; exit code 1 for another ending."""
    ending = options.target.suffix.removeprefix(".")
    if ending not in list(ExportForm):
        forms = ", ".join(ExportForm)
        print(f"{options.target}: ends in none of {forms}", file=sys.stderr)
        return 1
    try:
        out = options.target.open("x", encoding="utf-8", newline="")
    except OSError as error:
        print(f"{options.target}: {error.strerror}", file=sys.stderr)
        return 1
    with out, reporting(_path(settings)) as reports:
        lines = reports.export_orders(out, ExportForm(ending))
    if options.json:
        _print_json({"orders": lines, "file": str(options.target)})
    else:
        print(f"{lines} orders written to {options.target}")
    return 0


def report(settings: Settings, options: argparse.Namespace) -> int:
    """Print orders and sums by day and state, and what waits for people."""
    with reporting(_path(settings)) as reports:
        sums, waiting = reports.day_sums(), reports.suspense()
    if options.json:
        _print_json(
            {
                "days": [asdict(each) for each in sums],
                "suspense": [asdict(each) for each in waiting],
            }
        )
        return 0
    for each in sums:
        amount = yuan_text(each.amount)
        print(f"{each.day}  {each.state:13} {each.orders:6} {amount:>14}")
    for line in waiting:
        print(f"waits for two people: {line.order_id} {yuan_text(line.amount)}")
    return 0
