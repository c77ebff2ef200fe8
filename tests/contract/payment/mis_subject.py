"""The MIS driver, a vendor's library in its real child process, and a PIN pad."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.payment.mis.driver import MisOptions, MisTerminal
from drivers.payment.mis.process import Delays
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec
from tests.contract.kit.subject import Fault, Stand, Subject
from tests.contract.payment.mis_pad import SimPad
from tests.contract.payment.paying import AUTHORISE, CARD, QUERY, REVERSE, STEPS
from tests.contract.payment.vendor import build_library, layout_text

FAST = Delays(start_s=15.0, abort_s=1.0, end_s=5.0, settle_s=60.0)
_PAYS = frozenset({AUTHORISE})
_BOOKS = frozenset({AUTHORISE, REVERSE})
_ASKS = frozenset({AUTHORISE, QUERY, REVERSE})
_DOUBT = frozenset({"outcomeUnknown"})


@asynccontextmanager
async def mis(place: Path) -> AsyncIterator[Stand]:
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler (apt: gcc)")
    library = build_library(place)
    layout = place / "layout.toml"
    layout.write_text(layout_text(), encoding="utf-8")
    pad = SimPad(library)
    await pad.start()
    diary: list[dict[str, Any]] = []
    terminal = MisTerminal(
        DriverSpec(
            "payment",
            str(library),
            SystemClock(),
            lambda event, /, **facts: diary.append({"event": event, **facts}),
            {},
        ),
        MisOptions(layout=str(layout)),
        FAST,
    )
    try:
        yield Stand(pad, terminal, diary)
    finally:
        await terminal.close()
        await pad.stop()


# A pad without cable or power is the library's to notice: it returns an error, which
# settles nothing, and the driver's next question shows whether the pad is back.
FAULTS = (
    Fault("disconnect", steps=_ASKS, expects=_DOUBT),
    Fault("power_cut", {"step": "now"}, steps=_ASKS, expects=_DOUBT),
    Fault("power_cut", {"step": "bank"}, steps=_BOOKS, expects=_DOUBT),
    Fault("power_cut", {"step": "booked"}, steps=_BOOKS, expects=_DOUBT),
    Fault("crash", {"step": "now"}, steps=_ASKS, expects=frozenset({"connectionLost"})),
    Fault("crash", {"step": "bank"}, steps=_BOOKS),
    Fault("crash", {"step": "booked"}, steps=_BOOKS),
    Fault("go_silent", steps=_ASKS, expects=frozenset({"timeOut"})),
    Fault("answer_late", {"ms": 30}, steps=_ASKS, expects=frozenset({"success"})),
    Fault("remove_library"),
    Fault("answer_garbage", {"mode": "noise"}, steps=_ASKS, expects=_DOUBT),
    Fault("answer_garbage", {"mode": "refused"}, steps=_ASKS, expects=_DOUBT),
    Fault("answer_garbage", {"mode": "strange_result"}, steps=_PAYS, expects=_DOUBT),
    # Cut behind the result, inside the amount, behind it, inside the receipt's number.
    Fault("cut_answer", {"bytes": 2}, steps=_ASKS, expects=_DOUBT),
    Fault("cut_answer", {"bytes": 15}, steps=_ASKS, expects=_DOUBT),
    Fault("cut_answer", {"bytes": 16}, steps=_ASKS, expects=_DOUBT),
    Fault("cut_answer", {"bytes": 21}, steps=_ASKS, expects=_DOUBT),
    Fault("decline", steps=_PAYS, expects=frozenset({"declined"})),
    Fault("tell_wrong_amount", steps=_PAYS, expects=_DOUBT),
)

MIS = Subject(
    "payment.mis",
    mis,
    steps=STEPS,
    faults=FAULTS,
    has_cable=False,
    secrets=(CARD,),
    lanes=2,
)
