"""Scenario files: what is refused, and that playing one moves real devices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from hardware_sim.bench.api import create_app
from hardware_sim.bench.bench import Bench
from hardware_sim.bench.shows import Shows
from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.simulator import SimPrinter, create
from hardware_sim.scenarios.people import load_people
from hardware_sim.scenarios.player import DistantHands, OwnHands, ScenarioFailed, play
from hardware_sim.scenarios.scenario import (
    Condition,
    ScenarioError,
    parse_scenario,
    read_scenario,
)

HEAD = 'title = "一"\ntitle_en = "One"\n'
PAPER_OUT = (
    HEAD
    + """
[[steps]]
device = "printer"
verb = "run_out_after"
arguments = { sheets = 1 }

[[steps]]
wait_for = { device = "printer", path = "jobs.-1.state", is = "stopped" }
after = 0.01
device = "printer"
verb = "load_paper"
"""
)


@pytest.fixture
async def printer(tmp_path: Path) -> AsyncIterator[SimPrinter]:
    made = create(directory=tmp_path / "printer", pace=Pace(0.0, 0.001, 0.0))
    await made.start()
    yield made
    await made.stop()


def order_two_sheets(printer: SimPrinter, place: Path) -> None:
    Image.new("RGB", (60, 80)).save(place / "page.jpg")
    job = printer.queue.create("two", "tester", {"copies": 2})
    printer.queue.receive(job, (place / "page.jpg").read_bytes(), ".jpg")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no .*steps"),
        ("steps = 3", "no .*steps"),
        ("not toml", "line 1"),
        ('[[steps]]\ndevice = "a"\nverb = "b"', "title is missing"),
        (HEAD + '[[steps]]\ndevice = "a"', "belong together"),
        (HEAD + "[[steps]]\nafter = 1", "neither a verb"),
        (
            HEAD + '[[steps]]\ndevice = "a"\nverb = "b"\nat = 1\nafter = 2',
            "not both",
        ),
        (HEAD + '[[steps]]\ndevice = "a"\nverb = "b"\nspeed = 1', "unknown speed"),
        (HEAD + '[[steps]]\nwait_for = { device = "a", path = "b" }', "needs device"),
    ],
)
def test_wrong_file_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        parse_scenario(text, "sample")


@pytest.mark.parametrize(
    ("path", "test", "value", "holds"),
    [
        ("tray", "is", 5, True),
        ("tray", "not", 5, False),
        ("tray", "at_least", 5, True),
        ("tray", "at_least", 6, False),
        ("reasons", "contains", "media-low", True),
        ("reasons", "contains", "jam", False),
        ("jobs.-1.state", "is", "done", True),
        ("jobs.4.state", "is", "done", False),
        ("nothing.here", "not", "done", False),
    ],
)
def test_condition_reads_the_state(
    path: str, test: str, value: object, holds: bool
) -> None:
    state = {
        "tray": 5,
        "reasons": ["media-low"],
        "jobs": [{"state": "new"}, {"state": "done"}],
    }
    assert Condition("printer", path, test, value).holds(state) is holds


async def test_scenario_waits_for_a_state_and_acts(
    printer: SimPrinter, tmp_path: Path
) -> None:
    told: list[str] = []
    scenario = parse_scenario(PAPER_OUT, "paper-out")
    order = asyncio.get_running_loop().call_later(
        0.05, order_two_sheets, printer, tmp_path
    )
    await play(scenario, OwnHands(Bench([printer])), told.append)
    order.cancel()
    assert len(told) == 2
    assert "run_out_after(sheets=1)" in told[0]
    for _ in range(1000):
        if printer.state()["sheets_total"] == 2:
            break
        await asyncio.sleep(0.01)
    assert printer.state()["sheets_total"] == 2


async def test_scenario_plays_over_http_just_the_same(
    printer: SimPrinter, tmp_path: Path
) -> None:
    bench = Bench([printer])
    transport = httpx.ASGITransport(app=create_app(bench, Shows(bench)))
    file = tmp_path / "cover.toml"
    file.write_text(
        HEAD + '[[steps]]\nat = 0.01\ndevice = "printer"\nverb = "open_cover"\n'
        '[[steps]]\nwait_for = { device = "printer", path = "cover_open", is = true }'
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://b") as client:
        await play(read_scenario(file), DistantHands(client))
    assert printer.state()["cover_open"] is True


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ('device = "toaster"\nverb = "burn"', "no device toaster"),
        ('device = "printer"\nverb = "burn"', "no verb burn"),
        (
            'wait_for = { device = "printer", path = "tray", is = 9, timeout_s = 0 }',
            "not yet printer.tray is 9",
        ),
    ],
)
@pytest.mark.parametrize("distant", [False, True])
async def test_step_that_cannot_be_done_ends_the_scenario(
    printer: SimPrinter, step: str, sentence: str, distant: bool
) -> None:
    scenario = parse_scenario(HEAD + "[[steps]]\n" + step, "sample")
    bench = Bench([printer])
    transport = httpx.ASGITransport(app=create_app(bench, Shows(bench)))
    async with httpx.AsyncClient(transport=transport, base_url="http://b") as client:
        hands = DistantHands(client) if distant else OwnHands(bench)
        with pytest.raises(ScenarioFailed, match=sentence):
            await play(scenario, hands)


async def test_bench_that_is_not_there_fails_the_scenario() -> None:
    scenario = parse_scenario(
        HEAD + '[[steps]]\ndevice = "printer"\nverb = "jam"', "sample"
    )
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9") as client:
        with pytest.raises(ScenarioFailed, match="does not answer"):
            await play(scenario, DistantHands(client))


def test_every_person_has_a_drawable_card() -> None:
    people = load_people()
    assert next(iter(people)) == "li-fang"
    assert people["li-fang"].birth_words == "1958 年 3 月 12 日"
