"""Materials and cases: filed once, moved by the department, found again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hardware_sim.platform.case_process import STATES, CaseProcess
from hardware_sim.platform.seed import load_seed
from hardware_sim.platform.simulator import SimPlatform

SUBMISSION = "A0317-S-000001"
PATH = f"/cases/by-submission/{SUBMISSION}"
FORM = {"phone": "19900000012", "destination": "510000", "filing_kind": "worker"}


async def upload(
    terminal: Any, token: str, content: bytes, key: str = "supporting_paper"
) -> Any:
    return await terminal.call(
        "PUT",
        f"/materials/{SUBMISSION}/{key}",
        raw=content,
        media_type="image/jpeg",
        person=token,
    )


def draft(*materials: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {
        "matter": "cross-region-treatment-filing",
        "situation": "",
        "form": FORM,
        "materials": list(materials),
    } | changes


def as_material(stored: dict[str, Any], source: str = "photo") -> dict[str, str]:
    return {
        "key": stored["key"],
        "source": source,
        "reference": stored["reference"],
        "digest": stored["digest"],
    }


@pytest.fixture
async def token(terminal: Any) -> str:
    return str(await terminal.token("li-fang"))


@pytest.fixture
async def case(terminal: Any, token: str) -> Any:
    answer = await terminal.call("PUT", PATH, draft(), person=token)
    assert answer.status_code == 201
    return answer.json()


async def move(platform: SimPlatform, state: str, **more: str) -> Any:
    return await platform.verbs()["move_case"].call(state=state, **more)


async def test_same_page_again_is_harmless_and_another_replaces_it(
    terminal: Any, token: str, jpeg: bytes
) -> None:
    first = await upload(terminal, token, jpeg)
    assert first.status_code == 201
    again = await upload(terminal, token, jpeg)
    assert (again.status_code, again.json()) == (200, first.json())
    other = await upload(terminal, token, jpeg + b"\0")
    assert other.status_code == 201
    assert other.json()["reference"] != first.json()["reference"]


async def test_bytes_that_are_no_picture_are_refused(terminal: Any, token: str) -> None:
    answer = await upload(terminal, token, b"%PDF-1.7")
    assert (answer.status_code, answer.json()["code"]) == (409, "material.unreadable")


async def test_case_with_materials_is_filed_once(
    terminal: Any, token: str, jpeg: bytes
) -> None:
    page = (await upload(terminal, token, jpeg)).json()
    path = "/licences?kind=social-security-card"
    licence = (await terminal.call("GET", path, person=token)).json()["licences"][0]
    wish = {
        "identifier": licence["identifier"],
        "matter": "cross-region-treatment-filing",
        "reason": "备案",
    }
    use = (await terminal.call("POST", "/licences/uses", wish, person=token)).json()
    card = {
        "key": "insurance_card",
        "source": "licence",
        "reference": use["use_number"],
        "digest": use["digest"],
    }
    content = draft(as_material(page), card)
    first = await terminal.call("PUT", PATH, content, person=token)
    assert first.status_code == 201
    assert first.json()["state"] == "submitted"
    assert len(first.json()["number"]) == 43
    assert first.json()["due"] == "2026-11-24"  # Friday and two working days
    again = await terminal.call("PUT", PATH, content, person=token)
    assert (again.status_code, again.json()) == (200, first.json())

    sealed = await upload(terminal, token, jpeg + b"\0")
    assert sealed.json()["code"] == "material.sealed"
    assert (await upload(terminal, token, jpeg)).status_code == 200


async def test_other_content_under_the_same_number_is_refused(
    terminal: Any, token: str, case: Any
) -> None:
    other = draft(situation="other")
    answer = await terminal.call("PUT", PATH, other, person=token)
    assert answer.json()["code"] == "submission.different"


async def test_reference_that_was_never_given_is_refused(
    terminal: Any, token: str, jpeg: bytes
) -> None:
    page = (await upload(terminal, token, jpeg)).json()
    unknown = as_material(page) | {"reference": "CL0"}
    answer = await terminal.call("PUT", PATH, draft(unknown), person=token)
    assert answer.json()["code"] == "material.unknown"
    changed = as_material(page) | {"digest": "0" * 64}
    answer = await terminal.call("PUT", PATH, draft(changed), person=token)
    assert answer.json()["code"] == "material.digest"


async def test_matter_that_is_not_filed_here_is_refused(
    terminal: Any, token: str
) -> None:
    answer = await terminal.call("PUT", PATH, draft(matter="other"), person=token)
    assert answer.json()["code"] == "matter.unknown"


async def test_submission_of_somebody_else_stays_closed(
    terminal: Any, other_terminal: Any, token: str, case: Any, jpeg: bytes
) -> None:
    stranger = await terminal.token("zhang-weimin")
    answer = await terminal.call("PUT", PATH, draft(), person=stranger)
    assert answer.json()["code"] == "submission.foreign"
    assert (await upload(terminal, stranger, jpeg)).status_code == 409
    hidden = await terminal.call("GET", PATH, person=stranger)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "submission.unknown")
    number = f"/cases/{case['number']}"
    assert (await terminal.call("GET", number, person=stranger)).status_code == 404
    assert (await other_terminal.call("GET", PATH)).status_code == 404


async def test_submission_is_found_by_its_owner_and_by_its_terminal(
    terminal: Any, other_terminal: Any, token: str, case: Any
) -> None:
    assert (await terminal.call("GET", PATH, person=token)).json() == case
    assert (await terminal.call("GET", PATH)).json() == case
    elsewhere = await other_terminal.token("li-fang")
    assert (await other_terminal.call("GET", PATH, person=elsewhere)).json() == case


async def test_submission_never_seen(terminal: Any, token: str) -> None:
    answer = await terminal.call("GET", "/cases/by-submission/S0", person=token)
    assert (answer.status_code, answer.json()["code"]) == (404, "submission.unknown")


async def test_case_is_accepted_and_finished(
    terminal: Any, token: str, case: Any, platform: SimPlatform, clock: Any
) -> None:
    clock.at += 3 * 24 * 3600  # Monday
    token = await terminal.token("li-fang")
    await move(platform, "accepted")
    path = f"/cases/{case['number']}"
    accepted = (await terminal.call("GET", path, person=token)).json()
    assert accepted["state"] == "accepted"
    assert accepted["due"] == "2026-11-25"
    await move(platform, "finished", number=case["number"])
    finished = (await terminal.call("GET", path, person=token)).json()
    assert [step["state"] for step in finished["steps"]] == [
        "submitted",
        "accepted",
        "finished",
    ]
    assert finished["result"]


async def test_supplement_tells_what_is_missing_and_stops_the_clock(
    terminal: Any, token: str, case: Any, platform: SimPlatform
) -> None:
    await move(platform, "supplement")
    shown = (await terminal.call("GET", "/cases", person=token)).json()["cases"][0]
    assert (shown["state"], shown["due"]) == ("supplement", None)
    assert len(shown["missing"]) == 1
    await move(platform, "accepted")
    shown = (await terminal.call("GET", "/cases", person=token)).json()["cases"][0]
    assert shown["missing"] == []


async def test_refusal_gives_its_reason(
    terminal: Any, token: str, case: Any, platform: SimPlatform
) -> None:
    await move(platform, "notAccepted", opinion="参保已停保。依据:备案规程第四条。")
    shown = (await terminal.call("GET", "/cases", person=token)).json()["cases"][0]
    assert shown["reason"].startswith("参保已停保")
    assert shown["due"] is None


async def test_moves_that_no_row_allows_are_refused(
    case: Any, platform: SimPlatform
) -> None:
    for state in ("finished", "submitted", "lost"):
        with pytest.raises(ValueError):
            await move(platform, state)
    with pytest.raises(ValueError):
        await move(platform, "accepted", number="0")


async def test_cases_move_by_themselves_when_told_so(
    terminal: Any, token: str, case: Any, platform: SimPlatform, clock: Any
) -> None:
    await platform.verbs()["set_case_pace"].call(seconds="60")

    async def state() -> str:
        cases = (await terminal.call("GET", "/cases", person=token)).json()["cases"]
        return str(cases[0]["state"])

    assert await state() == "submitted"
    clock.at += 61
    assert await state() == "accepted"
    clock.at += 60
    assert await state() == "finished"


async def test_cases_are_listed_newest_first(
    terminal: Any, token: str, case: Any, clock: Any
) -> None:
    clock.at += 60
    later = "/cases/by-submission/A0317-S-000002"
    second = (await terminal.call("PUT", later, draft(), person=token)).json()
    cases = (await terminal.call("GET", "/cases", person=token)).json()["cases"]
    assert [one["number"] for one in cases] == [second["number"], case["number"]]


def test_every_state_is_reached_and_working_days_skip_holidays() -> None:
    process = CaseProcess(load_seed("processes"))
    reached = {"submitted"}
    for state in STATES:
        for target in STATES:
            try:
                process.opinion(state, target)
            except ValueError:
                continue
            reached.add(target)
    assert reached == set(STATES)
    assert process.due(date(2026, 9, 30), 2) == date(2026, 10, 9)
    assert process.due(date(2026, 11, 20), 0) == date(2026, 11, 20)
