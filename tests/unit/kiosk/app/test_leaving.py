"""A process with drivers ends, whatever a vendor's library does."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, atexit, os, sys
import anyio, anyio.to_thread
from kiosk.app.leaving import leave

read, write = os.pipe()
begun = asyncio.Event()

def call(loop):
    loop.call_soon_threadsafe(begun.set)
    os.read(read, 1)

async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(anyio.to_thread.run_sync(call, loop))
    await begun.wait()
    if sys.argv[1] == "returns":
        os.write(write, b"x")
        await task
    return 3

atexit.register(print, "tidied up")
print("over", end=" ")
sys.exit(leave(anyio.run(main), patience_s=0.2))
"""


def ended(how: str) -> tuple[int, str]:
    """Run a process whose worker thread hangs, or returns; return how it ended."""
    command = [sys.executable, "-c", PROGRAM, how]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=20, check=False
    )
    return done.returncode, done.stdout.strip()


def test_a_call_that_never_returns_does_not_hold_the_process() -> None:
    assert ended("hangs") == (3, "over")


def test_a_process_whose_calls_have_returned_ends_as_always() -> None:
    assert ended("returns") == (3, "over tidied up")
