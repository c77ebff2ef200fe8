"""Card, face and cameras: what goes wrong is said, cured by hands, and gone on."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest

from hardware_sim.scenarios.player import OwnHands, play
from hardware_sim.scenarios.scenario import bundled_scenarios
from kiosk.core.bodies import (
    AttractBody,
    CaptureBody,
    FaceBody,
    IdentifyBody,
    TakeBody,
    TroubleBody,
)
from kiosk.core.views import View
from kiosk.flow.facts import Facts
from tests.system.fingers import buttons, messages
from tests.system.hall import Hall, filing, proof

pytestmark = pytest.mark.system


def _card_page_says(sentence: str) -> Callable[[View], bool]:
    return lambda view: (
        isinstance(view.body, IdentifyBody) and sentence in messages(view)
    )


async def test_a_card_lifted_while_it_is_read_is_asked_for_again(hall: Hall) -> None:
    await hall.act("idcard", "remove_mid_read", after_bytes=600)
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(_card_page_says("trouble.idcard.noMedia.citizen"))
        await hall.act("idcard", "insert", person="li-fang")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_the_scenario_of_the_hasty_citizen_is_served_to_the_end(
    hall: Hall,
) -> None:
    scenario = bundled_scenarios()["card-removed-mid-read"]
    async with hall.kiosk() as kiosk, anyio.create_task_group() as tasks:
        tasks.start_soon(play, scenario, OwnHands(hall.rig.bench))
        visit = hall.visit(kiosk, proof())
        await visit.until(_card_page_says("trouble.idcard.noMedia.citizen"))
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_wrong_card_is_told_and_the_right_one_goes_on(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(IdentifyBody)
        await hall.act("idcard", "present_wrong_media")
        await visit.see(_card_page_says("trouble.idcard.invalidMedia.citizen"))
        await hall.act("idcard", "remove")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_module_that_refuses_ends_at_a_true_page_with_ways_on(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(IdentifyBody)
        await hall.act("idcard", "sam_refuse")
        page = await visit.until(TroubleBody)
        assert any(each.startswith("trouble.idcard.") for each in messages(page))
        assert {"home", "retry"} <= buttons(page).keys()
        await hall.act("idcard", "heal")
        await hall.act("idcard", "remove")
        await visit.touch("retry")
        await visit.see(IdentifyBody)
        await hall.act("idcard", "insert", person="li-fang")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_reader_unplugged_and_plugged_in_again_is_used_again(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(IdentifyBody)
        await hall.act("idcard", "disconnect")
        page = await visit.see(TroubleBody)
        assert "trouble.idcard.unavailable.citizen" in messages(page)
        await hall.act("idcard", "reconnect")
        await visit.touch("retry")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


@pytest.mark.parametrize("verdict", ["mismatch", "poor"])
async def test_a_face_not_recognised_once_is_looked_at_again(
    hall: Hall, verdict: str
) -> None:
    await hall.act("platform", "next_face_verdict", verdict=verdict)
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.finish()
        assert visit.citizen.trouble == []
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_face_never_recognised_gets_help_and_no_certificate(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk, anyio.create_task_group() as tasks:
        tasks.start_soon(_refuse_every_face, hall)
        visit = hall.visit(kiosk, proof())
        page = await visit.until(TroubleBody)
        assert "trouble.citizen.identity_mismatch.citizen" in messages(page)
        assert {"home", "ask-help"} <= buttons(page).keys()
        await visit.finish()
        assert hall.acts("print.document") == []
        assert hall.sheets() == 0
        hall.check()
        tasks.cancel_scope.cancel()


async def _refuse_every_face(hall: Hall) -> None:
    while True:
        await hall.act("platform", "next_face_verdict", verdict="mismatch")
        await anyio.sleep(0.02)


async def test_a_face_camera_cut_in_the_middle_is_told_and_tried_again(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(FaceBody)
        await hall.act("face-camera", "disconnect")
        page = await visit.see(TroubleBody)
        assert "trouble.face-camera.unavailable.citizen" in messages(page)
        await hall.act("face-camera", "reconnect")
        await visit.touch("retry")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_document_camera_cut_in_the_middle_is_told_and_tried_again(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, filing())
        await visit.until(CaptureBody)
        await hall.act("document-camera", "disconnect")
        page = await visit.see(TroubleBody)
        assert "trouble.document-camera.unavailable.citizen" in messages(page)
        await hall.act("document-camera", "reconnect")
        await visit.touch("retry")
        await visit.finish(timeout_s=60)
        assert hall.acts("case.submit") == ["filed"]
        hall.check()


async def test_a_forgotten_card_is_called_for_reported_and_noticed_when_taken(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        page = await visit.until(_take_card)
        assert "ending.card.title" in messages(page)
        assert kiosk.session.terminal.known == Facts()
        await visit.see(_attract_says("attract.card_left"))
        assert hall.diary.facts("card.left_behind") == [{}]
        await hall.act("idcard", "remove")
        await visit.see(_attract_says("attract.second"))
        assert hall.diary.facts("card.taken_later") == [{}]
        hall.check()


def _take_card(view: View) -> bool:
    return isinstance(view.body, TakeBody) and view.body.picture == "card"


def _attract_says(sentence: str) -> Callable[[View], bool]:
    return lambda view: (
        isinstance(view.body, AttractBody) and sentence in messages(view)
    )
