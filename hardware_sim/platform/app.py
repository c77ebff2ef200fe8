"""The platform's HTTP application: routes, refusals in one shape, the gate around."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp

from hardware_sim.link.device import WireLog
from hardware_sim.platform import (
    bill_routes,
    case_routes,
    order_routes,
    people_routes,
)
from hardware_sim.platform.city import City
from hardware_sim.platform.gate import Gate, problem_bytes
from hardware_sim.platform.refusal import Refusal

_PARTS = ("path", "query", "header", "body")


def build_app(city: City, wire: WireLog) -> ASGIApp:
    """Return the application that a server can run."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.city = city
    for routes in (people_routes, case_routes, bill_routes, order_routes):
        app.include_router(routes.router)
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_broken_request)
    app.add_exception_handler(HTTPException, _on_framework_refusal)
    app.add_exception_handler(Exception, _on_bug)
    return Gate(app, city, wire)


async def _on_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return _problem(request, error)


async def _on_broken_request(request: Request, error: Exception) -> Response:
    """Name the part and the member that is wrong, never its value."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = [str(step) for step in first["loc"]]
    part = where[0] if where and where[0] in _PARTS else "body"
    return _problem(request, Refusal(400, f"request.{part}", ".".join(where)))


async def _on_framework_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        answer = _problem(request, Refusal(405, "route.method", "方法不支持"))
        answer.headers["Allow"] = ", ".join(_allowed(request))
        return answer
    if error.status_code == 404:
        return _problem(request, Refusal(404, "route.unknown", "没有此接口"))
    return _problem(request, Refusal(400, "request.body", "请求无法解析"))


async def _on_bug(request: Request, error: Exception) -> Response:
    """Answer in the contract's shape; the server logs the trace."""
    return _problem(request, Refusal(500, "platform.fault", type(error).__name__))


def _problem(request: Request, refusal: Refusal) -> Response:
    body = problem_bytes(request.app.state.city, refusal)
    return Response(body, refusal.status, media_type="application/json")


def _allowed(request: Request) -> list[str]:
    """Return all methods of a path, from every route that has it."""
    methods: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, APIRoute):
            match, _ = route.matches(request.scope)
            if match is not Match.NONE:
                methods |= route.methods or set()
    return sorted(methods)
