"""Invented people and what the platform says about them, for tests without devices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from kiosk.core.bills import (
    Account,
    AmountRule,
    Bill,
    CardLoad,
    Invoice,
    MeterCard,
    Payment,
    PayMethod,
)
from kiosk.core.gateway import (
    Case,
    CaseState,
    CaseStep,
    Licence,
    LicenceUse,
    Record,
    RecordRow,
)
from kiosk.core.media import PdfDocument
from kiosk.core.money import Fen
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.people import (
    DocumentKind,
    IdDocument,
    Person,
    Sex,
    number_check_character,
)
from kiosk.core.ports import FaceFinding, PageFinding
from kiosk.core.words import Words
from kiosk.session.state import Machine

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 3, 12, tzinfo=CHINA)

NAME = "柳如风"
NUMBER = "99900119800101123" + number_check_character("99900119800101123")
PHONE = "13900001234"
ADDRESS = "无此省无此市虚构路8号"
PORTRAIT = b"\xff\xd8portrait-of-one-person"
PAGE = b"\xff\xd8page-of-one-person"
SIGNATURE = b"\x89PNGsignature-of-one-person"
TOKEN = "token-of-one-person"
ACCOUNT_NUMBER = "300100204321"
LONG_NUMBER = ACCOUNT_NUMBER + "0000"
PAYMENT_CODE = "134567890123456789"
MARKERS = (
    NAME,
    NUMBER,
    PHONE,
    ADDRESS,
    TOKEN,
    ACCOUNT_NUMBER,
    PAYMENT_CODE,
    PORTRAIT,
    PAGE,
    SIGNATURE,
)

EVERYTHING = frozenset(
    {
        "platform",
        "payment",
        "idcard",
        "scanner",
        "receipt",
        "printer",
        "face-camera",
        "document-camera",
        "card-terminal",
        "meter-card",
    }
)
MACHINE = Machine(
    terminal="A-0317",
    site=Words("涪山市民中心", "Fushan Citizens' Centre"),
    hotline="12345",
    attended_hours="9:00-17:00",
    available=EVERYTHING,
)

CARD = IdDocument(
    kind=DocumentKind.RESIDENT,
    name=NAME,
    sex=Sex.FEMALE,
    ethnicity="汉",
    birth_date=date(1980, 1, 1),
    address=ADDRESS,
    number=NUMBER,
    issuer="虚构市公安局",
    valid_from=date(2020, 1, 1),
    valid_to=date(2040, 1, 1),
)
EXPIRED_CARD = replace(CARD, valid_to=date(2026, 11, 19))
BY_CARD = Person(NAME, NUMBER, TOKEN, "card", CARD)
BY_FACE = Person(NAME, NUMBER, TOKEN, "card+face", CARD)

GOOD_FACE = FaceFinding(1, (0.3, 0.2, 0.4, 0.4), "ok")
NO_FACE = FaceFinding(0, None, "none")
GOOD_PAGE = PageFinding(((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)), 200.0, "ok")
NO_PAGE = PageFinding(None, 0.0, "none")

PAPER = PdfDocument("proof", b"%PDF of " + NAME.encode(), 2, "ab" * 32)
PREVIEWS = (b"\x89PNG1" + NAME.encode(), b"\x89PNG2" + NAME.encode())
RECORD = Record(
    matter="social-insurance-contribution-proof",
    rows=(
        RecordRow("姓名", "Name", NAME),
        RecordRow("参保月数", "Months", "132"),
    ),
    data={"name": NAME, "number": NUMBER},
    certificate_number="C-1",
    verify_url="https://platform.example/verify/C-1",
)
PREFILL = {"phone": PHONE}

SOCIAL_CARD = Licence(
    "L-1", "social-security-card", "社会保障卡", "人社局", date(2030, 1, 1), NAME
)
LICENCE_USE = LicenceUse("U-1", "L-1", "cd" * 32)

BILL = Bill(
    "B-1", "v1", "water", "****4321", "柳*风", "**路*号", "2026-10", "12 m³", Fen(8640)
)
OLDER_BILL = replace(BILL, bill_key="B-0", period="2026-09", amount=Fen(7100))
ACCOUNT = Account(
    account=ACCOUNT_NUMBER,
    biller="water",
    biller_name="涪山自来水公司",
    holder_masked="柳*风",
    account_masked="****4321",
    address_masked="**路*号",
    bills=(BILL,),
)
TWO_BILLS = replace(ACCOUNT, bills=(BILL, OLDER_BILL))
NO_BILLS = replace(ACCOUNT, bills=())
WHOLE = replace(BILL, bill_key="B-ALL", period="2026-09 / 10", amount=Fen(15740))
SEVERAL = replace(TWO_BILLS, service="water", whole=WHOLE)
PART = AmountRule(Fen(1000), Fen(8640), Fen(1000), (Fen(2000), Fen(5000), Fen(8640)))
PART_BILL = replace(BILL, rule=PART)
PART_ACCOUNT = replace(ACCOUNT, service="water", bills=(PART_BILL,))
ALL_WAYS = replace(BILL, methods=tuple(PayMethod))
TOPUP = replace(
    BILL,
    bill_key="T-1",
    period="",
    usage="",
    amount=Fen(5000),
    service="gas",
    rule=AmountRule(
        Fen(1375), Fen(41250), Fen(275), (Fen(5500), Fen(13750)), "立方米", Fen(275)
    ),
)
METER_CARD = MeterCard("9990030000000031", "gas", ACCOUNT_NUMBER, 12, 0)
LOAD = CardLoad("A0317-000001", METER_CARD.serial, 13, 2000, "立方米", Fen(5500), b"t")
EARLIER_LOAD = replace(LOAD, order_id="A0317-000000", units=1000, amount=Fen(2750))
CARD_ACCOUNT = replace(
    ACCOUNT, service="gas", kind="card", bills=(), topup=TOPUP, biller="gas"
)
NOT_LOADED = replace(CARD_ACCOUNT, topup=None, unloaded=(EARLIER_LOAD,))
PREPAID = replace(CARD_ACCOUNT, kind="prepaid", balance=Fen(1250))
FEE = replace(
    BILL,
    bill_key="F-1",
    account_masked="",
    holder_masked="",
    address_masked="",
    service="fee",
    amount=Fen(1000),
)
PAYMENT = Payment(
    order_id="A0317-000009",
    bill=BILL,
    paid_at=datetime(2026, 11, 1, 2, 0, tzinfo=UTC),
    method="qr",
    payment_reference="P-9",
    biller_reference="W-9",
)
OLD_PAYMENT = replace(PAYMENT, order_id="A0317-000003", reprintable=False, copies=2)
INVOICE = Invoice(
    "26112000000012345678",
    datetime(2026, 11, 20, tzinfo=UTC),
    Fen(8640),
    "涪山自来水公司",
    "https://invoice.example/26112000000012345678",
)

CASE = Case(
    number="2026112000017",
    matter="cross-region-treatment-filing",
    title="跨省异地就医备案",
    state=CaseState.SUBMITTED,
    applied_at=datetime(2026, 11, 19, 19, 12, tzinfo=UTC),
    due=date(2026, 11, 24),
    steps=(CaseStep(datetime(2026, 11, 19, 19, 12, tzinfo=UTC), CaseState.SUBMITTED),),
)


def case_in(state: CaseState, number: str = CASE.number) -> Case:
    """Return the case as it looks in a later state."""
    told = CaseStep(CASE.applied_at + timedelta(hours=6), state, "意见")
    return replace(
        CASE,
        number=number,
        state=state,
        steps=(*CASE.steps, told),
        missing=("居住证明不清晰",) if state is CaseState.SUPPLEMENT else (),
        reason="未参加本市医保" if state is CaseState.NOT_ACCEPTED else "",
        result="已备案" if state is CaseState.FINISHED else "",
    )


def order_in(state: OrderState, **fields: object) -> OrderSnapshot:
    """Return the order of the first bill in a state."""
    order = OrderSnapshot("A0317-000001", state, BILL)
    if state is OrderState.PAY_SENT:
        order = replace(order, qr_payload="https://pay.example/1", expires_at=400.0)
    return replace(order, **fields)  # type: ignore[arg-type]
