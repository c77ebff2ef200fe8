"""What the pages about devices say is so: names, commands, exit codes, messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from drivers.host.address import SOCKET_NAME
from drivers.host.door import MOST_CLIENTS, MOST_OF_ONE
from drivers.host.message import (
    LARGEST,
    LONGEST_TIMEOUT_MS,
    MOST_VALUES,
    PATH,
    Kind,
    Message,
    read_message,
)
from drivers.host.outgoing import MOST_BYTES, MOST_MESSAGES
from drivers.host.pages import COUNT_S
from drivers.host.publisher import GET_SERVICES
from drivers.host.requests import MOST_REQUESTS
from drivers.host.server import KNOCK_S
from drivers.host.service import CLOSE_S
from drivers.host.table import CAPABILITIES
from hardware_sim.alone import DEVICES
from hardware_sim.scenarios.scenario import bundled_scenarios
from kiosk.app import device_command
from kiosk.app.cli import EXIT_WRONG, main
from kiosk.app.settings import DeviceName
from kiosk.core.device import DeviceState
from kiosk.core.health import HealthLevel

_NEVER_SEEN_HERE = {
    DeviceState.STARTING,
    DeviceState.POWER_OFF,
    DeviceState.FRAUD_ATTEMPT,
    DeviceState.POTENTIAL_FRAUD,
}
"""States that no driver of ours shows a technician for longer than a moment."""
_EVERYWHERE = {
    "Common.Status",
    "Common.Capabilities",
    "Common.Cancel",
    "Common.ExtStatistics",
    "Common.ExtDiagnostics",
    "Common.ExtTrace",
    "Common.ExtRefreshStatus",
    GET_SERVICES,
}


@pytest.fixture(scope="module")
def manual(root: Path) -> str:
    """The technicians' page."""
    return (root / "docs/operating-devices.zh.md").read_text("utf-8")


@pytest.fixture(scope="module")
def host_page(root: Path) -> str:
    """The page of the device host."""
    return (root / "docs/device-host.md").read_text("utf-8")


def _captured(page: str) -> Iterator[Message]:
    """Yield the messages on the page; a list that is cut short is closed again.

    What answers to no message has no name, and is left out.
    """
    for line in page.splitlines():
        if line.startswith(("-> {", "<- {")) and '"name":""' not in line:
            yield read_message(line[3:].replace(",…]", "]"))


def test_every_device_is_in_the_technicians_manual(manual: str) -> None:
    headings = re.findall(r"^## (.*)", manual, re.MULTILINE)
    named = {word for line in headings for word in re.findall(r"[a-z][a-z-]+", line)}
    assert set(get_args(DeviceName)) - named == set()


def test_every_state_of_a_device_is_explained(manual: str) -> None:
    states = set(DeviceState) - _NEVER_SEEN_HERE
    assert [s.value for s in states if f"| `{s.value}` |" not in manual] == []


def test_exit_codes_in_the_manual_are_those_of_the_command(manual: str) -> None:
    codes = {
        device_command.EXIT_FAILED,
        device_command.EXIT_NEEDS_PERSON,
        device_command.EXIT_NOT_NOW,
        EXIT_WRONG,
    }
    told = next(line for line in manual.splitlines() if line.startswith("退出码："))
    assert {int(code) for code in re.findall(r"\d+", told)} == codes | {0}


def test_device_commands_in_the_manual_exist(
    manual: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["device", "--help"])
    known = set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE))
    named = set(re.findall(r"kiosk device ([a-z]+)", manual))
    levels = set(re.findall(r"--level ([a-z]+)", manual))
    assert named and named <= known
    assert levels and levels <= {level.value for level in HealthLevel}


def test_messages_on_the_page_are_messages_of_the_host(host_page: str) -> None:
    known = _EVERYWHERE | {n for kind in CAPABILITIES.values() for n in kind.every}
    messages = list(_captured(host_page))
    commands = {m.name for m in messages if m.kind is Kind.COMMAND}
    assert len(messages) > 20
    assert commands and commands <= known
    for message in messages:
        if message.kind is Kind.COMPLETION:
            assert message.name in commands
            assert "completionCode" in message.payload


def test_the_page_tells_a_foreign_client_which_names_are_the_standards(
    host_page: str,
) -> None:
    section = host_page.split("## For a client of somebody else's")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE))
    told = {name for cell in named for name in re.findall(r"`([^`]+)`", cell)}
    rows = [row for kind in CAPABILITIES.values() for row in kind.every.values()]
    said = {row.name for row in rows}
    said |= {told.event for row in rows for told in row.told}
    assert told == {name for name in said if not re.search(r"\bExt", name)}
    ours = set(re.findall(r"`(\w+\.Ext\w+)`", section))
    assert ours <= said


def test_addresses_and_limits_on_the_page_are_those_of_the_host(
    host_page: str,
) -> None:
    page, megabyte = " ".join(host_page.split()), 1024 * 1024
    for limit in (
        f"/{SOCKET_NAME}`",
        f"`ws://…{PATH}`",
        f"at most {MOST_REQUESTS} commands",
        f"at {MOST_MESSAGES} messages or {MOST_BYTES // megabyte} MB",
        f"at most {MOST_OF_ONE} connections, all together {MOST_CLIENTS}",
        f"within {KNOCK_S:.0f} s what it wants",
        f"at most {LARGEST // megabyte} MB and {MOST_VALUES:,} values".replace(
            ",", " "
        ),
        f"above {LARGEST * 3 // 4 // 1_000_000} MB is `invalidData`",
        f"above {_number(LONGEST_TIMEOUT_MS)} ms",
        f"left behind after {CLOSE_S:.0f} s",
        f"counted ({COUNT_S:.0f} s at most)",
    ):
        assert limit in page, limit


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def test_diary_lines_on_the_page_begin_as_events_do(host_page: str) -> None:
    lines = [line for line in host_page.splitlines() if line.startswith('{"severity"')]
    for line in lines:
        assert json.loads(line.replace(", …", ""))["event"].startswith("host.")
    assert len(lines) == 2


def test_page_of_the_simulator_names_every_device_and_scenario(root: Path) -> None:
    page = (root / "docs/simulator.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z0-9-]+)`", page))
    cameras = {f"{name}-rtsp" for name in ("face-camera", "document-camera")}
    assert set(DEVICES) - cameras - named == set()
    assert set(bundled_scenarios()) - named == set()
