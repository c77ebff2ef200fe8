"""What a technician gets of a camera: tests, counts, a trace, and reasons in words."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from drivers.camera.source import device_obstacle
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.camera.conftest import QUICK


@pytest.mark.parametrize("level", list(HealthLevel))
async def test_a_good_camera_passes_every_test(bench, camera, level) -> None:
    report = await camera.check_health(level)
    assert report.verdict is HealthVerdict.PASS, report
    assert camera.latest() is None
    assert bench.sim.state()["viewers"] <= 1


async def test_a_test_does_not_stop_a_camera_in_use(camera) -> None:
    await camera.start()
    report = await camera.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.PASS
    assert camera.latest() is not None


@pytest.mark.parametrize(
    ("verb", "word"),
    [("cover_lens", "lensCovered"), ("dead_sensor", "cameraInoperable")],
)
async def test_a_picture_of_nothing_fails_the_test(bench, camera, verb, word) -> None:
    await bench.do(verb)
    report = await camera.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.FAIL
    assert word in report.checks[0].detail
    await bench.do("heal")
    assert (await camera.reset()).ok


async def test_a_frozen_camera_is_found_by_a_look(bench, camera) -> None:
    await bench.do("freeze", mode="repeat")
    done = await camera.open()
    assert done.error_code == "pictureFrozen"
    assert camera.status.state is DeviceState.OFFLINE


async def test_statistics_count_pictures_over_starts(bench, camera, eventually) -> None:
    await camera.start()
    await eventually(lambda: camera.statistics()["pictures"] > 3)
    await camera.stop()
    before = camera.statistics()["pictures"]
    await camera.start()
    await eventually(lambda: camera.statistics()["pictures"] > before)
    assert camera.statistics()["success"] == 2
    assert camera.statistics()["connected"] == 1


async def test_trace_tells_each_second_what_came(bench, camera) -> None:
    lines = camera.trace()
    with anyio.fail_after(5):
        first = await anext(aiter(lines))
        assert first.direction == "note"
        await camera.start()
        second = await anext(aiter(lines))
    assert second.direction == "received"
    assert "1280x720, brightness" in second.text
    assert second.shown == ""


async def test_password_is_shown_nowhere(make_camera, bench) -> None:
    bench.endpoint = "rtsp://admin:geheim@127.0.0.1:1/live"
    camera = make_camera()
    done = await camera.start()
    assert not done.ok
    told = repr((camera.diagnostics(), bench.diary, done, camera.status, camera.info))
    assert "geheim" not in told
    assert "***@127.0.0.1" in told


async def test_start_can_be_cancelled(bench, make_camera) -> None:
    async def mute(stream) -> None:
        await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    bench.endpoint = f"rtsp://127.0.0.1:{port}/live"
    camera = make_camera()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, mute)

        async def stop() -> None:
            await anyio.wait_all_tasks_blocked()
            await camera.cancel()

        tasks.start_soon(stop)
        done = await camera.start()
        assert done.code is CompletionCode.CANCELED
        assert camera.latest() is None
        tasks.cancel_scope.cancel()
    await listener.aclose()


async def test_frames_are_kept_in_a_few_arrays(camera, eventually) -> None:
    await camera.start()
    kept = camera.latest()
    before = kept.pixels.copy()
    number = kept.number
    await eventually(lambda: camera.latest().number > number + 25)
    assert (kept.pixels == before).all(), "a frame that is held is not painted over"
    assert camera._stream._reader._pool.made <= 6


async def test_a_picture_that_is_too_small_is_of_no_use(bench, make_camera) -> None:
    camera = make_camera(least_width=1280, least_height=720)
    assert (await camera.start()).ok
    await camera.stop()
    await bench.do("wrong_size")
    done = await camera.start()
    assert done.error_code == "pictureTooSmall"
    assert camera.status.state is DeviceState.HARDWARE_ERROR
    await bench.do("heal")
    assert (await camera.reset()).ok


async def test_another_size_is_taken_as_it_comes(bench, camera, eventually) -> None:
    await camera.start()
    await bench.do("wrong_size")
    await bench.do("stop_stream")
    await eventually(lambda: camera.latest() and camera.latest().width == 640)
    assert camera.status.state is DeviceState.ONLINE


async def test_a_picture_that_shrinks_is_opened_once_more_and_then_left_alone(
    bench, make_camera, eventually
) -> None:
    camera = make_camera(least_width=1280)
    assert (await camera.start()).ok
    await bench.do("wrong_size")
    await bench.do("stop_stream")  # Motion JPEG keeps its first size until then
    await eventually(lambda: camera.status.detail["picture"] == "tooSmall")
    opened = _times_opened(bench)
    sent = bench.sim.state()["frames_sent"]
    await eventually(lambda: bench.sim.state()["frames_sent"] > sent + 45)
    assert _times_opened(bench) <= opened + 1
    assert camera.latest() is None, "it is of no use"
    assert camera.diagnostics()["size"] == "640x360"


async def test_a_picture_that_grows_beyond_all_sense_is_not_decoded_for_ever(
    bench, camera, eventually, monkeypatch
) -> None:
    assert (await camera.start()).ok
    monkeypatch.setattr("drivers.camera.picture.MAX_PIXELS", 1000)
    await eventually(lambda: camera.status.detail["picture"] == "tooLarge")
    await eventually(lambda: _times_opened(bench) == 2)
    await eventually(lambda: bench.sim.state()["viewers"] == 0)
    with anyio.move_on_after(0.5):
        await eventually(lambda: _times_opened(bench) > 2)
    assert _times_opened(bench) == 2


async def test_a_picture_that_is_large_enough_again_is_taken(
    bench, make_camera, eventually
) -> None:
    camera = make_camera(replace(QUICK, unfit_again_s=0.3), least_width=1280)
    assert (await camera.start()).ok
    await bench.do("wrong_size")
    await bench.do("stop_stream")
    await eventually(lambda: camera.status.detail["picture"] == "tooSmall")
    await bench.do("heal")
    await eventually(lambda: camera.status.state is DeviceState.ONLINE)
    await eventually(lambda: camera.latest() is not None)
    assert camera.diagnostics()["size"] == "1280x720"


async def test_diagnostics_know_the_size_that_comes_now(
    bench, camera, eventually
) -> None:
    await camera.start()
    assert camera.diagnostics()["size"] == "1280x720"
    await bench.do("wrong_size")
    await bench.do("stop_stream")
    await eventually(lambda: camera.latest() and camera.latest().width == 640)
    assert camera.diagnostics()["size"] == "640x360"


def _times_opened(bench) -> int:
    return sum("opens" in entry.meaning for entry in bench.sim.wire.entries)


async def test_garbled_frames_do_no_harm(bench, camera, eventually) -> None:
    await camera.start()
    await bench.do("answer_garbage")
    sent = bench.sim.state()["frames_sent"]
    await eventually(lambda: bench.sim.state()["frames_sent"] > sent + 15)
    await bench.do("heal")
    await eventually(lambda: camera.status.state is DeviceState.ONLINE)
    await eventually(lambda: camera.latest() is not None)


async def test_stream_that_ends_is_opened_again(bench, camera, eventually) -> None:
    await camera.start()
    number = camera.latest().number
    await bench.do("stop_stream")
    await eventually(lambda: camera.latest() and camera.latest().number > number + 3)


async def test_unplugged_and_plugged_in_twice(bench, camera, eventually) -> None:
    await camera.start()
    for _ in range(2):
        await bench.do("disconnect")
        await bench.do("reconnect")
    number = camera.statistics()["pictures"]
    await eventually(lambda: camera.statistics()["pictures"] > number + 5)
    assert camera.status.state is DeviceState.ONLINE


@pytest.mark.parametrize("bench", ["document rtsp", "document"], indirect=True)
async def test_document_camera_runs_over_both_transports(bench, camera) -> None:
    await bench.do("lay_page", kind="admission")
    assert (await camera.start()).ok
    frame = camera.latest()
    assert (frame.width, frame.height) == bench.sim.size


async def test_device_that_is_not_there_is_a_reason_in_words(
    bench, make_camera, tmp_path
) -> None:
    bench.endpoint = str(tmp_path / "video0")
    camera = make_camera()
    done = await camera.start()
    assert done.code is CompletionCode.CONNECTION_LOST
    assert camera.status.state is DeviceState.NO_DEVICE
    assert bench.diary[-1][1]["why"] == "no such device: unplugged?"


async def test_a_file_is_no_video_device(bench, make_camera) -> None:
    bench.endpoint = "/dev/null"
    camera = make_camera()
    assert not (await camera.open()).ok
    assert bench.diary[-1][1]["why"] == "this is no video device"


@pytest.mark.parametrize(
    ("error", "verdict", "why"),
    [
        (PermissionError(13, "denied"), "mute", "group video"),
        (OSError(16, "busy"), "mute", "another programme"),
        (OSError(6, "no such address"), "missing", "ENXIO"),
        (FileNotFoundError(2, "gone"), "missing", "unplugged"),
    ],
)
def test_video_device_that_cannot_be_opened(error, verdict, why) -> None:
    class Node:
        st_mode = 0o020660
        st_rdev = 81 << 8

    def refuse(path: str, flags: int) -> int:
        raise error

    obstacle = device_obstacle("/dev/video0", lambda path: Node(), refuse)
    assert (obstacle.verdict, why in obstacle.why) == (verdict, True)
