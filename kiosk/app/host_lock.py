"""One device host for each state directory: whoever holds the lock may listen."""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TextIO

import anyio

LOCK_NAME: Final = "host.lock"
PATIENCE_S: Final = 15.0
"""An earlier host may still be closing its devices."""
LOOK_S: Final = 0.05


@asynccontextmanager
async def sole_host(
    directory: Path, patience_s: float = PATIENCE_S
) -> AsyncIterator[None]:
    """Be the only host of a state directory. The kernel lets go when we die.

    Raises:
        OSError: another one does not leave.
    """
    with _lock_file(directory) as lock:
        mine = _locked(lock)
        with anyio.move_on_after(patience_s):
            while not mine:
                await anyio.sleep(LOOK_S)
                mine = _locked(lock)
        if not mine:
            raise BlockingIOError(f"another device host serves {directory}")
        yield


def _lock_file(directory: Path) -> TextIO:
    directory.mkdir(parents=True, exist_ok=True)
    return (directory / LOCK_NAME).open("w")


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
