"""Print: done when the paper is settled, not when bytes have left.

Nothing is printed twice: doing it again is offered only where the printer has said
that nothing came out and the job is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.core.bodies import Body, ResultBody, TakeBody, WorkingBody
from kiosk.core.intents import Back, Choose, Next
from kiosk.core.matter import PrintStep
from kiosk.core.media import Settled
from kiosk.core.money import yuan_text
from kiosk.core.parts import Row, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.buttons import help_button, home_button, next_button, retry_button
from kiosk.flow.effects import Effect, PrintPaper, PrintReceipt, RenderPaper
from kiosk.flow.events import (
    Event,
    Failed,
    PaperReady,
    PaperSettled,
    SheetOut,
    Ticked,
)
from kiosk.flow.facts import Facts
from kiosk.flow.load_pages import units_words
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.papers import notice_paper
from kiosk.flow.trouble import sentence, trouble_body


class Stage(StrEnum):
    """Where the paper is."""

    WORKING = "working"
    TAKE = "take"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Printing:
    """State of the step.

    Attributes:
        sheets: sheets that are out, by the printer's own counter.
        since: monotonic second of the beginning.
    """

    stage: Stage = Stage.WORKING
    sheets: int = 0
    since: float = 0.0
    elapsed_s: int = 0
    failed: Failed | None = None
    settled: str = ""


class PrintArm:
    """Make the paper, follow the sheets, tell the truth about them."""

    def enter(self, step: PrintStep, facts: Facts, scene: Scene) -> Move[Printing]:
        state = Printing(since=scene.now)
        if step.what == "receipt":
            return self._enter_receipt(state, facts, scene)
        if step.what == "notice":
            facts = replace(facts, paper=None, previews=())
            data = notice_paper(scene.matter, facts, scene)
            return Move(state, facts, (RenderPaper(step.template, data),))
        return Move(state, facts, self._print(facts, scene))

    def _enter_receipt(
        self, state: Printing, facts: Facts, scene: Scene
    ) -> Move[Printing]:
        if facts.order is None:
            # There was nothing to pay.
            return Move(state, facts, where=Where.NEXT)
        unloaded = facts.loaded == "later"
        effect = PrintReceipt(
            scene.matter.key, facts.order, scene.place, facts.load, unloaded
        )
        return Move(state, facts, (effect,))

    def _print(self, facts: Facts, scene: Scene) -> tuple[Effect, ...]:
        assert facts.paper is not None, "the document was reviewed before"
        return (PrintPaper(scene.matter.key, facts.paper),)

    def on(
        self, step: PrintStep, state: Printing, facts: Facts, scene: Scene, event: Event
    ) -> Move[Printing]:
        match event:
            case PaperReady(paper=paper):
                facts = replace(facts, paper=paper)
                return Move(state, facts, self._print(facts, scene))
            case SheetOut(sheets=sheets):
                return Move(replace(state, sheets=sheets), facts)
            case PaperSettled():
                return self._settled(step, state, facts, event)
            case Failed():
                return Move(replace(state, stage=Stage.FAILED, failed=event), facts)
            case Choose(key="retry") if self._may_retry(step, state):
                return self.enter(step, facts, scene)
            case Next() if state.stage is not Stage.WORKING:
                return Move(state, facts, where=Where.NEXT)
            case Back() if state.stage is Stage.FAILED:
                return Move(state, facts, where=Where.HOME)
            case Ticked(now=now):
                elapsed = int(now - state.since)
                return Move(replace(state, elapsed_s=elapsed), facts)
            case _:
                return Move(state, facts)

    def _settled(
        self, step: PrintStep, state: Printing, facts: Facts, settled: PaperSettled
    ) -> Move[Printing]:
        facts = replace(facts, printed=settled.settled, act=settled.number)
        state = replace(state, settled=settled.settled)
        if settled.settled == Settled.PRESENTED:
            return Move(replace(state, stage=Stage.TAKE), facts)
        code = settled.code
        if settled.settled in (Settled.PARTLY, Settled.UNKNOWN):
            family = "receipt" if step.what == "receipt" else "printer"
            word = "unknown" if family == "receipt" else settled.settled
            code = f"{family}.{word}"
        failed = Failed("PrintPaper", code, "later", settled.number)
        return Move(replace(state, stage=Stage.FAILED, failed=failed), facts)

    def _may_retry(self, step: PrintStep, state: Printing) -> bool:
        if step.what == "receipt" or state.failed is None:
            return False
        return state.settled in ("", Settled.NOT_PRINTED)

    def body(
        self, step: PrintStep, state: Printing, facts: Facts, scene: Scene
    ) -> Body:
        if step.what == "receipt" and state.stage is not Stage.WORKING:
            return _paid_body(state, facts, scene)
        if state.stage is Stage.FAILED and state.failed is not None:
            return self._failed_body(step, state, facts, scene)
        if state.stage is Stage.TAKE:
            return _take_body(step, facts)
        return self._working_body(step, state, facts)

    def _working_body(
        self, step: PrintStep, state: Printing, facts: Facts
    ) -> WorkingBody:
        if step.what == "receipt":
            return WorkingBody(
                say("print.receipt.title"),
                say("print.receipt.second"),
                picture="receipt",
                elapsed_s=state.elapsed_s,
            )
        total = facts.paper.pages if facts.paper else 1
        return WorkingBody(
            title=say("print.paper.title"),
            second_line=say("print.paper.second", done=state.sheets, total=total),
            picture="paper",
            done=state.sheets / total,
            elapsed_s=state.elapsed_s,
        )

    def _failed_body(
        self, step: PrintStep, state: Printing, facts: Facts, scene: Scene
    ) -> Body:
        assert state.failed is not None
        if step.what == "notice" and facts.case is not None:
            again = self._may_retry(step, state)
            return _filed_without_paper(state.failed, facts, again)
        return trouble_body(state.failed, scene, may_retry=self._may_retry(step, state))

    def back_allowed(self, state: Printing) -> bool:
        return False

    def leave_allowed(self, state: Printing) -> bool:
        return state.stage is not Stage.WORKING


def _take_body(step: PrintStep, facts: Facts) -> TakeBody:
    sheets = facts.paper.pages if facts.paper else 1
    return TakeBody(
        title=say(f"print.take.{step.what}.title"),
        second_line=say(f"print.take.{step.what}.second", sheets=sheets),
        picture="paper",
        next=next_button("print.taken"),
    )


def _paid_body(state: Printing, facts: Facts, scene: Scene) -> ResultBody:
    order = facts.order
    assert order is not None
    printed = state.stage is Stage.TAKE
    unloaded = facts.loaded == "later"
    keep = "load.later.keep" if unloaded else "pay.done.keep"
    return ResultBody(
        title=say("load.unloaded.title" if unloaded else "pay.done.title"),
        second_line=_what_now(state, facts),
        tone=Tone.WARN if unloaded else Tone.OK,
        rows=(
            *_load_rows(facts),
            Row(say("pay.amount"), Words(f"¥ {yuan_text(order.amount)}"), strong=True),
            Row(say("bill.account"), Words(order.bill.account_masked)),
            Row(say("pay.order"), Words(order.order_id)),
        ),
        actions=(next_button("button.done"),),
        qr_payload="" if printed else order.order_id,
        qr_caption=None if printed else say(keep),
    )


def _what_now(state: Printing, facts: Facts) -> Say:
    printed = state.stage is Stage.TAKE
    if facts.loaded == "later":
        return say("load.unloaded.take" if printed else "load.unloaded.photo")
    if facts.loaded:
        return say("load.done.take" if printed else "load.done.photo")
    if printed or state.failed is None:
        return say("pay.done.take")
    return sentence(state.failed.code)


def _load_rows(facts: Facts) -> tuple[Row, ...]:
    if facts.load is None:
        return ()
    label = "load.not_on_card" if facts.loaded == "later" else "load.on_card"
    return (Row(say(label), units_words(facts.load), strong=True),)


def _filed_without_paper(failed: Failed, facts: Facts, again: bool) -> ResultBody:
    case = facts.case
    assert case is not None
    return ResultBody(
        title=say("submit.done.title"),
        second_line=sentence(failed.code),
        tone=Tone.OK,
        rows=(
            Row(say("case.number"), Words(case.number), strong=True),
            Row(say("case.due"), Words(case.due.isoformat() if case.due else "")),
        ),
        actions=(
            *((retry_button(),) if again and failed.retry != "never" else ()),
            next_button("button.done"),
            home_button(),
            help_button(),
        ),
        qr_payload=case.number,
        qr_caption=say("submit.done.keep"),
    )
