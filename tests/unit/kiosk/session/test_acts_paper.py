"""Acts on paper: the journal is true about every sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import CatalogueError, PlatformUnreachable, StoreError
from kiosk.core.media import PrintOutcome, Settled
from kiosk.core.orders import OrderState
from kiosk.core.ports import Act, ActKind
from kiosk.flow.effects import Place, PrintPaper, PrintReceipt, PrintSlip, RenderPaper
from kiosk.flow.events import Failed, PaperReady, PaperSettled, SheetOut
from kiosk.session.acts.paper import (
    print_paper,
    print_receipt,
    print_slip,
    render_paper,
    settle_open_acts,
)
from kiosk.session.slips import order_slip, payment_receipt
from tests.flows.citizens import PAPER, PREVIEWS, order_in
from tests.unit.kiosk.session.fakes import (
    FakeCashier,
    FakeGateway,
    FakeJournal,
    FakeLog,
    FakeMaker,
    FakePrinter,
    act_out,
    make_ports,
    ok,
    wrong,
)

PRINT = PrintPaper("proof", PAPER)
POSTED = order_in(OrderState.POSTED, biller_reference="W-77")
PLACE = Place("A-0317", "12345", "市民中心")
RECEIPT = PrintReceipt("water-payment", POSTED, PLACE)
SLIP = PrintSlip("water-payment", order_in(OrderState.REFUNDED), PLACE)


def _outcome(settled: Settled, sheets: int = 0) -> PrintOutcome:
    return PrintOutcome(settled, sheets)


async def test_template_becomes_paper_with_previews() -> None:
    maker = FakeMaker(PAPER, PREVIEWS)
    said = await act_out(render_paper, RenderPaper("proof", {}), documents=maker)
    assert said == [PaperReady(PAPER, PREVIEWS)]


async def test_template_that_cannot_be_filled_is_told() -> None:
    maker = FakeMaker(error=CatalogueError("a value is missing"))
    said = await act_out(render_paper, RenderPaper("proof", {}), documents=maker)
    assert said == [Failed("RenderPaper", "catalogue.error", "never")]


async def test_row_stands_before_the_printer_is_asked_and_is_closed_after() -> None:
    order: list[str] = []
    journal = FakeJournal(calls=order)
    printer = FakePrinter(ok(_outcome(Settled.PRESENTED, 2)), calls=order)
    said = await act_out(print_paper, PRINT, journal=journal, printer=printer)
    assert order == ["begin", "print", "end"]
    assert journal.begun == [(ActKind.PRINT_DOCUMENT, "proof", PAPER.digest)]
    assert journal.ended == [("ACT-1", "presented", {"sheets": 2})]
    assert said == [SheetOut(1), PaperSettled("presented", "", "ACT-1")]


@pytest.mark.parametrize(
    ("completion", "settled", "code"),
    [
        (wrong("paperOut", _outcome(Settled.NOT_PRINTED)), "notPrinted", "paperOut"),
        (wrong("paperJammed", _outcome(Settled.PARTLY, 1)), "partly", "paperJammed"),
        (wrong("paperOut"), "unknown", "paperOut"),
        (
            Completion(
                CompletionCode.CONNECTION_LOST, payload=_outcome(Settled.UNKNOWN)
            ),
            "unknown",
            "unavailable",
        ),
    ],
)
async def test_how_the_paper_settled_is_journaled_and_told(
    completion, settled, code
) -> None:
    journal = FakeJournal()
    said = await act_out(
        print_paper, PRINT, journal=journal, printer=FakePrinter(completion)
    )
    assert said[-1] == PaperSettled(settled, f"printer.{code}", "ACT-1")
    assert journal.ended[0][1] == settled


async def test_nothing_is_printed_that_is_not_on_disk() -> None:
    printer = FakePrinter()
    said = await act_out(
        print_paper, PRINT, journal=FakeJournal(broken={"begin"}), printer=printer
    )
    assert said == [Failed("PrintPaper", "store.error", "never")]
    assert printer.calls == []


async def test_paper_that_is_out_stays_out_when_the_journal_fails() -> None:
    log = FakeLog()
    said = await act_out(
        print_paper,
        PRINT,
        journal=FakeJournal(broken={"end"}),
        printer=FakePrinter(),
        log=log,
    )
    assert said[-1] == PaperSettled("presented", "", "ACT-1")
    assert log.lines == [("journal.failed", {"code": "store.error", "act": "ACT-1"})]


async def test_machine_without_a_printer_writes_no_row() -> None:
    journal = FakeJournal()
    said = await act_out(print_paper, PRINT, journal=journal)
    assert said == [Failed("PrintPaper", "printer.unavailable", "never")]
    assert journal.begun == []


async def test_receipt_is_allowed_by_the_cashier_before_it_is_printed() -> None:
    order: list[str] = []
    cashier = FakeCashier()
    cashier.calls = order
    printer = FakePrinter(name="receipt", calls=order)
    said = await act_out(print_receipt, RECEIPT, cashier=cashier, receipt=printer)
    number = POSTED.order_id
    assert order == [
        f"begin_receipt {number}",
        "print",
        f"end_receipt {number} presented",
    ]
    assert said == [PaperSettled("presented", "", number)]


async def test_second_receipt_is_a_copy_with_a_number_and_a_row_of_its_own() -> None:
    cashier, printer = FakeCashier(), FakePrinter(name="receipt")
    journal, gateway = FakeJournal(), FakeGateway(count_copy=1)
    cashier.original = False
    await act_out(
        print_receipt,
        RECEIPT,
        cashier=cashier,
        receipt=printer,
        journal=journal,
        gateway=gateway,
    )
    assert "补打第 1 次" in printer.printed[0].lines[0].text
    number = POSTED.order_id
    assert journal.begun == [(ActKind.PRINT_RECEIPT, "water-payment", number)]
    assert [outcome for _act, outcome, _detail in journal.ended] == ["presented"]


async def test_a_copy_that_the_platform_does_not_count_is_not_printed() -> None:
    cashier, printer = FakeCashier(), FakePrinter(name="receipt")
    journal, gateway = FakeJournal(), FakeGateway(count_copy=PlatformUnreachable())
    cashier.original = False
    said = await act_out(
        print_receipt,
        RECEIPT,
        cashier=cashier,
        receipt=printer,
        journal=journal,
        gateway=gateway,
    )
    assert [type(each) for each in said] == [Failed]
    assert printer.printed == []
    assert [outcome for _act, outcome, _detail in journal.ended] == ["notPrinted"]


async def test_receipt_that_may_not_be_printed_is_not_printed() -> None:
    cashier, printer = FakeCashier(), FakePrinter(name="receipt")
    cashier.errors["begin_receipt"] = StoreError("disk full")
    said = await act_out(print_receipt, RECEIPT, cashier=cashier, receipt=printer)
    assert said == [Failed("PrintReceipt", "store.error", "never", POSTED.order_id)]
    assert printer.calls == []


async def test_receipt_out_of_paper_closes_the_order_and_is_told() -> None:
    cashier = FakeCashier()
    printer = FakePrinter(wrong("paperOut", _outcome(Settled.NOT_PRINTED)), "receipt")
    said = await act_out(print_receipt, RECEIPT, cashier=cashier, receipt=printer)
    assert said == [PaperSettled("notPrinted", "receipt.paperOut", POSTED.order_id)]
    assert cashier.calls[-1] == f"end_receipt {POSTED.order_id} notPrinted"


async def test_machine_without_a_receipt_printer_still_closes_the_order() -> None:
    cashier = FakeCashier()
    said = await act_out(print_receipt, RECEIPT, cashier=cashier)
    assert said == [Failed("PrintReceipt", "receipt.unavailable", "never")]
    assert cashier.calls[-1] == f"end_receipt {POSTED.order_id} notPrinted"


async def test_order_that_cannot_be_closed_does_not_hide_the_receipt() -> None:
    cashier, log = FakeCashier(), FakeLog()
    cashier.errors["end_receipt"] = StoreError("disk full")
    printer = FakePrinter(name="receipt")
    said = await act_out(
        print_receipt, RECEIPT, cashier=cashier, receipt=printer, log=log
    )
    assert said == [PaperSettled("presented", "", POSTED.order_id)]
    assert log.events == ["journal.failed"]


async def test_slip_of_an_unhappy_end_is_journaled_too() -> None:
    journal, printer = FakeJournal(), FakePrinter(name="receipt")
    said = await act_out(print_slip, SLIP, journal=journal, receipt=printer)
    assert journal.begun[0][0] is ActKind.PRINT_RECEIPT
    assert journal.ended[0][1] == "presented"
    assert said == [PaperSettled("presented", "", SLIP.order.order_id)]


async def test_slip_is_not_printed_without_a_row_nor_without_a_printer() -> None:
    printer = FakePrinter(name="receipt")
    said = await act_out(
        print_slip, SLIP, journal=FakeJournal(broken={"begin"}), receipt=printer
    )
    assert (said[0].code, printer.calls) == ("store.error", [])
    journal = FakeJournal()
    assert await act_out(print_slip, SLIP, journal=journal) == []
    assert journal.ended[0][1] == "notPrinted"


async def test_last_run_s_acts_are_closed_after_the_printer_was_cleared() -> None:
    order: list[str] = []
    left = Act("ACT-3", ActKind.PRINT_DOCUMENT, "proof", PAPER.digest)
    journal = FakeJournal(calls=order, open=(left,))
    printer, log = FakePrinter(calls=order), FakeLog()
    printer.cleared = ok(2)
    ports = make_ports(journal=journal, printer=printer, log=log)
    assert await settle_open_acts(ports) == 1
    assert order == ["clear", "end"]
    assert journal.ended == [("ACT-3", "unknownAfterCrash", {})]
    assert log.events == ["act.unknown_after_crash"]


@pytest.mark.parametrize("kind", [ActKind.SUBMIT_CASE, ActKind.LOAD_CARD])
async def test_machine_without_a_printer_closes_its_acts_too(kind) -> None:
    left = Act("ACT-3", kind, "filing", "")
    journal = FakeJournal(open=(left,))
    assert await settle_open_acts(make_ports(journal=journal)) == 1
    assert journal.ended == [("ACT-3", "unknownAfterCrash", {})]


def _text(receipt) -> str:
    return "\n".join(f"{line.text} {line.value or ''}" for line in receipt.lines)


def test_receipt_says_who_paid_what_and_when_masked() -> None:
    receipt = payment_receipt(RECEIPT, make_ports())
    text = _text(receipt)
    bill = ("柳*风", "****4321", "2026-10", "W-77", POSTED.order_id, "￥86.40")
    for part in (*bill, "A-0317", "12345", "市民中心"):
        assert part in text
    assert "补打" not in receipt.lines[0].text


def test_copy_and_original_differ_in_the_title_only() -> None:
    original = payment_receipt(RECEIPT, make_ports())
    copy = payment_receipt(RECEIPT, make_ports(), copy=2)
    assert "补打" in copy.lines[0].text
    assert original.lines[1:] == copy.lines[1:]


@pytest.mark.parametrize("state", [OrderState.REFUNDED, OrderState.SUSPENSE])
def test_slip_of_an_unhappy_end_has_its_own_words(state) -> None:
    order = replace(POSTED, state=state)
    slip = order_slip(PrintSlip("m", order, PLACE), make_ports())
    assert slip.reference == order.order_id
    assert "￥86.40" in _text(slip)
    assert slip.lines[0].text != payment_receipt(RECEIPT, make_ports()).lines[0].text
