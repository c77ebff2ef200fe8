"""Sessions with the simulated scanner over a real pty, by pyserial."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hardware_sim.scanner.simulator import SimScanner, Timings, create


class Session:
    def __init__(self, sim: SimScanner, client, table: dict[str, bytes]) -> None:
        self.sim, self.client, self.table = sim, client, table
        self.verbs = sim.verbs()

    async def do(self, verb: str, **arguments: object) -> object:
        return await self.verbs[verb].call(**arguments)

    async def send(self, name: str) -> None:
        """Send a golden command and expect its acknowledgement."""
        assert await self.client.ask(self.table[name], 7) == self.table["ack"]


@pytest.fixture
async def session(tmp_path, connect, golden) -> AsyncIterator[Session]:
    sim = create(directory=tmp_path, timings=Timings(decode_s=0, repeat_s=0.01))
    client = connect(await sim.start(), 9600)
    session = Session(sim, client, golden("scanner/gm65.toml"))
    await session.send("set-command-mode")
    yield session
    await sim.stop()


async def test_a_code_held_before_the_trigger_is_read_after_the_ack(session) -> None:
    await session.do("present", code="4401200000019")
    assert not session.sim.state()["light"]
    await session.send("trigger")
    assert await session.client.read(14) == b"4401200000019\r"
    assert not session.sim.state()["light"]


async def test_a_code_held_after_the_trigger_is_read(session) -> None:
    await session.send("trigger")
    assert session.sim.state()["light"]
    await session.do("present_payment_code", digits="134512345678901234")
    assert await session.client.read(19) == b"134512345678901234\r"


async def test_without_a_trigger_nothing_is_read(session) -> None:
    await session.do("present", code="unseen")
    assert await session.client.read(1, 0.15) == b""


async def test_a_code_taken_away_is_not_read(session) -> None:
    await session.do("present", code="gone")
    await session.do("remove")
    await session.send("trigger")
    assert await session.client.read(1, 0.15) == b""


async def test_a_code_is_held_for_so_many_seconds_only(session, eventually) -> None:
    await session.do("present", code="short", seconds=1)
    assert session.sim.state()["code"] == "short"
    await eventually(lambda: session.sim.state()["code"] is None)


async def test_the_light_goes_off_when_nothing_is_read_in_time(
    session, eventually
) -> None:
    tenth_of_a_second = bytes.fromhex("7E 00 08 01 00 06 01 AB CD")
    assert await session.client.ask(tenth_of_a_second, 7) == session.table["ack"]
    await session.send("trigger")
    assert session.sim.state()["light"]
    await eventually(lambda: not session.sim.state()["light"])
    await session.do("present", code="too late")
    assert await session.client.read(1, 0.15) == b""


async def test_stop_switches_the_light_off(session) -> None:
    await session.send("trigger")
    await session.send("trigger-off")
    assert not session.sim.state()["light"]


async def test_continuous_mode_reads_again_and_again(session) -> None:
    continuous = bytes.fromhex("7E 00 08 01 00 00 D6 AB CD")
    assert await session.client.ask(continuous, 7) == session.table["ack"]
    await session.do("present", code="1")
    assert await session.client.read(6) == b"1\r1\r1\r"


async def test_a_duplicated_answer_is_a_code_read_twice(session) -> None:
    await session.send("trigger")
    await session.do("duplicate", answers=1)
    await session.do("present", code="77")
    assert await session.client.read(6) == b"77\r77\r"


async def test_power_loss_forgets_the_mode(session) -> None:
    await session.do("power_cycle")
    assert session.sim.state()["mode"] == "button"
    await session.send("set-command-mode")
    await session.send("save")
    await session.do("power_cycle")
    assert session.sim.state()["mode"] == "command"


@pytest.mark.parametrize("digits", ["", "12345", "13451234567890123X", "1" * 25])
async def test_what_is_no_payment_code_is_refused(session, digits) -> None:
    with pytest.raises(ValueError, match="16 to 24 digits"):
        await session.do("present_payment_code", digits=digits)


async def test_an_empty_code_and_one_too_long_are_refused(session) -> None:
    for code in ("", "x" * 2049):
        with pytest.raises(ValueError, match="2048 bytes"):
            await session.do("present", code=code)


async def test_a_speed_change_is_answered_first(session) -> None:
    faster = bytes.fromhex("7E 00 08 02 00 2A 1A 00 AB CD")
    assert await session.client.ask(faster, 7) == session.table["ack"]
    session.client.port.baudrate = 115200
    await session.send("trigger")
