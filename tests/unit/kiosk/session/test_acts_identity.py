"""Acts of identification and of showing, against fake readers and cameras."""

from __future__ import annotations

import pytest
from anyio import create_task_group

from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.errors import (
    IdentityMismatch,
    MaterialUnreadable,
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.ports import FaceFinding, PageFinding
from kiosk.flow.effects import (
    DrawSignature,
    ReadCard,
    TakePage,
    VerifyIdentity,
    WatchFace,
    WatchPage,
)
from kiosk.flow.events import (
    CardRead,
    CardSeen,
    FaceSeen,
    FaceTaken,
    Failed,
    Identified,
    PageSeen,
    PageTaken,
    SignatureDrawn,
)
from kiosk.session.acts.capture import draw_signature, take_page, watch_page
from kiosk.session.acts.identity import read_card, verify_identity, watch_face
from tests.flows.citizens import BY_FACE, CARD, GOOD_FACE, GOOD_PAGE, NO_PAGE, PORTRAIT
from tests.unit.kiosk.session.fakes import (
    FakeCamera,
    FakeClock,
    FakeFinder,
    FakeGateway,
    FakeReader,
    Told,
    act_out,
    frame,
    make_ports,
    ok,
    until,
    wrong,
)


async def test_card_is_seen_then_read() -> None:
    reader = FakeReader(ok(CARD))
    reader.told = [DeviceEvent("idcard", "MediaDetectedEvent")]
    said = await act_out(read_card, ReadCard(), idcard=reader)
    assert said == [CardSeen(), CardRead(CARD)]


@pytest.mark.parametrize(
    ("completion", "code"),
    [
        (wrong("noMedia"), "idcard.noMedia"),
        (wrong("samError"), "idcard.samError"),
        (wrong("neverHeardOf"), "idcard.unavailable"),
        (Completion(CompletionCode.TIME_OUT), "idcard.timeOut"),
        (Completion(CompletionCode.CONNECTION_LOST), "idcard.unavailable"),
        (ok(None), "idcard.unavailable"),
    ],
)
async def test_what_went_wrong_on_the_reader_keeps_its_name(completion, code) -> None:
    said = await act_out(read_card, ReadCard(), idcard=FakeReader(completion))
    assert said == [Failed("ReadCard", code, "later")]


async def test_machine_without_a_device_says_so_and_never_retries() -> None:
    assert await act_out(read_card, ReadCard()) == [
        Failed("ReadCard", "idcard.unavailable", "never")
    ]
    assert await act_out(watch_face, WatchFace()) == [
        Failed("WatchFace", "face-camera.unavailable", "never")
    ]
    assert await act_out(watch_page, WatchPage()) == [
        Failed("WatchPage", "document-camera.unavailable", "never")
    ]
    assert await act_out(take_page, TakePage()) == [
        Failed("TakePage", "document-camera.unavailable", "never")
    ]


async def test_face_is_taken_after_three_good_looks_and_the_lens_closed() -> None:
    camera = FakeCamera(*(frame(number) for number in range(5)))
    said = await act_out(
        watch_face,
        WatchFace(),
        face_camera=camera,
        faces=FakeFinder(GOOD_FACE, PORTRAIT),
    )
    assert said == [FaceSeen(GOOD_FACE)] * 3 + [FaceTaken(PORTRAIT)]
    assert camera.calls == ["start", "stop"]


async def test_a_look_away_starts_the_count_again() -> None:
    looks = iter(["ok", "ok", "none", "ok", "ok", "ok"])

    class Wandering(FakeFinder):
        def find_blocking(self, _frame: object) -> FaceFinding:
            return FaceFinding(1, None, next(looks))

    camera = FakeCamera(*(frame(number) for number in range(9)))
    said = await act_out(
        watch_face, WatchFace(), face_camera=camera, faces=Wandering(None, PORTRAIT)
    )
    assert len(said) == 7


async def test_one_frame_is_not_judged_twice() -> None:
    camera = FakeCamera(frame(1))
    said = await act_out(
        watch_face, WatchFace(), face_camera=camera, faces=FakeFinder(GOOD_FACE)
    )
    assert said == [
        FaceSeen(GOOD_FACE),
        Failed("WatchFace", "face-camera.unavailable", "later"),
    ]


async def test_dead_camera_is_told_at_once() -> None:
    camera, clock = FakeCamera(), FakeClock()
    camera.status = DeviceStatus(DeviceState.NO_DEVICE)
    said = await act_out(watch_face, WatchFace(), face_camera=camera, clock=clock)
    assert said == [Failed("WatchFace", "face-camera.unavailable", "later")]
    assert clock.at < 2.0


async def test_camera_that_does_not_start_is_told_and_let_go() -> None:
    camera = FakeCamera()
    camera.started = Completion(CompletionCode.CONNECTION_LOST)
    said = await act_out(watch_face, WatchFace(), face_camera=camera)
    assert said == [Failed("WatchFace", "face-camera.unavailable", "later")]
    assert camera.calls == ["start", "stop"]


async def test_lens_is_closed_when_the_citizen_goes_back() -> None:
    camera = FakeCamera(frame(1))
    ports = make_ports(
        face_camera=camera, faces=FakeFinder(FaceFinding(0, None, "none"))
    )
    told = Told()
    async with create_task_group() as tasks:
        tasks.start_soon(watch_face, told.stage(ports), WatchFace())
        await until(lambda: told.events)
        tasks.cancel_scope.cancel()
    assert camera.calls == ["start", "stop"]
    assert not camera.running


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (PlatformUnreachable(), "platform.unreachable", "later"),
        (PlatformProtocolError(), "platform.protocol", "later"),
        (OutcomeUnknown(), "platform.outcome_unknown", "later"),
        (IdentityMismatch(), "citizen.identity_mismatch", "now"),
        (
            PlatformRefused(reason="identity.face_poor"),
            "platform.identity.face_poor",
            "never",
        ),
        (PlatformRefused(reason="ZZ99"), "platform.refused", "never"),
    ],
)
async def test_every_answer_of_the_platform_about_a_person(error, code, retry) -> None:
    gateway = FakeGateway(verify_identity=error)
    effect = VerifyIdentity(CARD, PORTRAIT)
    said = await act_out(verify_identity, effect, gateway=gateway)
    assert said == [Failed("VerifyIdentity", code, retry)]


