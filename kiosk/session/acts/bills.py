"""Acts of asking about bills: the platform answers, or refuses with a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.core.errors import KioskError
from kiosk.flow.effects import (
    Effect,
    FetchFee,
    FetchInvoice,
    FindAccount,
    FindAccounts,
    FindPayment,
    ListPayments,
)
from kiosk.flow.events import (
    AccountFound,
    AccountsFound,
    Event,
    FeeFetched,
    InvoiceFetched,
    PaymentFound,
    PaymentsListed,
)
from kiosk.session.acts.context import Stage, failed_by

Found = TypeVar("Found")


async def ask(
    stage: Stage,
    effect: Effect,
    question: Awaitable[Found],
    answer: Callable[[Found], Event],
) -> None:
    """Wait for an answer of the platform and give it to the step."""
    try:
        found = await question
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(answer(found))


async def find_account(stage: Stage, effect: FindAccount) -> None:
    """Find an account by its number."""
    gateway = stage.ports.gateway
    question = gateway.find_account(effect.biller_kind, effect.account)
    await ask(stage, effect, question, AccountFound)


async def find_accounts(stage: Stage, effect: FindAccounts) -> None:
    """Find a person's accounts."""
    gateway = stage.ports.gateway
    question = gateway.find_accounts(effect.biller_kind, effect.person)
    await ask(stage, effect, question, AccountsFound)


async def find_payment(stage: Stage, effect: FindPayment) -> None:
    """Find a payment by the number on its slip."""
    question = stage.ports.gateway.find_payment(effect.order_id)
    await ask(stage, effect, question, PaymentFound)


async def list_payments(stage: Stage, effect: ListPayments) -> None:
    """List the payments of an account."""
    gateway = stage.ports.gateway
    question = gateway.list_payments(effect.biller_kind, effect.account, effect.person)
    await ask(stage, effect, question, PaymentsListed)


async def fetch_invoice(stage: Stage, effect: FetchInvoice) -> None:
    """Issue an electronic invoice, or fetch it."""
    question = stage.ports.gateway.fetch_invoice(effect.order_id, effect.person)
    await ask(stage, effect, question, InvoiceFetched)


async def fetch_fee(stage: Stage, effect: FetchFee) -> None:
    """Ask what a matter costs."""
    gateway = stage.ports.gateway
    question = gateway.fetch_fee(effect.matter, effect.answers, effect.person)
    await ask(stage, effect, question, FeeFetched)
