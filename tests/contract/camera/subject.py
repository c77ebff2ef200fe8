"""The camera drivers and the simulated cameras, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.camera.codes.driver import CodesCamera, CodesOptions
from drivers.camera.delays import Delays
from drivers.camera.driver import OpenCvCamera
from drivers.camera.options import CameraOptions
from hardware_sim.camera.simulator import Kind, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceStatus
from kiosk.core.driver import DriverSpec
from kiosk.core.media import Barcode
from tests.contract.kit.subject import Fault, Stand, Start, Step, Subject

CODE = "134567890123456789"
"""Looks like a payment code, so it must not show anywhere."""

FAST = Delays(
    open_s=1.6,
    read_s=0.6,
    identical_s=0.3,
    black_s=0.2,
    retry_first_s=0.03,
    retry_last_s=0.1,
    let_go_s=0.3,
    look_again_s=0.0,
)
_PACE = 30.0
_READ_S = 2.5
"""A decoder takes a tenth of a second of a processor that is its own."""
_STOP = "ExtLiveView.Stop"
_START, _RESET, _READ = "ExtLiveView.Start", "Camera.Reset", "BarcodeReader.Read"


def _camera(spec: DriverSpec) -> OpenCvCamera:
    return OpenCvCamera(spec, CameraOptions(pictures_per_second=_PACE), FAST)


def _codes(spec: DriverSpec) -> CodesCamera:
    options = CodesOptions(pictures_per_second=_PACE, same_code_s=0.0)
    return CodesCamera(spec, options, FAST)


def _stand(
    kind: Kind, transport: str, make: Callable[[DriverSpec], OpenCvCamera]
) -> Start:
    @asynccontextmanager
    async def start(place: Path) -> AsyncIterator[Stand]:
        sim = create(kind, frames_per_second=_PACE, transport=transport)
        endpoint = await sim.start()
        diary: list[dict[str, Any]] = []

        def note(event: str, /, **facts: object) -> None:
            diary.append({"event": event, **facts})

        camera = make(DriverSpec(sim.name, endpoint, SystemClock(), note))
        try:
            yield Stand(sim, camera, diary)
        finally:
            await camera.close()
            await sim.stop()

    return start


async def _look(stand: Stand) -> Completion[None]:
    """Start, as a step of a matter does, and stop again."""
    completion: Completion[None] = await stand.device.start()
    await stand.device.stop()
    return completion


async def _stop(stand: Stand) -> Completion[None]:
    """Stop needs no camera; whether it ended well shows when it is looked at."""
    await stand.device.stop()
    assert stand.device.latest() is None, "a picture is kept after the stop"
    return await stand.port.open()


async def _begun(stand: Stand) -> None:
    await stand.device.start()


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


async def _hold_a_code(stand: Stand) -> None:
    await stand.hands("present", code=CODE)


async def _hold_nothing(stand: Stand) -> None:
    await stand.hands("remove")


async def _read(stand: Stand) -> Completion[Barcode]:
    completion: Completion[Barcode] = await stand.device.read(timeout_s=_READ_S)
    return completion


def _not_the_code(barcode: Barcode) -> str:
    return "" if barcode.data == CODE.encode() else f"{len(barcode.data)} other bytes"


def _unusable(status: DeviceStatus) -> bool:
    return not status.usable


FAULTS = (
    Fault("disconnect", shows=_unusable),
    Fault("freeze", {"mode": "stall"}, shows=_unusable),
    Fault("freeze", {"mode": "repeat"}, shows=_unusable),
    Fault("cover_lens", shows=_unusable),
    Fault("dead_sensor", shows=_unusable),
    Fault("answer_late", {"ms": 60}),
    Fault("answer_garbage"),
    Fault("stop_stream"),
    Fault("wrong_size"),
)
_RESET_STEP = Step(_RESET, _reset, longest_s=8.0)


def _of_pictures(name: str, kind: Kind, transport: str) -> Subject:
    return Subject(
        f"camera.opencv {name}",
        _stand(kind, transport, _camera),
        steps=(
            Step(_START, _look, longest_s=8.0),
            Step(_STOP, _stop, _begun, longest_s=8.0),
            _RESET_STEP,
        ),
        faults=FAULTS,
        has_cable=False,
        lanes=3,
    )


SUBJECTS = (
    _of_pictures("http", "face", "http"),
    _of_pictures("rtsp", "face", "rtsp"),
    Subject(
        "camera.codes",
        _stand("face", "http", _codes),
        steps=(
            Step(
                _READ,
                _read,
                _hold_a_code,
                waits=_hold_nothing,
                wrong=_not_the_code,
                longest_s=10.0,
                times_out_s=_READ_S,
            ),
            Step("BarcodeReader.Reset", _reset, _hold_nothing, longest_s=8.0),
        ),
        faults=FAULTS,
        has_cable=False,
        secrets=(CODE,),
        lanes=3,
    ),
)
