"""Status on change only; events for everybody; options that are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from drivers.link.events import EventFanout
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.status import StatusCell
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError


def make_cell(
    log: list[dict[str, Any]], quiet: frozenset[str] = frozenset()
) -> tuple[StatusCell, EventFanout]:
    events = EventFanout("printer")

    def write(event: str, /, **facts: object) -> None:
        log.append({"event": event, **facts})

    detail = {"paper.upper": "unknown", "lamp": None}
    return StatusCell("printer", write, events, detail, quiet), events


async def test_a_change_is_one_event_one_line_and_one_number() -> None:
    log: list[dict[str, Any]] = []
    cell, events = make_cell(log)
    stream = events.stream()
    cell.update(DeviceState.ONLINE, "", **{"paper.upper": "full"})
    cell.update(DeviceState.ONLINE, "", **{"paper.upper": "full"})
    cell.update(**{"paper.upper": "low"})
    assert cell.value.seq == 2
    assert cell.value.detail == {"paper.upper": "low", "lamp": None}
    assert [entry["changed"] for entry in log] == [
        {"paper.upper": "full", "device": "online"},
        {"paper.upper": "low"},
    ]
    first, second = await anext(stream), await anext(stream)
    assert (first.name, second.seq) == ("StatusChangedEvent", 2)
    assert second.detail == {"paper.upper": "low"}


def test_a_status_in_hand_never_changes() -> None:
    cell, _ = make_cell([])
    before = cell.value
    cell.update(DeviceState.ONLINE)
    assert before.state is DeviceState.STARTING
    with pytest.raises(TypeError):
        before.detail["lamp"] = "on"  # type: ignore[index]


def test_what_changes_with_every_use_is_told_but_not_logged() -> None:
    log: list[dict[str, Any]] = []
    cell, _ = make_cell(log, quiet=frozenset({"lamp"}))
    cell.update(lamp="on")
    assert log == []
    cell.update(DeviceState.ONLINE, lamp="off")
    assert len(log) == 1


async def test_every_listener_hears_everything_from_its_own_beginning() -> None:
    events = EventFanout("scanner")
    early = events.stream()
    events.emit("FirstEvent")
    late = events.stream()
    events.emit("SecondEvent", threshold="low")
    assert (await anext(early)).name == "FirstEvent"
    assert (await anext(early)).name == "SecondEvent"
    heard = await anext(late)
    assert (heard.name, heard.detail) == ("SecondEvent", {"threshold": "low"})


async def test_a_listener_waits_for_what_has_not_happened_yet() -> None:
    events = EventFanout("scanner")
    stream = events.stream()
    async with anyio.create_task_group() as tasks:

        async def speak() -> None:
            await anyio.wait_all_tasks_blocked()
            events.emit("LateEvent")

        tasks.start_soon(speak)
        with anyio.fail_after(2):
            assert (await anext(stream)).name == "LateEvent"


@dataclass(frozen=True, slots=True)
class Options:
    baudrate: int = 9600
    same_code_s: float = 1.5
    keep: bool = False


def spec(**options: object) -> DriverSpec:
    return DriverSpec(
        "scanner", "/dev/ttyS1", SystemClock(), lambda event, /, **facts: None, options
    )


def test_options_become_a_typed_record() -> None:
    options = typed_options(Options, spec(same_code_s=2, keep=True))
    assert options == Options(same_code_s=2.0, keep=True)


@pytest.mark.parametrize(
    "options", [{"speed": 1}, {"baudrate": "9600"}, {"baudrate": True}, {"keep": 1}]
)
def test_an_option_that_is_wrong_is_a_settings_error(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        typed_options(Options, spec(**options))


def test_words_and_numbers_are_held_to_their_bounds() -> None:
    one_of("scanner", "mode", "a", ("a", "b"))
    in_range("scanner", "n", 3, 3, 5)
    with pytest.raises(SettingsError):
        one_of("scanner", "mode", "c", ("a", "b"))
    with pytest.raises(SettingsError):
        in_range("scanner", "n", 6, 3, 5)
