"""A citizen, a machine and a network that do anything, for property tests.

``World`` answers what was asked and what was not, late, wrongly or never, and keeps
the books that the laws are checked against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.core.bills import PayMethod
from kiosk.core.bodies import FormBody, SignBody
from kiosk.core.intents import (
    AskHelp,
    Back,
    Choose,
    FieldChanged,
    FieldChosen,
    GoHome,
    Intent,
    Leave,
    Next,
    OpenDomain,
    OpenMatter,
    Rate,
    Signed,
    Stay,
    SwitchContrast,
    SwitchLanguage,
    SwitchTextSize,
    Touched,
    TurnPage,
)
from kiosk.core.matter import Matter
from kiosk.core.money import Fen
from kiosk.core.orders import OrderState
from kiosk.core.trouble import TROUBLES
from kiosk.flow import effects as fx
from kiosk.flow import events as ev
from kiosk.flow.draft import form_fields, materials
from kiosk.flow.effects import Effect
from kiosk.flow.steps.pay import SETTLED
from kiosk.session.state import Answer, RunEffects, StopEffects, report
from tests.flows import citizens as c
from tests.flows.script import FlowTest, buttons


def _tried(refusal: str) -> PayMethod:
    """A refusal comes after the phone's own code was shown."""
    return PayMethod.CODE if refusal else PayMethod.QR


