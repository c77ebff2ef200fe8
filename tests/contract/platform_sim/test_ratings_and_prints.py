"""What the terminal tells afterwards."""

from __future__ import annotations

from typing import Any

from hardware_sim.platform.simulator import SimPlatform

PATH = "/ratings/A0317-act-1"
FIVE_DAYS_S = 5 * 24 * 3600
GOOD = {"matter": "water-payment", "level": 5}


async def test_subject_is_rated_once(terminal: Any, platform: SimPlatform) -> None:
    first = await terminal.call("PUT", PATH, GOOD)
    assert first.status_code == 201
    again = await terminal.call("PUT", PATH, GOOD)
    assert (again.status_code, again.json()) == (200, first.json())
    other = await terminal.call("PUT", PATH, GOOD | {"level": 1})
    assert (other.status_code, other.json()["code"]) == (409, "rating.done")
    assert [row["level"] for row in platform.state()["ratings"]] == [5]


async def test_level_beyond_five_breaks_the_contract(terminal: Any) -> None:
    for level in (0, 6, "5", True, 4.5, None):
        answer = await terminal.call("PUT", PATH, GOOD | {"level": level})
        assert answer.status_code == 400, level


async def test_later_print_report_replaces_an_earlier_one(
    terminal: Any, platform: SimPlatform
) -> None:
    report = {"matter": "water-payment", "digest": "", "sheets": 1}
    for outcome in ("unknown", "settled", "settled"):
        answer = await terminal.call(
            "PUT", "/prints/act-9", report | {"outcome": outcome}
        )
        assert answer.status_code == 200
    assert [row["outcome"] for row in platform.state()["prints"]] == ["settled"]


async def test_silence_is_rated_by_default_and_gives_way_to_a_word(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    token = await terminal.token("li-fang")
    filing = {
        "matter": "cross-region-treatment-filing",
        "situation": "",
        "form": {"phone": "19900000012"},
        "materials": [],
    }
    filed = await terminal.call("PUT", "/cases/by-submission/S-1", filing, person=token)
    number = filed.json()["number"]
    for state in ("accepted", "finished"):
        await platform.verbs()["move_case"].call(state=state)
    clock.at += FIVE_DAYS_S - 1
    platform.city.tick()
    assert platform.state()["ratings"] == []
    clock.at += 1
    for _ in range(2):
        platform.city.tick()
    (silent,) = platform.state()["ratings"]
    assert (silent["subject"], silent["level"], silent["by_default"]) == (number, 3, 1)
    word = {"matter": filing["matter"], "level": 1}
    assert (await terminal.call("PUT", f"/ratings/{number}", word)).status_code == 201
    platform.city.tick()
    (spoken,) = platform.state()["ratings"]
    assert (spoken["level"], spoken["by_default"]) == (1, 0)