async def test_known_person() -> None:
    gateway = FakeGateway(verify_identity=BY_FACE)
    said = await act_out(verify_identity, VerifyIdentity(CARD, None), gateway=gateway)
    assert said == [Identified(BY_FACE)]


async def test_page_is_watched_until_no_picture_comes() -> None:
    camera = FakeCamera(frame(1), frame(2), name="document-camera")
    said = await act_out(
        watch_page, WatchPage(), document_camera=camera, pages=FakeFinder(GOOD_PAGE)
    )
    assert said[:2] == [PageSeen(GOOD_PAGE)] * 2
    assert said[-1] == Failed("WatchPage", "document-camera.unavailable", "later")


async def test_document_camera_that_does_not_start() -> None:
    camera = FakeCamera(name="document-camera")
    camera.started = wrong("cameraInoperable")
    said = await act_out(watch_page, WatchPage(), document_camera=camera)
    assert said == [Failed("WatchPage", "document-camera.cameraInoperable", "later")]


async def _take(finder: FakeFinder) -> tuple[list[object], FakeCamera]:
    camera = FakeCamera(frame(1), name="document-camera")
    await camera.start()
    said = await act_out(take_page, TakePage(), document_camera=camera, pages=finder)
    return said, camera


async def test_page_taken_and_the_lens_closed() -> None:
    said, camera = await _take(FakeFinder(GOOD_PAGE, b"page"))
    assert said == [PageTaken(b"page")]
    assert not camera.running


@pytest.mark.parametrize(
    "finder",
    [
        FakeFinder(NO_PAGE),
        FakeFinder(PageFinding(GOOD_PAGE.corners, 3.0, "blurred")),
        FakeFinder(GOOD_PAGE, error=MaterialUnreadable()),
    ],
)
async def test_page_that_cannot_be_used_is_asked_for_again(finder) -> None:
    said, camera = await _take(finder)
    assert said == [Failed("TakePage", "citizen.material_unreadable", "now")]
    assert camera.running, "the live picture goes on"


async def test_strokes_become_a_picture() -> None:
    said = await act_out(draw_signature, DrawSignature(((),), 3.0))
    assert said == [SignatureDrawn(b"png")]
