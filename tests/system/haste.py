"""The product's waits, shortened for tests: the same code, the same order of things.

Only numbers that the product keeps in ``Delays``, ``Rhythm`` and settings are
changed; nothing is replaced by something else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest import mock

from drivers.payment.zvt import channel as terminal_channel
from drivers.printer import delays as printer_delays
from drivers.printer.driver import IppDocumentPrinter
from kiosk.app.settings import HostSection, PatienceSection, Settings
from kiosk.core.ports import DocumentPrinter
from kiosk.session.monitor import MachineMonitor, Rhythm
from services.payments import delays as order_delays
from services.payments.desk import OrderDesk
from services.platform import settings as platform_settings

ORDERS = order_delays.Delays(
    start_s=3.0,
    cancel_after_s=1.0,
    query_s=0.3,
    slow_s=2.0,
    first_retry_s=0.2,
    longest_retry_s=1.0,
    recover_s=2.0,
    terminal_lost_s=10.0,
    head_s=3.0,
    first_refusal_s=0.1,
)
PLATFORM = platform_settings.Delays(connect_s=0.7, answer_s=1.5, whole_s=2.0)
RHYTHM = Rhythm(devices_s=0.5, platform_s=2.0, platform_gone_s=0.4)
PATIENCE = PatienceSection(farewell_s=0.5, leftover_s=2.0)
PRINTER = partial(
    printer_delays.Delays, connect_s=0.5, answer_s=1.0, poll_s=0.1, confirm_s=3.0
)
TERMINAL = partial(
    terminal_channel.Delays,
    taken_s=0.6,
    answer_s=1.0,
    command_s=8.0,
    short_s=3.0,
    abort_s=3.0,
)
HOST_MODE = "KIOSK24_HOST"
"""Variable that says where drivers run, ``process`` or ``inside``; kiosks that are
processes of their own inherit it. ``conftest`` sets it for each test."""
HOST_PROGRAM = (sys.executable, str(Path(__file__).with_name("hurried_host.py")))
PRINTING_S = 6.0
REFILL_S = 1.0


@contextmanager
def hurried() -> Iterator[None]:
    """Let kiosks that are wired inside wait as briefly as a test can afford."""
    platform = partial(platform_settings.PlatformSettings, delays=PLATFORM)
    printing = IppDocumentPrinter.print_native.__kwdefaults__
    asked = DocumentPrinter.print_native.__kwdefaults__
    with (
        mock.patch.dict(printing, timeout_s=PRINTING_S),
        mock.patch.dict(asked, timeout_s=PRINTING_S),
        mock.patch("drivers.printer.driver.Delays", PRINTER),
        mock.patch("drivers.payment.zvt.driver.Delays", TERMINAL),
        mock.patch("kiosk.app.host.PROGRAM", HOST_PROGRAM),
        mock.patch("kiosk.app.wiring.OrderDesk", partial(OrderDesk, delays=ORDERS)),
        mock.patch("kiosk.app.gateway.PlatformSettings", platform),
        mock.patch(
            "kiosk.app.wiring.MachineMonitor", partial(MachineMonitor, rhythm=RHYTHM)
        ),
    ):
        yield


def hurry(settings: Settings) -> Settings:
    """Return settings with short patience and a printer that gives up early."""
    printer = settings.devices["printer"]
    options = {**printer.options, "refill_s": REFILL_S}
    quick = printer.model_copy(update={"options": options})
    every = {**settings.devices, "printer": quick}
    host = HostSection.model_validate({"mode": os.environ[HOST_MODE]})
    changes = {"patience": PATIENCE, "devices": every, "host": host}
    return settings.model_copy(update=changes)
