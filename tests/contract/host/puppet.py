"""A device of any kind that does what a test says; on the driver's side of the host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import anyio
import numpy as np

from drivers.host.table import capability_of
from drivers.link.events import EventFanout
from drivers.link.queue import CommandQueue
from drivers.link.status import StatusCell
from drivers.link.tap import RawExplainer, WireTap
from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.clock import SystemClock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.health import HealthCheck, HealthLevel, HealthReport, HealthVerdict
from kiosk.core.media import (
    Barcode,
    Frame,
    PdfDocument,
    PrintOutcome,
    Receipt,
    ReceiptLine,
    Settled,
)
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.people import DocumentKind, IdDocument, Sex
from kiosk.core.peripherals import CashIn, ChipCard, ChipCardKind, Light
from kiosk.core.wire import WireLine
from kiosk.core.words import Language

PRINTED = PrintOutcome(Settled.PRESENTED, 2)
METER_CARD = MeterCard("900", "gas", "80031031", 3, 1250, {"total": "12"})
CASH = CashIn((Fen(1000), Fen(5000)), Fen(0), "ok")
DOCUMENT = IdDocument(
    DocumentKind.RESIDENT,
    "李芳",
    Sex.FEMALE,
    "汉",
    date(1958, 3, 12),
    "幸福路1号",
    "999001195803121225",
    "城南分局",
    date(2015, 1, 1),
    None,
    photo=bytes(range(256)) * 4,
)
RECEIPT = CardReceipt(7, True, Fen(8640), 12, "622848******1234", "UnionPay")

YIELDS: dict[str, Any] = {
    "ExtIdCard.Read": DOCUMENT,
    "ExtIdCard.GetMedia": "present",
    "BarcodeReader.Read": Barcode(b"\x00\xffcode", "qrCode"),
    "Printer.ExtPrintReceipt": PRINTED,
    "Printer.PrintNative": PRINTED,
    "Printer.ClearBuffer": 3,
    "ExtPayment.Authorise": RECEIPT,
    "ExtPayment.Query": RECEIPT,
    "ExtPayment.Reverse": RECEIPT,
    "ExtMeterCard.Read": METER_CARD,
    "ExtMeterCard.Load": METER_CARD,
    "ExtMeterCard.GetMedia": "notPresent",
    "CardReader.ExtReadCard": ChipCard(ChipCardKind.BANK, "6228480000000000000"),
    "CardReader.ChipPower": b"\x3b\x00",
    "CardReader.ChipIO": b"\x90\x00",
    "CardReader.ExtGetMedia": "present",
    "Keyboard.DataEntry": "0123",
    "CashAcceptor.ExtCashIn": CASH,
    "CashAcceptor.ExtCashInEnd": CASH,
    "CashAcceptor.ExtCashInRollback": CASH,
    "CashAcceptor.ExtGetCashInStatus": CASH,
}
"""What each command yields; a command that is not here yields nothing."""

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "print_receipt": (Receipt("A1", (ReceiptLine("合计", "86.40"),)),),
    "print_native": (PdfDocument("proof", b"%PDF" + bytes(range(256)), 2, "ab" * 32),),
    "authorise": (Fen(8640),),
    "reverse": (7,),
    "load": (CardLoad("o1", "900", 4, 1250, "立方米", Fen(5000), b"\xfe\xff"),),
    "chip_power": ("cold",),
    "chip_io": (b"\x00\xa4\x04\x00",),
    "set_light": ("cardReader", Light("slow", "green")),
    "say": ("请放身份证", Language.CHINESE),
    "set_volume": (40,),
    "cash_in": (Fen(10000),),
}
TELLS: dict[str, Any] = {
    "on_sheet": 1,
    "on_prompt": "enterPin",
    "on_key": "5",
    "on_note": Fen(1000),
}


class Puppet:
    """Commands of the table, in a queue as drivers have them.

    Attributes:
        patient: commands wait until they are cancelled, or ``let`` is set.
        calls: method name and arguments of every command that began.
    """

    def __init__(self, name: str, log: Any) -> None:
        self.capability = capability_of(name)
        self.info = DeviceInfo(
            name, self.capability.name, "Puppet", "S1", "2", {"Common": ("Status",)}
        )
        self.fanout = EventFanout(name)
        self.cell = StatusCell(
            name, log, self.fanout, {"paper.upper": "full", "toner": None}
        )
        self.tap = WireTap(SystemClock())
        self.queue = CommandQueue()
        self.patient = False
        self.let = anyio.Event()
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.began = anyio.Event()
        self.opened = self.closed = 0
        self.fault: Exception | None = None
        self.refused: set[str] = set()
        self.frame: Frame | None = None
        self.tell = lambda name, method: None
        for row in self.capability.commands:
            setattr(self, row.method_name, self._command(row))

    @property
    def status(self) -> DeviceStatus:
        return self.cell.value

    def events(self) -> AsyncIterator[DeviceEvent]:
        return self.fanout.stream()

    def trace(self) -> AsyncIterator[WireLine]:
        return self.tap.listen(RawExplainer)

    def statistics(self) -> Mapping[str, int]:
        return {"commands": len(self.calls)}

    def diagnostics(self) -> Mapping[str, object]:
        return {"endpoint": "puppet", "statistics": dict(self.statistics())}

    async def open(self) -> Completion[None]:
        self.opened += 1
        self.cell.update(DeviceState.ONLINE)
        return Completion(CompletionCode.SUCCESS)

    async def close(self) -> None:
        self.closed += 1

    async def refresh_status(self) -> DeviceStatus:
        return self.status

    async def cancel(self) -> None:
        self.queue.cancel()

    async def reset(self) -> Completion[None]:
        return await self._run("reset", None, (), {})

    async def check_health(self, level: HealthLevel) -> HealthReport:
        if self.patient:
            await self._run("check_health", None, (), {})
        check = HealthCheck("device", HealthVerdict.PASS, "fine")
        return HealthReport(self.info.name, level, (check,))

    def refuse(self, method: str) -> None:
        """Have a command fail from now on."""
        self.refused.add(method)

    def _code(self, method: str) -> CompletionCode:
        refused = method in self.refused
        return CompletionCode.HARDWARE_ERROR if refused else CompletionCode.SUCCESS

    def show(self, grey: int) -> None:
        """Have a picture."""
        number = 1 if self.frame is None else self.frame.number + 1
        pixels = np.full((48, 64, 3), grey, np.uint8)
        self.frame = Frame(pixels, taken_at=12.5, number=number)

    def latest(self) -> Frame | None:
        return self.frame

    def _command(self, row: Any) -> Any:
        async def command(*positional: Any, **named: Any) -> Any:
            if not row.completes:
                self.calls.append((row.method_name, positional, named))
                return YIELDS.get(row.name)
            return await self._run(row.method_name, row, positional, named)

        return command

    async def _run(self, method: str, row: Any, positional: Any, named: Any) -> Any:
        async def body() -> Completion[Any]:
            self.calls.append((method, positional, named))
            if len(self.calls) == 1 and method == self.capability.at_start:
                return Completion(self._code(method), payload=0)
            self.began.set()
            self.tell(self.info.name, method)
            if self.fault is not None:
                raise self.fault
            for argument, value in TELLS.items():
                if named.get(argument) is not None:
                    named[argument](value)
            if method in self.refused:
                return Completion(self._code(method))
            if self.patient:
                await self.let.wait()
            payload = YIELDS.get(row.name) if row is not None else None
            return Completion(CompletionCode.SUCCESS, payload=payload)

        return await self.queue.run(body, timeout_s=named.get("timeout_s", 60.0))
