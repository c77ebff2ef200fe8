"""XFS4IoT's ``VendorMode`` over the control socket: a connection is the hold on it.

The technician's command asks on a connection of its own and keeps that open. However
it ends, also by ``kill -9``, the kernel closes the connection, and the kiosk serves
again at once; a kiosk that takes the machine back says so on it, one line of JSON.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
from anyio.abc import SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

from kiosk.core.errors import KioskError
from kiosk.session.technicians import TechnicianDoor
from kiosk.session.vendor import STARTING, Service

ENTER: Final = "vendor.enter"
LONGEST_LINE: Final = 4096
LONGEST_NAME: Final = 80
ANSWER_S: Final = 10.0
"""The kiosk only has to look into its journal."""
KNOCK_S: Final = 0.2
"""Whether a kiosk has begun beside a technician is looked at so often."""
LEFT: Final = "the technician has left"
GONE: Final = "the kiosk is gone"

Result = TypeVar("Result")


class KioskServes(KioskError):
    """The running kiosk does not let go of its devices, or takes them back."""

    code = "device.busy"


# -- the kiosk's side ------------------------------------------------------------


def name_of(request: Mapping[str, Any]) -> str:
    """Return how a technician's command calls itself, fit for the diary."""
    said = str(request.get("who", "")) or "a technician"
    return "".join(c if c.isprintable() else " " for c in said)[:LONGEST_NAME]


async def hold(
    stream: SocketStream,
    lines: BufferedByteReceiveStream,
    door: TechnicianDoor,
    who: str,
) -> str:
    """Serve one technician until either side ends it.

    Returns:
        why the machine was refused, ``""`` = it was theirs for a while.
    """
    stay = door.enter(who)
    refusal = ""
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_gone, lines, tasks.cancel_scope)
            refusal = await stay.answer()
            await _tell(stream, _answer(refusal, door))
            if not refusal:
                await _tell(stream, {"over": await stay.over()})
            tasks.cancel_scope.cancel()
    finally:
        door.leave(stay, LEFT)
    return refusal


def _answer(refusal: str, door: TechnicianDoor) -> dict[str, Any]:
    if refusal:
        return {"ok": False, "error": refusal}
    others = len(door.vendor.technicians) - 1
    return {"ok": True, "mode": Service.ACTIVE.value, "others": others}


async def _until_gone(
    lines: BufferedByteReceiveStream, scope: anyio.CancelScope
) -> None:
    """End the hold when the other side closes, or says anything more."""
    with suppress(
        anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError
    ):
        await lines.receive(1)
    scope.cancel()


async def _tell(stream: SocketStream, what: Mapping[str, Any]) -> None:
    """Write a line; who has gone meanwhile is noticed by ``_until_gone``."""
    line = json.dumps(dict(what), ensure_ascii=False).encode() + b"\n"
    try:
        await stream.send(line)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return


# -- the technician's side --------------------------------------------------------


class Held:
    """The machine in a technician's hands.

    Args:
        over: waits until it is theirs no more; returns why.

    Attributes:
        others: other technicians who have the machine too.
    """

    def __init__(self, over: Callable[[], Awaitable[str]], others: int = 0) -> None:
        self._over = over
        self.others = others

    async def during(self, act: Callable[[], Awaitable[Result]]) -> Result:
        """Do something for as long as the machine is ours.

        Raises:
            KioskServes: the kiosk took it back; what was begun is cancelled.
        """
        failure: Exception = KioskError(GONE)
        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                nonlocal failure
                failure = KioskServes(await self._over())
                tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            try:
                return await act()
            except Exception as error:  # raised alone, not in a group
                failure = error
            finally:
                tasks.cancel_scope.cancel()
        raise failure


async def _taken_back(lines: BufferedByteReceiveStream) -> str:
    return f"taken back: {await _why_over(lines)}"


async def _why_over(lines: BufferedByteReceiveStream) -> str:
    try:
        said = json.loads(await lines.receive_until(b"\n", LONGEST_LINE))
        return str(said["over"])
    except (OSError, ValueError, KeyError, TypeError, *_CLOSED):
        return GONE


_CLOSED: Final = (
    anyio.IncompleteRead,
    anyio.EndOfStream,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.DelimiterNotFound,
)


@asynccontextmanager
async def held(path: Path, who: str) -> AsyncIterator[Held]:
    """Have the machine from the running kiosk, until left; without one it is ours.

    A kiosk that begins meanwhile is asked as soon as it listens.

    Args:
        path: the control socket.
        who: for others and for the diary; never personal.

    Raises:
        KioskServes: it says why not.
        KioskError: this user may not ask it.
    """
    stream = await _connected(path)
    if stream is None:
        yield Held(partial(_until_a_kiosk_serves, path, who))
        return
    async with stream:
        lines = BufferedByteReceiveStream(stream)
        answer = await _ask(stream, lines, who)
        if not answer.get("ok"):
            raise KioskServes(_refusal(answer))
        yield Held(partial(_taken_back, lines), int(answer.get("others", 0)))


async def _connected(path: Path) -> SocketStream | None:
    """Return a connection to the running kiosk, ``None`` when there is none.

    Raises:
        KioskError: this user may not ask it.
    """
    try:
        return await anyio.connect_unix(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    except OSError as error:  # another user's kiosk, for example
        raise KioskError(f"{path}: {error.strerror or error}") from error


async def _until_a_kiosk_serves(path: Path, who: str) -> str:
    """Ask a kiosk that begins for the machine; return why it is not, or no more, ours.

    Its device host answers some seconds before itself.
    """
    while True:
        await anyio.sleep(KNOCK_S)
        stream = await _connected(path)
        if stream is None:
            continue
        async with stream:
            lines = BufferedByteReceiveStream(stream)
            answer = await _ask(stream, lines, who)
            if answer.get("ok"):
                return await _taken_back(lines)
        refusal = _refusal(answer)
        if refusal != STARTING:
            return refusal


def _refusal(answer: Mapping[str, Any]) -> str:
    return str(answer.get("error", GONE))


async def _ask(
    stream: SocketStream, lines: BufferedByteReceiveStream, who: str
) -> Mapping[str, Any]:
    request = {"command": ENTER, "who": who}
    try:
        with anyio.fail_after(ANSWER_S):
            await stream.send(json.dumps(request).encode() + b"\n")
            said = json.loads(await lines.receive_until(b"\n", LONGEST_LINE))
    except (TimeoutError, ValueError, *_CLOSED) as error:
        raise KioskServes("the running kiosk does not answer") from error
    return said if isinstance(said, dict) else {}
