"""Named days and faults: TOML files that use the bench as hands would.

::

    title = "证明打到一半缺纸"
    title_en = "Paper runs out in the middle of a certificate"

    [[steps]]                      # at once
    device = "printer"
    verb = "run_out_after"
    arguments = { sheets = 1 }

    [[steps]]                      # first wait for a state, then 5 s, then act
    wait_for = { device = "printer", path = "printer_state", is = "stopped" }
    after = 5
    device = "printer"
    verb = "load_paper"

``at`` counts seconds from the beginning of the scenario, ``after`` from the end of
the step before. ``path`` walks through the state that the device shows:
``jobs.-1.state`` is the state of the last job.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from hardware_sim.link.device import JsonValue

PATIENCE_S = 120.0
"""How long a state is waited for, unless the step says otherwise."""

_TESTS = ("is", "not", "at_least", "contains")
_STEP_KEYS = {"at", "after", "wait_for", "device", "verb", "arguments"}
_WAIT_KEYS = {"device", "path", "timeout_s", *_TESTS}


class ScenarioError(ValueError):
    """The file is no scenario; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A state to wait for.

    Attributes:
        test: ``is``, ``not``, ``at_least`` or ``contains``.
    """

    device: str
    path: str
    test: str
    value: JsonValue
    timeout_s: float = PATIENCE_S

    def holds(self, state: Mapping[str, JsonValue]) -> bool:
        """Tell whether a device's state fulfils it; a missing part never does."""
        found = _walk(state, self.path)
        if found is _NOTHING:
            return False
        if self.test == "is":
            return bool(found == self.value)
        if self.test == "not":
            return bool(found != self.value)
        if self.test == "contains":
            return isinstance(found, (str, list, dict)) and self.value in found
        return isinstance(found, (int, float)) and found >= self.value

    def __str__(self) -> str:
        return f"{self.device}.{self.path} {self.test} {self.value!r}"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario; without a verb it only waits.

    Attributes:
        at: seconds from the beginning, ``None`` when ``after`` counts.
    """

    device: str = ""
    verb: str = ""
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    at: float | None = None
    after: float = 0.0
    wait_for: Condition | None = None

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.device}.{self.verb}({told})" if self.verb else "wait"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file, read and checked."""

    name: str
    title: str
    title_en: str
    steps: tuple[Step, ...]


class _Nothing:
    """Marks a path that leads nowhere."""


_NOTHING = _Nothing()


def _walk(state: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(state, Mapping) and part in state:
            state = state[part]
        elif isinstance(state, list) and part.lstrip("-").isdecimal():
            index = int(part)
            if not -len(state) <= index < len(state):
                return _NOTHING
            state = state[index]
        else:
            return _NOTHING
    return state


def read_scenario(path: Path) -> Scenario:
    """Read one file.

    Raises:
        ScenarioError: not TOML, or not a scenario.
        OSError: the file cannot be read.
    """
    return parse_scenario(path.read_text(encoding="utf-8"), path.stem)


def bundled_scenarios() -> dict[str, Scenario]:
    """Return the scenarios that come with the simulator, by name."""
    found = {}
    for entry in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        name = entry.name.removesuffix(".toml")
        if entry.name.endswith(".toml") and name != "people":
            found[name] = parse_scenario(entry.read_text(encoding="utf-8"), name)
    return found


def parse_scenario(text: str, name: str) -> Scenario:
    """Check a scenario's text; raises ``ScenarioError``."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}: {error}") from error
    rows = table.get("steps")
    if not isinstance(rows, list) or not rows:
        raise ScenarioError(f"{name}: no [[steps]]")
    for title in ("title", "title_en"):
        if not isinstance(table.get(title), str):
            raise ScenarioError(f"{name}: {title} is missing")
    steps = tuple(
        _parse_step(row, f"{name}, step {n}") for n, row in enumerate(rows, 1)
    )
    return Scenario(name, table["title"], table["title_en"], steps)


def _parse_step(row: dict[str, Any], place: str) -> Step:
    strange = sorted(set(row) - _STEP_KEYS)
    if strange:
        raise ScenarioError(f"{place}: unknown {', '.join(strange)}")
    if ("verb" in row) != ("device" in row):
        raise ScenarioError(f"{place}: device and verb belong together")
    if "verb" not in row and "wait_for" not in row:
        raise ScenarioError(f"{place}: neither a verb nor wait_for")
    if "at" in row and "after" in row:
        raise ScenarioError(f"{place}: at or after, not both")
    return Step(
        device=str(row.get("device", "")),
        verb=str(row.get("verb", "")),
        arguments=dict(row.get("arguments", {})),
        at=float(row["at"]) if "at" in row else None,
        after=float(row.get("after", 0)),
        wait_for=_parse_condition(row["wait_for"], place)
        if "wait_for" in row
        else None,
    )


def _parse_condition(table: dict[str, Any], place: str) -> Condition:
    tests = [test for test in _TESTS if test in table]
    strange = sorted(set(table) - _WAIT_KEYS)
    if strange or len(tests) != 1 or not {"device", "path"} <= set(table):
        wanted = "device, path and one of " + ", ".join(_TESTS)
        raise ScenarioError(f"{place}: wait_for needs {wanted}")
    return Condition(
        device=str(table["device"]),
        path=str(table["path"]),
        test=tests[0],
        value=table[tests[0]],
        timeout_s=float(table.get("timeout_s", PATIENCE_S)),
    )
