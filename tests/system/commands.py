"""The ``kiosk`` command as a process of its own, as people call it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


async def kiosk(settings: Path, *words: str, typed: str = "") -> Said:
    """Run ``kiosk WORDS --settings SETTINGS`` and type something into it."""
    process = await begin(settings, *words)
    out, err = await process.communicate(typed.encode())
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


@contextmanager
def at_a_terminal() -> Iterator[None]:
    """Start processes that hear Ctrl-C.

    Tests that run as a shell's background job ignore it, and what a process ignores is
    ignored by all that it starts.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def begin(settings: Path, *words: str) -> asyncio.subprocess.Process:
    """Start a command; whoever starts it waits for it, or kills it."""
    with at_a_terminal():
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kiosk.app.cli",
            *words,
            "--settings",
            str(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
