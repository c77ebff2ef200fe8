"""Routes of the families terminals, identity, records, forms and licences."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from hardware_sim.platform import money_shapes, shapes
from hardware_sim.platform.web_parts import (
    JSON_ONLY,
    CityHere,
    MatterInPath,
    Person,
    Terminal,
)

router = APIRouter()

Kind = Annotated[str, Field(pattern=shapes.LICENCE_KIND)]


@router.get("/terminal/profile")
async def fetch_profile(city: CityHere, terminal: Terminal) -> dict[str, str]:
    """``fetchProfile``."""
    return city.profile(terminal)


@router.post("/terminal/heartbeat", dependencies=JSON_ONLY)
async def send_heartbeat(
    city: CityHere, terminal: Terminal, body: shapes.Heartbeat
) -> dict[str, str]:
    """``sendHeartbeat``."""
    return city.feedback.hear(terminal, body.model_dump(mode="json"))


@router.put("/terminal/journal-head", dependencies=JSON_ONLY)
async def report_head(
    city: CityHere, terminal: Terminal, body: money_shapes.HeadReport
) -> dict[str, Any]:
    """``reportHead``."""
    head = None if body.head is None else body.head.model_dump()
    return {"known": city.heads.report(terminal, head)}


@router.post("/identity/verifications", dependencies=JSON_ONLY)
async def verify_identity(
    city: CityHere, terminal: Terminal, body: shapes.Verification
) -> dict[str, Any]:
    """``verifyIdentity``."""
    portrait = base64.b64decode(body.portrait) if body.portrait else None
    return city.people.verify(terminal, body.document.model_dump(), portrait)


@router.get("/records/{matter}")
async def fetch_record(
    city: CityHere, person: Person, matter: MatterInPath
) -> dict[str, Any]:
    """``fetchRecord``."""
    return city.records.fetch(matter, person)


@router.get("/forms/{matter}/prefill")
async def fetch_prefill(
    city: CityHere, person: Person, matter: MatterInPath
) -> dict[str, Any]:
    """``fetchPrefill``."""
    return city.prefill(matter, person.key)


@router.get("/licences")
async def find_licences(
    city: CityHere,
    person: Person,
    kind: Annotated[list[Kind], Query(min_length=1, max_length=20)],
) -> dict[str, Any]:
    """``findLicences``."""
    return {"licences": city.licences.find(kind, person)}


@router.post("/licences/uses", dependencies=JSON_ONLY)
async def use_licence(
    city: CityHere, person: Person, body: shapes.LicenceUseRequest
) -> dict[str, str]:
    """``useLicence``."""
    return city.licences.use(body.identifier, body.matter, body.reason, person)
