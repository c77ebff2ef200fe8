"""Matters: what is asked of each family and what becomes of the answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.core.errors import (
    IdentityMismatch,
    PlatformProtocolError,
    PlatformRefused,
)
from kiosk.core.gateway import CaseDraft, CaseState, Gateway, Licence, SubmittedMaterial
from kiosk.core.orders import OrdersGateway
from kiosk.core.people import DocumentKind, IdDocument, Person, Sex
from kiosk.core.reconciliation import ReconciliationGateway
from services.crypto.sm3 import sm3_hex
from services.platform.client import HttpGateway

pytestmark = pytest.mark.usefixtures("both_sides_keep_the_contract")

MATTER = "social-insurance-contribution-proof"
CARD = IdDocument(
    kind=DocumentKind.RESIDENT,
    name="李芳",
    sex=Sex.FEMALE,
    ethnicity="汉",
    birth_date=date(1958, 3, 12),
    address="涪山区临江路18号2幢301室",
    number="999001195803121225",
    issuer="涪山区公安局",
    valid_from=date(2016, 7, 5),
    valid_to=None,
    photo=bytes(1024),
)
CASE = {
    "number": "999001-20261120-0001",
    "submission_id": "S-1",
    "matter": "cross-region-treatment-filing",
    "title": "异地就医备案",
    "state": "submitted",
    "applied_at": "2026-11-20T17:20:05+08:00",
    "due": "2026-11-24",
    "steps": [{"at": "2026-11-20T17:20:05+08:00", "state": "submitted", "opinion": ""}],
    "missing": [],
    "reason": "",
    "result": "",
}


async def test_client_is_all_three_ports(gateway: HttpGateway) -> None:
    matters: Gateway = gateway
    money: OrdersGateway = gateway
    days: ReconciliationGateway = gateway
    assert {type(matters), type(money), type(days)} == {HttpGateway}


async def test_profile(gateway: HttpGateway, far_end: Any) -> None:
    answer = {
        "terminal": "A-0317",
        "site": "涪山市政务服务中心",
        "site_en": "Fushan Service Centre",
        "hotline": "12345",
        "attended_hours": "9:00-17:00",
        "server_time": "2026-11-20T17:20:05+08:00",
    }
    far_end.says(200, answer)
    profile = await gateway.fetch_profile()
    assert profile.server_time == datetime(2026, 11, 20, 9, 20, 5, tzinfo=UTC)
    assert profile.attended_hours == "9:00-17:00"
    far_end.says(200, answer | {"terminal": "A-0318"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_profile()


async def test_identity_is_verified_with_and_without_portrait(
    gateway: HttpGateway, far_end: Any
) -> None:
    answer = {
        "token": "0123456789abcdef" * 2,
        "assurance": "card",
        "expires_at": "2026-11-20T17:50:05+08:00",
    }
    far_end.says(200, answer)
    person = await gateway.verify_identity(CARD, None)
    assert (person.name, person.number) == ("李芳", "999001195803121225")
    assert person.assurance == "card"
    assert person.document is CARD
    assert "portrait" not in json.loads(far_end.requests[0].content)

    far_end.says(200, answer | {"assurance": "card+face"})
    person = await gateway.verify_identity(CARD, b"\xff\xd8jpeg")
    assert person.assurance == "card+face"
    sent = json.loads(far_end.requests[1].content)
    assert sent["portrait"] == "/9hqcGVn"
    assert sent["document"]["valid_from"] == "2016-07-05"
    assert sent["document"]["valid_to"] is None
    assert "photo" not in sent["document"]
    assert "address" not in sent["document"]


@pytest.mark.parametrize("code", ["identity.mismatch", "identity.face_mismatch"])
async def test_somebody_else_is_an_identity_mismatch(
    gateway: HttpGateway, far_end: Any, code: str
) -> None:
    far_end.refuses(409, code)
    with pytest.raises(IdentityMismatch):
        await gateway.verify_identity(CARD, None)


async def test_poor_picture_is_a_refusal_with_its_reason(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.refuses(409, "identity.face_poor")
    with pytest.raises(PlatformRefused) as caught:
        await gateway.verify_identity(CARD, b"dark")
    assert caught.value.reason == "identity.face_poor"


async def test_record(gateway: HttpGateway, far_end: Any, person: Person) -> None:
    answer = {
        "matter": MATTER,
        "certificate_number": "SB-1",
        "verify_url": "https://verify.fushan.example/SB-1",
        "rows": [{"label": "姓名", "label_en": "Name", "value": "李芳"}],
        "data": {"name": "李芳", "years": [{"year": 2025, "months": 12}]},
    }
    far_end.says(200, answer)
    record = await gateway.fetch_record(MATTER, person)
    assert record.certificate_number == "SB-1"
    assert record.rows[0].value == "李芳"
    assert record.data["years"] == [{"year": 2025, "months": 12}]
    assert "李芳" not in repr(record)
    far_end.says(200, answer | {"matter": "other-matter"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_record(MATTER, person)


async def test_prefill(gateway: HttpGateway, far_end: Any, person: Person) -> None:
    matter = "cross-region-treatment-filing"
    far_end.says(200, {"matter": matter, "fields": {"phone": "13900000000"}})
    assert await gateway.fetch_prefill(matter, person) == {"phone": "13900000000"}


async def test_licences(gateway: HttpGateway, far_end: Any, person: Person) -> None:
    identifier = "1.2.156.3005.2.11620881FAKE000133001.X.Y.001.N"
    far_end.says(
        200,
        {
            "licences": [
                {
                    "identifier": identifier,
                    "kind": "001",
                    "title": "居住证",
                    "issuer": "涪山区公安局",
                    "holder": "李芳",
                    "valid_from": "2024-01-01",
                    "valid_to": None,
                }
            ]
        },
    )
    (licence,) = await gateway.find_licences(("001",), person)
    assert licence == Licence(identifier, "001", "居住证", "涪山区公安局", None, "李芳")
    assert await gateway.find_licences((), person) == ()

    use = {"use_number": "U-1", "identifier": identifier, "digest": "0" * 64}
    far_end.says(200, use)
    reason = "异地就医备案"
    answer = await gateway.use_licence(licence, MATTER, reason, person)
    assert (answer.use_number, answer.digest) == ("U-1", "0" * 64)
    far_end.says(200, use | {"identifier": identifier + "Z"})
    with pytest.raises(PlatformProtocolError):
        await gateway.use_licence(licence, MATTER, reason, person)


@pytest.mark.parametrize(
    ("key", "media_type", "source"),
    [
        ("supporting_paper", "image/jpeg", "photo"),
        ("signature", "image/png", "signature"),
    ],
)
async def test_material_must_arrive_as_it_was_sent(
    gateway: HttpGateway,
    far_end: Any,
    person: Person,
    key: str,
    media_type: str,
    source: str,
) -> None:
    answer = {
        "key": key,
        "reference": "M-1",
        "digest": sm3_hex(b"page"),
        "size": 4,
        "media_type": media_type,
    }
    far_end.says(201, answer)
    material = await gateway.upload_material("S-1", key, b"page", media_type, person)
    assert material == SubmittedMaterial(key, source, "M-1", sm3_hex(b"page"))
    far_end.says(200, answer | {"digest": sm3_hex(b"pag")})
    with pytest.raises(PlatformProtocolError):
        await gateway.upload_material("S-1", key, b"page", media_type, person)


async def test_case_is_filed_found_and_listed(
    gateway: HttpGateway, far_end: Any, person: Person
) -> None:
    draft = CaseDraft(
        "S-1",
        "cross-region-treatment-filing",
        "retired",
        {"phone": "13900000000"},
        (SubmittedMaterial("supporting_paper", "photo", "M-1", "0" * 64),),
    )
    far_end.says(201, CASE)
    case = await gateway.submit_case(draft, person)
    assert case.number == "999001-20261120-0001"
    assert case.state is CaseState.SUBMITTED
    assert case.due == date(2026, 11, 24)

    far_end.says(200, CASE | {"state": "supplement", "missing": ["请补一页"]})
    found = await gateway.find_submission("S-1", person)
    assert found is not None
    assert found.missing == ("请补一页",)

    far_end.says(200, {"cases": [CASE, CASE]})
    assert len(await gateway.list_cases(person)) == 2


async def test_submission_never_seen_is_none(
    gateway: HttpGateway, far_end: Any, person: Person
) -> None:
    far_end.refuses(404, "submission.unknown")
    assert await gateway.find_submission("S-9", person) is None
    far_end.refuses(403, "person.token")
    with pytest.raises(PlatformRefused):
        await gateway.find_submission("S-9", person)


async def test_answer_about_another_submission_is_refused(
    gateway: HttpGateway, far_end: Any, person: Person
) -> None:
    far_end.says(200, CASE)
    with pytest.raises(PlatformProtocolError):
        await gateway.find_submission("S-2", person)


async def test_rating_and_print_report(gateway: HttpGateway, far_end: Any) -> None:
    rated_at = "2026-11-20T17:20:05+08:00"
    far_end.says(
        201,
        {"subject": "C-1", "matter": MATTER, "level": 5, "rated_at": rated_at},
    )
    await gateway.rate("C-1", MATTER, 5)
    far_end.says(200, {"act_id": "A-1", "recorded_at": rated_at})
    await gateway.report_print("A-1", MATTER, "0" * 64, 2, "presented")
    assert json.loads(far_end.requests[1].content)["sheets"] == 2
