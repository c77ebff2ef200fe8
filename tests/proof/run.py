"""``./dev prove``: run the campaigns, print one table, write ``docs/proof.md``.

Exit code 1 when any line is not ok. A campaign is found by its module: every module
in ``MODULES`` has ``CAMPAIGN`` or ``CAMPAIGNS``.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.orders.replay import replay
from tests.proof.table import page, table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "proof.md"
MODULES = (
    "tests.proof.orders.campaigns",
    "tests.proof.reconciliation.campaign",
    "tests.proof.storage.powerloss",
    "tests.proof.storage.kill9",
    "tests.proof.storage.io_errors",
    "tests.proof.storage.byteflips",
    "tests.proof.storage.chain_edits",
    "tests.proof.storage.throughput",
    "tests.proof.branches",
    "tests.proof.devices.kit",
    "tests.proof.devices.fuzz",
)
SIZES = {"change": 1, "nightly": 10, "release": 10}
OWN_SIZES = {
    "orders": {"change": 1, "nightly": 50, "release": 50},
    "reconciliation": {"change": 200, "nightly": 20_000, "release": 20_000},
    "powerloss": {"change": 1, "nightly": 3, "release": 5},
    "throughput": {"change": 1, "nightly": 1, "release": 1},
    "contract-kit": {"change": 1, "nightly": 1, "release": 1},
    "fuzz": {"change": 1, "nightly": 50, "release": 50},
}
"""Multiples of each campaign's smallest size; what is not named is as ``SIZES``."""


def campaigns() -> list[Campaign]:
    """Return every campaign, in the order of the table."""
    found: list[Campaign] = []
    for name in MODULES:
        module = importlib.import_module(name)
        found += getattr(module, "CAMPAIGNS", None) or [module.CAMPAIGN]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Command line of ``./dev prove``."""
    options = _parser().parse_args(arguments)
    if options.replay is not None:
        return replay(options.replay, options.bug)
    wanted = [
        each for each in campaigns() if not options.only or each.name in options.only
    ]
    if unknown := set(options.only) - {each.name for each in wanted}:
        names = ", ".join(each.name for each in campaigns())
        print(f"there is no campaign {', '.join(sorted(unknown))}; there are: {names}")
        return 2
    began = time.monotonic()
    lines = [_run(each, options) for each in wanted]
    print(table(lines, began))
    if options.write:
        command = f"./dev prove {_as_given(options)} --write"
        PAGE.write_text(page(lines, wanted, command), "utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    return 0 if all(line.ok for line in lines) else 1


def _run(campaign: Campaign, options: argparse.Namespace) -> Line:
    print(f"prove: {campaign.name}: {campaign.title}", flush=True)
    usual = OWN_SIZES.get(campaign.name, SIZES)[options.size]
    size = dict(options.times).get(campaign.name, usual)
    scratch = Path(tempfile.mkdtemp(prefix="kiosk24-proof-"))
    began = time.monotonic()
    try:
        plan = Plan(size, options.seed, scratch, options.jobs, options.keep)
        line = campaign.run(plan)
    except Exception as error:  # noqa: BLE001 a campaign that dies is a failed line
        line = Line(
            campaign.name, 0, "", 0, 0, 0, "", time.monotonic() - began, "", False
        )
        line = _died(line, error)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    verdict = "ok" if line.ok else f"NOT OK: {line.remark}"
    print(f"       {verdict}, {line.wall_s:.0f} s", flush=True)
    return line


def _as_given(options: argparse.Namespace) -> str:
    """Return the options that decide what the table says."""
    times = [f"--times {name}={number}" for name, number in options.times]
    keep = ["--keep FILE"] if options.keep else []
    given = (f"--size {options.size}", *times, f"--jobs {options.jobs}", *keep)
    return " ".join(given)


def _times(text: str) -> tuple[str, int]:
    """Read ``NAME=N``."""
    name, _, number = text.partition("=")
    if name not in {each.name for each in campaigns()}:
        raise argparse.ArgumentTypeError(f"there is no campaign {name!r}")
    if not number.isdecimal() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=N")
    return name, int(number)


def _died(line: Line, error: Exception) -> Line:
    why = f"did not run to its end: {type(error).__name__}: {error}"
    return Line(**{**vars(line), "remark": why[:300]})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev prove", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="change")
    parser.add_argument(
        "--times",
        action="append",
        default=[],
        type=_times,
        metavar="NAME=N",
        help="one campaign at N times its smallest size",
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="FIRST")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE",
        help="worlds of orders that are done are kept here, and not done again",
    )
    parser.add_argument(
        "--write", action="store_true", help="write docs/proof.md from this run"
    )
    parser.add_argument(
        "--replay", type=int, metavar="SEED", help="tell the story of one seed"
    )
    parser.add_argument(
        "--with", dest="bug", default="", metavar="BUG", help="with a planted bug"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
