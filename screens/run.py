"""Runs the window on the same event loop as everything else."""

from __future__ import annotations

import gc
from typing import Any

import anyio

from screens.host import ScreenHost


async def run(host: ScreenHost, stop: anyio.Event) -> None:
    """Show the host's window until ``stop`` is set or the window is closed."""
    from kivy.app import App

    class KioskApp(App):
        """Only there because Kivy wants an application."""

        title = "kiosk24"
        use_kivy_settings = False

        def build(self) -> Any:
            return host.build()

        def open_settings(self, *_: Any) -> bool:
            """Refuse: F1 opens no settings here."""
            return False

    app = KioskApp(kv_file="")

    async def watch() -> None:
        await stop.wait()
        app.stop()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        tasks.start_soon(_settle_memory)
        await app.async_run(async_lib="asyncio")
        stop.set()
        tasks.cancel_scope.cancel()


async def _settle_memory() -> None:
    """Take what is loaded out of the collector's sight: no pause drops a frame."""
    await anyio.sleep(5.0)
    gc.collect()
    gc.freeze()
