"""Listens to one driver: its events, its trace and its diary, from a moment on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

import anyio

from kiosk.core.device import DeviceEvent
from kiosk.core.wire import WireLine
from tests.contract.kit.subject import Stand

Told = TypeVar("Told")
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


class Ears:
    """Everything that a driver says of itself, and what its status was before.

    Must be stopped in the loop in which it was made.
    """

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self.events: list[DeviceEvent] = []
        self.lines: list[WireLine] = []
        self._tasks = (
            asyncio.create_task(_collect(stand.port.events(), self.events)),
            asyncio.create_task(_collect(stand.port.trace(), self.lines)),
        )
        self.before = stand.port.status

    async def restart(self) -> None:
        """Forget what was heard, and remember how the device stands now."""
        await catch_up()
        self.before = self._stand.port.status
        self.events.clear()
        self.lines.clear()
        self._stand.diary.clear()

    async def stop(self) -> None:
        """Listen no more; raises what a stream raised."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        for task in self._tasks:
            if not task.cancelled():
                task.result()

    def status_findings(self) -> Iterator[str]:
        """Yield what is wrong with the changes that were told."""
        known: dict[str, object] = {
            **self.before.detail,
            "device": self.before.state.value,
        }
        changes = 0
        for event in self.events:
            if event.name == "StatusChangedEvent":
                changes += 1
                yield from _repeats(event, known)
                known |= event.detail
        status = self._stand.port.status
        now = {**status.detail, "device": status.state.value}
        if known != now:
            yield f"events tell of {known}, the status is {now}"
        if status.seq != self.before.seq + changes:
            yield f"{changes} changes told, status went {self.before.seq}..{status.seq}"
        numbers = [event.seq for event in self.events]
        if numbers != sorted(set(numbers)):
            yield f"numbers of the events do not grow: {numbers}"

    def secrets_told(self, secrets: tuple[str, ...]) -> Iterator[str]:
        """Yield where something personal came out."""
        device = self._stand.port
        said = {
            "diary": repr(self._stand.diary),
            "events": repr([(event.name, dict(event.detail)) for event in self.events]),
            "trace": repr([line.text for line in self.lines]),
            "diagnostics": repr(device.diagnostics()),
            "status": repr(device.status),
        }
        shown = "\n".join(line.shown for line in self.lines)
        for secret in secrets:
            yield from (place for place, text in said.items() if secret in text)
            spelt = {secret.encode(each).hex(" ") for each in _ENCODINGS}
            if any(each in shown for each in spelt):
                yield "bytes of the trace"


def _repeats(event: DeviceEvent, known: dict[str, object]) -> Iterator[str]:
    if not event.detail:
        yield "a change of nothing was told"
    for key, value in event.detail.items():
        if key in known and known[key] == value:
            yield f"told again: {key} = {value}"


async def _collect(stream: AsyncIterator[Told], into: list[Told]) -> None:
    async for each in stream:
        into.append(each)


async def catch_up() -> None:
    """Let tasks that are ready run: listeners are woken, not polled."""
    for _ in range(4):
        await anyio.lowlevel.checkpoint()
