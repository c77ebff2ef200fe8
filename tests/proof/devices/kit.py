"""Every fault at every moment of every command of every driver, as one line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.contract.kit.cases import SIZE
from tests.proof.campaign import Campaign, Line, Plan

ROOT = Path(__file__).resolve().parents[3]
KIT = "tests/contract/kit"


def _run(plan: Plan) -> Line:
    began = time.monotonic()
    told = plan.scratch / "kit.xml"
    command = [sys.executable, "-m", "pytest", KIT, "-q", f"--junitxml={told}"]
    done = subprocess.run(
        [*command, "-n", str(plan.jobs)],
        env={**os.environ, SIZE: "every"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    suite = ET.parse(told).getroot().find("testsuite")
    counts = {} if suite is None else suite.attrib
    skipped = int(counts.get("skipped", 0))
    failed = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    tried = int(counts.get("tests", 0)) - skipped
    remark = f"{failed} failed" if failed else f"{skipped} moments that do not exist"
    wall_s = time.monotonic() - began
    ok = done.returncode == 0 and tried > 0
    return Line("contract-kit", tried, "cases", 0, 0, failed, "", wall_s, remark, ok)


CAMPAIGN = Campaign(
    "contract-kit", "Every fault at every moment of every device's commands", _run
)
