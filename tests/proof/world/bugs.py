"""Planted bugs: a piece of living code is replaced, and put back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

Plant = Callable[[ModuleType, str, str], None]


@contextmanager
def planting() -> Iterator[Plant]:
    """Let bugs be planted: pieces of a module's source in its living functions."""
    undo: list[tuple[FunctionType, CodeType]] = []

    def put(module: ModuleType, good: str, bad: str) -> None:
        source = inspect.getsource(module)
        assert source.count(good) == 1, "the piece to replace is not there once"
        mutated: dict[str, Any] = {"__name__": module.__name__}
        code = compile(source.replace(good, bad), str(module.__file__), "exec")
        exec(code, mutated)
        for name, living in vars(module).items():
            swap(living, mutated.get(name), module.__name__)

    def swap(living: object, mutant: object, module: str) -> None:
        if getattr(living, "__module__", "") != module:
            return
        if isinstance(living, FunctionType) and isinstance(mutant, FunctionType):
            undo.append((living, living.__code__))
            living.__code__ = mutant.__code__
        elif isinstance(living, type) and isinstance(mutant, type):
            for name, method in vars(living).items():
                swap(method, vars(mutant).get(name), module)

    try:
        yield put
    finally:
        for living, code in reversed(undo):
            living.__code__ = code
