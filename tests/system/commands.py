"""The ``kiosk`` command as a process of its own, as people call it."""

from __future__ import annotations

import asyncio
import json
import sys
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


async def begin(settings: Path, *words: str) -> asyncio.subprocess.Process:
    """Start a command; whoever starts it waits for it, or kills it."""
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
