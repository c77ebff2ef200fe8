"""Words for the wire log: what an IPP request or answer says, on one line."""

from __future__ import annotations

from hardware_sim.printer.codec import Attributes, GroupTag, Message
from hardware_sim.printer.operations import Operation
from hardware_sim.printer.tickets import Status

DOCUMENT_SAMPLE = 32
"""Bytes of a document that the wire log keeps; the rest is counted."""

_TOLD = ("job-id", "job-uri", "job-name", "copies", "sides", "document-format")
_ANSWERED = (
    "job-id",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "printer-state",
    "printer-state-reasons",
)


def describe_request(message: Message) -> str:
    """``Print-Job #7 job-name=proof · 31452 bytes of document``."""
    words = [_operation_name(message.code), f"#{message.request_id}"]
    merged: Attributes = {}
    for group in message.groups:
        merged.update(group.attributes)
    words += _pairs(merged, _TOLD)
    if message.data:
        words.append(f"· {len(message.data)} bytes of document")
    return " ".join(words)


def describe_answer(message: Message) -> str:
    """``successful-ok #7 job-id=3 job-state=5``."""
    words = [_status_name(message.code), f"#{message.request_id}"]
    for group in message.groups:
        if group.tag in (GroupTag.JOB, GroupTag.PRINTER):
            words += _pairs(group.attributes, _ANSWERED)
    return " ".join(words)


def _pairs(attributes: Attributes, names: tuple[str, ...]) -> list[str]:
    return [
        f"{name}={','.join(str(value) for value in attributes[name].values)}"
        for name in names
        if name in attributes
    ]


def _operation_name(code: int) -> str:
    known = {int(item): item.name for item in Operation}
    return known.get(code, f"operation {code:04x}").replace("_", "-").title()


def _status_name(code: int) -> str:
    if code == Status.OK:
        return "successful-ok"
    known = {int(item): item.name for item in Status}
    return f"{code:04x} " + known.get(code, "?").replace("_", "-").lower()
