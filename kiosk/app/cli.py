"""The ``kiosk`` command. Every sub-command has ``--help``; most have ``--json``."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio

from kiosk.app import device_command as asked
from kiosk.app import device_reset, doctor, inspect
from kiosk.app import device_watch as heard
from kiosk.app import journal_command as kept
from kiosk.app import orders_command as listed
from kiosk.app import staff_command as members
from kiosk.app.device_access import EXIT_STOPPED
from kiosk.app.diary import open_diary
from kiosk.app.host_child import serve_alone
from kiosk.app.host_devices import host_process
from kiosk.app.leaving import leave
from kiosk.app.settings import Settings, load_settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import KioskError
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog
from kiosk.core.words import Language

EXIT_WRONG = 78
"""Exit code when the machine cannot start as it is set up (``EX_CONFIG``)."""

DEFAULT_SETTINGS = Path("/etc/kiosk24/kiosk.toml")


def _run(options: argparse.Namespace) -> int:
    settings = load_settings(options.settings)
    window = settings.window
    if options.size:
        window = type(window)(size=options.size, fullscreen=window.fullscreen)
    fullscreen = window.fullscreen and not options.windowed
    log = open_diary(options.log)
    return leave(anyio.run(_run_with_host, settings, log, window.pixels, fullscreen))


async def _run_with_host(
    settings: Settings, log: EventLog, size: tuple[int, int], fullscreen: bool
) -> int:
    async with host_process(settings, SystemClock(), log) as host:
        # Kivy is imported here, not at the top: `kiosk orders` opens no window, and
        # the drivers' process starts meanwhile.
        from kiosk.app.run import run_kiosk

        return await run_kiosk(settings, log, size, fullscreen, host)


def _with_settings(
    act: Callable[[Settings, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    return lambda options: act(load_settings(options.settings), options)


_Commands = Any  # argparse._SubParsersAction is private


def _add(
    commands: _Commands,
    name: str,
    text: str,
    act: Callable[[Settings, argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """Add one command that reads the settings and can answer in JSON."""
    each: argparse.ArgumentParser = commands.add_parser(name, help=text)
    each.add_argument(
        "--settings", type=Path, default=argparse.SUPPRESS, metavar="FILE"
    )
    each.add_argument("--json", action="store_true")
    each.set_defaults(act=_with_settings(act))
    return each


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang",
        choices=[each.value for each in Language],
        default=Language.CHINESE.value,
        help="language of the sentences",
    )


def _orders(commands: _Commands) -> None:
    orders = _add(
        commands, "orders", "payment orders: list, explain, finish", listed.list_orders
    )
    verbs = orders.add_subparsers(metavar="VERB")
    _add(verbs, "list", "list orders with their last state", listed.list_orders)
    told = _add(verbs, "explain", "tell one order step by step", listed.explain_order)
    told.add_argument("order")
    _add_language(told)
    finish = _add(verbs, "recover", "finish open orders now", listed.recover)
    finish.add_argument("--wait", type=float, default=60.0, metavar="SECONDS")
    compare = _add(
        verbs, "reconcile", "compare a day with everybody's books", listed.reconcile
    )
    compare.add_argument("--day", metavar="YYYY-MM-DD", help="yesterday if it is due")
    _add_language(compare)
    decide = _add(
        verbs, "decide", "two administrators resolve a suspended order", listed.decide
    )
    decide.add_argument("order")
    decide.add_argument("outcome", choices=listed.OUTCOMES)
    decide.add_argument("--reason", required=True)
    decide.add_argument("--staff", nargs=2, required=True, metavar="CODE")


def _journal(commands: _Commands) -> None:
    journal = _add(
        commands, "journal", "verify, save and export the journal", kept.verify
    )
    verbs = journal.add_subparsers(metavar="VERB")
    _add(verbs, "verify", "check every hash; 1 if the chain breaks", kept.verify)
    _add(verbs, "show", "head, epochs, reconciliations, evidence", kept.show)
    accept = _add(
        verbs, "accept", "two administrators allow money in a new journal", kept.accept
    )
    accept.add_argument("--reason", required=True)
    accept.add_argument("--staff", nargs=2, required=True, metavar="CODE")
    backup = _add(verbs, "backup", "write a checked copy", kept.save)
    backup.add_argument("target", type=Path)
    export = _add(verbs, "export", "write orders as JSON lines or CSV", kept.export)
    export.add_argument("target", type=Path, help="ends in .jsonl or .csv")
    _add(verbs, "report", "orders and sums by day and state", kept.report)


def _devices(commands: _Commands) -> None:
    device = _add(commands, "device", "list, test and watch the devices", asked.status)
    verbs = device.add_subparsers(metavar="VERB")
    _add(verbs, "list", "what the settings name", asked.list_devices)
    for name, text, act in (
        ("status", "the state of the devices; 1 if one cannot serve", asked.status),
        ("test", "test devices; 1 if one fails, 2 if a person is needed", asked.test),
        ("watch", "statuses and events as they come", heard.watch),
        ("trace", "what crosses the cables, in words", heard.trace),
    ):
        verb = _add(verbs, name, text, act)
        verb.add_argument(
            "name", nargs="?", metavar="NAME", help="all if none is named"
        )
        if name == "test":
            levels = [level.value for level in HealthLevel]
            verb.add_argument("--level", choices=levels, default=levels[0])
        if name in ("watch", "trace"):
            verb.add_argument(
                "--seconds", type=float, default=math.inf, help="until Ctrl-C if not"
            )
    again = _add(
        verbs, "reset", "reset one device; 1 if it is not well then", device_reset.reset
    )
    again.add_argument("name", metavar="NAME")
    host = _add(
        commands, "device-host", "serve the devices to XFS4IoT clients", serve_alone
    )
    host.add_argument("--log", type=Path, metavar="FILE", help="diary file")


def _staff(commands: _Commands) -> None:
    staff = _add(commands, "staff", "print a staff file entry", members.print_member)
    staff.add_argument("code")
    staff.add_argument(
        "--role",
        choices=("attendant", "administrator", "technician"),
        default="administrator",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description="Software of a 24-hour government terminal."
    )
    parser.add_argument(
        "--settings", type=Path, default=DEFAULT_SETTINGS, metavar="FILE"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="serve citizens on this screen")
    run.add_argument("--settings", type=Path, default=argparse.SUPPRESS, metavar="FILE")
    run.add_argument("--size", metavar="WxH", help="window size, e.g. 1920x1080")
    run.add_argument("--windowed", action="store_true", help="do not fill the screen")
    run.add_argument("--log", type=Path, metavar="FILE", help="diary file")
    run.set_defaults(act=_run)

    _add(commands, "doctor", "say what works on this machine", doctor.check)
    _devices(commands)
    _orders(commands)
    _journal(commands)
    _staff(commands)

    matter = commands.add_parser("matter", help="list the matters of the catalogue")
    matter.add_argument("--json", action="store_true")
    matter.set_defaults(act=inspect.matters)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.act(options))
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EXIT_WRONG
    except KeyboardInterrupt:
        return EXIT_STOPPED
    except BrokenPipeError:
        # Whoever read has seen enough (`| head`); nothing is to be said at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
