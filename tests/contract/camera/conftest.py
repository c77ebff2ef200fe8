"""The camera driver and its simulator, joined by a real stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from drivers.camera.delays import Delays
from drivers.camera.driver import OpenCvCamera
from drivers.camera.options import CameraOptions
from hardware_sim.camera.simulator import SimCamera
from hardware_sim.camera.simulator import create as create_sim
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec

QUICK = Delays(
    open_s=1.5,
    read_s=0.5,
    identical_s=0.4,
    black_s=0.3,
    retry_first_s=0.05,
    retry_last_s=0.2,
    let_go_s=0.3,
    look_again_s=0.0,
)


class Bench:
    """Hands before the simulated lens, and the diary of the driver."""

    def __init__(self, sim: SimCamera, endpoint: str) -> None:
        self.sim = sim
        self.endpoint = endpoint
        self.diary: list[tuple[str, dict[str, object]]] = []

    async def do(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    def log(self, event: str, /, **facts: object) -> None:
        self.diary.append((event, facts))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["face", "face rtsp"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    kind, _, transport = request.param.partition(" ")
    sim = create_sim(kind, frames_per_second=30, transport=transport or "http")
    yield Bench(sim, await sim.start())
    await sim.stop()


@pytest.fixture
async def make_camera(bench: Bench) -> AsyncIterator[Callable[..., OpenCvCamera]]:
    made: list[OpenCvCamera] = []

    def make(delays: Delays = QUICK, **options: Any) -> OpenCvCamera:
        spec = DriverSpec(bench.sim.name, bench.endpoint, SystemClock(), bench.log)
        known = CameraOptions(**{"pictures_per_second": 30.0, **options})
        made.append(OpenCvCamera(spec, known, delays))
        return made[-1]

    yield make
    for camera in made:
        await camera.close()


@pytest.fixture
def camera(make_camera: Callable[..., OpenCvCamera]) -> OpenCvCamera:
    return make_camera()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait for a condition, at most half a minute on a busy computer."""

    async def wait(condition: Callable[[], object]) -> None:
        with anyio.fail_after(30):
            while not condition():  # noqa: ASYNC110 - it has no event of its own
                await anyio.sleep(0.005)

    return wait
