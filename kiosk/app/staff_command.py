"""``kiosk staff``: make an entry for the staff file; PINs are never kept as typed."""

from __future__ import annotations

import argparse
import getpass
import sys

from kiosk.app.settings import Settings
from kiosk.app.staff import member_lines


def print_member(settings: Settings, options: argparse.Namespace) -> int:
    """Print what to append to the staff file; the PIN comes from the keyboard."""
    if sys.stdin.isatty():
        pin = getpass.getpass(f"PIN for {options.code}: ")
        if getpass.getpass("again: ") != pin:
            print("the two are not the same", file=sys.stderr)
            return 1
    else:
        pin = sys.stdin.readline().strip()
    print(member_lines(options.code, options.role, pin), end="")
    return 0
