"""Acts of paying: the order machine is asked, never told what is true."""

from __future__ import annotations

from kiosk.core.errors import KioskError
from kiosk.flow.effects import FindAccount, LeaveOrder, OpenOrder, PresentCode, ScanCode
from kiosk.flow.events import AccountFound, CodeScanned, Failed, OrderChanged
from kiosk.session.acts.context import Stage, failed_by, failed_device, no_device


async def find_account(stage: Stage, effect: FindAccount) -> None:
    """Look a utility account up."""
    try:
        found = await stage.ports.gateway.find_account(
            effect.biller_kind, effect.account
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(AccountFound(found))


async def scan_code(stage: Stage, effect: ScanCode) -> None:
    """Light the scanner and wait for one code."""
    scanner = stage.ports.scanner
    if scanner is None:
        stage.emit(no_device(effect, "scanner"))
        return
    completion = await scanner.read(timeout_s=effect.timeout_s)
    if completion.ok and completion.payload is not None:
        stage.emit(CodeScanned(completion.payload.text))
    else:
        stage.emit(failed_device(effect, "scanner", completion))


async def open_order(stage: Stage, effect: OpenOrder) -> None:
    """Make the order durable, then follow it until it has ended."""
    cashier = stage.ports.cashier
    refusal = cashier.refusal()
    if refusal:
        stage.ports.log("money.refused", why=refusal)
        stage.emit(Failed("OpenOrder", "money.closed", "later"))
        return
    try:
        order = await cashier.open(effect.bill)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
        return
    async for snapshot in cashier.watch(order.order_id):
        stage.emit(OrderChanged(snapshot))


async def present_code(stage: Stage, effect: PresentCode) -> None:
    """Pay with the code on the citizen's phone."""
    try:
        await stage.ports.cashier.present_code(effect.order_id, effect.code)
    except KioskError as error:
        stage.emit(failed_by(effect, error, effect.order_id))


async def leave_order(stage: Stage, effect: LeaveOrder) -> None:
    """The citizen stops; the order is finished without them."""
    try:
        await stage.ports.cashier.leave(effect.order_id)
    except KioskError as error:
        stage.emit(failed_by(effect, error, effect.order_id))
