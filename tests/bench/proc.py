"""What Linux says of a process: memory and processor time."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
LIBRARIES = ("kivy", "typst", "httpx", "pydantic", "anyio")


def memory(pid: int) -> dict[str, float]:
    """Return resident and proportional memory in MB (10^6 bytes)."""
    wanted = {"Rss": "rss_mb", "Pss": "pss_mb"}
    found: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in wanted:
            found[wanted[name]] = round(int(rest.split()[0]) * 1024 / 1e6, 1)
    return found


def processor_s(pid: int) -> float:
    """Return the processor time used so far, in seconds."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICK


def this_machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    total = Path("/proc/meminfo").read_text().split()[1]
    load = os.getloadavg()[0]
    return {
        "processor": f"{len(names)} × {names[0] if names else platform.machine()}",
        "memory": f"{int(total) * 1024 / 1e9:.1f} GB",
        "system": platform.platform(),
        "load before": f"{load:.2f}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
    }
