"""Runs the terminal: events in, reducer, effects out, one picture after another.

One loop, one task for each effect. Effects of a step that was left are cancelled,
except the lasting ones; their late answers carry an old serial and are dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup

from kiosk.core.clock import Clock
from kiosk.core.device import DeviceState
from kiosk.core.intents import Intent
from kiosk.core.ports import MediaPresence
from kiosk.core.views import View
from kiosk.flow import effects as fx
from kiosk.flow.events import Event, Ticked
from kiosk.session.acts import (
    bills,
    capture,
    cases,
    copies,
    identity,
    metercard,
    paper,
    payment,
)
from kiosk.session.acts.context import Stage
from kiosk.session.frames import FrameHub
from kiosk.session.guide import GuideLamps
from kiosk.session.monitor import MachineMonitor
from kiosk.session.picture import view_of
from kiosk.session.ports import Ports
from kiosk.session.reducer import reduce
from kiosk.session.state import (
    Answer,
    CheckLeftovers,
    Command,
    LeftoversSeen,
    Report,
    RunEffects,
    StopEffects,
    Terminal,
    TerminalEvent,
    Wipe,
)
from kiosk.session.technicians import TechnicianDoor
from kiosk.session.vendor import (
    AnswerTechnician,
    BooksSeen,
    DismissTechnician,
    LookAtBooks,
    LookForWork,
    Service,
    WorkSeen,
)

Act = Callable[[Stage, Any], Awaitable[None]]

ACTS: dict[type[fx.Effect], Act] = {
    fx.ReadCard: identity.read_card,
    fx.WatchFace: identity.watch_face,
    fx.VerifyIdentity: identity.verify_identity,
    fx.FetchRecord: cases.fetch_record,
    fx.FetchPrefill: cases.fetch_prefill,
    fx.RenderPaper: paper.render_paper,
    fx.PrintPaper: paper.print_paper,
    fx.FindAccount: bills.find_account,
    fx.FindAccounts: bills.find_accounts,
    fx.FindCardAccount: metercard.find_card_account,
    fx.FindPayment: bills.find_payment,
    fx.ListPayments: bills.list_payments,
    fx.FetchInvoice: bills.fetch_invoice,
    fx.FetchFee: bills.fetch_fee,
    fx.ReadMeterCard: metercard.read_meter_card,
    fx.FetchLoad: metercard.fetch_load,
    fx.LoadCard: metercard.load_card,
    fx.ScanCode: payment.scan_code,
    fx.OpenOrder: payment.open_order,
    fx.ChooseMethod: payment.choose_method,
    fx.PresentCode: payment.present_code,
    fx.LeaveOrder: payment.leave_order,
    fx.PrintReceipt: paper.print_receipt,
    fx.PrintSlip: paper.print_slip,
    fx.PrintCopy: copies.print_copy,
    fx.FindLicences: cases.find_licences,
    fx.UseLicence: cases.use_licence,
    fx.WatchPage: capture.watch_page,
    fx.TakePage: capture.take_page,
    fx.DrawSignature: capture.draw_signature,
    fx.OpenSubmission: cases.open_submission,
    fx.SubmitCase: cases.submit_case,
    fx.ListCases: cases.list_cases,
    fx.SendRating: cases.send_rating,
}


_LIES_THERE: Final[Mapping[MediaPresence, bool | None]] = MappingProxyType(
    {"present": True, "notPresent": False, "unknown": None}
)
_ON_PAPER = (fx.PrintPaper, fx.PrintReceipt, fx.PrintSlip, fx.PrintCopy)


def local_tick(clock: Clock) -> Ticked:
    """Return the present time as an event, wall time in the machine's own zone."""
    return Ticked(clock.monotonic(), clock.now().astimezone())


@dataclass(slots=True)
class _Running:
    serial: int
    effect: fx.Effect
    scope: anyio.CancelScope