GOOD: dict[type[Effect], Callable[[Effect], list[ev.Event]]] = {
    fx.ReadCard: lambda e: [
        ev.CardSeen(),
        ev.CardRead(c.CARD),
        ev.CardRead(c.EXPIRED_CARD),
    ],
    fx.WatchFace: lambda e: [
        ev.FaceSeen(c.NO_FACE),
        ev.FaceSeen(c.GOOD_FACE),
        ev.FaceTaken(c.PORTRAIT),
    ],
    fx.VerifyIdentity: lambda e: [ev.Identified(c.BY_FACE)],
    fx.FetchRecord: lambda e: [ev.RecordFetched(c.RECORD)],
    fx.FetchPrefill: lambda e: [
        ev.PrefillFetched(c.PREFILL),
        ev.PrefillFetched({}),
    ],
    fx.RenderPaper: lambda e: [ev.PaperReady(c.PAPER, c.PREVIEWS)],
    fx.PrintPaper: lambda e: [
        ev.SheetOut(1),
        ev.PaperSettled("presented", number="ACT-1"),
        ev.PaperSettled("notPrinted", "printer.paperOut", "ACT-1"),
        ev.PaperSettled("partly", "printer.paperJammed", "ACT-1"),
        ev.PaperSettled("unknown", "printer.unavailable", "ACT-1"),
    ],
    fx.FindAccount: lambda e: [
        ev.AccountFound(c.ACCOUNT),
        ev.AccountFound(c.SEVERAL),
        ev.AccountFound(c.PART_ACCOUNT),
        ev.AccountFound(c.PREPAID),
        ev.AccountFound(c.NO_BILLS),
        ev.AccountFound(c.CARD_ACCOUNT),
    ],
    fx.FindAccounts: lambda e: [
        ev.AccountsFound((c.ACCOUNT, c.SEVERAL)),
        ev.AccountsFound((c.PART_ACCOUNT,)),
        ev.AccountsFound(()),
    ],
    fx.FindCardAccount: lambda e: [
        ev.AccountFound(c.CARD_ACCOUNT),
        ev.AccountFound(c.NOT_LOADED),
        ev.AccountFound(c.NO_BILLS),
    ],
    fx.FindPayment: lambda e: [ev.PaymentFound(c.PAYMENT)],
    fx.ListPayments: lambda e: [
        ev.PaymentsListed((c.PAYMENT, c.OLD_PAYMENT)),
        ev.PaymentsListed(()),
    ],
    fx.FetchInvoice: lambda e: [ev.InvoiceFetched(c.INVOICE)],
    fx.FetchFee: lambda e: [
        ev.FeeFetched(c.FEE),
        ev.FeeFetched(replace(c.FEE, amount=Fen(0))),
    ],
    fx.ReadMeterCard: lambda e: [
        ev.MeterCardRead(replace(c.METER_CARD, service="gas")),
        ev.MeterCardRead(replace(c.METER_CARD, service="heat")),
    ],
    fx.FetchLoad: lambda e: [ev.LoadFetched(c.LOAD)],
    fx.LoadCard: lambda e: [ev.CardLoaded(replace(c.METER_CARD, purchases=13))],
    fx.PrintCopy: lambda e: [
        ev.PaperSettled("presented", number="O-1"),
        ev.PaperSettled("notPrinted", "receipt.paperOut", "O-1"),
        ev.PaperSettled("unknown", "receipt.unavailable", "O-1"),
    ],
    fx.ScanCode: lambda e: [
        ev.CodeScanned(c.PAYMENT_CODE),
        ev.CodeScanned(f"WS{c.ACCOUNT_NUMBER}"),
        ev.CodeScanned("6901234567892"),
        ev.CodeScanned(c.PAYMENT.order_id),
    ],
    fx.OpenOrder: lambda e: (
        [
            ev.OrderChanged(c.order_in(state, slow=slow, refusal=refusal))
            for state in OrderState
            for slow in (False, True)
            for refusal in ("", "expired", "neverHeardOf")
        ]
        + [
            ev.OrderChanged(
                c.order_in(
                    OrderState.PAY_SENT,
                    qr_payload="",
                    expires_at=None,
                    method=PayMethod.CARD,
                    card_busy=busy,
                    prompt=prompt if busy else "",
                    refusal="" if busy else prompt,
                    slow=slow,
                )
            )
            for slow in (False, True)
            for busy in (True, False)
            for prompt in ("", "insertCard", "enterPin", "removeCard", "declined")
        ]
    ),
    fx.ChooseMethod: lambda e: [],
    fx.PresentCode: lambda e: [],
    fx.LeaveOrder: lambda e: [],
    fx.PrintReceipt: lambda e: [
        ev.PaperSettled("presented", number="O-1"),
        ev.PaperSettled("notPrinted", "receipt.paperOut", "O-1"),
        ev.PaperSettled("unknown", "receipt.unavailable", "O-1"),
    ],
    fx.PrintSlip: lambda e: [ev.PaperSettled("presented", number="O-1")],
    fx.FindLicences: lambda e: [
        ev.LicencesFound((c.SOCIAL_CARD,)),
        ev.LicencesFound(()),
    ],
    fx.UseLicence: lambda e: [ev.LicenceUsed(getattr(e, "key", ""), c.LICENCE_USE)],
    fx.WatchPage: lambda e: [ev.PageSeen(c.GOOD_PAGE), ev.PageSeen(c.NO_PAGE)],
    fx.TakePage: lambda e: [ev.PageTaken(c.PAGE)],
    fx.DrawSignature: lambda e: [ev.SignatureDrawn(c.SIGNATURE)],
    fx.OpenSubmission: lambda e: [ev.SubmissionOpened("S-1")],
    fx.SubmitCase: lambda e: [ev.CaseFiled(c.CASE)],
    fx.ListCases: lambda e: [
        ev.CasesListed(()),
        ev.CasesListed((c.CASE,)),
    ],
    fx.SendRating: lambda e: [],
}
SILENT = (fx.ChooseMethod, fx.PresentCode, fx.LeaveOrder, fx.SendRating)
"""Effects whose success says nothing."""


def last_word(event: ev.Event) -> bool:
    """Tell whether an effect is over with this answer."""
    goes_on = ev.CardSeen | ev.FaceSeen | ev.PageSeen | ev.SheetOut
    if isinstance(event, ev.OrderChanged):
        return event.order.ended
    return not isinstance(event, goes_on)


def _place_of(state: OrderState, slow: bool) -> int:
    return list(OrderState).index(state) * 6 + 3 * slow


def _kind_answer(effect: Effect, test: FlowTest, pick: int) -> ev.Event | None:
    """Return what leads on; ``None`` where it is the citizen's turn."""
    if isinstance(effect, fx.ScanCode):
        return None
    if isinstance(effect, fx.WatchPage):
        ready = "shoot" in buttons(test.view)
        return None if ready else ev.PageSeen(c.GOOD_PAGE)
    if isinstance(effect, fx.OpenOrder):
        flow = test.terminal.flow
        begun = flow is not None and flow.facts.order is not None
        state = list(OrderState)[pick % 12] if begun else OrderState.PAY_SENT
        slow = begun and pick % 3 == 0
        return GOOD[fx.OpenOrder](effect)[_place_of(state, slow)]
    last = {
        fx.ReadCard: 1,
        fx.WatchFace: 2,
        fx.PrintPaper: (1, 1, 2, 3, 4)[pick % 5],
        fx.FindAccount: pick % 4,
        fx.FindAccounts: pick % 2,
        fx.FindCardAccount: pick % 2,
    }
    return GOOD[type(effect)](effect)[last.get(type(effect), 0)]


