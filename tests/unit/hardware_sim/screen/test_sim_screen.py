"""The simulated touch screen on a real X server, alone and on the bench."""

from __future__ import annotations

import asyncio
import io
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from hardware_sim.__main__ import build_parser
from hardware_sim.bench.api import create_app
from hardware_sim.bench.bench import Bench
from hardware_sim.bench.shows import Shows
from hardware_sim.rig import Rig, RigOptions
from hardware_sim.screen import simulator as screen
from hardware_sim.screen.eye import NoDisplay
from hardware_sim.screen.simulator import SimScreen

SIZE = (320, 480)
NOBODY = ":64999"
PATIENCE_S = 20
PICTURE = "/api/devices/screen/picture"


@pytest.fixture
async def glass(display: str) -> AsyncIterator[SimScreen]:
    made = screen.create(display=display, rest_s=0)
    assert await made.start() == f"x11:{display}"
    yield made
    await made.stop()
    await made.stop()


@pytest.fixture
async def client(glass: SimScreen) -> AsyncIterator[httpx.AsyncClient]:
    bench = Bench([glass])
    transport = httpx.ASGITransport(app=create_app(bench, Shows(bench)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as made:
        yield made


def pointer(display: str) -> tuple[int, int]:
    """Where the X server says the pointer is."""
    told = subprocess.run(
        ["xdotool", "getmouselocation", "--shell"],
        env={"DISPLAY": display},
        capture_output=True,
        check=True,
        text=True,
    )
    values = dict(line.split("=") for line in told.stdout.split())
    return int(values["X"]), int(values["Y"])


async def test_touch_moves_the_pointer_presses_and_lifts(
    glass: SimScreen, skin: Any, display: str
) -> None:
    assert await glass.touch(57, "203") == [57, 203]
    assert await skin.feel() == [("press", 1, (57, 203)), ("release", 1, (57, 203))]
    assert pointer(display) == (57, 203)
    assert glass.state()["touches"] == 1
    assert glass.wire.entries[-1].meaning == "touch 57,203"


async def test_touch_is_held_as_long_as_asked(glass: SimScreen, skin: Any) -> None:
    begun = asyncio.get_running_loop().time()
    await glass.touch(5, 5, hold_ms=400)
    assert asyncio.get_running_loop().time() - begun >= 0.4
    assert [felt.kind for felt in await skin.feel()] == ["press", "release"]


@pytest.mark.parametrize(
    "points", [[[10, 20], [40, 60], [45, 61], [300, 470]], "[[10, 20], [40, 60]]"]
)
async def test_stroke_is_pressed_along_its_points(
    glass: SimScreen, skin: Any, points: Any
) -> None:
    await glass.draw(points)
    press, *drags, release = await skin.feel()
    assert press == ("press", 1, (10, 20))
    assert {felt.kind for felt in drags} == {"drag"}
    along = [(40, 60), (45, 61), (300, 470)] if len(drags) > 1 else [(40, 60)]
    assert [felt.at for felt in drags] == along
    assert release == ("release", 1, along[-1])


async def test_two_gestures_do_not_mix(glass: SimScreen, skin: Any) -> None:
    stroke = [[10, 10], [20, 20], [30, 30], [40, 40]]
    await asyncio.gather(glass.draw(stroke), glass.touch(200, 200))
    first, second = await skin.feel(), await skin.feel()
    assert {felt.at for felt in first}.isdisjoint(felt.at for felt in second)
    assert (first[0].at, second[0].at) == ((10, 10), (200, 200))


@pytest.mark.parametrize(
    ("verb", "arguments", "sentence"),
    [
        ("touch", {"x": 320, "y": 0}, "x: between 0 and 319"),
        ("touch", {"x": 0, "y": -1}, "y: between 0 and 479"),
        ("touch", {"x": 0, "y": "low"}, "y: a number"),
        ("touch", {"x": 0}, "missing"),
        ("touch", {"x": 0, "y": 0, "hold_ms": 99_999}, "hold_ms: between"),
        ("draw", {"points": "a line"}, "a list like"),
        ("draw", {"points": {"x": 1}}, "a list like"),
        ("draw", {"points": [[1, 1]]}, "2 to 1000, not 1"),
        ("draw", {"points": [[1, 1], [2]]}, "each is [x, y]"),
        ("draw", {"points": [[1, 1], [2, 480]]}, "y: between 0 and 479"),
    ],
)
async def test_what_no_finger_can_do_is_refused_with_a_sentence(
    client: httpx.AsyncClient, verb: str, arguments: dict[str, object], sentence: str
) -> None:
    path = f"/api/devices/screen/verbs/{verb}"
    refused = await client.post(path, json=arguments)
    assert refused.status_code == 409
    assert sentence in refused.json()["detail"]


async def test_picture_has_the_size_of_the_display(client: httpx.AsyncClient) -> None:
    answer = await client.get(PICTURE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == SIZE
    state = (await client.get("/api/devices/screen/state")).json()
    assert (state["size"], state["frame"]) == (list(SIZE), 1)


async def test_unchanged_picture_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get(PICTURE)
    seen = {"If-None-Match": first.headers["etag"]}
    again = await client.get(PICTURE, headers=seen)
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get(PICTURE, headers={"If-None-Match": '"other"'})
    assert other.content == first.content


async def test_many_viewers_cost_one_look(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    glass = screen.create(display=display)
    looks: list[str] = []
    real = glass._eye._take_blocking

    def counted() -> Any:
        looks.append("look")
        return real()

    monkeypatch.setattr(glass._eye, "_take_blocking", counted)
    await asyncio.gather(*(glass.look() for _ in range(20)))
    assert len(looks) == 1
    await glass.stop()


async def test_nothing_is_looked_at_before_somebody_asks(glass: SimScreen) -> None:
    assert glass.picture() is None
    assert (glass.state()["size"], glass.state()["frame"]) == (None, 0)


async def test_changed_display_gets_a_new_picture_and_number(
    glass: SimScreen, lay_skin: Any
) -> None:
    await glass.look()
    assert brightness(glass) == 0
    await lay_skin()
    async with asyncio.timeout(PATIENCE_S):
        while glass.state()["frame"] == 1:
            await glass.look()
    assert brightness(glass) == 255
    assert glass.state()["frame"] == 2


def brightness(glass: SimScreen) -> int:
    """Of the pixel in the middle of the last picture."""
    picture = Image.open(io.BytesIO(glass.picture() or b"")).convert("L")
    value = picture.getpixel((SIZE[0] // 2, SIZE[1] // 2))
    assert isinstance(value, int)
    return value


async def test_missing_display_is_told_in_a_sentence() -> None:
    glass = screen.create(display=NOBODY)
    for call in (glass.look(), glass.touch(1, 1), glass.draw([[1, 1], [2, 2]])):
        with pytest.raises(NoDisplay, match=f"display {NOBODY} does not answer"):
            await call
    assert glass.picture() is None
    bench = Bench([glass])
    transport = httpx.ASGITransport(app=create_app(bench, Shows(bench)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as made:
        answer = await made.get(PICTURE)
    assert answer.status_code == 409
    assert "does not answer" in answer.json()["detail"]
    await glass.stop()


async def test_display_may_come_later_and_go_again(x_server: Any) -> None:
    with x_server() as name:
        """A number that is free afterwards."""
    glass = screen.create(display=name, rest_s=0)
    await glass.start()
    with pytest.raises(NoDisplay):
        await glass.look()
    with x_server(name):
        await glass.look()
        assert glass.state()["size"] == list(SIZE)
    with pytest.raises(NoDisplay):
        await glass.touch(1, 1)
    with pytest.raises(NoDisplay):
        await glass.look()
    assert glass.state()["size"] is None
    await glass.stop()


async def test_missing_xdotool_is_told_in_a_sentence(
    glass: SimScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ValueError, match="xdotool is not installed"):
        await glass.touch(1, 1)


async def test_rig_has_a_screen_only_when_a_display_is_named(
    tmp_path: Path, display: str
) -> None:
    plain = RigOptions(with_bench=False)
    shown = RigOptions(with_bench=False, display=display)
    for options, there in ((plain, False), (shown, True)):
        rig = await Rig(tmp_path / str(there), options=options).start()
        assert ("screen" in rig.devices) is there
        await rig.stop()


def test_rig_command_takes_a_display() -> None:
    command = ["rig", "--directory", "here", "--display", ":7"]
    assert build_parser().parse_args(command).display == ":7"
    assert build_parser().parse_args(command[:3]).display is None
