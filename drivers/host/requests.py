"""The commands of one client that were acknowledged and are not complete."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup

from drivers.host.coding import (
    coded,
    coded_completion,
    coded_told,
    read_arguments,
)
from drivers.host.contract import (
    HEALTH,
    MAXIMUM_REQUESTS,
    TIMEOUT,
    Command,
    Told,
)
from drivers.host.message import LARGEST, Message
from drivers.host.replies import Replies
from drivers.host.service import DeviceService
from drivers.host.shape import WrongValue
from kiosk.core.device import Completion, CompletionCode, Device
from kiosk.core.wire import WireLine

MOST_REQUESTS: Final = MAXIMUM_REQUESTS
"""Commands of one client that may run or wait at once."""
MOST_BYTES: Final = 2 * LARGEST
"""Length of their messages together."""
CANCEL_AGAIN_S: Final = 0.25
"""A driver may have been cancelled while it asked for a status, not in the command."""
WIRE_EVENT: Final = "Common.ExtWireEvent"
REFRESH: Final = Command("Common.ExtRefreshStatus", Device.refresh_status, queued=False)
TRACE: Final = Command("Common.ExtTrace", Device.trace, queued=False)
APART: Final = {REFRESH.name: REFRESH, TRACE.name: TRACE}
"""What is carried out here and not by a method that returns a completion."""


def refused(row: Command, error: WrongValue) -> Completion[Any]:
    """Say why a command was not begun, with the standard's word where it has one."""
    known = bool(error.error_code)
    code = CompletionCode.COMMAND_ERROR if known else CompletionCode.INVALID_DATA
    return Completion(code, error.error_code or None, str(error), row.unsent)


class Request:
    """One of them."""

    def __init__(self, message: Message, row: Command, length: int) -> None:
        self.message = message
        self.row = row
        self.length = length
        self.scope = anyio.CancelScope()
        self.running = False
        self.cancelling = False
        self.done = anyio.Event()


