"""The composition root: settings in, a session with all its ports out."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import create_task_group

from kiosk.app.control import SOCKET_NAME, Control
from kiosk.app.gateway import make_gateway
from kiosk.app.host import HostProcess
from kiosk.app.host_devices import devices_of, host_process
from kiosk.app.offline import make_closer, make_staff
from kiosk.app.settings import Settings
from kiosk.app.unsettled import unsettled
from kiosk.core.clock import Clock, SystemClock
from kiosk.core.errors import CatalogueError
from kiosk.core.matter import Catalogue
from kiosk.core.ports import ActKind, EventLog
from kiosk.core.views import View
from kiosk.core.words import Say, Translator, Words, say
from kiosk.locale.translator import load_translator
from kiosk.session.acts.metercard import LOADED
from kiosk.session.acts.paper import settle_open_acts
from kiosk.session.frames import FrameHub
from kiosk.session.monitor import MachineMonitor
from kiosk.session.ports import Ports
from kiosk.session.runner import SessionRunner
from kiosk.session.state import Machine, Patience, Terminal
from services.catalogue.loader import load_catalogue
from services.crypto.sm3 import check_crypto
from services.documents.maker import TypstDocumentMaker
from services.documents.signature import PillowSignatureMaker
from services.payments.closing import DayCloser
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.platform.client import HttpGateway
from services.store.journal import ACT_ENDED_TOPIC, Journal
from services.store.outbox import Message, OutboxSender
from services.vision.faces import HaarFaceFinder
from services.vision.pages import ContourPageFinder


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A wired machine, ready to run."""

    settings: Settings
    catalogue: Catalogue
    words: Translator
    ports: Ports
    frames: FrameHub
    desk: OrderDesk
    journal: Journal
    sender: OutboxSender
    closer: DayCloser
    control: Control

    def session(
        self, show: Callable[[View], None], wipe: Callable[[], None]
    ) -> SessionRunner:
        """Return a fresh session: nothing of an earlier one is in it."""
        named = self.settings.site
        site: Say = Words(named) if named else say("bar.unnamed")
        terminal = Terminal(
            catalogue=self.catalogue,
            machine=Machine(self.settings.terminal, site),
            patience=Patience(**self.settings.patience.model_dump()),
        )
        monitor = MachineMonitor(self.ports, self.settings.terminal, site)
        made = SessionRunner(self.ports, terminal, monitor, self.frames, show, wipe)
        self.control.let_in_at(made.door)
        return made

    async def prepare(self) -> None:
        """Open the devices and settle what the last run left open.

        A device that does not answer is no error: it shows as not available.
        """
        async with create_task_group() as tasks:
            for device in self.ports.devices().values():
                tasks.start_soon(device.open)
        await settle_open_acts(self.ports)

    async def run_services(self) -> None:
        """Finish orders and send messages for as long as the machine is on."""
        async with create_task_group() as tasks:
            await tasks.start(self.desk.run)
            tasks.start_soon(self.sender.run)
            tasks.start_soon(self.closer.run)
            tasks.start_soon(
                self.control.serve, self.settings.store.directory / SOCKET_NAME
            )


@asynccontextmanager
async def wired(
    settings: Settings, log: EventLog, host: HostProcess | None = None
) -> AsyncIterator[Kiosk]:
    """Join everything that the settings name, and close it in the end.

    Args:
        host: the process with the drivers, where it was started already.

    Raises:
        SettingsError, CatalogueError, StoreError: the machine cannot start.
    """
    check_crypto()
    clock = SystemClock()
    directory = settings.store.directory
    directory.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        # First of all, because it takes longest: it starts while the rest is made.
        host = host or await stack.enter_async_context(
            host_process(settings, clock, log)
        )
        journal = await Journal.open(
            directory / "journal.db", clock, log, settings.terminal
        )
        stack.push_async_callback(journal.aclose)
        gateway = make_gateway(settings, clock, journal.boot, log)
        stack.push_async_callback(gateway.aclose)
        devices = await stack.enter_async_context(
            devices_of(settings, clock, log, host)
        )
        yield _kiosk(settings, clock, log, journal, gateway, devices)


def _kiosk(
    settings: Settings,
    clock: Clock,
    log: EventLog,
    journal: Journal,
    gateway: HttpGateway,
    devices: dict[str, Any],
) -> Kiosk:
    words = load_translator()
    catalogue, documents = load_catalogue(), TypstDocumentMaker()
    check_templates(catalogue, documents.names())
    numbers = OrderNumbers(settings.terminal, journal.boot, journal.orders_made)
    desk = OrderDesk(
        gateway, journal, clock, numbers, log, terminal=devices.get("card-terminal")
    )
    ports = Ports(
        clock=clock,
        log=log,
        words=words,
        gateway=gateway,
        cashier=desk,
        acts=journal,
        outbox=journal,
        unsettled=partial(unsettled, journal),
        documents=documents,
        signatures=PillowSignatureMaker(),
        faces=HaarFaceFinder(),
        pages=ContourPageFinder(),
        # The settings know no other names than those of the ports.
        **{name.replace("-", "_"): device for name, device in devices.items()},
    )
    closer = make_closer(settings, gateway, journal, clock, log)
    staff = make_staff(settings, clock, log)
    return Kiosk(
        settings=settings,
        catalogue=catalogue,
        words=words,
        ports=ports,
        frames=FrameHub(ports.face_camera, ports.document_camera),
        desk=desk,
        journal=journal,
        sender=OutboxSender(journal, _sender_of(gateway), clock, log, random.random),
        closer=closer,
        control=Control(desk, journal, closer, staff, clock, log),
    )


def check_templates(catalogue: Catalogue, known: frozenset[str]) -> None:
    """Refuse a catalogue that prints with a template which is not there.

    Raises:
        CatalogueError: the message names matter and template.
    """
    for matter in catalogue.matters:
        for step in matter.steps:
            template = getattr(step, "template", "")
            if template and template not in known:
                raise CatalogueError(f"{matter.key}: no template {template}")


def _sender_of(gateway: HttpGateway) -> Any:
    async def send(message: Message) -> None:
        if message.topic == "rating":
            facts = message.facts
            await gateway.rate(message.key, str(facts["matter"]), _int(facts["level"]))
        elif message.topic == ACT_ENDED_TOPIC:
            await _tell_act(gateway, message)

    return send


async def _tell_act(gateway: HttpGateway, message: Message) -> None:
    """Tell the platform of acts that it keeps account of."""
    facts, detail = message.facts, message.facts["detail"]
    known = detail if isinstance(detail, dict) else {}
    kind, reference = facts["kind"], str(facts["reference"])
    if kind == ActKind.PRINT_DOCUMENT:
        await gateway.report_print(
            message.key,
            str(facts["matter"]),
            reference,
            _int(known.get("sheets", 0)),
            str(facts["outcome"]),
        )
    elif kind == ActKind.LOAD_CARD and facts["outcome"] == LOADED:
        await gateway.confirm_load(reference, _int(known["purchase"]))


def _int(value: object) -> int:
    return int(str(value))
