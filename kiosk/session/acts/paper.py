"""Acts on paper: render, print, and keep the journal true about every sheet.

Write before you act: a durable row precedes the first byte to a printer. A row that
was begun and never ended means that the machine died in between; the next start
clears the printer and closes the row as unknown (``settle_open_acts``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from anyio import to_thread

from kiosk.core.device import Completion
from kiosk.core.errors import KioskError
from kiosk.core.media import PrintOutcome, Receipt, Settled
from kiosk.core.ports import ActKind
from kiosk.core.trouble import device_trouble
from kiosk.flow.effects import (
    Effect,
    PrintCopy,
    PrintPaper,
    PrintReceipt,
    PrintSlip,
    RenderPaper,
)
from kiosk.flow.events import PaperReady, PaperSettled, SheetOut
from kiosk.session.acts.context import Stage, failed_by, no_device
from kiosk.session.ports import Ports
from kiosk.session.slips import order_slip, payment_receipt

PREVIEW_WIDTH_PX = 900
_NOTHING = PrintOutcome(Settled.NOT_PRINTED)


async def render_paper(stage: Stage, effect: RenderPaper) -> None:
    """Fill a template and draw its previews."""
    make = stage.ports.documents
    try:
        render = partial(make.render_blocking, effect.template, effect.data)
        paper = await to_thread.run_sync(render)
        preview = partial(make.preview_blocking, paper, PREVIEW_WIDTH_PX)
        pages = await to_thread.run_sync(preview)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(PaperReady(paper, pages))


async def print_paper(stage: Stage, effect: PrintPaper) -> None:
    """Print a document and follow it until it is settled."""
    printer = stage.ports.printer
    if printer is None:
        stage.emit(no_device(effect, "printer"))
        return
    ports, paper = stage.ports, effect.paper
    try:
        act = await ports.acts.begin(
            ActKind.PRINT_DOCUMENT, effect.matter, paper.digest
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error))
        return
    completion = await printer.print_native(
        paper, on_sheet=lambda sheets: stage.emit(SheetOut(sheets))
    )
    outcome = outcome_of(completion)
    await end_paper_act(ports, act, outcome)
    stage.emit(settled("printer", completion, outcome, act))


def outcome_of(completion: Completion[PrintOutcome]) -> PrintOutcome:
    """Return what is known of the paper; a completion without it knows nothing."""
    return completion.payload or PrintOutcome(Settled.UNKNOWN)


def settled(
    device: str,
    completion: Completion[PrintOutcome],
    outcome: PrintOutcome,
    number: str,
) -> PaperSettled:
    """Return the event for a printing that is over."""
    code = "" if completion.ok else device_trouble(device, completion)
    return PaperSettled(outcome.settled.value, code, number)


async def end_paper_act(ports: Ports, act: str, outcome: PrintOutcome) -> None:
    """Close the row of a printing in the journal."""
    try:
        await ports.acts.end(act, outcome.settled.value, {"sheets": outcome.sheets})
    except KioskError as error:
        # The paper is out and cannot be called back; the row stays open and the
        # next start closes it as unknown.
        ports.log("journal.failed", code=error.code, act=act)


async def print_receipt(stage: Stage, effect: PrintReceipt) -> None:
    """Print the slip of a settled payment: the original once, else a marked copy."""
    ports, order = stage.ports, effect.order
    try:
        original = await ports.cashier.begin_receipt(order.order_id)
    except KioskError as error:
        stage.emit(failed_by(effect, error, order.order_id))
        return
    if not original:
        # It may be out already: this one is a copy.
        await print_counted(
            stage,
            effect,
            order.order_id,
            lambda number: payment_receipt(effect, ports, copy=number),
        )
        return
    completion = await _print_slip(stage, effect, payment_receipt(effect, ports))
    outcome = outcome_of(completion) if completion else _NOTHING
    try:
        await ports.cashier.end_receipt(order.order_id, outcome.settled.value)
    except KioskError as error:
        ports.log("journal.failed", code=error.code, order=order.order_id)
    if completion is None:
        stage.emit(no_device(effect, "receipt"))
    else:
        stage.emit(settled("receipt", completion, outcome, order.order_id))


async def print_counted(
    stage: Stage,
    effect: PrintReceipt | PrintCopy,
    order_id: str,
    slip: Callable[[int], Receipt],
) -> None:
    """Print a copy: in the journal before it is on paper, numbered by the platform.

    The number belongs to this act: asking again, after a lost answer, gives the
    same one. Without a printer nothing is counted.

    Args:
        slip: makes the paper from the copy's number.
    """
    ports = stage.ports
    if ports.receipt is None:
        stage.emit(no_device(effect, "receipt"))
        return
    try:
        act = await ports.acts.begin(ActKind.PRINT_RECEIPT, effect.matter, order_id)
    except KioskError as error:
        stage.emit(failed_by(effect, error, order_id))
        return
    try:
        number = await ports.gateway.count_copy(order_id, act)
    except KioskError as error:
        await end_paper_act(ports, act, PrintOutcome(Settled.NOT_PRINTED))
        stage.emit(failed_by(effect, error, order_id))
        return
    completion = await ports.receipt.print_receipt(slip(number))
    outcome = outcome_of(completion)
    await end_paper_act(ports, act, outcome)
    stage.emit(settled("receipt", completion, outcome, order_id))


async def print_slip(stage: Stage, effect: PrintSlip) -> None:
    """Print a slip about a payment that did not settle the bill."""
    ports, order = stage.ports, effect.order
    slip = order_slip(effect, ports)
    try:
        act = await ports.acts.begin(
            ActKind.PRINT_RECEIPT, effect.matter, order.order_id
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error, order.order_id))
        return
    completion = await _print_slip(stage, effect, slip)
    outcome = outcome_of(completion) if completion else _NOTHING
    await end_paper_act(ports, act, outcome)
    if completion is not None:
        stage.emit(settled("receipt", completion, outcome, order.order_id))


async def _print_slip(
    stage: Stage, effect: Effect, slip: Receipt
) -> Completion[PrintOutcome] | None:
    printer = stage.ports.receipt
    return None if printer is None else await printer.print_receipt(slip)


async def settle_open_acts(ports: Ports) -> int:
    """Close what the last run left open; return how many rows there were.

    The printer is cleared first: nobody's certificate may come out for the next
    person. The driver tells the diary what it removed.
    """
    acts = await ports.acts.open_acts()
    if ports.printer is not None:
        await ports.printer.clear_buffer()
    for act in acts:
        await ports.acts.end(act.act_id, "unknownAfterCrash")
        ports.log("act.unknown_after_crash", act=act.act_id, kind=act.kind.value)
    return len(acts)
