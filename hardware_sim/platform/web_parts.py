"""What the routes share: who asks, which city, and the form of an answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from hardware_sim.platform import shapes
from hardware_sim.platform.city import City
from hardware_sim.platform.people import Citizen
from hardware_sim.platform.refusal import Refusal


async def _city(request: Request) -> City:
    city: City = request.app.state.city
    return city


async def _terminal(request: Request) -> str:
    return str(request.scope["terminal"])


CityHere = Annotated[City, Depends(_city)]
Terminal = Annotated[str, Depends(_terminal)]


async def _person(
    city: CityHere,
    terminal: Terminal,
    x_person_token: Annotated[str, Header(pattern=shapes.TOKEN)],
) -> Citizen:
    return city.people.of_token(terminal, x_person_token)


async def _person_if_given(
    city: CityHere,
    terminal: Terminal,
    x_person_token: Annotated[str | None, Header(pattern=shapes.TOKEN)] = None,
) -> Citizen | None:
    if x_person_token is None:
        return None
    return city.people.of_token(terminal, x_person_token)


async def json_only(request: Request) -> None:
    """Refuse a body of another media type (415)."""
    given = request.headers.get("content-type", "").partition(";")[0]
    if given.strip().lower() != "application/json":
        raise Refusal(415, "request.media_type", "请求内容应为 JSON")


Person = Annotated[Citizen, Depends(_person)]
PersonIfGiven = Annotated[Citizen | None, Depends(_person_if_given)]
JSON_ONLY = [Depends(json_only)]

MatterInPath = Annotated[str, Path(pattern=shapes.MATTER, max_length=80)]
SubmissionId = Annotated[str, Path(pattern=shapes.REFERENCE)]
OrderId = Annotated[str, Path(pattern=shapes.ORDER_ID)]
ActId = Annotated[str, Path(pattern=shapes.REFERENCE)]
DayInPath = Annotated[str, Path(pattern=shapes.DAY), AfterValidator(shapes.real_day)]


def made(content: dict[str, Any], fresh: bool) -> JSONResponse:
    """Answer 201 for something new, 200 for something that was there."""
    return JSONResponse(content, status_code=201 if fresh else 200)
