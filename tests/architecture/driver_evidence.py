"""What can be found by machine of a driver, held against the tier that it claims.

    bronze    the contract kit examines it, with a step for each command it claims
    silver    the kit unplugs it, sends it garbage and half frames, cuts its power
    gold      tested at three levels, explained on the wire, consumables counted, golden
              bytes on both sides, fuzzed on both sides, quirks written down
    platinum  verified on hardware: name, firmware and day in its manifest

Each tier includes those before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from drivers.link.health import HealthTest
from kiosk.core.health import HealthLevel
from tests.architecture import recorded_bytes
from tests.contract.kit.cases import CABLE_FAULTS
from tests.contract.kit.claims import claimed
from tests.contract.kit.discover import subjects
from tests.contract.kit.ears import Ears, catch_up
from tests.contract.kit.subject import Stand, Subject

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("bronze", "silver", "gold", "platinum")

FAULT_CLASSES: Mapping[str, frozenset[str]] = {
    "unplugging": frozenset({"disconnect", "unplug", "cut", "stop_service"}),
    "garbage": frozenset({"answer_garbage"}),
    "half frames": frozenset({"split_answer", "cut_answer", "answer_garbage"}),
    "power loss": frozenset(
        {"power_cut", "power_cycle", "power_off", "restart_service", "stop_stream"}
    ),
}
"""Verbs of the simulators that bring each of them about."""

_OF_EVERYBODY = "Common."
_VARIANT = re.compile("[-. ]")
"""Between a driver's name and the variant that a subject examines: ``-usb``."""

_RAW = re.compile(r"\d+ bytes")
_EATS_PAPER = ("receipt", "printer")


@dataclass(frozen=True)
class Driver:
    """A driver and what lies around it.

    Attributes:
        package: ``drivers.scanner.gm65``.
        capability: ``scanner``: also the simulator's folder.
    """

    name: str
    package: str
    capability: str
    manifest: Mapping[str, Any]
    subjects: tuple[Subject, ...]

    @property
    def tier(self) -> str:
        """What it claims; ``none`` without a manifest."""
        return str(self.manifest.get("tier", "none"))


@dataclass(frozen=True)
class Seen:
    """What a driver showed at its simulator, undisturbed."""

    commands: tuple[str, ...]
    levels: frozenset[HealthLevel]
    detail: frozenset[str]
    counts: frozenset[str]
    sent: tuple[str, ...]
    received: tuple[str, ...]
    settings: Mapping[str, object]


def drivers() -> list[Driver]:
    """Return every driver that can be named in the settings."""
    return [_driver(entry) for entry in sorted(entry_points(group="kiosk.drivers"))]


def _driver(entry: EntryPoint) -> Driver:
    package = entry.module.rpartition(".")[0]
    manifest = ROOT / Path(*package.split(".")) / "manifest.toml"
    found = tomllib.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    own = tuple(
        each
        for each in subjects()
        if each.name.startswith(entry.name)
        and _VARIANT.match(each.name[len(entry.name) :] or "-")
    )
    return Driver(entry.name, package, package.split(".")[1], found, own)


async def seen(subject: Subject, place: Path) -> Seen:
    """Open a driver at its simulator, run its steps, and write down what shows."""
    async with subject.start(place) as stand:
        ears = Ears(stand)
        try:
            await stand.port.open()
            for step in subject.steps:
                await step.prepare(stand)
                await step.act(stand)
            await catch_up()
            return _shown(stand, ears)
        finally:
            await ears.stop()


def _shown(stand: Stand, ears: Ears) -> Seen:
    health: Callable[[], Sequence[HealthTest]] | None
    health = getattr(stand.device, "health_tests", None)
    settings = stand.port.diagnostics().get("settings")
    return Seen(
        tuple(claimed(stand.port)),
        frozenset(test.level for test in (health() if health else ())),
        frozenset(stand.port.status.detail),
        frozenset(stand.port.statistics()),
        tuple(line.text for line in ears.lines if line.direction == "sent"),
        tuple(line.text for line in ears.lines if line.direction == "received"),
        settings if isinstance(settings, Mapping) else {},
    )


def missing(driver: Driver, shows: Sequence[Seen], tier: str) -> list[str]:
    """Return what a driver lacks for a tier, in sentences."""
    if tier not in TIERS:
        return [f"{tier} is no tier; one of: {', '.join(TIERS)}"]
    needs: Mapping[str, Callable[[Driver, Sequence[Seen]], Iterator[str]]] = {
        "bronze": _bronze,
        "silver": _silver,
        "gold": _gold,
        "platinum": _platinum,
    }
    wanted = TIERS[: TIERS.index(tier) + 1]
    return [lack for each in wanted for lack in needs[each](driver, shows)]


def _bronze(driver: Driver, shows: Sequence[Seen]) -> Iterator[str]:
    if not driver.subjects:
        yield "bronze: no subject of the contract kit has its name"
    steps = {step.name for each in driver.subjects for step in each.steps}
    claims = {command for each in shows for command in each.commands}
    for command in sorted(claims - steps):
        if not command.startswith(_OF_EVERYBODY):
            yield f"bronze: claims {command}, and no step of the kit runs it"


def _silver(driver: Driver, shows: Sequence[Seen]) -> Iterator[str]:
    verbs = {fault.verb for each in driver.subjects for fault in each.faults}
    if any(each.has_cable for each in driver.subjects):
        verbs |= {fault.verb for fault in CABLE_FAULTS}
    for name, ways in FAULT_CLASSES.items():
        if not verbs & ways:
            yield f"silver: nothing shows that it survives {name}"


def _gold(driver: Driver, shows: Sequence[Seen]) -> Iterator[str]:
    for level in HealthLevel:
        if not all(level in each.levels for each in shows):
            yield f"gold: no test of health at the {level.value} level"
    if not all(each.settings for each in shows):
        yield "gold: its settings are not in its diagnostics"
    for direction in ("sent", "received"):
        said = [text for each in shows for text in getattr(each, direction)]
        if not said or any(_RAW.fullmatch(text) for text in said):
            yield f"gold: what is {direction} on its wire is not put into words"
    if driver.capability in _EATS_PAPER:
        yield from _paper(shows)
    yield from _written_down(driver)


def _paper(shows: Sequence[Seen]) -> Iterator[str]:
    for each in shows:
        if not any(key.startswith("paper") for key in each.detail):
            yield "gold: its status does not tell of the paper"
        if not any(word in key for key in each.counts for word in ("paper", "sheet")):
            yield "gold: its statistics do not count paper"


def _written_down(driver: Driver) -> Iterator[str]:
    for lack in recorded_bytes.lacks(driver.name, driver.package, driver.capability):
        yield f"gold: {lack}"
    if not driver.manifest.get("quirk"):
        yield "gold: no quirk is written down"


def _platinum(driver: Driver, shows: Sequence[Seen]) -> Iterator[str]:
    verified = driver.manifest.get("verified", [])
    if not verified:
        yield "platinum: verified on no hardware"
    for each in verified:
        for key in sorted({"model", "firmware", "day"} - each.keys()):
            yield f"platinum: verified without {key}"
