"""The simulated service says what the real upsd was heard to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hardware_sim.power.service import Visitor
from hardware_sim.power.supply import FULL_RUNTIME_S, Supply

Golden = Callable[[str], dict[str, bytes]]

FILE = "power/nut.toml"
SAME = (
    *("ver", "netver", "list-ups", "get-nothing", "list-nobody", "unknown", "help"),
    *("upsdesc", "numlogins", "desc", "login", "starttls", "incomplete", "get-status"),
    "list-client",
)


@pytest.mark.parametrize("name", SAME)
def test_answers_as_upsd(golden: Golden, name: str) -> None:
    frames = golden(FILE)
    answer = Visitor(Supply(), lambda: 0.0).answer(frames[name].decode())
    assert "".join(f"{row}\n" for row in answer).encode() == frames[f"{name}-answer"]


def test_every_variable_is_listed_between_begin_and_end() -> None:
    rows = Visitor(Supply(), lambda: 0.0).answer("LIST VAR kiosk")
    assert rows[0] == "BEGIN LIST VAR kiosk"
    assert rows[-1] == "END LIST VAR kiosk"
    assert 'VAR kiosk device.model "Line \\"Keeper\\" 1000"' in rows


def test_the_battery_drains_and_the_words_follow() -> None:
    supply = Supply()
    supply.mains = False
    seen = []
    for share in (0.0, 0.5, 0.85, 2.0):
        supply.pass_time(FULL_RUNTIME_S * share)
        seen.append((supply.status(), round(supply.charge)))
    assert seen == [
        ("OB DISCHRG", 100),
        ("OB DISCHRG", 50),
        ("OB DISCHRG LB", 15),
        ("OB DISCHRG LB", 0),
    ]
    supply.mains = True
    assert supply.status() == "OL CHRG LB"


def test_a_name_can_be_given_once_and_opens_nothing() -> None:
    visitor = Visitor(Supply(), lambda: 0.0)
    said = [
        visitor.answer(line)[0]
        for line in ("USERNAME a", "USERNAME b", "PASSWORD c", "SET VAR kiosk x 1")
    ]
    assert said == ["OK", "ERR ALREADY-SET-USERNAME", "OK", "ERR ACCESS-DENIED"]


@pytest.mark.parametrize("kind", ["DATA-STALE", "DRIVER-NOT-CONNECTED"])
def test_without_the_supply_there_are_no_data(kind: str) -> None:
    visitor = Visitor(Supply(trouble=kind), lambda: 0.0)
    for line in ("LIST VAR kiosk", "GET VAR kiosk ups.status"):
        assert visitor.answer(line) == [f"ERR {kind}"]