class Requests:
    """Carries commands out, each in its turn, and cancels them.

    Args:
        tasks: they end with it.
    """

    def __init__(
        self, service: DeviceService, replies: Replies, tasks: TaskGroup
    ) -> None:
        self._service = service
        self._replies = replies
        self._tasks = tasks
        self._open: dict[int, Request] = {}

    def __contains__(self, request_id: int) -> bool:
        return request_id in self._open

    def room(self, length: int) -> bool:
        """Tell whether one more may wait, whose message is so long."""
        waiting = sum(each.length for each in self._open.values())
        return len(self._open) < MOST_REQUESTS and waiting + length <= MOST_BYTES

    def begin(self, message: Message, row: Command, length: int) -> None:
        """Carry a command out and complete it; do not wait for that."""
        request = self._open[message.request_id] = Request(message, row, length)
        self._tasks.start_soon(self._carry_out, request)

    def cancel(self, message: Message) -> dict[str, Any]:
        """Carry out ``Common.Cancel``; without numbers all of this client's end.

        Raises:
            WrongValue: ``requestIds`` is no list of numbers.
        """
        wanted = message.payload.get("requestIds")
        chosen = list(self._open.values())
        if wanted is not None:
            if not isinstance(wanted, list) or {type(each) for each in wanted} - {int}:
                raise WrongValue("requestIds is no list of numbers")
            numbers = set(wanted)
            chosen = [each for each in chosen if each.message.request_id in numbers]
        if not chosen:
            code = CompletionCode.COMMAND_ERROR
            return {"completionCode": code.value, "errorCode": "noMatchingRequestIDs"}
        for request in chosen:
            if not request.cancelling:
                request.cancelling = True
                self._tasks.start_soon(self._cancel, request)
        return {}

    async def let_go(self) -> None:
        """Cancel what the client has left behind, and stop what it alone held."""
        async with anyio.create_task_group() as ending:
            for request in list(self._open.values()):
                request.cancelling = True
                ending.start_soon(self._cancel, request)
        await self._service.release(self)

    # -- carrying out ----------------------------------------------------------------

    async def _carry_out(self, request: Request) -> None:
        payload: dict[str, Any] = {}
        try:
            payload = await self._act(request)
        except Exception as fault:  # noqa: BLE001  # a driver's; told, and logged
            self._service.fault(request.row.name, fault)
            code, what = CompletionCode.INTERNAL_ERROR, type(fault).__name__
            failed: Completion[Any] = Completion(code, None, what, request.row.lost)
            payload = coded_completion(request.row, failed)
        finally:
            del self._open[request.message.request_id]
            request.done.set()
        self._replies.complete(request.message, payload)

    async def _act(self, request: Request) -> dict[str, Any]:
        if request.row is TRACE:
            return await self._trace(request)
        if request.row is REFRESH:
            return await self._refresh(request)
        outcome = await self._outcome(request)
        return coded_completion(
            request.row,
            outcome,
            request.message.payload,
            by_client=request.cancelling,
        )

    async def _outcome(self, request: Request) -> Completion[Any]:
        row = request.row
        timeout_s = request.message.timeout_ms / 1000 or row.timeout_s
        with request.scope:
            try:
                calls = await self._calls(request, timeout_s)
            except WrongValue as error:
                return refused(row, error)
            if row.name == self._service.capability.held_by:
                self._service.hold(self)
            return await self._in_turn(request, calls, timeout_s)
        cut = row.lost if request.running else row.unsent
        return Completion(CompletionCode.CANCELED, payload=cut)

    async def _calls(self, request: Request, timeout_s: float) -> list[dict[str, Any]]:
        """Return what the method is called with, once or, of a split command, often.

        Raises:
            WrongValue: it is not what the command takes.
        """
        row, payload = request.row, request.message.payload
        if row.fill is not None:
            payload = await row.fill(payload)
        parts = [payload] if row.split is None else row.split(payload)
        calls = [read_arguments(row, part) for part in parts]
        for arguments in calls:
            for told in row.told:
                arguments[told.argument] = partial(self._tell, request, told)
            if TIMEOUT in row.signature.parameters:
                arguments[TIMEOUT] = timeout_s
        return calls

    async def _in_turn(
        self, request: Request, calls: list[dict[str, Any]], timeout_s: float
    ) -> Completion[Any]:
        row = request.row
        if not row.queued:
            return await self._call(row, calls)
        turn = self._service.turn
        with anyio.move_on_after(timeout_s or None) as limit:
            await turn.acquire()
        if limit.cancelled_caught:
            return Completion(CompletionCode.DEVICE_NOT_READY, payload=row.unsent)
        try:
            request.running = True
            return await self._call(row, calls)
        finally:
            turn.release()

    async def _call(self, row: Command, calls: list[dict[str, Any]]) -> Completion[Any]:
        """Carry a command out; the first call that fails is the last."""
        *before, last = calls
        for arguments in before:
            completion = await self._service.call(row, arguments)
            if not completion.ok:
                return completion
        return await self._service.call(row, last)

    def _tell(self, request: Request, told: Told, value: Any) -> None:
        """Send what a callback was told as an ``event`` of its command.

        What cannot be told ends no command: the paper comes out all the same.
        """
        try:
            payload = coded_told(request.row, told, value)
        except Exception as fault:  # noqa: BLE001  # a driver's; logged
            self._service.fault(told.event, fault)
        else:
            self._replies.event(told.event, request.message.request_id, payload)

    async def _refresh(self, request: Request) -> dict[str, Any]:
        """Ask the device itself how it is."""
        with request.scope:
            completion = await self._service.call(REFRESH, {})
            return {**coded_completion(REFRESH, completion), **self._service.status()}
        return {"completionCode": CompletionCode.CANCELED.value}

    async def _trace(self, request: Request) -> dict[str, Any]:
        """Send what crosses the cable, in words, until it is cancelled."""
        with request.scope:
            async for line in self._service.device.trace():
                payload = coded(WireLine, line)
                self._replies.event(WIRE_EVENT, request.message.request_id, payload)
        return {"completionCode": CompletionCode.CANCELED.value}

    async def _cancel(self, request: Request) -> None:
        """End one command, and see it ended."""
        row = request.row
        if not (request.running and row.queued) or row is HEALTH:
            request.scope.cancel()
        while not request.done.is_set():
            if request.running:
                await self._service.cancel()
            with anyio.move_on_after(CANCEL_AGAIN_S):
                await request.done.wait()
