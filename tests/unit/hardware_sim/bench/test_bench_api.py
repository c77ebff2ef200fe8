"""The bench's HTTP API over real simulated devices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from PIL import Image

from hardware_sim.asgi import WebServer
from hardware_sim.bench.api import PAGE_PARTS, create_app
from hardware_sim.bench.bench import Bench
from hardware_sim.bench.shows import Shows
from hardware_sim.camera import simulator as camera
from hardware_sim.printer import simulator as printer
from hardware_sim.printer.mechanics import Pace


class OpenBench:
    """A bench with a fast printer and a face camera, and a client for it."""

    def __init__(self, directory: Path) -> None:
        self.printer = printer.create(directory=directory, pace=Pace(0.0, 0.001, 0.0))
        self.camera = camera.create("face")
        self.bench = Bench([self.printer, self.camera])
        self.shows = Shows(self.bench)
        app = create_app(self.bench, self.shows)
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://bench")

    async def get(self, path: str, code: int = 200) -> httpx.Response:
        answer = await self.client.get(path)
        assert answer.status_code == code, answer.text
        return answer

    async def act(
        self, device: str, verb: str, code: int = 200, **arguments: object
    ) -> dict[str, object]:
        path = f"/api/devices/{device}/verbs/{verb}"
        answer = await self.client.post(path, json=arguments)
        assert answer.status_code == code, answer.text
        return dict(answer.json())

    async def print_picture(self, place: Path) -> None:
        """Let one sheet out, by way of the queue."""
        Image.new("RGB", (60, 80), "red").save(place / "red.jpg")
        job = self.printer.queue.create("red", "tester", {})
        self.printer.queue.receive(job, (place / "red.jpg").read_bytes(), ".jpg")
        async with asyncio.timeout(20):
            for _ in range(2000):
                if self.printer.papers():
                    return
                await asyncio.sleep(0.01)


@pytest.fixture
async def open_bench(tmp_path: Path) -> AsyncIterator[OpenBench]:
    made = OpenBench(tmp_path / "printer")
    for device in made.bench.devices.values():
        made.bench.endpoints[device.name] = await device.start()
    yield made
    await made.client.aclose()
    await made.shows.stop()
    for device in made.bench.devices.values():
        await device.stop()


async def test_devices_tell_their_verbs_in_both_languages(
    open_bench: OpenBench,
) -> None:
    devices = (await open_bench.get("/api/devices")).json()
    assert [device["name"] for device in devices] == ["printer", "face-camera"]
    assert devices[0]["endpoint"].startswith("ipp://127.0.0.1:")
    verbs = {verb["name"]: verb for verb in devices[0]["verbs"]}
    assert verbs["run_out"]["title"] == "纸用完"
    assert verbs["load_paper"]["arguments"][0]["default"] == 200
    assert all(v["title"] and v["title_en"] for d in devices for v in d["verbs"])


async def test_verb_changes_the_device_and_answers_its_state(
    open_bench: OpenBench,
) -> None:
    done = await open_bench.act("printer", "run_out_after", sheets=3)
    assert done["result"] == {"tray": 3}
    assert done["state"]["tray"] == 3  # type: ignore[index]
    state = (await open_bench.get("/api/devices/printer/state")).json()
    assert state["tray"] == 3


async def test_verb_without_a_body_uses_its_defaults(open_bench: OpenBench) -> None:
    answer = await open_bench.client.post("/api/devices/printer/verbs/open_cover")
    assert answer.status_code == 200
    assert answer.json()["state"]["cover_open"] is True


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"sheets": -1}, "between"),
        ({"sheets": "many"}, "number"),
        ({"colour": "red"}, "no argument colour"),
    ],
)
async def test_senseless_arguments_are_refused_with_a_sentence(
    open_bench: OpenBench, arguments: dict[str, object], sentence: str
) -> None:
    refused = await open_bench.act("printer", "run_out_after", 409, **arguments)
    assert sentence in str(refused["detail"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/devices/toaster",
        "/api/devices/toaster/wire",
        "/api/devices/printer/picture",
        "/api/papers/printer-1.png",
        "/api/people/nobody/portrait.png",
        "/secrets.py",
    ],
)
async def test_what_is_not_there_is_not_found(open_bench: OpenBench, path: str) -> None:
    await open_bench.get(path, 404)


async def test_unknown_verb_is_not_found(open_bench: OpenBench) -> None:
    await open_bench.act("printer", "explode", 404)


async def test_paper_that_came_out_is_shown_as_a_picture(
    open_bench: OpenBench, tmp_path: Path
) -> None:
    await open_bench.print_picture(tmp_path)
    (paper,) = (await open_bench.get("/api/papers")).json()
    assert (paper["id"], paper["taken"], paper["cut"]) == ("printer-1", False, True)
    picture = await open_bench.get(paper["picture"])
    assert picture.content.startswith(b"\x89PNG")

    await open_bench.act("printer", "take_paper")
    assert (await open_bench.get("/api/papers")).json()[0]["taken"] is True


async def test_camera_picture_is_served_until_its_cable_is_out(
    open_bench: OpenBench,
) -> None:
    picture = await open_bench.get("/api/devices/face-camera/picture")
    assert picture.content.startswith(b"\xff\xd8")
    await open_bench.act("face-camera", "disconnect")
    await open_bench.get("/api/devices/face-camera/picture", 404)


async def test_wire_is_told_from_a_moment_on(open_bench: OpenBench) -> None:
    await open_bench.act("printer", "unplug")
    first = (await open_bench.get("/api/devices/printer/wire")).json()
    assert first[-1]["meaning"] == "network cable out"
    await open_bench.act("printer", "plug_in")
    later = await open_bench.client.get(
        "/api/devices/printer/wire", params={"after": first[-1]["at"]}
    )
    assert [entry["meaning"] for entry in later.json()] == ["network cable in"]


async def test_snapshot_holds_everything_that_changes(open_bench: OpenBench) -> None:
    snapshot = (await open_bench.get("/api/snapshot")).json()
    assert set(snapshot["states"]) == {"printer", "face-camera"}
    assert snapshot["papers"] == []
    nothing_new = (
        await open_bench.get(f"/api/snapshot?after={snapshot['now']}")
    ).json()
    assert nothing_new["wires"] == {}


async def test_people_and_their_portraits_are_offered(open_bench: OpenBench) -> None:
    people = (await open_bench.get("/api/people")).json()
    assert people[0]["key"] == "li-fang"
    portrait = await open_bench.get("/api/people/li-fang/portrait.png")
    assert portrait.content.startswith(b"\x89PNG")


async def test_scenario_runs_once_at_a_time_and_tells_how_it_ended(
    open_bench: OpenBench,
) -> None:
    path = "/api/scenarios/card-removed-mid-read"
    begun = (await open_bench.client.post(path)).json()
    assert begun["running"] is True
    for _ in range(500):
        listed = (await open_bench.get("/api/scenarios")).json()
        told = {one["name"]: one for one in listed}["card-removed-mid-read"]
        if not told["running"]:
            break
        await asyncio.sleep(0.01)
    assert told["outcome"] == "no device idcard"
    assert (await open_bench.client.post("/api/scenarios/none")).status_code == 404


async def test_page_asks_nobody_else_for_anything(open_bench: OpenBench) -> None:
    parts = [(await open_bench.get("/")).text]
    parts += [(await open_bench.get(f"/{part}")).text for part in PAGE_PARTS]
    together = "\n".join(parts)
    assert "http://" not in together
    assert "https://" not in together


def test_every_file_of_the_page_is_served() -> None:
    page = files("hardware_sim.bench").joinpath("page")
    names = {entry.name for entry in page.iterdir()}
    assert names == {"index.html", *PAGE_PARTS}


async def test_api_describes_itself(open_bench: OpenBench) -> None:
    described = (await open_bench.get("/openapi.json")).json()
    assert "/api/devices/{name}/verbs/{verb}" in described["paths"]


async def test_server_listens_and_lets_the_port_go(open_bench: OpenBench) -> None:
    web = WebServer(create_app(open_bench.bench, open_bench.shows))
    address = await web.start()
    try:
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await client.get("/api/devices")).status_code == 200
        with pytest.raises(OSError, match="in use"):
            await WebServer(
                create_app(open_bench.bench, open_bench.shows), port=web.port
            ).start()
    finally:
        await web.stop()
        await web.stop()