def _typed(key: str, longest: int) -> str:
    if key == "account":
        return c.LONG_NUMBER[:longest]
    known = {
        "amount": "50",
        "copies": "2",
        "phone": c.PHONE,
        "start_date": "2026-11-20",
    }
    return known.get(key, c.ADDRESS)


def intents(matter: Matter) -> list[Intent]:
    """Return everything a screen could send, sensible or not."""
    fields = [each.key for each in form_fields(matter)] + ["account", "amount"]
    papers = [each.key for each in materials(matter)]
    chosen = ["retry", "again", "cancel", "another", "none-applies", "one-applies"]
    chosen += ["agree", "decline", "shoot", "accept", "bill:B-0", "bill:B-9", ""]
    chosen += [f"case:{c.CASE.number}", "case:?", "use:?", "photo:?"]
    chosen += ["by-card", "known", "account:0", "account:7", "amount:5500", "amount:?"]
    chosen += ["way:card", "way:qr", "way:?", "load", "later", "copy", "invoice"]
    chosen += [f"payment:{c.PAYMENT.order_id}", "payment:?", "list"]
    chosen += [f"{verb}:{key}" for verb in ("use", "photo") for key in papers]
    typed = ("", c.PHONE, c.ACCOUNT_NUMBER, "resident", "510000", "x" * 300)
    plain = (Touched(), Next(), Back(), Leave(), Stay(), GoHome(), AskHelp())
    looks = (SwitchLanguage(), SwitchTextSize(), SwitchContrast())
    return [
        *plain,
        *looks,
        *(Choose(key) for key in chosen),
        *(FieldChosen(key) for key in (*fields, "?")),
        *(FieldChanged(key, value) for key in (*fields, "?") for value in typed),
        *(TurnPage(by) for by in (-1, 1)),
        *(Rate(level) for level in (0, 1, 5, 9)),
        Signed((), 3.0),
        Signed((((0.1, 0.5), (0.9, 0.5)),), 3.0),
        Signed((((0.1, 0.5), (0.9, 0.5)),), 0.0),
        OpenMatter(matter.key),
        OpenMatter("?"),
        OpenDomain(matter.domain),
    ]


