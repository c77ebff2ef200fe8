"""Acts of paying: the order machine is asked, never told what is true."""

from __future__ import annotations

from kiosk.core.errors import KioskError
from kiosk.core.trouble import TROUBLES
from kiosk.flow.effects import (
    ChooseMethod,
    LeaveOrder,
    OpenOrder,
    PresentCode,
    ScanCode,
)
from kiosk.flow.events import CodeScanned, Failed, OrderChanged
from kiosk.session.acts.context import Stage, failed_by, failed_device, no_device


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
        stage.emit(Failed("OpenOrder", closed_because(refusal), "later"))
        return
    try:
        order = await cashier.open(effect.bill)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
        return
    async for snapshot in cashier.watch(order.order_id):
        stage.emit(OrderChanged(snapshot))


def closed_because(refusal: str) -> str:
    """Name the trouble of a machine that takes no money (I14)."""
    return refusal if refusal in TROUBLES else "money.closed"


async def choose_method(stage: Stage, effect: ChooseMethod) -> None:
    """Pay another way; what became of it comes with the order."""
    try:
        await stage.ports.cashier.choose_method(effect.order_id, effect.method)
    except KioskError as error:
        stage.emit(failed_by(effect, error, effect.order_id))


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
