"""Acts of identification: card, face, the platform's word."""

from __future__ import annotations

from functools import partial

from anyio import CancelScope, create_task_group, to_thread

from kiosk.core.device import DeviceState
from kiosk.core.errors import KioskError
from kiosk.core.media import Frame
from kiosk.core.ports import Camera, FaceFinding, IdCardReader
from kiosk.flow.effects import ReadCard, VerifyIdentity, WatchFace
from kiosk.flow.events import (
    CardRead,
    CardSeen,
    FaceSeen,
    FaceTaken,
    Failed,
    Identified,
)
from kiosk.session.acts.context import Stage, failed_by, failed_device, no_device

LOOK_EVERY_S = 0.15
"""Pause between two looks at the picture: six a second guide a person well."""
GOOD_LOOKS = 3
"""Good looks in a row before a picture is taken, so that nobody is caught moving."""
NO_PICTURE_AFTER_S = 6.0


async def read_card(stage: Stage, effect: ReadCard) -> None:
    """Wait for a card and read it, saying so when one is seen."""
    reader = stage.ports.idcard
    if reader is None:
        stage.emit(no_device(effect, "idcard"))
        return
    async with create_task_group() as tasks:
        tasks.start_soon(_tell_when_seen, stage, reader)
        completion = await reader.read(photo=True, timeout_s=effect.timeout_s)
        tasks.cancel_scope.cancel()
    if completion.ok and completion.payload is not None:
        stage.emit(CardRead(completion.payload))
    else:
        stage.emit(failed_device(effect, "idcard", completion))


async def _tell_when_seen(stage: Stage, reader: IdCardReader) -> None:
    async for event in reader.events():
        if event.name == "MediaDetectedEvent":
            stage.emit(CardSeen())


async def watch_face(stage: Stage, effect: WatchFace) -> None:
    """Watch the picture until one good face has been held still."""
    camera = stage.ports.face_camera
    if camera is None:
        stage.emit(no_device(effect, "face-camera"))
        return
    try:
        started = await camera.start()
        if not started.ok:
            stage.emit(failed_device(effect, "face-camera", started))
            return
        await _look(stage, camera)
    finally:
        # Also when the step was left: the lens is closed before anything else.
        with CancelScope(shield=True):
            await camera.stop()


async def _look(stage: Stage, camera: Camera) -> None:
    clock = stage.ports.clock
    seen, good, since = -1, 0, clock.monotonic()
    while True:
        frame = camera.latest()
        if frame is not None and frame.number != seen:
            seen, since = frame.number, clock.monotonic()
            finding = await _find(stage, frame)
            stage.emit(FaceSeen(finding))
            good = good + 1 if finding.hint == "ok" else 0
            if good >= GOOD_LOOKS:
                stage.emit(FaceTaken(await _portrait(stage, frame, finding)))
                return
        elif _gone(camera, clock.monotonic() - since):
            stage.emit(Failed("WatchFace", "face-camera.unavailable", "later"))
            return
        await clock.sleep(LOOK_EVERY_S)


def _gone(camera: Camera, silent_s: float) -> bool:
    dead = camera.status.state in (DeviceState.NO_DEVICE, DeviceState.HARDWARE_ERROR)
    return silent_s > NO_PICTURE_AFTER_S or (dead and silent_s > 1.0)


async def _find(stage: Stage, frame: Frame) -> FaceFinding:
    return await to_thread.run_sync(stage.ports.faces.find_blocking, frame)


async def _portrait(stage: Stage, frame: Frame, finding: FaceFinding) -> bytes:
    take = partial(stage.ports.faces.portrait_blocking, frame, finding)
    return await to_thread.run_sync(take)


async def verify_identity(stage: Stage, effect: VerifyIdentity) -> None:
    """Ask the platform who this is."""
    try:
        person = await stage.ports.gateway.verify_identity(
            effect.document, effect.portrait_jpeg
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(Identified(person))
