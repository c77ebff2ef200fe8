"""``./dev tour``: a robot citizen finishes matters on the real screens, by touch.

For each orientation a real X server, a rig in its own process, and the kiosk's own
``Machine`` in this one; touches are pointer events of the X server. One PNG a
screen, the sheets and receipts as pictures, and the seconds the machine itself
needed (the citizen's own time is none). The exit code says whether all finished.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.tour.bench import BenchProcess
from tests.tour.citizen import Citizen, Wishes
from tests.tour.screen import VirtualScreen
from tests.tour.touch import Fingers

SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
STUCK_AFTER_S = 45.0
LONGEST_S = 180.0
"""A robot that touches and touches and gets nowhere is stuck too."""
LOOK_EVERY_S = 0.05
SETTLE_S = 0.3

WISHES = {
    "water-payment": Wishes("water-payment", answers={"account": "330010021182"}),
    "cross-region-treatment-filing": Wishes(
        "cross-region-treatment-filing",
        person="zhang-weimin",
        answers={"phone": "13900000131", "filing_kind": "resident"},
    ),
    "case-progress": Wishes("case-progress", person="zhang-weimin"),
    "power-payment": Wishes(
        "power-payment", answers={"account": "5100230016"}, pay_by="card"
    ),
    "heat-payment": Wishes(
        "heat-payment", answers={"account": "6100450019"}, amount_fen=50000
    ),
    "gas-card-topup": Wishes(
        "gas-card-topup", meter_card="80031031", amount_fen=13750, pay_by="card"
    ),
    "water-payment-records": Wishes(
        "water-payment-records",
        answers={"account": "330010021182"},
        choose=("payment:A0317-9Z02-00000088-0", "copy"),
    ),
    "water-invoice": Wishes(
        "water-invoice",
        answers={"account": "330010021182"},
        choose=("payment:A0317-9Z02-00000088-0",),
    ),
    "traffic-fine-payment": Wishes(
        "traffic-fine-payment",
        answers={"account": "9990012600009714"},
        domain="vehicle-driver",
        pay_by="ecny",
    ),
}


@dataclass(slots=True)
class Told:
    """How one matter went."""

    matter: str
    finished: bool
    seconds: float
    machine_seconds: float
    screens: int
    trouble: list[str] = field(default_factory=list)


async def _one(
    machine: object, bench: BenchProcess, screen: VirtualScreen, key: str, shots: Path
) -> Told:
    from kiosk.app.run import Machine

    assert isinstance(machine, Machine)
    fingers = Fingers(machine.host, screen.size)
    citizen = Citizen(fingers, bench, WISHES.get(key) or Wishes(key))
    # Whoever was here before has stepped away from the camera.
    await bench.act("face-camera", "person", key="none")
    started = changed = time.monotonic()
    busy, seen, shot, shown = 0.0, 0, "", None
    while not citizen.gone:
        await asyncio.sleep(LOOK_EVERY_S)
        view = machine.view
        if view is None:
            continue
        now = time.monotonic()
        name = f"{type(view.body).__name__}-{getattr(view.body, 'title', '')}"
        if view is not shown:
            shown, changed = view, now
        if name != shot:
            shot = name
            await asyncio.sleep(SETTLE_S)
            seen += 1
            kind = type(view.body).__name__.removesuffix("Body").lower()
            screen.save(shots / f"{seen:02d}-{kind}.png")
            continue
        if type(view.body).__name__ == "WorkingBody":
            busy += LOOK_EVERY_S
        acted = await citizen.act(view)
        if acted:
            changed = time.monotonic()
        if now - changed > STUCK_AFTER_S or now - started > LONGEST_S:
            screen.save(shots / "stuck.png")
            citizen.trouble.append(f"stuck on {name}")
            break
    return Told(
        key,
        citizen.gone and not citizen.trouble,
        round(time.monotonic() - started, 1),
        round(busy, 1),
        seen,
        citizen.trouble,
    )


async def _keep_papers(bench: BenchProcess, known: set[str], shots: Path) -> None:
    for paper in await bench.papers():
        name = str(paper["id"])
        if name in known:
            continue
        known.add(name)
        safe = name.replace("/", "-")
        (shots / f"paper-{safe}.png").write_bytes(
            await bench.fetch(f"/api/papers/{name}.png")
        )
    for number, pdf in enumerate(sorted(bench.directory.rglob("*.pdf"))):
        (shots.parent / f"document-{number}.pdf").write_bytes(pdf.read_bytes())


async def _orientation(name: str, keys: list[str], out: Path) -> list[Told]:
    from kiosk.app.diary import open_diary
    from kiosk.app.run import Machine
    from kiosk.app.settings import load_settings
    from kiosk.app.wiring import wired

    size = SIZES[name]
    told: list[Told] = []
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-tour-") as place,
        VirtualScreen(size) as screen,
    ):
        async with BenchProcess(Path(place)) as bench:
            log = open_diary(out / f"{name}.log")
            stop = anyio.Event()
            async with wired(load_settings(bench.settings), log) as kiosk:
                machine = Machine(kiosk, log, size, fullscreen=False)
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(machine.run, stop)
                    papers: set[str] = set()
                    for key in keys:
                        shots = out / name / key
                        told.append(await _one(machine, bench, screen, key, shots))
                        await _keep_papers(bench, papers, shots)
                        print(f"{name:10} {_line(told[-1])}", flush=True)
                    stop.set()
    return told


def _line(told: Told) -> str:
    word = "finished" if told.finished else f"FAILED {told.trouble}"
    return (
        f"{told.matter:38} {word}: {told.screens} screens in {told.seconds} s, "
        f"machine {told.machine_seconds} s"
    )


def main() -> int:
    """Run the tour; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--shots", type=Path, default=Path("out/tour"))
    parser.add_argument("--orientation", choices=sorted(SIZES))
    options = parser.parse_args()
    keys = options.keys or [
        "social-insurance-contribution-proof",
        "water-payment",
        "cross-region-treatment-filing",
        "case-progress",
    ]
    out = options.shots.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if options.orientation is None:
        # Kivy makes one window in a process, so each orientation has its own.
        rest = ["--shots", str(out), *keys]
        codes = [
            subprocess.run(
                [sys.executable, __file__, "--orientation", each, *rest],
                env=os.environ,
                check=False,
            ).returncode
            for each in SIZES
        ]
        return max(codes)
    told = anyio.run(_orientation, options.orientation, keys, out)
    report = out / f"{options.orientation}.json"
    text = json.dumps([asdict(each) for each in told], ensure_ascii=False, indent=1)
    report.write_text(text + "\n", encoding="utf-8")
    return 0 if all(each.finished for each in told) else 1


if __name__ == "__main__":
    sys.exit(main())
