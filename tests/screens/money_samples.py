"""Sample views of money: real pages of the flow, with its real words, on invented data.

Every state of paying, of amounts, meter cards, payments made before and invoices is
drawn, so that what is checked by machine is what citizens will see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.core import bodies as v
from kiosk.core.bill_steps import AccountStep, AmountStep, MeterStep
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
from kiosk.core.matter import Matter
from kiosk.core.money import Fen
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.words import Words
from kiosk.flow.account_pages import list_body, nothing_body, number_body
from kiosk.flow.bill_page import bill_body
from kiosk.flow.events import Failed
from kiosk.flow.facts import Facts
from kiosk.flow.load_pages import again_body, later_body, loaded_body, offer_body
from kiosk.flow.move import Scene
from kiosk.flow.payment_history import invoice_body, none_body, payment_body
from kiosk.flow.payment_history import payments_body as payments
from kiosk.flow.payment_page import pay_body, pay_result_body
from kiosk.flow.steps.amount import AmountArm, Asking
from kiosk.flow.steps.load import LoadArm, Loading, Stage
from kiosk.flow.steps.meter import Inserting, MeterArm
from services.catalogue.loader import load_catalogue

HOLDER = "李*芳"
ORDER = "A0317-0G55-00001907-1"
BILL = Bill(
    "B-1",
    "1",
    "国网涪山供电公司",
    "510****016",
    HOLDER,
    "涪山区文昌街******",
    "2026-10",
    "186度",
    Fen(9672),
    service="power",
    methods=tuple(PayMethod),
)
HEAT = replace(
    BILL,
    biller="涪山热力公司",
    period="",
    usage="2026-2027采暖季 86.40平方米",
    amount=Fen(207360),
    service="heat",
    rule=AmountRule(
        Fen(50000), Fen(207360), Fen(10000), (Fen(50000), Fen(100000), Fen(207360))
    ),
)
GAS = replace(
    BILL,
    biller="涪山燃气有限公司",
    period="",
    usage="",
    amount=Fen(5500),
    service="gas",
    rule=AmountRule(
        Fen(1375),
        Fen(41250),
        Fen(275),
        (Fen(5500), Fen(13750), Fen(27500)),
        "立方米",
        Fen(275),
    ),
)
FINE = replace(
    BILL,
    biller="涪山区公安局交通警察大队",
    account_masked="9990****9714",
    usage="超速10%以上未达20%,罚款200.00元,加处罚款108.00元",
    amount=Fen(30800),
    service="fine",
)
ACCOUNT = Account(
    account="5100230016",
    biller="power",
    biller_name=BILL.biller,
    holder_masked=HOLDER,
    account_masked=BILL.account_masked,
    address_masked=BILL.address_masked,
    bills=tuple(
        replace(BILL, bill_key=f"B-{month}", period=f"2026-{month:02}")
        for month in range(6, 11)
    ),
    service="power",
    whole=replace(BILL, bill_key="B-ALL", period="2026-06 / 10", amount=Fen(48360)),
)
PREPAID = replace(
    ACCOUNT, bills=(), whole=None, kind="prepaid", balance=Fen(-260), topup=HEAT
)
LOAD = CardLoad(ORDER, "9990030000000031", 13, 5000, "立方米", Fen(13750), b"t")
PAYMENT = Payment(
    ORDER,
    BILL,
    datetime(2026, 10, 12, 3, 8, 37, tzinfo=UTC),
    "card",
    "P-1",
    "XZ20261012110837",
    copies=2,
)
INVOICE = Invoice(
    "26999000000000001907",
    PAYMENT.paid_at,
    BILL.amount,
    BILL.biller,
    "https://invoice.example/26999000000000001907",
)
_MATTERS = {each.key: each for each in load_catalogue().matters}
_DEVICES = frozenset(
    {"scanner", "receipt", "card-terminal", "meter-card", "idcard", "payment"}
)


def _scene(key: str) -> Scene:
    site = Words("涪山区政务服务中心", "Fushan District Service Centre")
    return Scene(_MATTERS[key], "A-0317", "0000-12345", site, 100.0, available=_DEVICES)


def _step(matter: Matter, kind: type) -> object:
    return next(each for each in matter.steps if isinstance(each, kind))


def every_money_body() -> Mapping[str, v.Body]:
    """Return all sample bodies by name."""
    return {**_accounts(), **_amounts(), **_paying(), **_meter(), **_history()}


def _accounts() -> dict[str, v.Body]:
    scene = _scene("power-payment")
    step = _step(scene.matter, AccountStep)
    records = _scene("water-payment-records")
    by_slip = _step(records.matter, AccountStep)
    assert isinstance(step, AccountStep) and isinstance(by_slip, AccountStep)
    ways = {"by_card": True, "by_meter_card": False}
    typed = Facts(answers={"account": "5100230058"}, account=ACCOUNT)
    two = (ACCOUNT, replace(PREPAID, bills=()))
    return {
        "account": number_body(step, Facts(), scene, wrong=False, note="", **ways),
        "account-refused": number_body(
            step,
            typed,
            scene,
            wrong=False,
            note="platform.EQ0027",
            by_card=True,
            by_meter_card=True,
        ),
        "account-wrong": number_body(
            by_slip,
            Facts(answers={"account": "51"}),
            records,
            wrong=True,
            note="",
            **ways,
        ),
        "account-list": list_body(two, 0),
        "account-nothing": nothing_body(replace(ACCOUNT, bills=())),
        "bill-several": bill_body(Facts(account=ACCOUNT, bill=ACCOUNT.whole)),
        "bill-fine": bill_body(Facts(bill=FINE)),
    }


def _amounts() -> dict[str, v.Body]:
    arm = AmountArm()
    found: dict[str, v.Body] = {}
    for name, key, bill, state in (
        ("amount-part", "heat-payment", HEAT, Asking("500")),
        ("amount-wrong", "heat-payment", HEAT, Asking("123.45", wrong=True)),
        ("amount-units", "gas-card-topup", GAS, Asking("137.5")),
    ):
        scene = _scene(key)
        step = _step(scene.matter, AmountStep)
        assert isinstance(step, AmountStep)
        found[name] = arm.body(step, state, Facts(bill=bill), scene)
    return found


def _paying() -> dict[str, v.Body]:
    scene = _scene("power-payment")
    shown = OrderSnapshot(
        ORDER,
        OrderState.PAY_SENT,
        BILL,
        qr_payload=f"https://pay.example/q/{ORDER}?sum=9672&sign=7d3b1c",
        expires_at=376.0,
    )
    card = replace(shown, method=PayMethod.CARD, qr_payload="", expires_at=None)
    busy = replace(card, card_busy=True)
    orders = {
        "pay-ways": shown,
        "pay-three-ways": replace(
            shown, bill=replace(BILL, methods=tuple(PayMethod)[:4])
        ),
        "pay-ecny": replace(shown, method=PayMethod.ECNY),
        "pay-insert": replace(busy, prompt="insertCard"),
        "pay-pin": replace(busy, prompt="enterPin"),
        "pay-card-wait": replace(busy, prompt="wait"),
        "pay-remove": replace(busy, prompt="removeCard"),
        "pay-declined": replace(card, refusal="declined"),
        "pay-code-refused": replace(shown, refusal="notEnough"),
        "pay-card-slow": replace(busy, prompt="wait", slow=True),
        "pay-slow": replace(shown, state=OrderState.PAID, slow=True),
        "pay-cancelling": replace(shown, state=OrderState.CANCELLING),
        "pay-refunding": replace(shown, state=OrderState.REFUNDING),
    }
    found: dict[str, v.Body] = {
        name: pay_body(
            Facts(bill=order.bill, order=order),
            scene,
            wrong_code=False,
            checking=False,
            leaving=False,
        )
        for name, order in orders.items()
    }
    for state in (OrderState.CANCELLED, OrderState.REFUNDED, OrderState.SUSPENSE):
        ended = replace(shown, state=state, reason="EQ0012")
        found[f"pay-end-{state.value.lower()}"] = pay_result_body(ended, scene)
    return found


def _meter() -> dict[str, v.Body]:
    scene = _scene("gas-card-topup")
    step = _step(scene.matter, MeterStep)
    assert isinstance(step, MeterStep)
    arm, load = MeterArm(), LoadArm()
    card = MeterCard(LOAD.serial, "gas", "80031031", 12, 0)
    facts = Facts(account=ACCOUNT, card=card)
    inserting = {
        "meter": Inserting(),
        "meter-pulled": Inserting(v.CardStage.FAILED, "meter-card.noMedia"),
        "meter-other": Inserting(v.CardStage.FAILED, "meter.other_service"),
        "meter-full": Inserting(
            failed=Failed("FindCardAccount", "meter-card.unitsNotTaken", "never")
        ),
        "meter-finding": Inserting(v.CardStage.READ),
        "meter-nothing": Inserting(v.CardStage.READ, nothing=True),
    }
    writing = Loading(Stage.WRITING, ORDER, LOAD)
    pulled = Failed("LoadCard", "meter-card.loadInterrupted", "now")
    other = Failed("LoadCard", "meter-card.wrongCard", "now")
    return {
        **{
            name: arm.body(step, each, facts, scene) for name, each in inserting.items()
        },
        "load-writing": load.body(scene.matter.steps[4], writing, facts, scene),  # type: ignore[arg-type]
        "load-offer": offer_body(LOAD),
        "load-pulled": again_body(pulled, ORDER, scene),
        "load-wrong-card": again_body(other, ORDER, scene),
        "load-later": later_body(ORDER, LOAD, scene),
        "load-loaded": loaded_body(LOAD, may_buy=True),
    }


def _history() -> dict[str, v.Body]:
    scene = _scene("power-payment-records")
    several = tuple(
        replace(PAYMENT, order_id=f"A0317-0G55-0000190{n}-1", bill=bill)
        for n, bill in enumerate((BILL, HEAT, FINE, GAS, BILL))
    )
    old = replace(PAYMENT, reprintable=False, copies=0)
    return {
        "payments": payments(several, 0, scene),
        "payments-none": none_body(),
        "payment": payment_body(PAYMENT, "", scene, listed=True),
        "payment-old": payment_body(old, "", scene, listed=False),
        "payment-copied": payment_body(PAYMENT, "presented", scene, listed=True),
        "invoice": invoice_body(INVOICE, scene),
    }