@dataclass
class World:
    """One terminal and what is going on around it.

    Attributes:
        running: effects that were begun and neither answered nor stopped.
        printed: how often each paper was given to the printer,
        nothing_came_out: and how often it is known that it did not come out.
        opened: numbers of submissions that are on disk.
    """

    test: FlowTest
    running: list[tuple[int, Effect]] = field(default_factory=list)
    printed: Counter[str] = field(default_factory=Counter)
    nothing_came_out: Counter[str] = field(default_factory=Counter)
    receipts: Counter[str] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)

    def tell(self, event: object) -> None:
        """Give the terminal an event, then check and note what it began."""
        self.test.send(event)  # type: ignore[arg-type]
        self._note()

    def answer(self, which: int, what: int, code: str, retry: str) -> None:
        """Let one running effect say something; it may be stale by now.

        Args:
            what: which of its good answers; beyond them it fails.
        """
        if not self.running:
            return
        serial, effect = self.running[which % len(self.running)]
        good = GOOD[type(effect)](effect)
        if what < len(good):
            event: ev.Event = good[what]
        elif good or code.startswith("platform"):
            event = ev.Failed(type(effect).__name__, code, retry)
        else:
            event = ev.Failed(type(effect).__name__, "platform.unreachable", retry)
        if last_word(event):
            self.running.remove((serial, effect))
        self._book(effect, event)
        self.tell(Answer(serial, event))

    def _book(self, effect: Effect, event: ev.Event) -> None:
        if isinstance(effect, fx.PrintPaper):
            failed = isinstance(event, ev.Failed)
            settled = event.settled if isinstance(event, ev.PaperSettled) else ""
            if failed or settled == "notPrinted":
                self.nothing_came_out[effect.paper.digest] += 1
        if isinstance(event, ev.SubmissionOpened):
            self.opened.add(event.submission_id)

    def get_on(self, pick: int) -> None:
        """Let the world be kind: what was asked is answered well, then go on."""
        serial = self.test.terminal.serial
        for which, (asked_for, effect) in enumerate(self.running):
            good = _kind_answer(effect, self.test, pick)
            if asked_for == serial and good is not None:
                self.answer(which, GOOD[type(effect)](effect).index(good), "", "")
                return
        self.forward(pick)

    def forward(self, pick: int) -> None:
        """Do what a person would do who wants to get on."""
        view, flow = self.test.view, self.test.terminal.flow
        if isinstance(view.body, FormBody) and view.overlay is None and flow:
            for each in view.body.fields:
                values = [value for value, _ in each.choices]
                typed = _typed(each.key, each.max_length)
                value = values[pick % len(values)] if values else typed
                self.tell(FieldChanged(each.key, value))
            self.tell(Next())
        elif isinstance(view.body, SignBody) and view.overlay is None:
            self.tell(Signed((((0.1, 0.5), (0.9, 0.5)),), 3.0))
        else:
            self.press(pick, but=("back", "leave", "home", "ask-help"))

    def press(self, pick: int, but: tuple[str, ...] = ()) -> None:
        """Press any button that can be pressed."""
        footer = {each.key for each in self.test.view.footer} if but else set()
        open_now = buttons(self.test.view)
        keys = sorted(key for key in open_now if key not in {*but, *footer})
        if but and pick % 4 and "next" in keys:
            keys = ["next"]
        if keys:
            intent = open_now[keys[pick % len(keys)]].intent
            assert intent is not None
            self.tell(intent)

    def _note(self) -> None:
        for command in self.test.commands:
            if command == report("matter.opened", matter=self._matter()):
                # A new beginning may print and pay anew.
                for book in (self.printed, self.nothing_came_out, self.receipts):
                    book.clear()
            if isinstance(command, StopEffects):
                self.running = [
                    (serial, effect)
                    for serial, effect in self.running
                    if serial >= command.below or effect.lasting
                ]
            if isinstance(command, RunEffects):
                for effect in command.effects:
                    self._begin(command.serial, effect)

    def _matter(self) -> str:
        flow = self.test.terminal.flow
        return flow.matter.key if flow else ""

    def _begin(self, serial: int, effect: Effect) -> None:
        flow = self.test.terminal.flow
        assert serial <= self.test.terminal.serial
        if flow is not None:
            assert serial == flow.serial, f"{effect} under an old serial"
        else:
            assert effect.lasting, f"{effect} begun without a matter"
        self._keep_the_law(effect)
        self.running = [
            each
            for each in self.running
            if effect.lasting or type(each[1]) is not type(effect)
        ]
        if not isinstance(effect, SILENT):
            self.running.append((serial, effect))

    def _keep_the_law(self, effect: Effect) -> None:
        if isinstance(effect, fx.PrintPaper):
            digest = effect.paper.digest
            assert self.printed[digest] <= self.nothing_came_out[digest], (
                "printed twice"
            )
            self.printed[digest] += 1
        if isinstance(effect, fx.OpenOrder):
            self.receipts.clear()
        if isinstance(effect, fx.PrintReceipt):
            self.receipts[effect.order.order_id] += 1
            assert self.receipts[effect.order.order_id] == 1, "second receipt"
        self._keep_the_law_of_money(effect)
        if isinstance(effect, fx.SubmitCase):
            assert effect.draft.submission_id in self.opened, "nothing on disk"

    def _keep_the_law_of_money(self, effect: Effect) -> None:
        flow = self.test.terminal.flow
        order = flow.facts.order if flow is not None else None
        if isinstance(effect, fx.OpenOrder):
            rule = effect.bill.rule
            assert rule is None or rule.fits(effect.bill.amount), "a wrong amount"
            assert effect.bill.amount > 0, "nothing to pay"
        if isinstance(effect, fx.ChooseMethod):
            assert order is not None
            assert not order.card_busy, "two ways at once"
        if isinstance(effect, fx.LeaveOrder) and order is not None:
            assert order.slow or not order.card_busy, "left the card terminal alone"
        if isinstance(effect, fx.PrintCopy):
            assert effect.payment.reprintable
        if isinstance(effect, fx.FetchLoad):
            assert order is not None
            assert order.state in SETTLED, "credit before it was paid"
        if isinstance(effect, fx.LoadCard):
            writing = [e for _, e in self.running if isinstance(e, fx.LoadCard)]
            assert not writing, "two writings at once"


CODES = sorted(TROUBLES)
