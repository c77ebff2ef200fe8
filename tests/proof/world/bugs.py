"""Planted bugs: a piece of living code is replaced, and put back."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from tests.proof.world.world import World


def _as_it_is(_world: World) -> None:
    """Leave the world alone."""


@dataclass(frozen=True, slots=True)
class Bug:
    """One wrong piece of code.

    Attributes:
        name: what it does wrong.
        module: dotted name of the module it is planted in.
        good, bad: the piece that is there once, and what takes its place.
        prepare: takes away another guard that would hide it; said in ``name``.
        rate, scene: the weather and the kind of world in which to look for it.
        harmless: the judge must not see it, and why.
    """

    name: str
    module: str
    good: str
    bad: str
    prepare: Callable[[World], None] = _as_it_is
    scene: tuple[tuple[str, Any], ...] = ()
    harmless: str = ""


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Live with a bug for a while.

    Raises:
        ValueError: the piece is not there exactly once.
    """
    module = importlib.import_module(bug.module)
    source = inspect.getsource(module)
    if source.count(bug.good) != 1:
        raise ValueError(f"{bug.name}: the piece to replace is not there once")
    mutated: dict[str, Any] = {"__name__": bug.module}
    wrong = source.replace(bug.good, bug.bad)
    exec(compile(wrong, str(module.__file__), "exec"), mutated)
    undo: list[tuple[FunctionType, CodeType]] = []
    for name, living in vars(module).items():
        _swap(living, mutated.get(name), bug.module, undo)
    try:
        if not undo:
            raise ValueError(f"{bug.name}: nothing was changed")
        yield
    finally:
        for living, code in reversed(undo):
            living.__code__ = code


def _swap(
    living: object,
    mutant: object,
    module: str,
    undo: list[tuple[FunctionType, CodeType]],
) -> None:
    if getattr(living, "__module__", "") != module:
        return
    if isinstance(living, FunctionType) and isinstance(mutant, FunctionType):
        if living.__code__ != mutant.__code__:
            undo.append((living, living.__code__))
            living.__code__ = mutant.__code__
    elif isinstance(living, type) and isinstance(mutant, type):
        for name, method in vars(living).items():
            _swap(method, vars(mutant).get(name), module, undo)
