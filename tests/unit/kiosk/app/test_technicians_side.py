"""The technician's end of the control socket: who has the machine, and what is said."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import anyio
import pytest

from kiosk.app.control import SOCKET_NAME, ask_running
from kiosk.app.vendor_line import Held, KioskServes, held
from kiosk.core.bodies import AttractBody, ServicedBody
from kiosk.core.errors import KioskError
from kiosk.core.orders import OrderRow, OrderState
from tests.unit.kiosk.app.vendor_stand import TEST, Kiosk, for_ever, listening
from tests.unit.kiosk.session.fakes import (
    until,
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_without_a_kiosk_nobody_has_to_be_asked(tmp_path: Path) -> None:
    async with held(tmp_path / SOCKET_NAME, TEST) as machine:

        async def work() -> int:
            return 7

        assert (machine.others, await machine.during(work)) == (0, 7)


async def test_a_kiosk_that_begins_beside_a_technician_is_not_opened_for_citizens(
    tmp_path: Path,
) -> None:
    done = anyio.Event()
    async with anyio.create_task_group() as tasks, kiosk_less(tmp_path) as machine:
        tasks.start_soon(machine.during, done.wait)
        kiosk = Kiosk(tmp_path)
        async with listening(kiosk) as running:
            refused = {"command": "vendor.enter", "outcome": "no"}
            await until(lambda: refused in kiosk.told("control.asked"))
            running.start_soon(kiosk.session.run)
            await kiosk.shows(ServicedBody)
            assert kiosk.told("vendor.entered") == [{"who": TEST}]
            done.set()
            await kiosk.shows(AttractBody)


async def test_a_technician_stops_for_a_kiosk_that_begins_and_has_to_settle(
    tmp_path: Path,
) -> None:
    kiosk = Kiosk(tmp_path)
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.PAY_SENT, "lock"),),)
    async with kiosk_less(tmp_path) as machine, listening(kiosk) as running:
        running.start_soon(kiosk.session.run)
        with anyio.fail_after(10), pytest.raises(KioskServes, match=r"settled \(o1\)"):
            await machine.during(for_ever)


def kiosk_less(place: Path) -> AbstractAsyncContextManager[Held]:
    """The machine, had before there is anybody to ask."""
    return held(place / SOCKET_NAME, TEST)


@pytest.mark.parametrize("error", [KioskError("no device"), BrokenPipeError("| head")])
async def test_what_goes_wrong_without_a_kiosk_is_said_as_it_is(
    tmp_path: Path, error: Exception
) -> None:
    async def wrong() -> int:
        raise error

    with pytest.raises(type(error), match=str(error)[-4:]):
        async with kiosk_less(tmp_path) as machine:
            await machine.during(wrong)


async def test_what_the_work_says_is_said_as_it_is(kiosk: Kiosk) -> None:
    async def wrong() -> int:
        raise KioskError("no device")

    with pytest.raises(KioskError, match="no device"):
        async with kiosk.held() as machine:
            await machine.during(wrong)
    await kiosk.shows(AttractBody)


@pytest.mark.parametrize("said", [b"", b"no JSON\n", b"[]\n", b'{"ok": tr'])
async def test_a_kiosk_that_talks_nonsense_gives_no_machine(
    tmp_path: Path, said: bytes
) -> None:
    async def nonsense(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(said) if said else None

    listener = await anyio.create_unix_listener(tmp_path / "s")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, nonsense)
        with pytest.raises(KioskServes):
            async with held(tmp_path / "s", TEST):
                raise AssertionError
        tasks.cancel_scope.cancel()


async def test_a_name_cannot_write_lines_of_its_own_into_the_diary(
    kiosk: Kiosk,
) -> None:
    async with kiosk.held("x\n" + "y" * 200):
        await kiosk.shows(ServicedBody)
    assert kiosk.told("vendor.entered") == [{"who": "x " + "y" * 78}]


async def test_a_socket_that_cannot_be_asked_is_said_in_a_sentence(
    tmp_path: Path,
) -> None:
    path = tmp_path / ("x" * 120)
    with pytest.raises(KioskError):
        async with held(path, TEST):
            raise AssertionError
    with pytest.raises(KioskError):
        ask_running(path, {"command": "vendor.status"})
