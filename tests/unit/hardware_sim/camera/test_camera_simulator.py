"""The simulated cameras send real streams of pictures that vision can work with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hardware_sim.camera.scene import FaceScene, face_frames_blocking
from hardware_sim.camera.simulator import SimCamera, create
from hardware_sim.scenarios.people import load_people

PATIENCE_S = 10
Picture = NDArray[np.uint8]


def decoded(jpeg: bytes) -> Picture:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def faces_in(picture: Picture) -> int:
    place = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
    grey = cv2.cvtColor(cv2.resize(picture, (640, 360)), cv2.COLOR_BGR2GRAY)
    cascade = cv2.CascadeClassifier(str(place))
    return len(cascade.detectMultiScale(grey, 1.1, 5, minSize=(40, 40)))


@pytest.fixture
async def face() -> AsyncIterator[SimCamera]:
    camera = create("face", frames_per_second=100)
    await camera.start()
    yield camera
    await camera.stop()


@pytest.fixture
async def document() -> AsyncIterator[SimCamera]:
    camera = create("document", frames_per_second=100)
    await camera.start()
    yield camera
    await camera.stop()


class Viewer:
    """Reads a Motion JPEG stream from a real socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader = reader
        self.writer = writer

    @classmethod
    async def of(cls, camera: SimCamera) -> Viewer:
        address, _, path = camera.server.endpoint[7:].partition("/")
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        assert b"multipart/x-mixed-replace; boundary=frame" in head
        return cls(reader, writer)

    async def frame(self, timeout_s: float = PATIENCE_S) -> bytes:
        async with asyncio.timeout(timeout_s):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            picture = await self._reader.readexactly(length)
            await self._reader.readexactly(2)
        return picture


@pytest.mark.parametrize("person", list(load_people()))
def test_every_person_is_seen_as_one_face(person: str) -> None:
    frames = face_frames_blocking(FaceScene((person,)))
    assert [faces_in(decoded(frame)) for frame in frames[::3]] == [1, 1, 1]


async def test_nobody_in_the_hall_is_no_face(face: SimCamera) -> None:
    assert faces_in(decoded(await (await Viewer.of(face)).frame())) == 0


async def test_stream_shows_who_steps_in_front(face: SimCamera) -> None:
    viewer = await Viewer.of(face)
    await viewer.frame()
    await face.verbs()["person"].call(key="wang-jie")
    for _ in range(200):
        if faces_in(decoded(await viewer.frame())) == 1:
            break
    else:
        pytest.fail("nobody appeared")
    await face.verbs()["two_faces"].call()
    assert faces_in(decoded(face.picture() or b"")) == 2


async def test_running_frames_differ(face: SimCamera) -> None:
    await face.verbs()["person"].call(key="li-fang")
    viewer = await Viewer.of(face)
    assert len({await viewer.frame() for _ in range(20)}) > 4


async def test_opencv_opens_the_stream(face: SimCamera) -> None:
    def look() -> tuple[int, ...]:
        capture = cv2.VideoCapture(face.server.endpoint)
        try:
            seen, picture = capture.read()
            return tuple(picture.shape) if seen else ()
        finally:
            capture.release()

    assert await asyncio.to_thread(look) == (720, 1280, 3)


async def test_stalled_stream_stays_open_and_sends_nothing(face: SimCamera) -> None:
    viewer = await Viewer.of(face)
    await face.verbs()["freeze"].call(mode="stall")
    with pytest.raises(TimeoutError):
        while True:
            await viewer.frame(timeout_s=0.2)
    await face.verbs()["heal"].call()
    assert await (await Viewer.of(face)).frame()


async def test_repeating_stream_sends_one_frame_for_ever(face: SimCamera) -> None:
    await face.verbs()["person"].call(key="li-fang")
    await face.verbs()["freeze"].call(mode="repeat")
    viewer = await Viewer.of(face)
    assert len({await viewer.frame() for _ in range(10)}) == 1


async def test_cut_drops_viewers_and_refuses_new_ones(face: SimCamera) -> None:
    viewer = await Viewer.of(face)
    await viewer.frame()
    endpoint = face.server.endpoint
    await face.verbs()["disconnect"].call()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        while True:
            await viewer.frame()
    with pytest.raises(OSError, match=r"Connect call failed"):
        await Viewer.of(face)

    await face.verbs()["heal"].call()
    assert face.server.endpoint == endpoint
    assert await (await Viewer.of(face)).frame()


async def test_covered_lens_is_black(face: SimCamera) -> None:
    await face.verbs()["cover_lens"].call()
    assert decoded(face.picture() or b"").mean() < 8
    assert face.state()["sight"] == "covered"


async def test_dark_hall_is_dark(face: SimCamera) -> None:
    await face.verbs()["dark"].call()
    assert decoded(face.picture() or b"").mean() < 45


async def test_page_on_the_desk_is_bright_and_has_a_red_seal(
    document: SimCamera,
) -> None:
    empty = decoded(document.picture() or b"")
    await document.verbs()["lay_page"].call(kind="diagnosis", person="zhou-qing")
    laid = decoded(document.picture() or b"")
    assert empty.mean() < 90 < laid.mean()
    blue, _, red = (laid[:, :, part].astype(int) for part in range(3))
    assert ((red - blue) > 80).sum() > 2000
    assert document.state()["paper"] == "diagnosis"

    await document.verbs()["remove_page"].call()
    assert abs(decoded(document.picture() or b"").mean() - empty.mean()) < 1


async def test_shaken_page_loses_its_edges(document: SimCamera) -> None:
    def sharpness() -> float:
        return float(cv2.Laplacian(decoded(document.picture() or b""), 6).var())

    await document.verbs()["lay_page"].call()
    sharp = sharpness()
    await document.verbs()["shake"].call()
    assert sharpness() < sharp / 5


async def test_glare_burns_out_a_part_of_the_page(document: SimCamera) -> None:
    await document.verbs()["lay_page"].call()
    assert (decoded(document.picture() or b"").min(axis=2) >= 250).mean() < 0.001
    await document.verbs()["glare"].call()
    assert (decoded(document.picture() or b"").min(axis=2) >= 250).mean() > 0.01


async def test_page_half_outside_reaches_the_edge(document: SimCamera) -> None:
    await document.verbs()["lay_page"].call()
    await document.verbs()["half_outside"].call()
    assert decoded(document.picture() or b"")[400:700, -1].mean() > 150


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("lay_page", {"kind": "novel"}), ("lay_page", {"person": "nobody"})],
)
async def test_unknown_choice_is_refused(
    document: SimCamera, verb: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="one of"):
        await document.verbs()[verb].call(**arguments)
