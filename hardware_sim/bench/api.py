"""The bench's HTTP API and page (FastAPI; its OpenAPI is under ``/docs``).

::

    GET  /api/devices                          every device with verbs and state
    GET  /api/devices/{name}                   one device
    GET  /api/devices/{name}/state             what eyes see
    POST /api/devices/{name}/verbs/{verb}      do something; arguments as JSON object
    GET  /api/devices/{name}/wire?after=       what crossed the wire
    GET  /api/devices/{name}/picture           what a camera or the touch screen shows
    GET  /api/papers                           everything that was printed
    GET  /api/papers/{paper}.png               its picture
    GET  /api/people                           invented people and their cards
    GET  /api/people/{key}/portrait.png        their faces
    GET  /api/scenarios                        bundled scenarios
    POST /api/scenarios/{name}                 run one
    GET  /api/snapshot?after=                  all that changes, for the page
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from hardware_sim.bench import models
from hardware_sim.bench.bench import Bench, Unknown
from hardware_sim.bench.shows import Shows
from hardware_sim.camera.portrait import draw_person
from hardware_sim.scenarios.people import load_people

_SCRIPTS = (
    "api.js",
    "around.js",
    "bench.js",
    "drawer.js",
    "drawing.js",
    "machine.js",
    "panel.js",
    "phone.js",
    "screen.js",
    "wires.js",
)
PAGE_PARTS = {
    "bench.css": "text/css; charset=utf-8",
    **dict.fromkeys(_SCRIPTS, "text/javascript; charset=utf-8"),
}
"""Files of the page beside ``index.html``, with their media types."""

SNAPSHOT_WIRE = 40
"""Entries per device in a snapshot, newest kept."""


class Problem(BaseModel):
    """Why a request was not carried out."""

    detail: str


def create_app(bench: Bench, shows: Shows) -> FastAPI:
    """Build the bench's web application."""
    app = FastAPI(title="kiosk24 bench", version="1", redoc_url=None)
    app.include_router(_device_routes(bench))
    app.include_router(_look_routes(bench))
    app.include_router(_paper_routes(bench))
    app.include_router(_people_routes())
    app.include_router(_scenario_routes(shows))
    app.include_router(_page_routes())

    async def not_found(_request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=404)

    app.add_exception_handler(Unknown, not_found)
    return app


def _device_routes(bench: Bench) -> APIRouter:
    router = APIRouter(
        prefix="/api", tags=["devices"], responses={404: {"model": Problem}}
    )

    @router.get("/devices")
    async def list_devices() -> list[models.DeviceModel]:
        return [models.DeviceModel.of(d, bench) for d in bench.devices.values()]

    @router.get("/devices/{name}")
    async def show_device(name: str) -> models.DeviceModel:
        return models.DeviceModel.of(bench.device(name), bench)

    @router.get("/devices/{name}/state")
    async def show_state(name: str) -> dict[str, Any]:
        return bench.device(name).state()

    @router.post(
        "/devices/{name}/verbs/{verb}",
        response_model=models.ActedModel,
        responses={409: {"model": Problem}},
    )
    async def act(
        name: str,
        verb: str,
        arguments: Annotated[dict[str, Any] | None, Body()] = None,
    ) -> Any:
        try:
            result = await bench.act(name, verb, arguments or {})
        except ValueError as error:
            return JSONResponse({"detail": str(error)}, status_code=409)
        return models.ActedModel(result=result, state=bench.device(name).state())

    return router


