"""The city platform over HTTP, as the kiosk's ports want it.

One class for the three ports, because they go over one signed line; the work is done
in one module per family of the contract. Another province is another class like this
one: nothing outside this package knows more than the ports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import httpx

from kiosk.core.bills import (
    Account,
    Bill,
    CardLoad,
    Invoice,
    MeterCard,
    Payment,
    PayMethod,
)
from kiosk.core.clock import Clock
from kiosk.core.gateway import (
    Case,
    CaseDraft,
    Licence,
    LicenceUse,
    Record,
    SubmittedMaterial,
    TerminalProfile,
)
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OpenOrder,
    OrderTruth,
    PaymentStart,
)
from kiosk.core.people import IdDocument, Person
from kiosk.core.ports import EventLog
from kiosk.core.reconciliation import DayFiles
from services.platform.bills import BillsFamily
from services.platform.cases import CasesFamily
from services.platform.heads import HeadsFamily
from services.platform.identity import IdentityFamily
from services.platform.licences import LicencesFamily
from services.platform.loads import LoadsFamily
from services.platform.orders import OrdersFamily
from services.platform.payments import PaymentsFamily
from services.platform.reconciliation import ReconciliationFamily
from services.platform.records import RecordsFamily
from services.platform.reports import ReportsFamily
from services.platform.sequence import SequenceSource
from services.platform.settings import PlatformSettings
from services.platform.transport import Transport


class HttpGateway:
    """``Gateway``, ``OrdersGateway`` and ``ReconciliationGateway`` of ``kiosk.core``.

    Every method raises as the ports say. Nothing that changes something is sent
    twice in here.

    Args:
        sequence: numbers the requests; see ``services.platform.sequence``.
        wire: replaces the network, for tests of the answers themselves.

    Raises:
        SettingsError: address, key or certificates cannot be used.
    """

    def __init__(
        self,
        settings: PlatformSettings,
        clock: Clock,
        sequence: SequenceSource,
        log: EventLog,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._terminal = settings.terminal
        self._transport = Transport(settings, clock, sequence, log, wire)
        self._identity = IdentityFamily(self._transport)
        self._records = RecordsFamily(self._transport)
        self._licences = LicencesFamily(self._transport)
        self._cases = CasesFamily(self._transport)
        self._bills = BillsFamily(self._transport)
        self._orders = OrdersFamily(self._transport)
        self._loads = LoadsFamily(self._transport)
        self._payments = PaymentsFamily(self._transport)
        self._heads = HeadsFamily(self._transport)
        self._days = ReconciliationFamily(self._transport)
        self._reports = ReportsFamily(self._transport)

    async def aclose(self) -> None:
        """Let the connections go. Safe to call twice."""
        await self._transport.aclose()

    async def fetch_profile(self) -> TerminalProfile:
        return await self._identity.fetch_profile(self._terminal)

    async def verify_identity(
        self, document: IdDocument, portrait_jpeg: bytes | None
    ) -> Person:
        return await self._identity.verify_identity(document, portrait_jpeg)

    async def fetch_record(self, matter: str, person: Person) -> Record:
        return await self._records.fetch_record(matter, person)

    async def fetch_prefill(self, matter: str, person: Person) -> Mapping[str, str]:
        return await self._records.fetch_prefill(matter, person)

    async def find_licences(
        self, kinds: tuple[str, ...], person: Person
    ) -> tuple[Licence, ...]:
        return await self._licences.find_licences(kinds, person)

    async def use_licence(
        self, licence: Licence, matter: str, reason: str, person: Person
    ) -> LicenceUse:
        return await self._licences.use_licence(licence, matter, reason, person)

    async def upload_material(
        self,
        submission_id: str,
        key: str,
        content: bytes,
        media_type: str,
        person: Person,
    ) -> SubmittedMaterial:
        return await self._cases.upload_material(
            submission_id, key, content, media_type, person
        )

    async def submit_case(self, draft: CaseDraft, person: Person) -> Case:
        return await self._cases.submit_case(draft, person)

    async def find_submission(self, submission_id: str, person: Person) -> Case | None:
        return await self._cases.find_submission(submission_id, person)

    async def list_cases(self, person: Person) -> tuple[Case, ...]:
        return await self._cases.list_cases(person)

    async def find_account(self, biller_kind: str, account: str) -> Account:
        return await self._bills.find_account(biller_kind, account)

    async def find_accounts(
        self, biller_kind: str, person: Person
    ) -> tuple[Account, ...]:
        return await self._bills.find_accounts(biller_kind, person)

    async def find_card_account(self, card: MeterCard) -> Account:
        return await self._bills.find_card_account(card)

    async def fetch_fee(
        self, matter: str, answers: Mapping[str, str], person: Person | None
    ) -> Bill:
        return await self._bills.fetch_fee(matter, answers, person)

    async def fetch_load(self, order_id: str) -> CardLoad:
        return await self._loads.fetch_load(order_id)

    async def confirm_load(self, order_id: str, purchase: int) -> None:
        await self._loads.confirm_load(order_id, purchase)

    async def list_payments(
        self, biller_kind: str, account: str, person: Person
    ) -> tuple[Payment, ...]:
        return await self._payments.list_payments(biller_kind, account, person)

    async def find_payment(self, order_id: str) -> Payment:
        return await self._payments.find_payment(order_id)

    async def count_copy(self, order_id: str, act_id: str) -> int:
        return await self._payments.count_copy(order_id, act_id)

    async def fetch_invoice(self, order_id: str, person: Person | None) -> Invoice:
        return await self._payments.fetch_invoice(order_id, person)

    async def rate(self, subject: str, matter: str, level: int) -> None:
        await self._reports.rate(subject, matter, level)

    async def report_print(
        self, act_id: str, matter: str, digest: str, sheets: int, outcome: str
    ) -> None:
        await self._reports.report_print(act_id, matter, digest, sheets, outcome)

    async def put_order(self, order_id: str, bill: Bill) -> None:
        await self._orders.put_order(order_id, bill)

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        return await self._orders.start_qr(order_id, method)

    async def start_card(self, order_id: str) -> PaymentStart:
        return await self._orders.start_card(order_id)

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        return await self._orders.report_card(order_id, receipt)

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        return await self._orders.pay_by_code(order_id, payment_code)

    async def query_order(self, order_id: str) -> OrderTruth:
        return await self._orders.query_order(order_id)

    async def cancel_order(self, order_id: str) -> OrderTruth:
        return await self._orders.cancel_order(order_id)

    async def post_order(self, order_id: str) -> OrderTruth:
        return await self._orders.post_order(order_id)

    async def void_posting(self, order_id: str) -> OrderTruth:
        return await self._orders.void_posting(order_id)

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        return await self._orders.open_orders()

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        return await self._heads.report_head(head)

    async def fetch_day(self, day: date) -> DayFiles:
        return await self._days.fetch_day(day)
