"""The kit finds what is planted: a judge who sees nothing is no judge."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio
import pytest

from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceState,
    DeviceStatus,
)
from tests.contract.kit.cases import CABLE_FAULTS, Case, Dose, Moment
from tests.contract.kit.claims import claim_findings
from tests.contract.kit.counter import Lane
from tests.contract.kit.discover import load
from tests.contract.kit.examine import Examination
from tests.contract.kit.subject import Stand, Subject

GOOD = next(each for each in load("idcard") if each.name == "idcard.sam")
UNPLUGGED = CABLE_FAULTS[0]


class Planted:
    """A driver like the good one, but for what a subclass spoils."""

    def __init__(self, stand: Stand) -> None:
        self.good = stand.device
        self.diary = stand.diary

    def __getattr__(self, name: str) -> Any:
        return getattr(self.good, name)


class Hangs(Planted):
    async def read(self, **options: Any) -> Any:
        await anyio.sleep_forever()


class ReadsAnother(Planted):
    async def read(self, **options: Any) -> Any:
        done = await self.good.read(**options)
        if done.ok:
            done = replace(done, payload=replace(done.payload, name="王㛃"))
        return done


class AlwaysOnline(Planted):
    @property
    def status(self) -> DeviceStatus:
        return replace(self.good.status, state=DeviceState.ONLINE)


class TellsTwice(Planted):
    async def reset(self) -> Any:
        done = await self.good.reset()
        self.good._events.emit("StatusChangedEvent", device="online")
        return done


class ChangesUntold(Planted):
    async def reset(self) -> Any:
        done = await self.good.reset()
        cell = self.good._status
        detail = MappingProxyType({**cell.value.detail, "lamp": "ok"})
        cell._value = DeviceStatus(cell.value.state, detail, cell.value.seq)
        return done


class WritesDown(Planted):
    async def read(self, **options: Any) -> Any:
        done = await self.good.read(**options)
        if done.ok:
            self.diary.append({"event": "card.read", "number": done.payload.number})
        return done


class Describes(Planted):
    async def read(self, **options: Any) -> Any:
        done = await self.good.read(**options)
        return replace(done, description="read 李芳") if done.ok else done


class StaysBroken(Planted):
    async def reset(self) -> Any:
        return Completion(CompletionCode.DEVICE_NOT_READY)


class SucceedsAnyway(Planted):
    async def read(self, **options: Any) -> Any:
        done = await self.good.read(**options)
        return done if done.ok else Completion(CompletionCode.SUCCESS)


class InventsCodes(Planted):
    async def read(self, **options: Any) -> Any:
        done = await self.good.read(**options)
        return done if done.ok else replace(done, code=CompletionCode.COMMAND_ERROR)


def _with(plant: Callable[[Stand], Planted]) -> Subject:
    @asynccontextmanager
    async def start(place: Path) -> AsyncIterator[Stand]:
        async with GOOD.start(place) as stand:
            stand.device = plant(stand)
            yield stand

    step = replace(GOOD.steps[0], longest_s=2.0)
    if plant is SucceedsAnyway:
        step = replace(step, wrong=lambda document: "" if document else "nothing")
    return replace(GOOD, name="planted", start=start, steps=(step,))


async def _examined(plant: Callable[[Stand], Planted], place: Path) -> list[str]:
    subject = _with(plant)
    lane = Lane(subject, place)
    case = Case(subject, subject.steps[0], UNPLUGGED, Moment.BEFORE, Dose.LASTING)
    try:
        return await Examination(await lane.counter(), case).run()
    except AssertionError as error:
        return [str(error)]
    finally:
        await lane.shut()


async def test_a_good_driver_is_not_blamed(tmp_path: Path) -> None:
    assert await _examined(Planted, tmp_path) == []


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (Hangs, "has not ended"),
        (ReadsAnother, "another person"),
        (AlwaysOnline, "the status is online"),
        (TellsTwice, "told again"),
        (ChangesUntold, "the status is"),
        (WritesDown, "personal data in diary"),
        (Describes, "personal data in the repr"),
        (StaysBroken, "does not say why not"),
        (SucceedsAnyway, "success"),
        (InventsCodes, "do not fit"),
    ],
)
async def test_a_bad_driver_is_found_out(
    plant: type[Planted], found: str, tmp_path: Path
) -> None:
    findings = await _examined(plant, tmp_path)
    assert any(found in each for each in findings), findings


def test_claims_of_what_is_not_there_are_found_out() -> None:
    class Claims:
        class info:
            interfaces = MappingProxyType({"ExtIdCard": ("Read", "Fly")})

        async def read(self) -> None: ...

    findings = list(claim_findings(GOOD, Claims()))
    assert "claims ExtIdCard.Fly, but has no fly" in findings
    assert any("a step of ExtIdCard.GetMedia" in each for each in findings)
