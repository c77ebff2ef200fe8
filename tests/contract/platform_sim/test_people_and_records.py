"""Real-name check, face comparison, records, prefill, licences."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from hardware_sim.platform.licences import check_character
from hardware_sim.platform.seed import load_seed
from hardware_sim.platform.simulator import SimPlatform

PROOF = "/records/social-insurance-contribution-proof"
FORM = "/forms/cross-region-treatment-filing/prefill"


async def test_card_alone_gives_assurance_card(terminal: Any) -> None:
    answer = await terminal.verify("li-fang")
    assert answer.json()["assurance"] == "card"


async def test_matching_face_gives_assurance_card_and_face(
    terminal: Any, jpeg: bytes
) -> None:
    answer = await terminal.verify("li-fang", base64.b64encode(jpeg).decode())
    assert answer.json()["assurance"] == "card+face"


@pytest.mark.parametrize("verdict", ["mismatch", "poor"])
async def test_bench_sets_the_next_verdict_only(
    terminal: Any, platform: SimPlatform, jpeg: bytes, verdict: str
) -> None:
    portrait = base64.b64encode(jpeg).decode()
    await platform.verbs()["next_face_verdict"].call(verdict=verdict)
    answer = await terminal.verify("li-fang", portrait)
    assert (answer.status_code, answer.json()["code"]) == (
        409,
        f"identity.face_{verdict}",
    )
    assert (await terminal.verify("li-fang", portrait)).status_code == 200


def one_colour() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "grey").save(out, "JPEG")
    return out.getvalue()


def tiny() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((40, 40)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("portrait", "code"),
    [
        (b"not a picture", "identity.face_unreadable"),
        (one_colour(), "identity.face_poor"),
        (tiny(), "identity.face_poor"),
    ],
)
async def test_pictures_that_show_nobody(
    terminal: Any, portrait: bytes, code: str
) -> None:
    answer = await terminal.verify("li-fang", base64.b64encode(portrait).decode())
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_half_a_jpeg_is_unreadable(terminal: Any, jpeg: bytes) -> None:
    half = base64.b64encode(jpeg[: len(jpeg) // 2]).decode()
    answer = await terminal.verify("li-fang", half)
    assert answer.json()["code"] == "identity.face_unreadable"


async def test_name_and_number_must_belong_together(terminal: Any) -> None:
    document = {
        "kind": "resident",
        "name": "张卫民",
        "number": "999001195803121225",
        "valid_from": None,
        "valid_to": None,
    }
    answer = await terminal.call(
        "POST", "/identity/verifications", {"document": document}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.mismatch")


async def test_expired_document_is_refused(terminal: Any) -> None:
    answer = await terminal.verify("zhao-shoucheng")
    assert answer.json()["code"] == "identity.document_expired"


async def test_token_is_of_one_terminal_and_ends_when_unused(
    terminal: Any, other_terminal: Any, clock: Any
) -> None:
    token = await terminal.token("li-fang")
    assert (await terminal.call("GET", PROOF, person=token)).status_code == 200
    elsewhere = await other_terminal.call("GET", PROOF, person=token)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "person.token")
    clock.at += 29 * 60
    assert (await terminal.call("GET", PROOF, person=token)).status_code == 200
    clock.at += 31 * 60
    assert (await terminal.call("GET", PROOF, person=token)).status_code == 403


async def test_missing_token_breaks_the_contract(terminal: Any) -> None:
    answer = await terminal.call("GET", PROOF)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.header")


async def test_record_adds_up(terminal: Any) -> None:
    token = await terminal.token("zhang-weimin")
    record = (await terminal.call("GET", PROOF, person=token)).json()
    data = record["data"]
    assert data["name"] == "张卫民"
    assert (data["period_from"], data["period_to"]) == ("2019-07", "2026-10")
    assert data["total_months"] == 88 == sum(row["months"] for row in data["years"])
    assert len(data["months"]) == 24
    assert [row["year"] for row in data["years"]] == list(range(2019, 2027))
    assert record["verify_url"].startswith("https://verify.fushan.example/c/")
    assert "19900101" not in str(record["rows"])


async def test_record_fetched_again_keeps_its_number_for_a_day(
    terminal: Any, clock: Any
) -> None:
    token = await terminal.token("li-fang")
    first = (await terminal.call("GET", PROOF, person=token)).json()
    assert (await terminal.call("GET", PROOF, person=token)).json() == first
    clock.at += 24 * 3600
    token = await terminal.token("li-fang")
    other_day = (await terminal.call("GET", PROOF, person=token)).json()
    assert other_day["certificate_number"] != first["certificate_number"]


async def test_person_without_a_record(terminal: Any) -> None:
    token = await terminal.token("zhou-qing")
    answer = await terminal.call("GET", PROOF, person=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "record.none")


async def test_unknown_record_kind(terminal: Any) -> None:
    token = await terminal.token("li-fang")
    answer = await terminal.call("GET", "/records/no-such-thing", person=token)
    assert (answer.status_code, answer.json()["code"]) == (404, "matter.unknown")


async def test_prefill_knows_some_and_nothing_of_others(terminal: Any) -> None:
    token = await terminal.token("li-fang")
    fields = (await terminal.call("GET", FORM, person=token)).json()["fields"]
    assert fields["phone"] == "19900000012"
    assert fields["insured_place"] == "涪山区"
    token = await terminal.token("zhou-qing")
    assert (await terminal.call("GET", FORM, person=token)).json()["fields"] == {}


def test_check_characters_of_seeded_licences() -> None:
    made_up = "11620881FAKE00013300111620881FAKE000133TEST2024000001001"
    assert check_character(made_up) == "N"
    for row in load_seed("licences")["licences"]:
        root, rest = row["identifier"][:14], row["identifier"][14:].split(".")
        assert root == "1.2.156.3005.2"
        _, kind, issuer, serial, version, check = rest
        assert check_character(kind + issuer + serial + version) == check


async def test_licences_are_listed_by_kind_and_only_valid_ones(terminal: Any) -> None:
    both = "/licences?kind=social-security-card&kind=household-register"
    token = await terminal.token("li-fang")
    found = (await terminal.call("GET", both, person=token)).json()["licences"]
    assert len(found) == 2
    assert {licence["holder"] for licence in found} == {"李芳"}
    one = await terminal.call("GET", "/licences?kind=household-register", person=token)
    assert len(one.json()["licences"]) == 1
    token = await terminal.token("ouyang-xiaoyu")
    found = (await terminal.call("GET", both, person=token)).json()["licences"]
    assert [licence["kind"] for licence in found] == ["household-register"]


async def test_licence_use_is_recorded_once_a_day(terminal: Any) -> None:
    token = await terminal.token("li-fang")
    path = "/licences?kind=social-security-card"
    licence = (await terminal.call("GET", path, person=token)).json()["licences"][0]
    wish = {
        "identifier": licence["identifier"],
        "matter": "cross-region-treatment-filing",
        "reason": "办理异地就医备案",
    }
    first = await terminal.call("POST", "/licences/uses", wish, person=token)
    again = await terminal.call("POST", "/licences/uses", wish, person=token)
    assert first.status_code == 200
    assert first.json() == again.json()


async def test_licence_of_somebody_else_cannot_be_used(terminal: Any) -> None:
    token = await terminal.token("zhang-weimin")
    wish = {
        "identifier": load_seed("licences")["licences"][0]["identifier"],
        "matter": "cross-region-treatment-filing",
        "reason": "试试",
    }
    answer = await terminal.call("POST", "/licences/uses", wish, person=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "licence.unknown")


async def test_expired_licence_cannot_be_used(terminal: Any) -> None:
    rows = load_seed("licences")["licences"]
    expired = next(row for row in rows if row.get("valid_to") == "2025-06-01")
    token = await terminal.token("ouyang-xiaoyu")
    wish = {"identifier": expired["identifier"], "matter": "any", "reason": "x"}
    answer = await terminal.call("POST", "/licences/uses", wish, person=token)
    assert answer.json()["code"] == "licence.expired"
