"""Every method of the ``Gateway`` port against the simulated platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from kiosk.core.errors import (
    IdentityMismatch,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.gateway import CaseDraft, CaseState
from kiosk.core.people import IdDocument, Person
from services.documents.maker import TypstDocumentMaker
from services.platform.client import HttpGateway

PROOF = "social-insurance-contribution-proof"
FILING = "cross-region-treatment-filing"
Cards = Callable[[str], IdDocument]


async def test_profile_names_the_place(gateway: HttpGateway) -> None:
    profile = await gateway.fetch_profile()
    assert profile.terminal == "A-0317"
    assert profile.site == "涪山区政务服务中心"
    assert profile.hotline == "0999-12345"


async def test_wrong_key_is_seen_on_this_side_too(
    connect: Callable[..., HttpGateway],
) -> None:
    client = connect(key=bytes(32))
    with pytest.raises(PlatformProtocolError):
        await client.fetch_profile()
    await client.aclose()


async def test_clock_that_is_hours_off_is_learned(
    gateway: HttpGateway, platform: SimPlatform
) -> None:
    await platform.verbs()["clock_skew"].call(seconds=7200)
    profile = await gateway.fetch_profile()
    assert profile.terminal == "A-0317"


async def test_busy_platform_has_done_nothing(
    gateway: HttpGateway, platform: SimPlatform
) -> None:
    await platform.verbs()["be_busy"].call(times=1)
    with pytest.raises(PlatformUnreachable):
        await gateway.rate("VISIT-1", PROOF, 5)
    await gateway.rate("VISIT-1", PROOF, 5)


async def test_restored_boot_number_is_refused_and_nothing_done(
    connect: Callable[..., HttpGateway],
) -> None:
    older, newer = connect(), connect()
    await newer.fetch_profile()
    with pytest.raises(PlatformUnreachable) as caught:
        await older.fetch_profile()
    assert caught.value.context["reason"] == "signature.sequence"
    await older.aclose()
    await newer.aclose()


async def test_person_is_verified_by_card_and_by_face(
    gateway: HttpGateway, card: Cards, jpeg: bytes
) -> None:
    assert (await gateway.verify_identity(card("li-fang"), None)).assurance == "card"
    person = await gateway.verify_identity(card("li-fang"), jpeg)
    assert person.assurance == "card+face"
    assert person.name == "李芳"


async def test_somebody_elses_face_is_a_mismatch(
    gateway: HttpGateway, platform: SimPlatform, card: Cards, jpeg: bytes
) -> None:
    await platform.verbs()["next_face_verdict"].call(verdict="mismatch")
    with pytest.raises(IdentityMismatch):
        await gateway.verify_identity(card("li-fang"), jpeg)


async def test_name_and_number_must_belong_together(
    gateway: HttpGateway, card: Cards
) -> None:
    with pytest.raises(IdentityMismatch):
        await gateway.verify_identity(replace(card("li-fang"), name="李方"), None)


@pytest.mark.parametrize(
    ("key", "reason"), [("zhao-shoucheng", "identity.document_expired")]
)
async def test_expired_card_is_refused(
    gateway: HttpGateway, card: Cards, key: str, reason: str
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.verify_identity(card(key), None)
    assert caught.value.reason == reason


async def test_poor_picture_is_refused_with_its_reason(
    gateway: HttpGateway, card: Cards
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.verify_identity(card("li-fang"), b"no picture")
    assert caught.value.reason.startswith("identity.face_")


@pytest.mark.parametrize("key", ["li-fang", "wang-jie", "foreigner-2023"])
async def test_record_fills_its_certificate(
    gateway: HttpGateway, card: Cards, key: str
) -> None:
    person = await gateway.verify_identity(card(key), None)
    record = await gateway.fetch_record(PROOF, person)
    assert record.rows
    again = await gateway.fetch_record(PROOF, person)
    assert again.certificate_number == record.certificate_number
    document = TypstDocumentMaker().render_blocking(
        PROOF,
        {
            **record.data,
            "certificate_number": record.certificate_number,
            "verify_url": record.verify_url,
            "terminal": "A-0317",
            "site": "涪山区政务服务中心",
            "printed_at": "2026-11-20 17:20",
        },
    )
    assert document.pages >= 1


async def test_person_without_record_is_told_so(
    gateway: HttpGateway, card: Cards
) -> None:
    person = await gateway.verify_identity(card("zhou-qing"), None)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_record(PROOF, person)
    assert caught.value.reason == "record.none"


async def test_token_of_another_visit_is_refused(
    gateway: HttpGateway, li_fang: Person
) -> None:
    stranger = replace(li_fang, token="f" * 32)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_prefill(FILING, stranger)
    assert caught.value.reason == "person.token"


async def test_prefill(gateway: HttpGateway, li_fang: Person) -> None:
    fields = await gateway.fetch_prefill(FILING, li_fang)
    assert fields["insured_place"] == "涪山区"


async def test_licences_are_found_and_used(
    gateway: HttpGateway, li_fang: Person
) -> None:
    kinds = ("social-security-card", "no-such-kind")
    (licence,) = await gateway.find_licences(kinds, li_fang)
    assert licence.holder == "李芳"
    use = await gateway.use_licence(licence, FILING, "异地就医备案", li_fang)
    assert use.identifier == licence.identifier
    assert await gateway.use_licence(licence, FILING, "异地就医备案", li_fang) == use
    other = replace(licence, identifier=licence.identifier.replace("TEST", "NONE"))
    with pytest.raises(PlatformRefused):
        await gateway.use_licence(other, FILING, "异地就医备案", li_fang)


async def test_application_is_filed_once_and_followed_to_its_end(
    gateway: HttpGateway,
    platform: SimPlatform,
    li_fang: Person,
    jpeg: bytes,
    png: bytes,
) -> None:
    number = "S-A0317-0001"
    assert await gateway.find_submission(number, li_fang) is None
    page = await gateway.upload_material(
        number, "supporting_paper", jpeg, "image/jpeg", li_fang
    )
    same = await gateway.upload_material(
        number, "supporting_paper", jpeg, "image/jpeg", li_fang
    )
    assert (page, page.source) == (same, "photo")
    signature = await gateway.upload_material(
        number, "signature", png, "image/png", li_fang
    )
    assert signature.source == "signature"
    draft = CaseDraft(
        number, FILING, "retired", {"phone": "19900000012"}, (page, signature)
    )
    case = await gateway.submit_case(draft, li_fang)
    assert case.state is CaseState.SUBMITTED
    assert (await gateway.submit_case(draft, li_fang)).number == case.number
    found = await gateway.find_submission(number, li_fang)
    assert found is not None
    assert found.number == case.number

    move = platform.verbs()["move_case"].call
    for state in ("supplement", "accepted", "finished"):
        await move(state=state, number=case.number)
        (seen,) = await gateway.list_cases(li_fang)
        assert seen.state is CaseState(state)
        assert bool(seen.missing) == (state == "supplement")
    assert seen.result
    assert len(seen.steps) == 4

    with pytest.raises(PlatformRefused) as caught:
        await gateway.submit_case(replace(draft, situation="other"), li_fang)
    assert caught.value.reason == "submission.different"


async def test_submission_is_found_without_token_by_the_terminal_that_filed_it(
    gateway: HttpGateway, li_fang: Person
) -> None:
    draft = CaseDraft("S-A0317-0002", FILING, "", {"phone": "19900000012"})
    case = await gateway.submit_case(draft, li_fang)
    nobody = Person("", "", "", "")
    found = await gateway.find_submission("S-A0317-0002", nobody)
    assert found is not None
    assert found.number == case.number


async def test_page_that_is_none_is_refused(
    gateway: HttpGateway, li_fang: Person
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.upload_material(
            "S-A0317-0003", "supporting_paper", b"no page", "image/jpeg", li_fang
        )
    assert caught.value.reason == "material.unreadable"


async def test_account_with_and_without_bills(gateway: HttpGateway) -> None:
    account = await gateway.find_account("water", "330010021182")
    (bill,) = account.bills
    assert bill.amount == 8640
    assert bill.holder_masked != "李芳"
    assert (await gateway.find_account("water", "330010021190")).bills == ()


@pytest.mark.parametrize(
    ("account", "reason"), [("330010020000", "EQ0006"), ("330010021216", "EQ0007")]
)
async def test_billers_own_code_is_kept(
    gateway: HttpGateway, account: str, reason: str
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.find_account("water", account)
    assert caught.value.reason == reason


async def test_rating_stands_once_and_print_report_is_replaced(
    gateway: HttpGateway, platform: SimPlatform
) -> None:
    await gateway.rate("VISIT-1", PROOF, 4)
    await gateway.rate("VISIT-1", PROOF, 4)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.rate("VISIT-1", PROOF, 1)
    assert caught.value.reason == "rating.done"
    await gateway.report_print("ACT-1", PROOF, "0" * 64, 0, "unknown")
    await gateway.report_print("ACT-1", PROOF, "0" * 64, 2, "presented")
    state: dict[str, Any] = platform.state()
    assert "presented" in str(state)
