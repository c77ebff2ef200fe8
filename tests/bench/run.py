"""Measure the machine and print one table: ``python tests/bench/run.py [--json F]``.

Times are shown beside a peer of the same run: a bare Kivy window with one label for
the start, one with one button for touches. Everything is drawn by software on a
virtual X screen of 1080x1920; a machine with a graphics chip is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import anyio

from tests.bench.proc import memory, processor_s, this_machine
from tests.tour.bench import BenchProcess
from tests.tour.screen import VirtualScreen

HERE = Path(__file__).parent
SIZE = (1080, 1920)
STARTS = 5
TAPS = 200
IDLE_S = 10.0
SETTLED_S = 7.0
START_LIMIT_S = 40.0
_MECHANICS = (
    "(the simulated printer alone: 0.8 s to warm up and 2.5 s a sheet; the module that"
    " reads a card: 0.5 s and 0.25 s on the wire)"
)
_POINTS = ("p50", "p95", "p99", "max")


def _said(note: str) -> None:
    print(f"bench: {note}", file=sys.stderr, flush=True)


def _kiosk(settings: Path, log: Path) -> subprocess.Popen[bytes]:
    size = f"{SIZE[0]}x{SIZE[1]}"
    words = ("run", "--settings", settings, "--size", size, "--windowed", "--log", log)
    command = [sys.executable, "-m", "kiosk.app.cli", *map(str, words)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _wait_for_word(file: Path, word: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + START_LIMIT_S
    while not (file.exists() and word in file.read_text("utf-8")):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise RuntimeError(f"{word} did not come")
        time.sleep(0.005)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=20)


def _start_kiosk(settings: Path, place: Path, number: int) -> dict[str, Any]:
    log = place / f"start-{number}.log"
    begun = time.perf_counter()
    process = _kiosk(settings, log)
    try:
        _wait_for_word(log, "kiosk.ready", process)
        took = time.perf_counter() - begun
        return {"s": round(took, 2)} | (_at_rest(process) if number == 0 else {})
    finally:
        _end(process)


def _start_peer(place: Path, number: int) -> dict[str, Any]:
    out = place / f"label-{number}.out"
    begun = time.perf_counter()
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "bare.py"), "label"],
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
    try:
        _wait_for_word(out, "ready", process)
        took = time.perf_counter() - begun
        return {"s": round(took, 2)} | (_at_rest(process) if number == 0 else {})
    finally:
        _end(process)


def _at_rest(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Measure memory and processor time while nobody is there."""
    time.sleep(SETTLED_S)
    before = processor_s(process.pid)
    time.sleep(IDLE_S)
    used = processor_s(process.pid) - before
    return {"idle_percent": round(100 * used / IDLE_S, 1), **memory(process.pid)}


def _starts(start: Any) -> dict[str, Any]:
    runs = [start(number) for number in range(STARTS)]
    seconds = [run["s"] for run in runs]
    rest = {name: value for name, value in runs[0].items() if name != "s"}
    return {
        "first_s": seconds[0],
        "median_s": round(statistics.median(seconds), 2),
        "warm_s": round(statistics.median(seconds[1:]), 2),
        "runs_s": seconds,
        **rest,
    }


def _child(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        check=False,
        timeout=240,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


async def _measure_starts(place: Path) -> dict[str, Any]:
    async with BenchProcess(place / "rig") as bench:
        _said(f"{STARTS} starts of the kiosk, {IDLE_S:g} s at rest")
        settings = bench.settings
        kiosk = await anyio.to_thread.run_sync(
            lambda: _starts(lambda number: _start_kiosk(settings, place, number))
        )
    _said(f"{STARTS} starts of a bare window")
    peer = _starts(lambda number: _start_peer(place, number))
    return {"kiosk": kiosk, "bare": peer}


def measure(taps: int) -> dict[str, Any]:
    """Measure everything and return it as JSON values."""
    found: dict[str, Any] = {"machine": this_machine()}
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        VirtualScreen(SIZE),
    ):
        found["start"] = anyio.run(_measure_starts, Path(folder))
        _said(f"2 × {taps} taps and three matters on the whole machine")
        inside = _child(str(HERE / "machine.py"), str(taps))
        _said(f"{taps} taps on a bare button")
        inside["touch"]["bare button"] = _child(
            str(HERE / "bare.py"), "button", str(taps)
        )
        found["machine"]["load after"] = f"{os.getloadavg()[0]:.2f}"
        return found | inside


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f} ×" if theirs else "-"


def table(found: dict[str, Any]) -> str:
    """Return the figures as text."""
    rows: list[tuple[str, str, str, str]] = [("figure", "kiosk", "peer", "ratio")]
    kiosk, bare = found["start"]["kiosk"], found["start"]["bare"]
    for name, unit, words in (
        ("first_s", "s", "start to usable page, first"),
        ("warm_s", "s", "start to usable page, warm median"),
        ("rss_mb", "MB", "resident memory at rest"),
        ("pss_mb", "MB", "proportional memory at rest"),
        ("idle_percent", "%", "processor at rest, of one core"),
    ):
        ours, theirs = kiosk[name], bare[name]
        rows.append((words, f"{ours} {unit}", f"{theirs} {unit}", _ratio(ours, theirs)))
    rows.append(
        (
            "resident memory, before and after matters",
            f"{found['memory_before']['rss_mb']} → "
            f"{found['memory_after']['rss_mb']} MB",
            "",
            "",
        )
    )
    return "\n".join([_lines(rows), "", _touch(found), "", _matters(found)])


def _touch(found: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("touch to frame, ms", *_POINTS, "taps")]
    for place, kinds in found["touch"].items():
        for kind, each in kinds.items():
            figures = [
                str(each[name]) for name in ("p50", "p95", "p99", "max", "count")
            ]
            rows.append((f"{place}, {kind}", *figures))
    for kind, theirs in found["touch"]["bare button"].items():
        ours = found["touch"]["keyboard"][kind]
        ratios = [_ratio(ours[name], theirs[name]) for name in _POINTS]
        rows.append((f"keyboard / bare button, {kind}", *ratios, ""))
    return _lines(rows)


def _matters(found: dict[str, Any]) -> str:
    rows = [("machine time of a matter", "s", "acts, s")]
    for key, each in found["matters"].items():
        word = key if each["finished"] else f"{key} NOT FINISHED"
        slow = sorted(each["effects_s"].items(), key=lambda item: -item[1])
        acts = ", ".join(f"{name} {took}" for name, took in slow if took >= 0.01)
        rows.append((word, str(each["machine_s"]), acts))
    return _lines(rows) + f"\n{_MECHANICS}"


def _lines(rows: list[Any]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def main() -> int:
    """Measure, print, and write JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--taps", type=int, default=TAPS, metavar="N")
    options = parser.parse_args()
    found = measure(options.taps)
    for name, value in found["machine"].items():
        print(f"{name}: {value}")
    print(f"drawn by: {found['renderer']}\n")
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(each["finished"] for each in found["matters"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
