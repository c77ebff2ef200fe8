"""The gate: every branch of the order machine and of the journal is run by a test.

The unit tests of both run under ``coverage`` in a process of their own. Below 100 %
the campaign is not ok, and names what was not run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.proof.campaign import Campaign, Line, Plan

ROOT = Path(__file__).resolve().parents[2]
MONEY = (
    "services/payments/reducer.py",
    "services/payments/paying.py",
    "services/payments/cancelling.py",
    "services/payments/posting.py",
    "services/payments/turn.py",
    "services/payments/transitions.py",
    "services/payments/card.py",
    "services/payments/cardtruth.py",
    "services/store/journal.py",
    "services/store/writer.py",
    "services/store/marks.py",
    "services/store/ledger.py",
    "services/store/folding.py",
    "services/store/rows.py",
    "services/store/opening.py",
    "services/store/chain.py",
    "services/store/schema.py",
    "services/store/soundness.py",
    "services/store/survey.py",
    "services/store/epochs.py",
    "services/store/evidence.py",
    "services/store/guards.py",
)
TESTS = ("tests/unit/services/payments", "tests/unit/services/store")


def measure(scratch: Path) -> dict[str, list[str]]:
    """Run the tests and return what they left out, by file.

    Raises:
        RuntimeError: the tests failed, so their coverage means nothing.
    """
    data, report = scratch / "coverage", scratch / "coverage.json"
    env = {**os.environ, "COVERAGE_FILE": str(data)}
    sources = ",".join(("services.payments", "services.store"))
    run = [sys.executable, "-m", "coverage", "run", "--branch", f"--source={sources}"]
    tests = ["-m", "pytest", "-q", "-x", "-p", "no:xdist", *TESTS]
    _call([*run, *tests], env)
    _call([sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], env)
    files = json.loads(report.read_text("utf-8"))["files"]
    return {name: _missing(files[name]) for name in MONEY}


def _call(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-2000:])


def _missing(facts: dict[str, list[object]]) -> list[str]:
    lines = [f"line {line}" for line in facts["missing_lines"]]
    arcs = [f"branch {arc}" for arc in facts["missing_branches"]]
    return [*lines, *arcs]


def _run(plan: Plan) -> Line:
    began = time.monotonic()
    missing = {name: parts for name, parts in measure(plan.scratch).items() if parts}
    remark = "line and branch, by the unit tests alone"
    if missing:
        remark = "; ".join(f"{n}: {', '.join(p)}" for n, p in missing.items())
    return Line(
        name="coverage",
        tried=len(MONEY),
        unit="files at 100 %",
        lost=0,
        doubled=0,
        corrupt=0,
        seeds="",
        wall_s=time.monotonic() - began,
        remark=remark,
        ok=not missing,
    )


CAMPAIGN = Campaign("coverage", "Every branch of order machine and journal", _run)
