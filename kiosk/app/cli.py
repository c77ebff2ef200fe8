"""The ``kiosk`` command. Every sub-command has ``--help``; most have ``--json``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import anyio

from kiosk.app import doctor, inspect
from kiosk.app.diary import open_diary
from kiosk.app.settings import Settings, load_settings
from kiosk.core.errors import KioskError

EXIT_WRONG = 78
"""Exit code when the machine cannot start as it is set up (``EX_CONFIG``)."""

DEFAULT_SETTINGS = Path("/etc/kiosk24/kiosk.toml")


def _run(options: argparse.Namespace) -> int:
    # Kivy is imported here, not at the top: `kiosk orders` opens no window.
    from kiosk.app.run import run_kiosk

    settings = load_settings(options.settings)
    window = settings.window
    if options.size:
        window = type(window)(size=options.size, fullscreen=window.fullscreen)
    fullscreen = window.fullscreen and not options.windowed
    log = open_diary(options.log)
    return anyio.run(run_kiosk, settings, log, window.pixels, fullscreen)


def _with_settings(
    act: Callable[[Settings, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    return lambda options: act(load_settings(options.settings), options)


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

    for name, act, text in (
        ("doctor", doctor.check, "say what works on this machine and what does not"),
        ("device", doctor.devices, "show the state of every device"),
        ("orders", inspect.orders, "list payment orders, or explain one"),
        ("journal", inspect.journal, "verify the journal's chain"),
    ):
        each = commands.add_parser(name, help=text)
        each.add_argument(
            "--settings", type=Path, default=argparse.SUPPRESS, metavar="FILE"
        )
        each.add_argument("--json", action="store_true")
        if name == "orders":
            each.add_argument("order", nargs="?", help="explain this order")
        each.set_defaults(act=_with_settings(act))

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


if __name__ == "__main__":
    sys.exit(main())
