"""Lines of campaigns as a table on the screen, and as ``docs/proof.md``."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.proof.campaign import Campaign, Line

ROOT = Path(__file__).resolve().parents[2]
TEXT = ROOT / "tests" / "proof" / "proof.md.txt"


def table(lines: Sequence[Line], began: float) -> str:
    """Return what the command prints at its end."""
    rows = [
        f"{line.name:16} {line.tried:>11,} {line.unit:14} lost {line.lost} "
        f"doubled {line.doubled} corrupt {line.corrupt}  {line.wall_s:8.1f} s  "
        f"{'ok' if line.ok else 'NOT OK'}\n{'':17}{line.remark}"
        for line in lines
    ]
    good = sum(line.ok for line in lines)
    rows.append(
        f"{good} of {len(lines)} lines ok, {time.monotonic() - began:.0f} s,"
        f" commit {commit()}"
    )
    return "\n".join(rows)


def page(lines: Sequence[Line], campaigns: Sequence[Campaign], command: str) -> str:
    """Return the text of ``docs/proof.md``."""
    titles = {campaign.name: campaign.title for campaign in campaigns}
    head = (
        "| Campaign | Tried | Lost | Doubled | Corrupt | Seeds | 3/n | Wall time |"
        " Verdict |\n|---|---:|---:|---:|---:|---|---:|---:|---|\n"
    )
    rows = "".join(
        f"| {titles[line.name]} (`{line.name}`) | {line.tried:,} {line.unit} |"
        f" {line.lost} | {line.doubled} | {line.corrupt} | {line.seeds or 'none'} |"
        f" {_bound(line)} | {line.wall_s:,.0f} s | {'ok' if line.ok else '**not ok**'}"
        " |\n"
        for line in lines
    )
    remarks = "".join(f"- `{line.name}`: {line.remark}\n" for line in lines)
    host = f"{os.cpu_count()} processors"
    made = (
        f"Made by `{command}` at commit `{commit()}` on a machine with {host},"
        f" {datetime.now(UTC):%Y-%m-%d}.\n"
    )
    text = TEXT.read_text("utf-8")
    return text.replace("{made}", made).replace("{table}", f"{head}{rows}\n{remarks}")


def commit() -> str:
    """Return the commit of the checkout, with a plus sign when files differ."""
    asked = ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _bound(line: Line) -> str:
    """Upper bound at 95 % for a rate of which nothing was seen in n random tries."""
    if not line.seeds or line.lost or line.doubled or line.corrupt or not line.tried:
        return "-"
    return f"{3 / line.tried:.1e}"
