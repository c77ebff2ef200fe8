"""IPP messages in words, for a technician: what was asked, how it ended, the state.

Documents are counted, never shown; names of jobs are ours and name nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.printer.codec import decode
from drivers.printer.message import Group, Message
from drivers.printer.tags import (
    GroupTag,
    JobState,
    Operation,
    PrinterState,
    Status,
)
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.wire import Direction

_SHOWN = 64
"""Bytes of a message that are shown: version, code, number and first attributes."""

_WORDS = {
    Status.OK: "successful-ok",
    0x0001: "successful-ok-ignored-or-substituted-attributes",
    Status.NOT_POSSIBLE: "client-error-not-possible",
    Status.NOT_FOUND: "client-error-not-found",
    Status.GONE: "client-error-gone",
    Status.FORMAT_NOT_SUPPORTED: "client-error-document-format-not-supported",
    Status.NOT_ACCEPTING_JOBS: "server-error-not-accepting-jobs",
    Status.BUSY: "server-error-busy",
}
_COUNTED = ("job-impressions-completed", "job-media-sheets-completed")


class IppExplainer:
    """One listener's explanations; see ``kiosk.core.wire.WireExplainer``.

    The client tells whole messages, so none comes in pieces.
    """

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield one line for the message."""
        try:
            message = decode(data)
        except DeviceProtocolError as error:
            yield f"{len(data)} bytes that are no IPP: {error}", b""
            return
        words = _request(message) if direction == "sent" else _answer(message)
        head = data[: len(data) - len(message.data)]
        yield words, head[:_SHOWN]


def _request(message: Message) -> str:
    known = {int(each): each.name for each in Operation}
    name = known.get(message.code, f"operation {message.code:04x}")
    words = [name.replace("_", "-").title(), f"#{message.request_id}"]
    job_id = message.group(GroupTag.OPERATION).integer("job-id")
    if job_id is not None:
        words.append(f"job {job_id}")
    words.append(_count(message))
    if message.data:
        words.append(f"document of {len(message.data)} bytes")
    return ", ".join([" ".join(words[:2]), *words[2:]])


def _answer(message: Message) -> str:
    status = _WORDS.get(message.code, f"status {message.code:#06x}")
    jobs = message.all_groups(GroupTag.JOB)
    words = [f"{status} #{message.request_id}", _count(message)]
    words += [_job(job) for job in jobs]
    printer = message.group(GroupTag.PRINTER)
    if printer.attributes:
        words.append(_printer(printer))
    return ", ".join(words)


def _count(message: Message) -> str:
    total = sum(len(group.attributes) for group in message.groups)
    return f"{total} attributes"


def _job(job: Group) -> str:
    state = _state(job.integer("job-state"), JobState)
    words = [f"job {job.integer('job-id')} {state}", *job.texts("job-state-reasons")]
    for name in _COUNTED:
        count = job.integer(name)
        if count is not None:
            words.append(f"{name} {count}")
    return " ".join(words)


def _printer(printer: Group) -> str:
    state = _state(printer.integer("printer-state"), PrinterState)
    return " ".join([f"printer {state}", *printer.texts("printer-state-reasons")])


def _state(value: int | None, kind: type[JobState] | type[PrinterState]) -> str:
    known = {int(each): each.name.lower() for each in kind}
    return "without a state" if value is None else known.get(value, f"state {value}")
