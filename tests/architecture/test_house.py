"""The house rules that a machine can hold: complete tables, sizes, manifests."""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

import pytest

from kiosk.core.bodies import Body
from kiosk.core.matter import Step
from kiosk.flow import effects
from kiosk.flow.machine import ARMS
from kiosk.session.runner import ACTS

LONGEST_MODULE = 500
LONGEST_FUNCTION = 50
TIERS = ("bronze", "silver", "gold", "platinum")
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[tuple[str, str], str] = {}


def test_every_step_kind_has_a_reducer_arm() -> None:
    union, _ = get_args(Step)
    kinds = [step.model_fields["kind"].annotation for step in get_args(union)]
    assert {get_args(kind)[0] for kind in kinds} == set(ARMS)


def test_every_body_has_a_screen(product: tuple[Any, ...]) -> None:
    # Read from the source: importing screens would open a window toolkit.
    register = next(s for s in product if s.path == "screens/register.py")
    named = {
        key.attr
        for node in ast.walk(register.tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Attribute)
    }
    assert named == {body.__name__ for body in get_args(Body)}


def test_every_effect_has_an_act() -> None:
    kinds = {
        each
        for each in vars(effects).values()
        if isinstance(each, type)
        and issubclass(each, effects.Effect)
        and each is not effects.Effect
    }
    assert kinds == set(ACTS)


def test_package_kiosk_is_empty(root: Path) -> None:
    assert (root / "kiosk/__init__.py").read_text() == ""


def test_no_module_is_too_long(sources: tuple[Any, ...]) -> None:
    # Counted without blank lines, as the figures of the style guide are.
    long = {}
    for source in sources:
        count = sum(1 for line in source.text.splitlines() if line.strip())
        if count > LONGEST_MODULE:
            long[source.path] = count
    assert {path: n for path, n in long.items() if path not in LONG_MODULES} == {}
    assert set(LONG_MODULES) <= set(long), "an exception is no longer needed"


def test_no_function_is_too_long(sources: tuple[Any, ...]) -> None:
    long = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > LONGEST_FUNCTION:
                    long[source.path, node.name] = count
    assert {at: n for at, n in long.items() if at not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "an exception is no longer needed"


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc", "manager"])
def test_no_module_is_named_for_nothing(name: str, sources: tuple[Any, ...]) -> None:
    assert [s.path for s in sources if Path(s.path).stem == name] == []


def test_every_driver_has_a_manifest_with_a_tier(root: Path) -> None:
    drivers = entry_points(group="kiosk.drivers")
    assert drivers
    for driver in drivers:
        folder = root / Path(*driver.module.split(".")).parent
        manifest = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
        assert manifest["entry_point"] == driver.name
        assert manifest["tier"] in TIERS
        assert callable(driver.load())


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler takes everything and does not pass it on."""
    last = handler.body[-1]
    passes_on = isinstance(last, ast.Raise) and last.exc is None
    broad = getattr(handler.type, "id", "") in ("Exception", "BaseException")
    return (handler.type is None or broad) and not passes_on


OUTER_EDGE = (
    *("kiosk/app/", "drivers/host/"),
    *("drivers/link/tap.py", "drivers/link/poller.py"),
)
"""Where a bug is caught for good: a driver's becomes ``internalError``, once, in the
diary, and the other devices go on; a bug in explaining bytes is said in the trace, one
in a look at a device by its status."""


def test_nothing_is_swallowed_outside_the_outer_edge(product: tuple[Any, ...]) -> None:
    broad = [
        (source.path, node.lineno)
        for source in product
        if not source.path.startswith(OUTER_EDGE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    ]
    assert not broad, "\n".join(map(str, broad))


def test_nothing_is_left_to_do(product: tuple[Any, ...]) -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [s.path for s in product for mark in marks if mark in s.text]
    assert not found, "\n".join(map(str, found))
