"""Routes of the families materials, cases, ratings and prints."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from hardware_sim.platform import shapes
from hardware_sim.platform.web_parts import (
    JSON_ONLY,
    CityHere,
    Person,
    PersonIfGiven,
    SubmissionId,
    Terminal,
    made,
)

router = APIRouter()

Reference = Annotated[str, Path(pattern=shapes.REFERENCE)]


@router.put("/materials/{submission_id}/{key}")
async def upload_material(
    city: CityHere,
    person: Person,
    submission_id: SubmissionId,
    key: Annotated[str, Path(pattern=shapes.KEY)],
    request: Request,
) -> JSONResponse:
    """``uploadMaterial``."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    content = await request.body()
    return made(
        *city.materials.put(submission_id, key, content, media_type.lower(), person)
    )


@router.put("/cases/by-submission/{submission_id}", dependencies=JSON_ONLY)
async def submit_case(
    city: CityHere,
    terminal: Terminal,
    person: Person,
    submission_id: SubmissionId,
    body: shapes.Submission,
) -> JSONResponse:
    """``submitCase``."""
    content = body.model_dump(mode="json")
    return made(*city.cases.submit(terminal, submission_id, content, person))


@router.get("/cases/by-submission/{submission_id}")
async def find_submission(
    city: CityHere,
    terminal: Terminal,
    person: PersonIfGiven,
    submission_id: SubmissionId,
) -> dict[str, Any]:
    """``findSubmission``."""
    return city.cases.find_submission(submission_id, terminal, person)


@router.get("/cases")
async def list_cases(city: CityHere, person: Person) -> dict[str, Any]:
    """``listCases``."""
    return {"cases": city.cases.of_person(person)}


@router.get("/cases/{number}")
async def fetch_case(
    city: CityHere,
    person: Person,
    number: Annotated[str, Path(pattern=shapes.CASE_NUMBER)],
) -> dict[str, Any]:
    """``fetchCase``."""
    return city.cases.fetch(number, person)


@router.put("/ratings/{subject}", dependencies=JSON_ONLY)
async def rate(
    city: CityHere, terminal: Terminal, subject: Reference, body: shapes.RatingRequest
) -> JSONResponse:
    """``rate``."""
    return made(*city.feedback.rate(terminal, subject, body.matter, body.level))


@router.put("/prints/{act_id}", dependencies=JSON_ONLY)
async def report_print(
    city: CityHere, terminal: Terminal, act_id: Reference, body: shapes.PrintReport
) -> dict[str, Any]:
    """``reportPrint``."""
    return city.feedback.report_print(terminal, act_id, body.model_dump())
