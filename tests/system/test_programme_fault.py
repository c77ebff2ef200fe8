"""A bug in the product, on the real window: the visit ends politely."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import AttractBody, FaceBody, WorkingBody
from kiosk.core.views import View
from tests.system.hall import PERSONAL, Hall, proof, water

pytestmark = pytest.mark.system


async def test_a_bug_ends_the_visit_politely_and_the_next_one_works(
    hall: Hall,
) -> None:
    async with hall.process("window", "fault") as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(FaceBody)
        await visit.until(_starting_or_attract)
        (bundle,) = (hall.store / "crashes").iterdir()
        text = bundle.read_text("utf-8")
        assert "ZeroDivisionError" in text
        assert not any(word in text for word in PERSONAL)

        await hall.act("idcard", "remove")
        following = hall.visit(kiosk, proof())
        await following.see(AttractBody)
        await following.finish(timeout_s=60)
        assert hall.acts("print.document") == ["presented"]
        log = kiosk.log.read_text("utf-8")
        assert "kiosk.crashed" in log
        assert "Traceback" not in log
        hall.check()


def _starting_or_attract(view: View) -> bool:
    starting = isinstance(view.body, WorkingBody) and view.progress is None
    return starting or isinstance(view.body, AttractBody)


async def test_the_real_window_is_killed_while_paying_and_serves_again(
    hall: Hall,
) -> None:
    async with hall.process("window") as kiosk:
        await hall.visit(kiosk, water()).until(
            lambda view: bool(getattr(view.body, "qr_payload", ""))
        )
        await kiosk.kill()
    await hall.act("platform", "pay_shown_code")

    async with hall.process("window") as kiosk:
        (states,) = (await hall.settled_orders(timeout_s=40)).values()
        assert states[-1] == "CLOSED_OK"
        visit = hall.visit(kiosk, proof())
        await visit.finish(timeout_s=60)
        assert hall.acts("print.document") == ["presented"]
        hall.check()