class SessionRunner:
    """Owns the state, and with it everything personal.

    Args:
        show: draws a view; called in the loop, only when the view changed.
        wipe: forgets what the screens keep.

    Attributes:
        door: where technicians ask for the machine.
    """

    def __init__(
        self,
        ports: Ports,
        terminal: Terminal,
        monitor: MachineMonitor,
        frames: FrameHub,
        show: Callable[[View], None],
        wipe: Callable[[], None],
    ) -> None:
        self._ports = ports
        self._terminal = terminal
        self._monitor = monitor
        self._frames = frames
        self._show = show
        self._wipe = wipe
        self._lamps = GuideLamps(ports.auxiliaries, ports.clock)
        self._inbox: asyncio.Queue[TerminalEvent] = asyncio.Queue()
        self._running: list[_Running] = []
        self._shown: View | None = None
        self.door = TechnicianDoor(self.send)

    @property
    def terminal(self) -> Terminal:
        """The present state, for the watchdog and for tests."""
        return self._terminal

    def send(self, event: TerminalEvent | Intent) -> None:
        """Take an event from a screen or an act. Never waits."""
        self._inbox.put_nowait(event)

    async def run(self) -> None:
        """Run until cancelled."""
        self.door.open()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._tick)
                tasks.start_soon(self._monitor.run, self.send)
                tasks.start_soon(self._lamps.run)
                while True:
                    await self._take(await self._inbox.get(), tasks)
        finally:
            self.door.close()

    async def _tick(self) -> None:
        while True:
            self.send(local_tick(self._ports.clock))
            await self._ports.clock.sleep(1.0)

    async def _take(self, event: TerminalEvent, tasks: TaskGroup) -> None:
        self._terminal, commands = reduce(self._terminal, event)
        vendor = self.door.vendor = self._terminal.vendor
        self._monitor.hands_off = vendor.service is not Service.INACTIVE
        for command in commands:
            self._carry_out(command, tasks)
        view = view_of(self._terminal)
        if view != self._shown:
            self._shown = view
            self._show(view)

    def _carry_out(self, command: Command, tasks: TaskGroup) -> None:
        match command:
            case RunEffects(serial=serial, effects=effects):
                for effect in effects:
                    tasks.start_soon(self._run_effect, self._begin(serial, effect))
            case StopEffects(below=below):
                self._stop(below)
            case CheckLeftovers():
                tasks.start_soon(self._look_for_leftovers)
            case Wipe():
                self._frames.forget()
                self._wipe()
                tasks.start_soon(self._close_cameras)
            case Report(event=name, facts=facts):
                self._ports.log(name, **dict(facts))
            case AnswerTechnician(key=key, refusal=refusal):
                self.door.answered(key, refusal)
            case DismissTechnician(key=key, why=why):
                self.door.dismissed(key, why)
            case LookAtBooks(look=look):
                tasks.start_soon(self._look_at_books, look)
            case LookForWork():
                tasks.start_soon(self._look_for_work)

    def _stop(self, below: int) -> None:
        for running in self._running:
            if running.serial < below and not running.effect.lasting:
                running.scope.cancel()

    def _begin(self, serial: int, effect: fx.Effect) -> _Running:
        """Enter an effect at once, so that it can be stopped before it starts."""
        self._replace(effect)
        running = _Running(serial, effect, anyio.CancelScope())
        self._running.append(running)
        return running

    async def _run_effect(self, running: _Running) -> None:
        def emit(event: Event) -> None:
            self.send(Answer(running.serial, event))

        effect, scope = running.effect, running.scope
        try:
            with scope, self._lamps.shining(effect):
                if not scope.cancel_called:
                    await ACTS[type(effect)](Stage(self._ports, emit), effect)
        finally:
            self._running.remove(running)

    def _replace(self, effect: fx.Effect) -> None:
        """Stop an older run of the same effect: a scanner is lit once, not twice."""
        for running in self._running:
            if type(running.effect) is type(effect) and not effect.lasting:
                running.scope.cancel()

    async def _close_cameras(self) -> None:
        """Let go of the pictures of a visit, also of one that is still running."""
        for camera in (self._ports.face_camera, self._ports.document_camera):
            if camera is not None:
                await camera.stop()
        self._frames.forget()

    async def _look_for_leftovers(self) -> None:
        readers = (self._ports.idcard, self._ports.meter_card)
        card, meter = [
            reader is not None and _LIES_THERE[await reader.media()]
            for reader in readers
        ]
        self._lamps.forgotten(card=card is True, meter=meter is True)
        writing = self._under_way((fx.LoadCard,))
        paper = self._under_way(_ON_PAPER)
        self.send(LeftoversSeen(card, paper, meter=meter or writing))

    async def _look_at_books(self, look: int) -> None:
        self.send(BooksSeen(look, await self._ports.unsettled()))

    async def _look_for_work(self) -> None:
        """A technician who was killed may have left a page in the printer."""
        devices = self._ports.devices().values()
        async with anyio.create_task_group() as tasks:
            for device in devices:
                tasks.start_soon(device.refresh_status)
        states = {device.status.state for device in devices}
        self.send(WorkSeen(DeviceState.BUSY in states))

    def _under_way(self, kinds: tuple[type[fx.Effect], ...]) -> bool:
        return any(isinstance(each.effect, kinds) for each in self._running)
