"""Acts of filing and paying: nothing is guessed, nothing is sent blindly."""

from __future__ import annotations

import pytest

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
    StoreError,
)
from kiosk.core.gateway import CaseDraft, SubmittedMaterial
from kiosk.core.media import Barcode
from kiosk.core.orders import OrderState
from kiosk.core.ports import ActKind
from kiosk.flow.effects import (
    FetchPrefill,
    FetchRecord,
    FindAccount,
    FindLicences,
    LeaveOrder,
    ListCases,
    OpenOrder,
    OpenSubmission,
    PresentCode,
    ScanCode,
    SendRating,
    SubmitCase,
    UseLicence,
)
from kiosk.flow.events import (
    AccountFound,
    CaseFiled,
    CasesListed,
    CodeScanned,
    Failed,
    LicencesFound,
    LicenceUsed,
    OrderChanged,
    PrefillFetched,
    RecordFetched,
    SubmissionOpened,
)
from kiosk.flow.facts import Page
from kiosk.session.acts import bills, cases, payment
from tests.flows.citizens import (
    ACCOUNT,
    BILL,
    BY_FACE,
    CASE,
    LICENCE_USE,
    PAGE,
    PREFILL,
    RECORD,
    SIGNATURE,
    SOCIAL_CARD,
    order_in,
)
from tests.unit.kiosk.session.fakes import (
    FakeCashier,
    FakeClock,
    FakeGateway,
    FakeJournal,
    FakeLog,
    FakeScanner,
    act_out,
    ok,
    uploaded,
    wrong,
)

BY_LICENCE = SubmittedMaterial("insurance_card", "licence", "U-1", "cd")
DRAFT = CaseDraft("S-1", "filing", "", {"phone": "1"}, (BY_LICENCE,))
SUBMIT = SubmitCase(DRAFT, (Page("page", PAGE),), SIGNATURE, BY_FACE)

ASKING = [
    (
        cases.fetch_record,
        FetchRecord("m", BY_FACE),
        "fetch_record",
        RECORD,
        RecordFetched(RECORD),
    ),
    (
        cases.fetch_prefill,
        FetchPrefill("m", BY_FACE),
        "fetch_prefill",
        PREFILL,
        PrefillFetched(PREFILL),
    ),
    (
        cases.find_licences,
        FindLicences(("k",), BY_FACE),
        "find_licences",
        (SOCIAL_CARD,),
        LicencesFound((SOCIAL_CARD,)),
    ),
    (
        cases.use_licence,
        UseLicence("card", SOCIAL_CARD, "m", BY_FACE),
        "use_licence",
        LICENCE_USE,
        LicenceUsed("card", LICENCE_USE),
    ),
    (cases.list_cases, ListCases(BY_FACE), "list_cases", (CASE,), CasesListed((CASE,))),
    (
        bills.find_account,
        FindAccount("water", "1"),
        "find_account",
        ACCOUNT,
        AccountFound(ACCOUNT),
    ),
]


@pytest.mark.parametrize(("act", "effect", "call", "answer", "event"), ASKING)
async def test_answer_of_the_platform_is_told(act, effect, call, answer, event) -> None:
    gateway = FakeGateway(**{call: answer})
    assert await act_out(act, effect, gateway=gateway) == [event]
    assert gateway.named() == [call]


@pytest.mark.parametrize(("act", "effect", "call", "answer", "event"), ASKING)
@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (PlatformUnreachable(), "platform.unreachable", "later"),
        (PlatformProtocolError(), "platform.protocol", "later"),
        (PlatformRefused(reason="EQ0006"), "platform.EQ0006", "never"),
        (PlatformRefused(reason="record.none"), "platform.record.none", "never"),
    ],
)
async def test_error_of_the_platform_keeps_its_name(
    act, effect, call, answer, event, error, code, retry
) -> None:
    said = await act_out(act, effect, gateway=FakeGateway(**{call: error}))
    assert said == [Failed(type(effect).__name__, code, retry)]


