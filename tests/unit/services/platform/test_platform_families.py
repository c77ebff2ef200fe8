"""Every operation: what is asked and what becomes of the answer.

Both directions of every exchange are checked against ``openapi.yaml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from kiosk.core.bills import Bill
from kiosk.core.errors import (
    IdentityMismatch,
    PlatformProtocolError,
    PlatformRefused,
)
from kiosk.core.gateway import CaseDraft, CaseState, Gateway, Licence, SubmittedMaterial
from kiosk.core.money import Fen
from kiosk.core.orders import OrdersGateway, PaymentTruth, PostingTruth
from kiosk.core.people import DocumentKind, IdDocument, Person, Sex
from services.crypto.signature import SignedAnswer, answer_is_genuine
from services.crypto.sm3 import sm3_hex
from services.platform.client import HttpGateway

KEY = bytes(range(32))
ORDER = "A0317-0007-00000001-5"
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
BILL = Bill(
    bill_key="WB-2026-10-21182",
    version="v1",
    biller="涪山市水务集团",
    account_masked="3300 **** 1182",
    holder_masked="李*",
    address_masked="涪山区临江路***",
    period="2026-10",
    usage="24吨",
    amount=Fen(8640),
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


class Contract:
    """``openapi.yaml``, asked whether an exchange keeps it."""

    def __init__(self) -> None:
        path = files("services.platform") / "contract" / "openapi.yaml"
        self.document = yaml.safe_load(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(self.document, DRAFT202012)
        self._registry = Registry().with_resource("urn:contract", resource)

    def operation(self, method: str, path: str) -> dict[str, Any]:
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\{\w+\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
        raise AssertionError(f"no operation {method} {path}")

    def check(self, schema: dict[str, Any], value: Any) -> None:
        text = json.dumps(schema).replace('"#/', '"urn:contract#/')
        Draft202012Validator(json.loads(text), registry=self._registry).validate(value)

    def keeps(self, request: httpx.Request, status: int, answer: bytes) -> None:
        path = request.url.path.removeprefix("/api")
        operation = self.operation(request.method, path)
        token_wanted = any(
            "PersonToken" in parameter.get("$ref", "")
            for parameter in operation.get("parameters", [])
        )
        assert ("X-Person-Token" in request.headers) == token_wanted
        self._body(operation, request)
        if status < 300:
            response = operation["responses"][str(status)]
            schema = response["content"]["application/json"]["schema"]
            self.check(schema, json.loads(answer))

    def _body(self, operation: dict[str, Any], request: httpx.Request) -> None:
        if "requestBody" not in operation:
            assert request.content == b""
            return
        media_type = request.headers["Content-Type"]
        content = operation["requestBody"]["content"][media_type]
        if media_type == "application/json":
            self.check(content["schema"], json.loads(request.content))


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


@pytest.fixture(autouse=True)
def both_sides_keep_the_contract(far_end: Any, contract: Contract) -> Any:
    queued: list[Any] = []
    says = far_end.says

    def remember(status: int, body: Any) -> None:
        says(status, body)
        queued.append(far_end.replies[-1])

    far_end.says = remember
    yield
    for request, (status, answer) in zip(far_end.requests, queued, strict=True):
        contract.keeps(request, status, answer)


async def test_client_is_both_ports(gateway: HttpGateway) -> None:
    matters: Gateway = gateway
    money: OrdersGateway = gateway
    assert {type(matters), type(money)} == {HttpGateway}


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


async def test_account_is_asked_for_in_the_body(
    gateway: HttpGateway, far_end: Any
) -> None:
    bill = {
        "bill_key": BILL.bill_key,
        "version": "v1",
        "biller": BILL.biller,
        "account_masked": BILL.account_masked,
        "holder_masked": "李*",
        "address_masked": BILL.address_masked,
        "period": "2026-10",
        "usage": "24吨",
        "amount_fen": 8640,
    }
    answer = {
        "account": "330010021182",
        "biller_kind": "water",
        "biller_name": BILL.biller,
        "holder_masked": "李*",
        "account_masked": BILL.account_masked,
        "address_masked": BILL.address_masked,
        "bills": [bill],
    }
    far_end.says(200, answer)
    account = await gateway.find_account("water", "330010021182")
    assert account.bills == (BILL,)
    assert "330010021182" not in str(far_end.requests[0].url)
    assert "330010021182" not in repr(account)


async def test_amount_with_a_point_is_refused(
    gateway: HttpGateway, far_end: Any, order_answer: Callable[..., dict[str, Any]]
) -> None:
    body = json.dumps(order_answer()).replace("8640", "8640.5").encode()
    far_end.replies.append((200, body))
    with pytest.raises(PlatformProtocolError):
        await gateway.query_order(ORDER)
    far_end.requests.clear()


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


async def test_order_is_announced_with_amount_and_version(
    gateway: HttpGateway, far_end: Any, order_answer: Callable[..., dict[str, Any]]
) -> None:
    far_end.says(201, order_answer(payment="NONE"))
    await gateway.put_order(ORDER, BILL)
    sent = json.loads(far_end.requests[0].content)
    assert sent == {
        "bill_key": BILL.bill_key,
        "bill_version": "v1",
        "amount_fen": 8640,
    }


@pytest.mark.parametrize(
    "other",
    [
        {"order_id": "A0317-0007-00000002-5"},
        {"bill_key": "other"},
        {"amount_fen": 8641},
    ],
)
async def test_announcement_answered_about_another_order_is_refused(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Callable[..., dict[str, Any]],
    other: dict[str, Any],
) -> None:
    far_end.says(200, order_answer(**other))
    with pytest.raises(PlatformProtocolError):
        await gateway.put_order(ORDER, BILL)


async def test_payment_by_code_on_screen_and_by_scanned_code(
    gateway: HttpGateway, far_end: Any, order_answer: Callable[..., dict[str, Any]]
) -> None:
    order = order_answer()
    far_end.says(200, {"order": order, "qr_payload": "wx://pay/1", "refusal": ""})
    start = await gateway.start_qr(ORDER)
    assert start.qr_payload == "wx://pay/1"
    assert start.truth.payment is PaymentTruth.PENDING

    far_end.says(200, {"order": order, "qr_payload": "", "refusal": "notEnough"})
    start = await gateway.pay_by_code(ORDER, "134567890123456789")
    assert start.refusal == "notEnough"
    told = repr(start) + start.truth.evidence + str(far_end.requests[1].url)
    assert "134567890123456789" not in told


@pytest.mark.parametrize(
    ("method", "posting"),
    [
        ("query_order", "NONE"),
        ("post_order", "POSTED"),
        ("cancel_order", "VOIDED"),
        ("void_posting", "REJECTED"),
    ],
)
async def test_truth_of_an_order_comes_with_its_evidence(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Callable[..., dict[str, Any]],
    method: str,
    posting: str,
) -> None:
    answer = order_answer(
        payment="PAID", posting=posting, channel="wechat", paid_at=far_end.stamp()
    )
    far_end.says(200, answer)
    truth = await getattr(gateway, method)(ORDER)
    assert truth.payment is PaymentTruth.PAID
    assert truth.posting is PostingTruth(posting)
    assert truth.paid_at == far_end.time

    proof = json.loads(truth.evidence)
    facts = SignedAnswer(
        proof["status"],
        proof["path"],
        proof["body"].encode(),
        proof["nonce"],
        proof["timestamp"],
    )
    assert answer_is_genuine(KEY, facts, proof["signature"])


async def test_truth_outside_the_vocabulary_is_refused(
    gateway: HttpGateway, far_end: Any, order_answer: Callable[..., dict[str, Any]]
) -> None:
    far_end.replies.append((200, json.dumps(order_answer(payment="MAYBE")).encode()))
    with pytest.raises(PlatformProtocolError):
        await gateway.query_order(ORDER)
    far_end.requests.clear()
