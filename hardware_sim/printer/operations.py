"""IPP operations: one request in, one answer out (RFC 8011 section 4).

Checks come in the order of RFC 8011 section 4.1.4 on: version, request-id, the
first two attributes, the target, then the operation itself.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from hardware_sim.printer import attributes as say
from hardware_sim.printer.codec import (
    Attributes,
    Group,
    GroupTag,
    Message,
    Tag,
    attribute,
)
from hardware_sim.printer.everywhere import everywhere_attributes
from hardware_sim.printer.jobs import Job, JobQueue, JobState
from hardware_sim.printer.mechanics import Mechanics
from hardware_sim.printer.tickets import (
    Refusal,
    Status,
    check_document,
    check_format,
    check_ticket,
)


class Operation(IntEnum):
    """``operations-supported``."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    CANCEL_MY_JOBS = 0x0039
    CLOSE_JOB = 0x003B
    IDENTIFY_PRINTER = 0x003C


SUPPORTED_VERSIONS = frozenset({(1, 0), (1, 1), (2, 0)})


class Desk:
    """Answers the IPP requests that reach the printer."""

    def __init__(self, queue: JobQueue, mechanics: Mechanics) -> None:
        self._queue = queue
        self._mechanics = mechanics
        self.address = say.Address("127.0.0.1", 0)
        self.identified = 0
        self._unsupported: Attributes = {}
        self._operations: dict[int, Callable[[Message], list[Group]]] = {
            Operation.PRINT_JOB: self._print_job,
            Operation.VALIDATE_JOB: self._validate_job,
            Operation.CREATE_JOB: self._create_job,
            Operation.SEND_DOCUMENT: self._send_document,
            Operation.CANCEL_JOB: self._cancel_job,
            Operation.GET_JOB_ATTRIBUTES: self._get_job_attributes,
            Operation.GET_JOBS: self._get_jobs,
            Operation.GET_PRINTER_ATTRIBUTES: self._get_printer_attributes,
            Operation.CANCEL_MY_JOBS: self._cancel_my_jobs,
            Operation.CLOSE_JOB: self._close_job,
            Operation.IDENTIFY_PRINTER: self._identify_printer,
        }

    def answer(self, request: Message) -> Message:
        """Carry out one request."""
        self._unsupported = {}
        try:
            operation = self._admit(request)
            groups = operation(request)
            status = Status.OK_IGNORED if self._unsupported else Status.OK
        except Refusal as refusal:
            groups, status = [], refusal.status
            self._unsupported = refusal.unsupported
        head = Group(
            GroupTag.OPERATION,
            {
                "attributes-charset": attribute(Tag.CHARSET, "utf-8"),
                "attributes-natural-language": attribute(Tag.LANGUAGE, "en"),
            },
        )
        if self._unsupported:
            groups = [Group(GroupTag.UNSUPPORTED, self._unsupported), *groups]
        known = request.version in SUPPORTED_VERSIONS
        version = request.version if known else (2, 0)
        return Message(version, status, request.request_id, [head, *groups])

    def _admit(self, request: Message) -> Callable[[Message], list[Group]]:
        if request.version not in SUPPORTED_VERSIONS:
            raise Refusal(Status.VERSION_NOT_SUPPORTED)
        asked = request.group(GroupTag.OPERATION)
        first_two = list(asked)[:2]
        if request.request_id <= 0 or first_two != [
            "attributes-charset",
            "attributes-natural-language",
        ]:
            raise Refusal(Status.BAD_REQUEST)
        if asked["attributes-charset"].first not in ("utf-8", "us-ascii"):
            raise Refusal(Status.CHARSET_NOT_SUPPORTED)
        if "printer-uri" not in asked and "job-uri" not in asked:
            raise Refusal(Status.BAD_REQUEST)
        if request.code not in self._operations:
            raise Refusal(Status.OPERATION_NOT_SUPPORTED)
        return self._operations[request.code]

    def _print_job(self, request: Message) -> list[Group]:
        template, self._unsupported = check_ticket(request)
        suffix = check_document(request)
        job = self._new_job(request, template)
        self._queue.receive(job, request.data, suffix)
        return [self._job_group(job)]

    def _validate_job(self, request: Message) -> list[Group]:
        _, self._unsupported = check_ticket(request)
        return []

    def _create_job(self, request: Message) -> list[Group]:
        template, self._unsupported = check_ticket(request)
        return [self._job_group(self._new_job(request, template))]

    def _send_document(self, request: Message) -> list[Group]:
        job = self._find_job(request)
        last = request.group(GroupTag.OPERATION).get("last-document")
        if last is None:
            raise Refusal(Status.BAD_REQUEST)
        if job.state is not JobState.HELD or not last.first:
            raise Refusal(Status.NOT_POSSIBLE)
        check_format(request)
        self._queue.receive(job, request.data, check_document(request))
        return [self._job_group(job)]

    def _cancel_job(self, request: Message) -> list[Group]:
        job = self._find_job(request)
        if job.ended or job.cancel_asked:
            raise Refusal(Status.NOT_POSSIBLE)
        self._queue.cancel(job)
        return []

    def _get_job_attributes(self, request: Message) -> list[Group]:
        job = self._find_job(request)
        return [Group(GroupTag.JOB, self._chosen(request, self._all_of(job), "all"))]

    def _get_jobs(self, request: Message) -> list[Group]:
        asked = request.group(GroupTag.OPERATION)
        which = asked["which-jobs"].first if "which-jobs" in asked else "not-completed"
        if which not in ("completed", "not-completed"):
            raise Refusal(
                Status.ATTRIBUTES_NOT_SUPPORTED, {"which-jobs": asked["which-jobs"]}
            )
        jobs = [j for j in self._queue.jobs.values() if j.ended == (which[0] == "c")]
        if "my-jobs" in asked and asked["my-jobs"].first:
            jobs = [job for job in jobs if job.user == self._user(request)]
        limit = asked["limit"].first if "limit" in asked else len(jobs)
        return [
            Group(GroupTag.JOB, self._chosen(request, self._all_of(job), "job-id"))
            for job in jobs[:limit]
        ]

    def _get_printer_attributes(self, request: Message) -> list[Group]:
        check_format(request)
        templates = say.template_attributes()
        everything = {
            **say.description_attributes(self.address, sorted(self._operations)),
            **everywhere_attributes(self.address),
            **say.state_attributes(self._queue, self._mechanics),
        }
        chosen = self._pick(request, templates, everything, "all")
        return [Group(GroupTag.PRINTER, chosen)]

    def _cancel_my_jobs(self, request: Message) -> list[Group]:
        """Cancel what this user has here (PWG 5100.11 section 4.3)."""
        for job in self._queue.queued:
            if job.user == self._user(request):
                self._queue.cancel(job)
        return []

    def _close_job(self, request: Message) -> list[Group]:
        """End a job's documents (PWG 5100.11 section 4.2); one that waits has none."""
        job = self._find_job(request)
        if job.state is JobState.HELD:
            self._queue.cancel(job)
        return []

    def _identify_printer(self, _request: Message) -> list[Group]:
        self.identified += 1
        return []

    def _new_job(self, request: Message, template: dict[str, int | str]) -> Job:
        asked = request.group(GroupTag.OPERATION)
        name = asked["job-name"].first if "job-name" in asked else "untitled"
        return self._queue.create(str(name), self._user(request), template)

    def _user(self, request: Message) -> str:
        stated = request.group(GroupTag.OPERATION).get("requesting-user-name")
        return str(stated.first) if stated else "anonymous"

    def _find_job(self, request: Message) -> Job:
        asked = request.group(GroupTag.OPERATION)
        if "job-id" in asked:
            number = asked["job-id"].first
        else:
            tail = str(asked["job-uri"].first if "job-uri" in asked else "")
            digits = tail.rpartition("/")[2]
            if not digits.isdecimal():
                raise Refusal(Status.BAD_REQUEST)
            number = int(digits)
        if number not in self._queue.jobs:
            raise Refusal(Status.NOT_FOUND)
        return self._queue.jobs[number]

    def _job_group(self, job: Job) -> Group:
        names = ("job-uri", "job-id", "job-uuid", "job-state", "job-state-reasons")
        described = say.job_description(job, self.address, self._queue)
        return Group(GroupTag.JOB, {name: described[name] for name in names})

    def _all_of(self, job: Job) -> tuple[Attributes, Attributes]:
        described = say.job_description(job, self.address, self._queue)
        return say.job_template(job), described

    def _chosen(
        self, request: Message, sets: tuple[Attributes, Attributes], default: str
    ) -> Attributes:
        return self._pick(request, sets[0], sets[1], default)

    def _pick(
        self,
        request: Message,
        templates: Attributes,
        described: Attributes,
        default: str,
    ) -> Attributes:
        asked = request.group(GroupTag.OPERATION).get("requested-attributes")
        if asked is not None:
            names = set(asked.values)
        else:
            names = {"job-id", "job-uri"} if default == "job-id" else {"all"}
        both = {**described, **templates}
        if "all" in names:
            return both
        if "job-template" in names:
            names |= set(templates)
        if names & {"job-description", "printer-description"}:
            names |= set(described)
        return {name: both[name] for name in both if name in names}
