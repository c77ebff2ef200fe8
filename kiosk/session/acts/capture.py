"""Acts of showing: pages under the document camera, signatures."""

from __future__ import annotations

from functools import partial

from anyio import to_thread

from kiosk.core.errors import KioskError
from kiosk.core.ports import Camera
from kiosk.flow.effects import DrawSignature, TakePage, WatchPage
from kiosk.flow.events import Failed, PageSeen, PageTaken, SignatureDrawn
from kiosk.session.acts.context import Stage, failed_by, failed_device, no_device

LOOK_EVERY_S = 0.2
NO_PICTURE_AFTER_S = 6.0


async def watch_page(stage: Stage, effect: WatchPage) -> None:
    """Say what lies under the camera, until the step goes on.

    The camera is left running: the page is taken from the same stream. It is
    stopped once a page was taken, and at the end of the visit.
    """
    camera = stage.ports.document_camera
    if camera is None:
        stage.emit(no_device(effect, "document-camera"))
        return
    started = await camera.start()
    if not started.ok:
        stage.emit(failed_device(effect, "document-camera", started))
        return
    await _look(stage, camera)


async def _look(stage: Stage, camera: Camera) -> None:
    clock = stage.ports.clock
    seen, since = -1, clock.monotonic()
    while True:
        frame = camera.latest()
        if frame is not None and frame.number != seen:
            seen, since = frame.number, clock.monotonic()
            find = partial(stage.ports.pages.find_blocking, frame)
            stage.emit(PageSeen(await to_thread.run_sync(find)))
        elif clock.monotonic() - since > NO_PICTURE_AFTER_S:
            stage.emit(Failed("WatchPage", "document-camera.unavailable", "later"))
            return
        await clock.sleep(LOOK_EVERY_S)


async def take_page(stage: Stage, effect: TakePage) -> None:
    """Take the page that lies there now, cropped and straightened."""
    camera = stage.ports.document_camera
    frame = camera.latest() if camera is not None else None
    if camera is None or frame is None:
        stage.emit(no_device(effect, "document-camera"))
        return
    pages = stage.ports.pages
    finding = await to_thread.run_sync(partial(pages.find_blocking, frame))
    if finding.hint != "ok":
        stage.emit(Failed("TakePage", "citizen.material_unreadable", "now"))
        return
    try:
        crop = partial(pages.crop_blocking, frame, finding)
        jpeg = await to_thread.run_sync(crop)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        await camera.stop()
        stage.emit(PageTaken(jpeg))


async def draw_signature(stage: Stage, effect: DrawSignature) -> None:
    """Strokes into a picture."""
    draw = partial(stage.ports.signatures.draw_blocking, effect.strokes, effect.aspect)
    stage.emit(SignatureDrawn(await to_thread.run_sync(draw)))
