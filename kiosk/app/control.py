"""Commands on money and devices, for people at the machine's own shell.

A running kiosk listens on a Unix socket beside its journal (mode 0600: its own user
and root), one JSON object a line. A kiosk that is stopped is opened by the command
itself, so that the same words do the same thing in both cases. ``vendor.enter`` alone
keeps its connection: see ``vendor_line``.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

from kiosk.app.staff import Credential, Staff
from kiosk.app.vendor_line import ENTER, hold, name_of
from kiosk.core.clock import Clock
from kiosk.core.errors import KioskError
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import EventLog
from kiosk.session.technicians import TechnicianDoor
from services.payments.closing import DayCloser, report_json
from services.payments.desk import OrderDesk
from services.store.journal import Journal

SOCKET_NAME = "control.sock"
LONGEST_REQUEST = 4096
Handler = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


class Control:
    """Carries commands out. ``handle`` never raises: trouble is an answer."""

    def __init__(
        self,
        desk: OrderDesk,
        journal: Journal,
        closer: DayCloser,
        staff: Staff,
        clock: Clock,
        log: EventLog,
    ) -> None:
        self._desk = desk
        self._journal = journal
        self._closer = closer
        self._staff = staff
        self._clock = clock
        self._log = log
        self._handlers: Mapping[str, Handler] = {
            "orders.recover": self._recover,
            "orders.decide": self._decide,
            "day.reconcile": self._reconcile,
            "journal.accept": self._accept,
            "vendor.exit": self._end_vendor_mode,
            "vendor.status": self._vendor_status,
        }
        self._door = TechnicianDoor(lambda event: None)  # closed: nobody is behind it

    def let_in_at(self, door: TechnicianDoor) -> None:
        """Take over where technicians ask the present session for the machine."""
        self._door = door

    async def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Carry one command out.

        Returns:
            ``{"ok": True, …}`` or ``{"ok": False, "error": sentence}``.
        """
        command = str(request.get("command", ""))
        handler = self._handlers.get(command)
        if handler is None:
            return {"ok": False, "error": f"no command {command!r}"}
        try:
            answer = {"ok": True, **await handler(request)}
        except (KioskError, ValueError, KeyError, TypeError) as error:
            answer = {"ok": False, "error": str(error) or type(error).__name__}
        self._log(
            "control.asked", command=command, outcome="done" if answer["ok"] else "no"
        )
        return answer

    async def serve(self, path: Path) -> None:
        """Listen until cancelled. Without a socket the kiosk serves all the same."""
        try:
            listener = await anyio.create_unix_listener(path, mode=0o600)
        except (OSError, ValueError) as error:
            self._log("control.asked", command="listen", outcome=str(error))
            return
        async with listener:
            await listener.serve(self._talk)

    async def _talk(self, stream: SocketStream) -> None:
        async with stream:
            lines = BufferedByteReceiveStream(stream)
            try:
                line = await lines.receive_until(b"\n", LONGEST_REQUEST)
                request = json.loads(line)
            except (
                anyio.IncompleteRead,
                anyio.DelimiterNotFound,
                ValueError,
                RecursionError,  # nested deeper than Python can count
            ):
                answer = {"ok": False, "error": "one JSON object in a line expected"}
            else:
                if isinstance(request, dict) and request.get("command") == ENTER:
                    await self._enter_vendor_mode(stream, lines, request)
                    return
                answer = await self._answer(request)
            try:
                await stream.send(json.dumps(answer, ensure_ascii=False).encode())
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                self._log("control.asked", command="", outcome="nobody listens")

    async def _answer(self, request: object) -> dict[str, Any]:
        if not isinstance(request, dict):
            return {"ok": False, "error": "one JSON object in a line expected"}
        return await self.handle(request)

    async def _recover(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Take up open orders, and wait a while for them to end."""
        taken_up = await self._desk.recover()
        until = self._clock.monotonic() + float(request.get("wait_s", 60.0))
        while (left := await self._open()) and self._clock.monotonic() < until:
            await self._clock.sleep(0.5)
        return {"taken_up": taken_up, "open": left, "suspended": await self._held()}

    async def _open(self) -> list[str]:
        return [r.order_id for r in await self._last() if r.state is not _SUSPENSE]

    async def _held(self) -> list[str]:
        return [r.order_id for r in await self._last() if r.state is _SUSPENSE]

    async def _last(self) -> list[OrderRow]:
        return [rows[-1] for rows in await self._journal.load_open_orders()]

    def _two(self, request: Mapping[str, Any]) -> tuple[tuple[str, str], str]:
        """Check the two people, and return who they are and what they say."""
        first, second = (
            Credential(str(each["code"]), str(each["pin"])) for each in request["staff"]
        )
        reason = str(request["reason"]).strip()
        if not reason:
            raise ValueError("a reason has to be given")
        return self._staff.two(first, second), reason

    async def _accept(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Allow money in a new journal before the night's reconciliation does."""
        staff, reason = self._two(request)
        before = self._journal.refusal()
        await self._journal.accept_epoch(f"{' and '.join(staff)}: {reason}")
        return {"before": before, "refusal": self._journal.refusal()}

    async def _enter_vendor_mode(
        self,
        stream: SocketStream,
        lines: BufferedByteReceiveStream,
        request: Mapping[str, Any],
    ) -> None:
        """Hand the machine over for as long as the connection lasts."""
        refusal = await hold(stream, lines, self._door, name_of(request))
        self._log("control.asked", command=ENTER, outcome="no" if refusal else "done")

    async def _end_vendor_mode(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send every technician away; their commands end with a sentence."""
        sent = [each.who for each in self._door.vendor.technicians]
        self._door.end("ended by vendor.exit")
        return {"sent_away": sent}

    async def _vendor_status(self, request: Mapping[str, Any]) -> dict[str, Any]:
        vendor, now = self._door.vendor, self._clock.monotonic()
        technicians = [
            {"who": each.who, "seconds": round(now - each.since)}
            for each in vendor.technicians
        ]
        return {"mode": vendor.service.value, "technicians": technicians}

    async def _decide(self, request: Mapping[str, Any]) -> dict[str, Any]:
        outcome = OrderState(str(request["outcome"]))
        staff, reason = self._two(request)
        order_id = str(request["order"])
        before = await self._journal.history(order_id)
        if not before or before[-1].state is not _SUSPENSE:
            raise ValueError(f"order {order_id} does not wait for a decision")
        decided = await self._desk.decide(order_id, outcome, staff, reason)
        return {"order": order_id, "state": decided.state.value}

    async def _reconcile(self, request: Mapping[str, Any]) -> dict[str, Any]:
        day = request.get("day")
        if day:
            report = await self._closer.close_day(date.fromisoformat(str(day)))
        else:
            report = await self._closer.close_due_day()
        if report is None:
            why = "its files are not ready" if day else "nothing is due"
            return {"report": None, "why": why}
        return {"report": json.loads(report_json(report))}


_SUSPENSE = OrderState.SUSPENSE


def ask_running(
    directory: Path, request: Mapping[str, Any], timeout_s: float = 120.0
) -> dict[str, Any] | None:
    """Hand a command to the running kiosk; ``None`` when none is running.

    Raises:
        KioskError: it runs, and does not answer, or not to this user.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        try:
            line.connect(str(directory / SOCKET_NAME))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:  # another user's kiosk, for example
            raise KioskError(f"{directory / SOCKET_NAME}: {error}") from error
        try:
            line.sendall(json.dumps(dict(request)).encode() + b"\n")
            answer = b"".join(iter(lambda: line.recv(65536), b""))
            return dict(json.loads(answer))
        except (OSError, ValueError) as error:
            raise KioskError(f"the running kiosk does not answer: {error}") from error
