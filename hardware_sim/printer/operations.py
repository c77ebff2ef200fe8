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
from hardware_sim.printer.interpreter import sense_format
from hardware_sim.printer.jobs import Job, JobQueue, JobState
from hardware_sim.printer.mechanics import Mechanics


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
    IDENTIFY_PRINTER = 0x003C


class Status(IntEnum):
    """Status codes (RFC 8011 appendix B) that this printer gives."""

    OK = 0x0000
    OK_IGNORED = 0x0001
    BAD_REQUEST = 0x0400
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    FORMAT_NOT_SUPPORTED = 0x040A
    ATTRIBUTES_NOT_SUPPORTED = 0x040B
    CHARSET_NOT_SUPPORTED = 0x040D
    COMPRESSION_NOT_SUPPORTED = 0x040F
    OPERATION_NOT_SUPPORTED = 0x0501
    VERSION_NOT_SUPPORTED = 0x0503


SUPPORTED_VERSIONS = frozenset({(1, 0), (1, 1), (2, 0)})
SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}


class Refusal(Exception):
    """The operation is refused with a status code.

    Args:
        unsupported: attributes for the unsupported group.
    """

    def __init__(self, status: Status, unsupported: Attributes | None = None) -> None:
        super().__init__(status.name)
        self.status = status
        self.unsupported = unsupported or {}


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
        template = self._check_ticket(request)
        suffix = self._check_document(request)
        job = self._new_job(request, template)
        self._queue.receive(job, request.data, suffix)
        return [self._job_group(job)]

    def _validate_job(self, request: Message) -> list[Group]:
        self._check_ticket(request)
        return []

    def _create_job(self, request: Message) -> list[Group]:
        return [self._job_group(self._new_job(request, self._check_ticket(request)))]

    def _send_document(self, request: Message) -> list[Group]:
        job = self._find_job(request)
        last = request.group(GroupTag.OPERATION).get("last-document")
        if last is None:
            raise Refusal(Status.BAD_REQUEST)
        if job.state is not JobState.HELD or not last.first:
            raise Refusal(Status.NOT_POSSIBLE)
        self._check_format(request)
        self._queue.receive(job, request.data, self._check_document(request))
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
        self._check_format(request)
        templates = say.template_attributes()
        everything = {
            **say.description_attributes(self.address, sorted(self._operations)),
            **say.state_attributes(self._queue, self._mechanics),
        }
        chosen = self._pick(request, templates, everything, "all")
        return [Group(GroupTag.PRINTER, chosen)]

    def _identify_printer(self, _request: Message) -> list[Group]:
        self.identified += 1
        return []

    def _check_format(self, request: Message) -> None:
        asked = request.group(GroupTag.OPERATION)
        stated = asked.get("document-format")
        if stated is not None and stated.first not in say.FORMATS:
            raise Refusal(Status.FORMAT_NOT_SUPPORTED, {"document-format": stated})
        packing = asked.get("compression")
        if packing is not None and packing.first != "none":
            raise Refusal(Status.COMPRESSION_NOT_SUPPORTED, {"compression": packing})

    def _check_document(self, request: Message) -> str:
        """Return the file suffix of the document that came."""
        if not request.data:
            raise Refusal(Status.BAD_REQUEST)
        stated = request.group(GroupTag.OPERATION).get("document-format")
        kind = stated.first if stated else say.FORMATS[2]
        if kind == say.FORMATS[2]:
            kind = sense_format(request.data)
        if kind not in SUFFIXES:
            raise Refusal(Status.FORMAT_NOT_SUPPORTED)
        return SUFFIXES[kind]

    def _check_ticket(self, request: Message) -> dict[str, int | str]:
        """Return the template values to use; note or refuse the others."""
        self._check_format(request)
        wanted = request.group(GroupTag.JOB)
        template: dict[str, int | str] = {}
        for name, item in wanted.items():
            if _is_supported(name, item.first):
                if name in ("copies", "sides"):
                    template[name] = item.first
            else:
                self._unsupported[name] = item
        fidelity = request.group(GroupTag.OPERATION).get("ipp-attribute-fidelity")
        if self._unsupported and fidelity is not None and fidelity.first:
            raise Refusal(Status.ATTRIBUTES_NOT_SUPPORTED, self._unsupported)
        return template

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


def _is_supported(name: str, value: object) -> bool:
    if name == "copies":
        return isinstance(value, int) and 1 <= value <= say.MAX_COPIES
    if name not in say.JOB_TEMPLATE:
        return False
    offered = say.template_attributes()[f"{name}-supported"]
    return value in offered.values
