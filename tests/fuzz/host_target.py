"""Messages of the device host: what a client says to it, and what it says back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from drivers.host.coding import (
    coded_arguments,
    read,
    read_arguments,
    read_completion,
    read_told,
)
from drivers.host.contract import Command
from drivers.host.message import Message, NotAMessage, read_message
from drivers.host.shape import WrongValue
from drivers.host.status_form import StatusForm, section_of
from drivers.host.table import CAPABILITIES
from kiosk.core.device import Completion
from kiosk.core.wire import WireLine


def _message(data: bytes) -> Message | None:
    try:
        return read_message(data)
    except NotAMessage as refused:
        assert refused.request_id >= 0
        return None


def _rows(name: str) -> Iterator[Command]:
    for kind in CAPABILITIES.values():
        if name in kind.every:
            yield kind.every[name]


def envelope(data: bytes) -> None:
    """What is a message can be written, and is the same when it is read again."""
    message = _message(data)
    if message is not None:
        assert read_message(message.data()) == message


def command(data: bytes) -> None:
    """Arguments are refused, or survive being written again."""
    message = _message(data)
    for row in _rows(message.name) if message is not None else ():
        assert message is not None
        try:
            arguments = read_arguments(row, message.payload)
        except WrongValue:
            continue
        again = coded_arguments(row, arguments)
        assert read_arguments(row, again) == arguments


def answer(data: bytes) -> None:
    """Completions, statuses, events and traced lines are refused or have their type."""
    message = _message(data)
    if message is None:
        return
    for row in _rows(message.name):
        try:
            assert isinstance(read_completion(row, message.payload), Completion)
            for told in row.told:
                read_told(row, told, message.payload)
        except WrongValue:
            continue
    for kind in CAPABILITIES.values():
        form = StatusForm(section_of(kind.interface), kind.name)
        try:
            status = form.read(message.payload)
        except WrongValue:
            continue
        assert form.coded(status)["common"]["extSeq"] == status.seq
    try:
        assert isinstance(read(WireLine, message.payload), WireLine)
    except WrongValue:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    "host.envelope": envelope,
    "host.command": command,
    "host.answer": answer,
}
