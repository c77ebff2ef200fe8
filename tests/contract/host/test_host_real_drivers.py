"""Every driver that the contract kit knows, through the host: the same outcomes."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.host.address import in_state
from drivers.host.devices import hosted_device
from drivers.host.pictures import PictureMemory
from drivers.host.server import DeviceHost
from drivers.host.table import CAPABILITY_OF, capability_of
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.host.bench import QUICK, soon
from tests.contract.host.standard import strange
from tests.contract.kit.claims import method_names
from tests.contract.kit.discover import subjects
from tests.contract.kit.subject import Stand, Step, Subject

NAMES = {kind: name for name, kind in CAPABILITY_OF.items()}
EVERY = [pytest.param(each, id=each.name) for each in subjects()]


@asynccontextmanager
async def through_a_host(subject: Subject, place: Path) -> AsyncIterator[Stand]:
    """Yield the subject's stand, with the kiosk's side of a host as its device."""
    async with subject.start(place) as stand:
        kind = stand.port.info.capability
        name = NAMES.get(kind, kind)
        log: Any = lambda event, /, **facts: None  # noqa: E731
        memory = PictureMemory()
        pictures = {name: PictureMemory(memory.fd)} if kind == "camera" else {}
        host = DeviceHost({name: stand.device}, log, pictures)
        address = in_state(place)
        async with host.serving(address):
            hosted = hosted_device(
                name, address, SystemClock(), log, pictures=memory, delays=QUICK
            )
            try:
                with anyio.fail_after(10):  # short waits on a busy build machine
                    while not (await hosted.open()).ok:
                        pass
                yield dataclasses.replace(stand, device=hosted)
                service = host._services[name]
                assert strange("status", service.status()) == []
                assert strange("capabilities", service.capabilities()) == []
            finally:
                await hosted.close()
                memory.close()


def _served(subject: Subject, stand: Stand) -> list[Step]:
    return [step for step in subject.steps if _on_the_wire(step, stand)]


def _on_the_wire(step: Step, stand: Stand) -> set[str]:
    """Return the wire's names of a step, which the drivers may call otherwise."""
    every = capability_of(stand.port.info.name).every.values()
    methods = method_names(step.name)
    return {row.name for row in every if row.method_name in methods}


def _running(stand: Stand) -> set[str]:
    return {request.name for request in stand.device._running.values()}


@pytest.mark.parametrize("subject", EVERY)
async def test_every_step_succeeds_with_the_right_payload(
    subject: Subject, tmp_path: Path
) -> None:
    async with through_a_host(subject, tmp_path) as stand:
        for step in _served(subject, stand):
            await step.prepare(stand)
            completion = await step.act(stand)
            assert completion.ok, (step.name, completion)
            assert step.wrong(completion.payload) == ""


@pytest.mark.parametrize("subject", EVERY)
async def test_a_step_that_waits_for_a_person_can_be_cancelled(
    subject: Subject, tmp_path: Path
) -> None:
    async with through_a_host(subject, tmp_path) as stand:
        for step in _served(subject, stand):
            if step.waits is None:
                continue
            await step.waits(stand)
            ended: list[Any] = []
            names = _on_the_wire(step, stand)
            async with anyio.create_task_group() as tasks:

                async def run(step: Step = step, ended: list[Any] = ended) -> None:
                    ended.append(await step.act(stand))

                tasks.start_soon(run)
                await soon(lambda names=names: _running(stand) & names)
                await stand.device.cancel()
            assert ended[0].code is CompletionCode.CANCELED, (step.name, ended[0])


@pytest.mark.parametrize(
    "subject",
    [each for each in EVERY if each.id in ("power.nut", "auxiliaries.modbus")],
)
async def test_a_test_that_waits_for_a_person_ends_when_its_technician_goes(
    subject: Subject, tmp_path: Path
) -> None:
    async with through_a_host(subject, tmp_path) as stand:
        with anyio.fail_after(10):  # the stands wait 20 and 60 s for somebody
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(stand.port.check_health, HealthLevel.INTERACTIVE)
                await soon(lambda: "Common.ExtCheckHealth" in _running(stand))
                tasks.cancel_scope.cancel()
        assert (await stand.port.check_health(HealthLevel.INTERNAL)).checks


@pytest.mark.parametrize("subject", EVERY)
async def test_health_status_and_figures_come_along(
    subject: Subject, tmp_path: Path
) -> None:
    async with through_a_host(subject, tmp_path) as stand:
        report = await stand.port.check_health(HealthLevel.INTERNAL)
        assert report.verdict is HealthVerdict.PASS, report
        status = await stand.port.refresh_status()
        assert status.usable
        assert stand.port.info.interfaces
        assert stand.port.statistics()["commands"] >= 1
        assert stand.port.diagnostics()["endpoint"]