async def test_number_of_a_submission_is_on_disk_first() -> None:
    journal = FakeJournal()
    said = await act_out(
        cases.open_submission, OpenSubmission("filing"), journal=journal
    )
    assert said == [SubmissionOpened("ACT-1")]
    assert journal.begun == [(ActKind.SUBMIT_CASE, "filing", "")]


async def test_without_a_number_on_disk_nothing_is_filed() -> None:
    said = await act_out(
        cases.open_submission,
        OpenSubmission("filing"),
        journal=FakeJournal(broken={"begin"}),
    )
    assert said == [Failed("OpenSubmission", "store.error", "never")]


async def _submit(**answers):
    answers = {"upload_material": [uploaded(), uploaded("signature")], **answers}
    gateway, journal = FakeGateway(**answers), FakeJournal()
    log, clock = FakeLog(), FakeClock()
    said = await act_out(
        cases.submit_case,
        SUBMIT,
        gateway=gateway,
        journal=journal,
        log=log,
        clock=clock,
    )
    return said, gateway, journal


async def test_pages_and_signature_go_before_the_application() -> None:
    said, gateway, journal = await _submit(submit_case=CASE)
    assert gateway.named() == ["upload_material", "upload_material", "submit_case"]
    sent = gateway.calls[-1][1][0]
    assert [each.key for each in sent.materials] == [
        "insurance_card",
        "page",
        "signature",
    ]
    assert said == [CaseFiled(CASE)]
    assert journal.ended == [("S-1", "filed", {"case": CASE.number})]


@pytest.mark.parametrize("lost", [OutcomeUnknown(), PlatformProtocolError()])
async def test_no_trustworthy_answer_is_asked_after_and_never_sent_again(lost) -> None:
    said, gateway, _ = await _submit(
        submit_case=lost, find_submission=[None, PlatformUnreachable(), CASE]
    )
    assert gateway.named().count("submit_case") == 1
    assert gateway.named().count("find_submission") == 3
    assert said == [CaseFiled(CASE)]


@pytest.mark.parametrize("lost", [OutcomeUnknown(), PlatformProtocolError()])
@pytest.mark.parametrize(
    "answers",
    [
        [None, None, None],
        [PlatformUnreachable()] * 3,
        [PlatformProtocolError(), OutcomeUnknown(), PlatformRefused()],
    ],
)
async def test_what_nobody_knows_is_told_as_unknown(lost, answers) -> None:
    said, gateway, journal = await _submit(
        submit_case=lost, find_submission=list(answers)
    )
    assert said == [Failed("SubmitCase", "platform.outcome_unknown", "later", "S-1")]
    assert gateway.named().count("submit_case") == 1
    assert journal.ended == [], "the row stays open: nobody knows"


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (PlatformUnreachable(), "platform.unreachable", "later"),
        (PlatformRefused(reason="X"), "platform.refused", "never"),
    ],
)
async def test_conclusive_failure_of_filing_is_told_at_once(error, code, retry) -> None:
    said, gateway, _ = await _submit(submit_case=error)
    assert said == [Failed("SubmitCase", code, retry, "S-1")]
    assert "find_submission" not in gateway.named()


async def test_refused_filing_is_closed_in_the_journal() -> None:
    _, _, journal = await _submit(submit_case=PlatformRefused(reason="X"))
    assert journal.ended == [("S-1", "refused", {"reason": "X"})]


async def test_unreachable_platform_leaves_the_number_open_for_another_try() -> None:
    _, _, journal = await _submit(submit_case=PlatformUnreachable())
    assert journal.ended == []


async def test_page_that_cannot_be_uploaded_files_nothing() -> None:
    said, gateway, _ = await _submit(upload_material=PlatformUnreachable())
    assert said == [Failed("SubmitCase", "platform.unreachable", "later", "S-1")]
    assert "submit_case" not in gateway.named()


