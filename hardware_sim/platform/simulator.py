"""The simulated city platform as one device of the rig: HTTP on the loopback.

The rig gives each terminal its HMAC key; alone, the platform knows terminal A-0317
with ``DEMONSTRATION_KEY``, which everybody can read here.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from hardware_sim.asgi import WebServer
from hardware_sim.link.device import JsonValue, Verb, WireLog
from hardware_sim.platform.acquirer_file import CardLines
from hardware_sim.platform.app import build_app
from hardware_sim.platform.bench_verbs import platform_verbs
from hardware_sim.platform.city import City
from hardware_sim.platform.clock import CityClock

TICK_S = 1.0
"""How often the platform looks for what it has to do by itself."""

DEMONSTRATION_TERMINAL = "A-0317"
DEMONSTRATION_KEY = "6b696f736b3234" + "00" * 24 + "01"


class SimPlatform:
    """City platform behind ``http://127.0.0.1:port``.

    Attributes:
        city: all departments; for the bench and for tests.
    """

    name = "platform"
    title = "城市政务平台"
    title_en = "City platform"

    def __init__(
        self,
        city: City,
        host: str,
        port: int,
        folder: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:
        self._folder = folder  # holds the data as long as this object lives
        self.wire = WireLog()
        self.city = city
        self._web = WebServer(build_app(city, self.wire), host=host, port=port)
        self._ticking: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Where it listens, 0 before the first start; kept over stop and start."""
        return self._web.port

    async def start(self) -> str:
        """Listen and return the address. Raises ``OSError`` when the port is taken."""
        address = await self._web.start()
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick())
        return address

    async def stop(self) -> None:
        """Stop answering; the data stay for the next start. Safe to call twice."""
        if self._ticking is not None:
            ticking, self._ticking = self._ticking, None
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
        await self._web.stop()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.city.tick()

    def verbs(self) -> Mapping[str, Verb]:
        """What citizens, departments and the bench can do."""
        return platform_verbs(self.city)

    def state(self) -> dict[str, JsonValue]:
        """Cases, orders, ratings and print reports, newest first."""
        city = self.city
        return {
            "listening": self._web.listening,
            "time": city.clock.stamp(),
            "clock_skew_s": city.clock.skew_s,
            "busy": city.busy,
            "next_face_verdict": city.people.faces.next_verdict,
            "refuse_next_posting": city.biller.refuse_next,
            "postings_undecided": city.biller.undecided,
            "payment_service_unknown": city.psp.unknown,
            "notifies": city.psp.notifies.overview(),
            "case_pace_s": city.cases.pace_s,
            "cases": city.cases.overview(),
            "orders": city.orders.book.overview(),
            "loads": city.biller.loads.overview(),
            "journal_heads": city.heads.overview(),
        } | city.feedback.overview()


def create(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    keys: Mapping[str, str] | None = None,
    database: Path | str | None = None,
    case_pace_s: float | None = None,
    card_lines: CardLines | None = None,
    now: Callable[[], float] = time.time,
) -> SimPlatform:
    """Return the simulated platform, not yet listening.

    Args:
        port: 0 for any free one; it stays the same over stop and start.
        keys: hex HMAC key of each terminal; ``None`` for the demonstration's.
        database: file to keep the data in; ``None`` for a new temporary one.
        case_pace_s: seconds after which cases move on by themselves.
        card_lines: what the acquirer of the card terminals has in its book.
        now: epoch seconds.
    """
    given = keys or {DEMONSTRATION_TERMINAL: DEMONSTRATION_KEY}
    folder = None
    if database is None:
        folder = tempfile.TemporaryDirectory(prefix="sim-platform-")
        database = Path(folder.name) / "city.db"
    secrets = {terminal: bytes.fromhex(key) for terminal, key in given.items()}
    city = City(secrets, Path(database), CityClock(now), case_pace_s, card_lines)
    return SimPlatform(city, host, port, folder)
