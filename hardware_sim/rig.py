"""A rig: every simulated device of one terminal, the platform, and the bench.

Several rigs run side by side: each has its own directory and free ports. In tests::

    rig = Rig(tmp_path)
    await rig.start()
    await rig.act("idcard", "insert", person="li-fang")
    ...
    await rig.stop()
"""

from __future__ import annotations

import os
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hardware_sim.asgi import WebServer
from hardware_sim.auxiliaries import simulator as auxiliaries
from hardware_sim.bench.api import create_app
from hardware_sim.bench.bench import Bench
from hardware_sim.bench.shows import Shows
from hardware_sim.camera import simulator as camera
from hardware_sim.cash import simulator as cash
from hardware_sim.idcard import simulator as idcard
from hardware_sim.keypad import simulator as keypad
from hardware_sim.link.device import JsonValue, SimDevice
from hardware_sim.metercard import simulator as metercard
from hardware_sim.payment import simulator as payment
from hardware_sim.payment.terminal import Timings
from hardware_sim.platform import network
from hardware_sim.platform import simulator as platform
from hardware_sim.power import simulator as power
from hardware_sim.printer import simulator as printer
from hardware_sim.printer.mechanics import Pace
from hardware_sim.receipt import simulator as receipt
from hardware_sim.scanner import simulator as scanner
from hardware_sim.screen import simulator as screen
from hardware_sim.settings import DRIVERS, KioskSettings
from hardware_sim.settlement import card_lines
from hardware_sim.smartcard import simulator as smartcard
from hardware_sim.speech import simulator as speech

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class RigOptions:
    """What may differ between rigs.

    Attributes:
        printer_pace: ``None`` for an office printer's.
        card_timings: of the bank-card terminal; ``None`` for a real one's.
        case_pace_s: seconds after which cases move by themselves; ``None`` = by hand.
        bench_port: 0 for a free one.
        with_bench: whether the page is served; the bench itself is always there.
        store: the kiosk's own directory; ``None`` for ``<directory>/state``.
        scanner: family of the scanner module: ``gm65``, ``newland``, ``honeywell`` or
            ``ssi``.
        cash: with a banknote acceptor.
        chip_cards: with a virtual PC/SC reader; needs ``hardware_sim.link.pcscd``.
        display: the X display that the kiosk is on, ``:7``; ``None`` when the bench
            does not show it.
    """

    terminal: str = "A-0317"
    printer_pace: Pace | None = None
    card_timings: Timings | None = None
    case_pace_s: float | None = None
    bench_port: int = 0
    with_bench: bool = True
    store: Path | None = None
    scanner: str = "gm65"
    cash: bool = False
    chip_cards: bool = False
    display: str | None = None


class Rig:
    """All far sides of one terminal.

    Args:
        directory: for ptys, keys, printed sheets and the platform's data.
        settings: where the kiosk's settings are written; ``None`` for
            ``<directory>/settings.toml``.
    """

    def __init__(
        self,
        directory: Path,
        settings: Path | None = None,
        options: RigOptions | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.settings = settings or self.directory / "settings.toml"
        self.options = options or RigOptions()
        self.endpoints: dict[str, str] = {}
        self.bench = Bench([], self.endpoints)
        self.bench_address = ""
        self._shows: Shows | None = None
        self._web: WebServer | None = None

    @property
    def devices(self) -> dict[str, SimDevice]:
        """Devices by name, in the order of the bench."""
        return self.bench.devices

    async def start(self) -> Rig:
        """Start everything, write the settings file, and return the rig.

        Raises:
            OSError: a port or path is taken; nothing keeps running then.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            await self._start_all()
        except BaseException:
            await self.stop()
            raise
        return self

    async def _start_all(self) -> None:
        till = payment.create(
            directory=self.directory, timings=self.options.card_timings
        )
        for device in self._make_devices(till):
            await self._start_device(device)
        key = self._terminal_key()
        city = platform.create(
            keys={self.options.terminal: key},
            database=self.directory / "city.db",
            case_pace_s=self.options.case_pace_s,
            card_lines=partial(card_lines, till),
        )
        await self._start_device(city)
        await self._start_device(network.create(upstream_port=city.port))
        self.bench.endpoints = self.endpoints
        # Before the page: whoever sees the bench answer may start a kiosk.
        self._kiosk_settings().write(self.settings)
        if self.options.with_bench:
            await self._start_page()

    def _make_devices(self, till: SimDevice) -> list[SimDevice]:
        place = self.directory
        return [
            idcard.create(directory=place),
            scanner.create(place, family=self.options.scanner),
            camera.create("face"),
            camera.create("document"),
            printer.create(directory=place / "printer", pace=self.options.printer_pace),
            receipt.create(directory=place),
            metercard.create(directory=place),
            till,
            keypad.create(directory=place),
            auxiliaries.create(directory=place),
            power.create(),
            speech.create(directory=_made(place / "voice")),
            *([cash.create(directory=place)] if self.options.cash else []),
            *([smartcard.create()] if self.options.chip_cards else []),
            *self._make_screen(),
        ]

    def _make_screen(self) -> list[SimDevice]:
        display = self.options.display
        return [] if display is None else [screen.create(display=display)]

    async def _start_device(self, device: SimDevice) -> None:
        self.bench.devices[device.name] = device
        self.endpoints[device.name] = await device.start()

    async def _start_page(self) -> None:
        self._shows = Shows(self.bench)
        app = create_app(self.bench, self._shows)
        self._web = WebServer(app, port=self.options.bench_port)
        self.bench_address = await self._web.start()

    def _terminal_key(self) -> str:
        """Return the terminal's key, made at the first start of a directory."""
        path = self._key_file
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(_KEY_BYTES))
        return path.read_text().strip()

    @property
    def _key_file(self) -> Path:
        return self.directory / "terminal.key"

    def _kiosk_settings(self) -> KioskSettings:
        return KioskSettings(
            terminal=self.options.terminal,
            base_url=self.endpoints["network"],
            key_file=self._key_file,
            endpoints={
                name: self.endpoints[name] for name in DRIVERS if name in self.endpoints
            },
            store=self.options.store or self.directory / "state",
            drivers={"scanner": f"scanner.{self.options.scanner}"},
        )

    async def stop(self) -> None:
        """Stop everything, whatever one of them says; safe to call twice."""
        async with AsyncExitStack() as stack:
            for device in self.bench.devices.values():
                stack.push_async_callback(device.stop)
            if self._web is not None:
                stack.push_async_callback(self._web.stop)
            if self._shows is not None:
                stack.push_async_callback(self._shows.stop)

    async def act(self, device: str, verb: str, **arguments: JsonValue) -> JsonValue:
        """Do something to a device, as hands on the bench would.

        Raises:
            LookupError: no such device or verb.
            ValueError: the arguments make no sense.
        """
        return await self.bench.act(device, verb, arguments)

    def state(self, device: str) -> dict[str, JsonValue]:
        """Return what eyes see of a device. Raises ``LookupError``."""
        return self.bench.device(device).state()


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory
