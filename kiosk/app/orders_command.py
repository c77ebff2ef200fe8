"""``kiosk orders``: look at payment orders, and finish what people must finish."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import anyio

from kiosk.app.control import ask_running
from kiosk.app.explain import city_time, explain, next_words
from kiosk.app.offline import money_side
from kiosk.app.settings import Settings
from kiosk.core.money import Fen, yuan_text
from kiosk.core.words import Language, Say, Words, say
from kiosk.locale.translator import load_translator
from services.store.reader import reading_journal
from services.store.reports import reporting

OUTCOMES = ("POSTED", "CANCELLED", "REFUNDED")


def _quiet(event: str, /, **facts: object) -> None:
    """A diary for commands: what they do is printed, and written in the journal."""


def carry_out(settings: Settings, request: Mapping[str, Any]) -> dict[str, Any]:
    """Have the running kiosk do it, or do it here if none is running."""
    answer = ask_running(settings.store.directory, request)
    if answer is not None:
        return answer

    async def here() -> dict[str, Any]:
        async with money_side(settings, _quiet) as control:
            return await control.handle(request)

    return anyio.run(here)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def list_orders(settings: Settings, options: argparse.Namespace) -> int:
    """List orders with their last state, newest last."""
    with reporting(settings.store.directory / "journal.db") as reports:
        lines = reports.orders()
    if options.json:
        _print_json([asdict(each) for each in lines])
        return 0
    for each in lines:
        amount, at = yuan_text(each.amount), city_time(each.last_at)
        print(f"{each.order_id}  {each.state:13} {amount:>12}  {at}")
    return 0


def explain_order(settings: Settings, options: argparse.Namespace) -> int:
    """Explain one order step by step; exit code 1 if there is none."""
    with reading_journal(settings.store.directory / "journal.db") as reader:
        entries = reader.entries_of(options.order)
    if not entries:
        print(f"no order {options.order}", file=sys.stderr)
        return 1
    words, language = load_translator(), Language(options.lang)
    steps = explain(entries, words, language)
    comes = next_words(entries, words, language)
    if options.json:
        _print_json({"steps": [asdict(each) for each in steps], "next": comes})
        return 0
    for step in steps:
        print(f"{step.step:3}  {city_time(step.at)}  {step.state:12}  {step.says}")
        for fact in step.facts:
            print(f"{'':40}{fact}")
    print(comes)
    return 0


def recover(settings: Settings, options: argparse.Namespace) -> int:
    """Finish open orders now; exit code 1 if some are still open."""
    answer = carry_out(settings, {"command": "orders.recover", "wait_s": options.wait})
    if options.json:
        _print_json(answer)
    elif answer["ok"]:
        print(f"taken up: {answer['taken_up']}")
        print(f"still open: {', '.join(answer['open']) or 'none'}")
        print(f"waiting for two people: {', '.join(answer['suspended']) or 'none'}")
    else:
        print(answer["error"], file=sys.stderr)
    return 0 if answer["ok"] and not answer["open"] else 1


def decide(settings: Settings, options: argparse.Namespace) -> int:
    """Resolve a suspended order by the word of two administrators."""
    request = {
        "command": "orders.decide",
        "order": options.order,
        "outcome": options.outcome,
        "reason": options.reason,
        "staff": credentials(options.staff),
    }
    answer = carry_out(settings, request)
    if options.json:
        _print_json(answer)
    elif answer["ok"]:
        print(f"{answer['order']}  {answer['state']}")
    else:
        print(answer["error"], file=sys.stderr)
    return 0 if answer["ok"] else 1


def credentials(codes: list[str]) -> list[dict[str, str]]:
    """Ask each of these people for their PIN."""
    return [{"code": code, "pin": _pin(code)} for code in codes]


def _pin(code: str) -> str:
    """Ask for a PIN without showing it; from a pipe it is one line."""
    if sys.stdin.isatty():
        return getpass.getpass(f"PIN of {code}: ")
    return sys.stdin.readline().strip()


def reconcile(settings: Settings, options: argparse.Namespace) -> int:
    """Compare a day with platform, payment services and billers.

    Exit code 1 when the books differ, 2 when the day cannot be compared yet.
    """
    answer = carry_out(settings, {"command": "day.reconcile", "day": options.day or ""})
    if options.json:
        _print_json(answer)
    elif not answer["ok"]:
        print(answer["error"], file=sys.stderr)
    elif answer["report"] is None:
        print(answer["why"])
    else:
        _print_report(answer["report"], Language(options.lang))
    if not answer["ok"] or answer["report"] is None:
        return 2
    return 0 if answer["report"]["clean"] else 1


def _print_report(report: Mapping[str, Any], language: Language) -> None:
    words = load_translator()
    title = say(
        "tools.day.clean" if report["clean"] else "tools.day.notClean",
        day=report["day"],
        matched=report["matched"],
        findings=len(report["findings"]),
    )
    print(words.text(title, language))
    for each in report["findings"]:
        bucket = words.text(say(f"tools.bucket.{each['bucket']}"), language)
        actor = words.text(say(f"tools.actor.{each['actor']}"), language)
        print(f"  {' '.join(each['order_ids'])}  {bucket}; {actor}")
        print(f"      {words.text(_excess(each['excess']), language)}{each['detail']}")


def _excess(fen: int) -> Say:
    """Say what somebody has too much, for the front of a line."""
    if not fen:
        return Words("")
    name = "tools.excess.over" if fen > 0 else "tools.excess.under"
    return say(name, amount=yuan_text(Fen(abs(fen))))
