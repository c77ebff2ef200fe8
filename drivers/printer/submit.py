"""Bring a document to the printer: a job number first, the pages after that.

Create-Job and Send-Document (RFC 8011 sections 4.2.4, 4.3.1) give a number to ask
by before a byte of the document leaves. A printer that has only Print-Job (4.2.1)
gets that; if its answer is lost, the job is found again by its name, which is
unique.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.printer.client import IppClient
from drivers.printer.delays import Delays
from drivers.printer.job import JOB_ATTRIBUTES, read_job
from drivers.printer.message import (
    Attribute,
    Group,
    Message,
    boolean,
    integer,
    keyword,
    mime_type,
    name_text,
)
from drivers.printer.tags import GroupTag, Operation, Status
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceMissing

PDF = "application/pdf"


@dataclass(slots=True)
class Handed:
    """How far a document has got.

    Attributes:
        job_id: the printer's number, ``None`` while there is none.
        sent: True when bytes of the document may be inside the printer.
        refusal: why the printer did not take it, ``None`` if it did or may have.
        lost: what went wrong with the connection, where that is why.
        unanswered: nobody knows whether the document has arrived.
    """

    job_id: int | None = None
    sent: bool = False
    refusal: Completion[None] | None = None
    lost: DeviceError | None = None
    unanswered: bool = False


async def submit(
    client: IppClient,
    delays: Delays,
    name: str,
    content: bytes,
    media: str,
    in_two_steps: bool,
) -> Handed:
    """Hand one PDF over; errors of the connection are in the result.

    Args:
        name: unique job name without personal data.
        media: PWG 5101.1 name of the paper.
        in_two_steps: the printer has Create-Job and Send-Document.
    """
    handed = Handed()
    template = Group(
        GroupTag.JOB,
        (
            integer("copies", 1),
            keyword("sides", "one-sided"),
            keyword("media", media),
        ),
    )
    naming = (name_text("job-name", name), boolean("ipp-attribute-fidelity", False))
    try:
        if in_two_steps:
            answer = await client.ask(Operation.CREATE_JOB, naming, (template,))
            if not _accepted(answer, handed):
                return handed
            await _send(client, delays, handed, content)
        else:
            await _print_job(client, delays, handed, naming, template, content)
    except DeviceMissing as error:
        _lost(handed, error)
    except DeviceError as error:
        if in_two_steps and handed.job_id is None:
            _lost(handed, error)
        else:
            handed.unanswered = True  # following the job will tell
    return handed


async def find_by_name(client: IppClient, name: str) -> int | None:
    """Return the number of our open job of that name, ``None`` if there is none.

    Raises:
        DeviceError: the printer cannot be asked now.
    """
    return _named(name, await client.open_jobs(JOB_ATTRIBUTES))


async def find_ended(client: IppClient, name: str) -> int | None:
    """Return the number of our job of that name that has ended, if it is remembered.

    Raises:
        DeviceError: the printer cannot be asked now.
    """
    return _named(name, await client.ended_jobs(JOB_ATTRIBUTES))


def _named(name: str, groups: Iterable[Group]) -> int | None:
    for group in groups:
        report = read_job(group)
        if report is not None and report.name == name:
            return report.job_id
    return None


async def _send(
    client: IppClient, delays: Delays, handed: Handed, content: bytes
) -> None:
    if handed.job_id is None:
        handed.refusal = Completion(
            CompletionCode.HARDWARE_ERROR, description="job without a number"
        )
        return
    attributes = (
        mime_type("document-format", PDF),
        boolean("last-document", True),
    )
    handed.sent = True
    try:
        answer = await client.ask(
            Operation.SEND_DOCUMENT,
            attributes,
            data=content,
            job_id=handed.job_id,
            answer_s=delays.upload_s,
        )
    except DeviceMissing:
        handed.sent = False
        raise
    if answer.gone:
        # Its power was cut after Create-Job: it has nothing, and knows of nothing.
        handed.sent = False
        raise DeviceMissing(f"the printer has forgotten job {handed.job_id}")
    if not answer.succeeded:
        handed.refusal = _refusal(answer)


async def _print_job(
    client: IppClient,
    delays: Delays,
    handed: Handed,
    naming: tuple[Attribute, ...],
    template: Group,
    content: bytes,
) -> None:
    handed.sent = True
    try:
        answer = await client.ask(
            Operation.PRINT_JOB,
            (*naming, mime_type("document-format", PDF)),
            (template,),
            content,
            answer_s=delays.upload_s,
        )
    except DeviceMissing:
        handed.sent = False
        raise
    if not _accepted(answer, handed):
        handed.sent = False


def _accepted(answer: Message, handed: Handed) -> bool:
    if not answer.succeeded:
        handed.refusal = _refusal(answer)
        return False
    handed.job_id = answer.group(GroupTag.JOB).integer("job-id")
    return True


def _lost(handed: Handed, error: DeviceError) -> None:
    handed.lost = error
    handed.refusal = Completion(CompletionCode.CONNECTION_LOST, description=str(error))


def _refusal(answer: Message) -> Completion[None]:
    words = answer.group(GroupTag.OPERATION).text("status-message")
    description = f"IPP status {answer.code:#06x} {words}".rstrip()
    if answer.code == Status.FORMAT_NOT_SUPPORTED:
        return Completion(CompletionCode.COMMAND_ERROR, "mediaRejected", description)
    if answer.code in (Status.NOT_ACCEPTING_JOBS, Status.BUSY):
        return Completion(CompletionCode.DEVICE_NOT_READY, None, description)
    return Completion(CompletionCode.HARDWARE_ERROR, None, description)