def _look_routes(bench: Bench) -> APIRouter:
    """Wires, pictures, and the snapshot of everything."""
    router = APIRouter(
        prefix="/api", tags=["devices"], responses={404: {"model": Problem}}
    )

    @router.get("/devices/{name}/wire")
    async def show_wire(
        name: str, after: float = 0.0, limit: int = 200
    ) -> list[models.WireModel]:
        entries = bench.wire(name, after)[-max(1, limit) :]
        return [models.WireModel.of(entry) for entry in entries]

    @router.get(
        "/devices/{name}/picture",
        response_class=Response,
        responses={304: {"description": "unchanged"}, 409: {"model": Problem}},
    )
    async def show_picture(
        name: str, if_none_match: Annotated[str, Header()] = ""
    ) -> Response:
        try:
            picture = await bench.picture(name)
        except ValueError as error:
            return JSONResponse({"detail": str(error)}, status_code=409)
        if picture is None:
            raise Unknown(f"{name} gives no signal")
        headers = {**_FRESH, "ETag": _tag_of(picture)}
        if if_none_match == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(picture, media_type="image/jpeg", headers=headers)

    @router.get("/snapshot")
    async def snapshot(after: float = 0.0) -> models.SnapshotModel:
        return models.SnapshotModel(
            now=time.time(),
            states={name: device.state() for name, device in bench.devices.items()},
            wires={
                name: [models.WireModel.of(e) for e in entries]
                for name in bench.devices
                if (entries := bench.wire(name, after)[-SNAPSHOT_WIRE:])
            },
            papers=[models.PaperModel.of(paper) for paper in bench.papers()],
        )

    return router


_FRESH = {"Cache-Control": "no-store"}


def _tag_of(content: bytes) -> str:
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _paper_routes(bench: Bench) -> APIRouter:
    router = APIRouter(
        prefix="/api", tags=["papers"], responses={404: {"model": Problem}}
    )

    @router.get("/papers")
    async def list_papers() -> list[models.PaperModel]:
        return [models.PaperModel.of(paper) for paper in bench.papers()]

    @router.get("/papers/{paper}.png", response_class=Response)
    async def show_paper(paper: str) -> Response:
        return Response(bench.paper(paper).paper.png, media_type="image/png")

    return router


def _people_routes() -> APIRouter:
    router = APIRouter(
        prefix="/api", tags=["people"], responses={404: {"model": Problem}}
    )
    people = load_people()

    @router.get("/people")
    async def list_people() -> list[models.PersonModel]:
        fields = models.PersonModel.model_fields
        return [
            models.PersonModel(**{name: getattr(card, name) for name in fields})
            for card in people.values()
        ]

    @router.get("/people/{key}/portrait.png", response_class=Response)
    async def show_portrait(key: str) -> Response:
        if key not in people:
            raise Unknown(f"nobody is called {key}")
        content = await asyncio.to_thread(_portrait_blocking, key)
        keep = {"Cache-Control": "max-age=3600"}
        return Response(content, media_type="image/png", headers=keep)

    return router


def _portrait_blocking(key: str) -> bytes:
    picture = draw_person(key)
    picture = picture.resize((picture.width // 3, picture.height // 3))
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def _scenario_routes(shows: Shows) -> APIRouter:
    router = APIRouter(
        prefix="/api", tags=["scenarios"], responses={404: {"model": Problem}}
    )

    def described(name: str) -> models.ScenarioModel:
        scenario = shows.scenarios[name]
        return models.ScenarioModel(
            name=name,
            title=scenario.title,
            title_en=scenario.title_en,
            running=shows.is_running(name),
            outcome=shows.outcomes.get(name, ""),
        )

    @router.get("/scenarios")
    async def list_scenarios() -> list[models.ScenarioModel]:
        return [described(name) for name in shows.scenarios]

    @router.post("/scenarios/{name}")
    async def run_scenario(name: str) -> models.ScenarioModel:
        shows.begin(name)
        return described(name)

    return router


def _page_routes() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    page = files("hardware_sim.bench").joinpath("page")

    @router.get("/")
    async def show_page() -> HTMLResponse:
        text = page.joinpath("index.html").read_text(encoding="utf-8")
        return HTMLResponse(text, headers=_FRESH)

    @router.get("/{part}")
    async def show_part(part: str) -> Response:
        if part not in PAGE_PARTS:
            raise Unknown(f"no {part}")
        content = page.joinpath(part).read_bytes()
        return Response(content, media_type=PAGE_PARTS[part], headers=_FRESH)

    return router
