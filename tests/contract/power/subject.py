"""The NUT driver and the simulated supply, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.power.client import Delays
from drivers.power.driver import NutPowerSupply, PowerOptions
from hardware_sim.power.simulator import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion
from tests.contract.kit.subject import Fault, Stand, Step, Subject

STILL = Delays(reply_s=0.15, poll_s=60.0, missing_s=60.0)
"""No looks by itself: the kit counts frames."""

LIVE = Delays(reply_s=0.2, poll_s=0.01, missing_s=0.03, person_s=0.2)


@asynccontextmanager
async def supply_stand(delays: Delays) -> AsyncIterator[Stand]:
    """A supply behind a NUT server on a free port, and its driver, not opened."""
    sim = create()
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []
    clock = SystemClock()
    supply = NutPowerSupply(
        "power",
        link_to(endpoint, SerialLine(), clock),
        clock,
        lambda event, /, **facts: diary.append({"event": event, **facts}),
        PowerOptions(),
        delays,
    )
    try:
        yield Stand(sim, supply, diary)
    finally:
        await supply.close()
        await sim.stop()


def _still(place: Path) -> AbstractAsyncContextManager[Stand]:
    return supply_stand(STILL)


async def _pull_the_plug(stand: Stand) -> None:
    await stand.hands("cut_mains")
    await stand.hands("set_charge", percent=60)


async def _status(stand: Stand) -> Completion[Any]:
    opened: Completion[None] = await stand.port.open()
    return Completion(opened.code, opened.error_code, payload=stand.port.status.detail)


def _other_supply(detail: Any) -> str:
    keys = ("powerInStatus", "batteryStatus", "batteryChargingStatus")
    seen = tuple(detail[key] for key in keys)
    return "" if seen == ("noPower", "operational", "discharging") else str(seen)


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _out(status: Any) -> bool:
    return not status.usable and status.detail["powerInStatus"] == "unknown"


SUBJECTS = (
    Subject(
        "power.nut",
        _still,
        steps=(
            Step("Common.Status", _status, _pull_the_plug, wrong=_other_supply),
            Step("Common.Reset", _reset),
        ),
        # A changed byte would pass TCP's own check sum only by a bug of the network:
        # the protocol has no other, so garbage here is what cannot be read at all.
        faults=(
            Fault("disconnect", shows=_out),
            Fault("go_silent", shows=_out),
            Fault("answer_late", {"ms": 30}),
            Fault("answer_late", {"ms": 400}),
            Fault("answer_garbage", {"mode": "noise"}, shows=_out),
            Fault("answer_garbage", {"mode": "cut"}, shows=_out),
            Fault("split_answer", {"pause_ms": 20}),
            Fault("duplicate"),
            Fault("noise_before", {"count": 7}),
            Fault("restart_service"),
            Fault("overload", shows=lambda status: not status.usable),
            Fault("lose_supply", {"kind": "DATA-STALE"}, shows=_out),
            Fault("lose_supply", {"kind": "DRIVER-NOT-CONNECTED"}, shows=_out),
        ),
        has_cable=False,
    ),
)