async def test_filed_is_filed_although_the_journal_fails() -> None:
    log = FakeLog()
    gateway = FakeGateway(upload_material=uploaded(), submit_case=CASE)
    said = await act_out(
        cases.submit_case,
        SUBMIT,
        gateway=gateway,
        journal=FakeJournal(broken={"end"}),
        log=log,
    )
    assert said == [CaseFiled(CASE)]
    assert log.lines == [("journal.failed", {"code": "store.error", "act": "S-1"})]


async def test_rating_is_made_durable_and_a_full_disk_bothers_nobody() -> None:
    journal, log = FakeJournal(), FakeLog()
    rating = SendRating("O-1", "water-payment", 5)
    assert await act_out(cases.send_rating, rating, journal=journal) == []
    assert journal.calls == ["put rating O-1 {'matter': 'water-payment', 'level': 5}"]
    broken = FakeJournal(broken={"put"})
    assert await act_out(cases.send_rating, rating, journal=broken, log=log) == []
    assert log.events == ["journal.failed"]


# -- paying ------------------------------------------------------------------------


async def test_code_under_the_scanner() -> None:
    scanner = FakeScanner(ok(Barcode(b"WS300100204321")))
    said = await act_out(payment.scan_code, ScanCode(), scanner=scanner)
    assert said == [CodeScanned("WS300100204321")]


@pytest.mark.parametrize(
    ("completion", "code"),
    [
        (wrong("barcodeInvalid"), "scanner.barcodeInvalid"),
        (Completion(CompletionCode.TIME_OUT), "scanner.timeOut"),
        (Completion(CompletionCode.CONNECTION_LOST), "scanner.unavailable"),
    ],
)
async def test_scanner_that_read_nothing(completion, code) -> None:
    said = await act_out(payment.scan_code, ScanCode(), scanner=FakeScanner(completion))
    assert said == [Failed("ScanCode", code, "later")]


async def test_machine_without_a_scanner() -> None:
    said = await act_out(payment.scan_code, ScanCode())
    assert said == [Failed("ScanCode", "scanner.unavailable", "never")]


async def test_order_is_followed_to_its_end() -> None:
    states = (OrderState.PAY_SENT, OrderState.PAID, OrderState.POSTED)
    cashier = FakeCashier(*(order_in(state) for state in states))
    said = await act_out(payment.open_order, OpenOrder(BILL), cashier=cashier)
    assert said == [OrderChanged(order_in(state)) for state in states]


async def test_no_money_is_taken_where_it_may_not_be() -> None:
    cashier, log = FakeCashier(refusal="journal.damaged"), FakeLog()
    said = await act_out(payment.open_order, OpenOrder(BILL), cashier=cashier, log=log)
    assert said == [Failed("OpenOrder", "money.closed", "later")]
    assert cashier.calls == []
    assert log.lines == [("money.refused", {"why": "journal.damaged"})]


@pytest.mark.parametrize(
    ("act", "effect", "call", "reference"),
    [
        (payment.open_order, OpenOrder(BILL), "open", ""),
        (payment.present_code, PresentCode("O-1", "13"), "present_code", "O-1"),
        (payment.leave_order, LeaveOrder("O-1"), "leave", "O-1"),
    ],
)
async def test_journal_that_fails_under_an_order(act, effect, call, reference) -> None:
    cashier = FakeCashier(order_in(OrderState.INTENT))
    cashier.errors[call] = StoreError("disk full")
    said = await act_out(act, effect, cashier=cashier)
    assert said == [Failed(type(effect).__name__, "store.error", "never", reference)]


async def test_code_and_goodbye_reach_the_cashier() -> None:
    cashier = FakeCashier()
    await act_out(payment.present_code, PresentCode("O-1", "134"), cashier=cashier)
    await act_out(payment.leave_order, LeaveOrder("O-1"), cashier=cashier)
    assert cashier.calls == ["present_code O-1 134", "leave O-1"]
