"""The camera driver against the simulated cameras: life, loss, and what is seen."""

from __future__ import annotations

import threading

import anyio
import anyio.to_thread
import numpy as np
import pytest

from drivers.camera.delays import Delays
from kiosk.core.device import CompletionCode, DeviceState
from services.vision.faces import HaarFaceFinder
from services.vision.pages import ContourPageFinder


async def test_frames_come_and_grow_in_number(bench, camera, eventually) -> None:
    assert (await camera.start()).ok
    first = camera.latest()
    assert first is not None
    assert (first.width, first.height) == bench.sim.size
    await eventually(lambda: camera.latest().number > first.number + 3)
    assert camera.latest().taken_at > first.taken_at
    assert camera.status.state is DeviceState.ONLINE


async def test_frame_cannot_be_painted_over(camera) -> None:
    await camera.start()
    with pytest.raises(ValueError, match="read-only"):
        camera.latest().pixels[0, 0] = 0


async def test_open_looks_once_and_lets_go(bench, camera, eventually) -> None:
    assert (await camera.open()).ok
    assert camera.status.detail["cameras"] == "ok"
    assert camera.latest() is None
    await eventually(lambda: bench.sim.state()["viewers"] == 0)


async def test_stop_forgets_the_picture_and_lets_the_camera_go(
    bench, camera, eventually
) -> None:
    await camera.start()
    await camera.stop()
    assert camera.latest() is None
    await eventually(lambda: bench.sim.state()["viewers"] == 0)
    await camera.stop()


async def test_starts_twice_and_starts_again(bench, camera, eventually) -> None:
    assert (await camera.start()).ok
    assert (await camera.start()).ok
    await eventually(lambda: bench.sim.state()["viewers"] == 1)
    await camera.stop()
    assert (await camera.start()).ok
    assert camera.latest() is not None


async def test_camera_that_is_not_there_is_a_completion(bench, camera) -> None:
    await bench.do("disconnect")
    for attempt in (camera.open, camera.start):
        done = await attempt()
        assert done.code is CompletionCode.CONNECTION_LOST
    assert camera.status.state is DeviceState.NO_DEVICE
    assert camera.status.detail["cameras"] == "inop"
    assert _camera_threads() == []


async def test_silent_host_does_not_hang(bench, make_camera) -> None:
    async def mute(stream) -> None:
        await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, mute)
        bench.endpoint = f"http://127.0.0.1:{port}/stream.mjpg"
        with anyio.fail_after(8):
            done = await make_camera().open()
        assert not done.ok
        tasks.cancel_scope.cancel()
    await listener.aclose()


async def test_cut_stream_comes_back_by_itself(bench, camera, eventually) -> None:
    await camera.start()
    await bench.do("disconnect")
    await eventually(lambda: camera.status.state is not DeviceState.ONLINE)
    assert camera.latest() is None
    await bench.do("heal")
    await eventually(lambda: camera.latest() is not None)
    await eventually(lambda: camera.status.state is DeviceState.ONLINE)


@pytest.mark.parametrize("mode", ["stall", "repeat"])
async def test_frozen_picture_is_offline(bench, camera, eventually, mode) -> None:
    await camera.start()
    await bench.do("freeze", mode=mode)
    await eventually(lambda: camera.status.state is DeviceState.OFFLINE)
    assert camera.latest() is None
    await bench.do("heal")
    await eventually(lambda: camera.latest() is not None)
    assert camera.status.detail["picture"] == "ok"


async def test_covered_lens_is_noticed(bench, camera, eventually) -> None:
    await camera.start()
    await bench.do("cover_lens")
    await eventually(lambda: camera.status.detail["picture"] == "black")
    assert camera.status.state is DeviceState.USER_ERROR
    await bench.do("heal")
    await eventually(lambda: camera.status.state is DeviceState.ONLINE)


async def test_slow_stream_is_not_a_dead_one(bench, make_camera, eventually) -> None:
    camera = make_camera(Delays())
    await camera.start()
    await bench.do("answer_late", ms=150)
    number = camera.latest().number
    await eventually(lambda: camera.latest().number > number + 4)
    assert camera.status.state is DeviceState.ONLINE


async def test_stream_of_something_else_is_no_camera(bench, make_camera) -> None:
    bench.endpoint = bench.endpoint.rpartition("/")[0] + "/nothing-here"
    assert not (await make_camera().start()).ok


async def test_refresh_finds_a_camera_that_was_plugged_in_later(bench, camera) -> None:
    await bench.do("disconnect")
    await camera.open()
    await bench.do("heal")
    assert (await camera.refresh_status()).state is DeviceState.ONLINE


async def test_mirror_swaps_left_and_right(bench, make_camera) -> None:
    await bench.do("person", key="zhang-weimin")
    await bench.do("freeze", mode="stall")
    await bench.do("heal")
    plain, mirrored = make_camera(), make_camera(mirror=True)
    await plain.start()
    await mirrored.start()
    straight = plain.latest().pixels.astype(np.int16)
    swapped = mirrored.latest().pixels[:, ::-1].astype(np.int16)
    assert np.abs(straight - swapped).mean() < 8
    assert mirrored.latest().pixels.flags.c_contiguous


async def test_status_is_told_once(bench, camera, eventually) -> None:
    await camera.start()
    seq = camera.status.seq
    number = camera.latest().number
    await eventually(lambda: camera.latest().number > number + 10)
    assert camera.status.seq == seq


async def test_diary_holds_no_address(bench, camera) -> None:
    await camera.start()
    assert "127.0.0.1" not in repr(bench.diary)


async def test_face_in_the_stream_is_found(bench, camera, eventually) -> None:
    await bench.do("person", key="li-fang")
    await camera.start()
    finder = HaarFaceFinder()
    finding = await anyio.to_thread.run_sync(finder.find_blocking, camera.latest())
    assert (finding.count, finding.hint) == (1, "ok")


@pytest.mark.parametrize(
    ("verb", "hint"),
    [
        ("too_far", "closer"),
        ("two_faces", "several"),
        ("blur_face", "blurred"),
        ("dark", "dark"),
    ],
)
async def test_face_hints_follow_the_person(bench, camera, verb, hint) -> None:
    await bench.do("person", key="li-fang")
    await bench.do(verb)
    await camera.start()
    finder = HaarFaceFinder()
    finding = await anyio.to_thread.run_sync(finder.find_blocking, camera.latest())
    assert finding.hint == hint


@pytest.mark.parametrize("bench", ["document"], indirect=True)
@pytest.mark.parametrize(
    ("verb", "hint"),
    [
        ("", "ok"),
        ("shake", "blurred"),
        ("half_outside", "partly"),
        ("glare", "glare"),
        ("remove_page", "none"),
    ],
)
async def test_page_hints_follow_the_paper(bench, camera, verb, hint) -> None:
    await bench.do("lay_page", kind="admission")
    if verb:
        await bench.do(verb)
    await camera.start()
    finder = ContourPageFinder()
    finding = await anyio.to_thread.run_sync(finder.find_blocking, camera.latest())
    assert finding.hint == hint


def _camera_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "camera"]
