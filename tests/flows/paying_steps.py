"""水费缴纳: the steps on the way to the money, for every test of paying."""

from __future__ import annotations

from kiosk.core.bodies import (
    FormBody,
    PayBody,
    ReviewBody,
    WorkingBody,
)
from kiosk.core.intents import FieldChanged
from kiosk.core.orders import OrderState as S
from kiosk.flow.effects import (
    FindAccount,
    OpenOrder,
    PrintReceipt,
    ScanCode,
)
from kiosk.flow.events import (
    AccountFound,
    OrderChanged,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    order_in,
)
from tests.flows.script import FlowStep, FlowTest

KEY = "water-payment"
FORM = "请输入水费户号"
TYPED = (
    FlowStep(FormBody, FORM, do=FieldChanged("account", ACCOUNT_NUMBER)),
    FlowStep(FormBody, FORM, press="next", effects=(FindAccount,)),
)
FOUND = (
    *TYPED,
    FlowStep(WorkingBody, "account.busy.account", do=AccountFound(ACCOUNT)),
)
TO_PAYING = (
    *FOUND,
    FlowStep(
        ReviewBody,
        "review.bill.title",
        press="next",
        effects=(OpenOrder, ScanCode),
        check=lambda body: body.amount == "86.40" and not body.choices,
    ),
)
WAITING = (
    FlowStep(PayBody, "pay.starting.title", do=OrderChanged(order_in(S.INTENT))),
    FlowStep(PayBody, "pay.starting.title", do=OrderChanged(order_in(S.PAY_SENT))),
)


def start_paying(visit, **options) -> FlowTest:
    """Go as far as the page that waits for the money."""
    return visit(**options).open(KEY).run(*TO_PAYING, *WAITING)


def settled(test: FlowTest) -> FlowTest:
    """Pay, and see the bill posted."""
    return test.run(
        FlowStep(PayBody, "pay.waiting.title", do=OrderChanged(order_in(S.PAID))),
        FlowStep(PayBody, "pay.paid.title", do=OrderChanged(order_in(S.POST_SENT))),
        FlowStep(
            PayBody,
            "pay.paid.title",
            do=OrderChanged(order_in(S.POSTED, receipt="owed")),
            effects=(PrintReceipt,),
            stops=True,
        ),
    )
