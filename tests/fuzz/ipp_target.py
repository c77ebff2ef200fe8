"""A4 printer: IPP messages at the driver and the simulator, and what is read there."""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer import codec
from drivers.printer.condition import read_condition
from drivers.printer.explain import IppExplainer
from drivers.printer.identity import read_abilities
from drivers.printer.job import read_job, settle
from drivers.printer.message import Message
from drivers.printer.tags import GroupTag
from hardware_sim.printer import codec as far
from hardware_sim.printer.pwg_raster import SYNC, BadRaster, read_raster
from hardware_sim.printer.wiretap import describe_answer, describe_request
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.media import Settled

GOLDEN = ("printer",)


def _decoded(data: bytes) -> Message | None:
    try:
        return codec.decode(data)
    except DeviceProtocolError:
        return None


def driver_message(data: bytes) -> None:
    """What is decoded lies inside the bytes; nothing behind a cut is invented."""
    message = _decoded(data)
    if message is None:
        return
    assert data.endswith(message.data)
    assert (data[0], data[1]) == message.version
    assert int.from_bytes(data[2:4], "big") == message.code
    head = len(data) - len(message.data)
    assert data[head - 1] == GroupTag.END
    assert _decoded(data[: head - 1]) is None


def driver_reading(data: bytes) -> None:
    """Whatever stands in the groups: a status, a report, never more paper than told."""
    message = _decoded(data)
    for group in () if message is None else message.groups:
        condition = read_condition(group)
        assert condition.device_state is not None
        assert set(condition.detail) == {"paper.upper", "toner", "cover", "stacker"}
        read_abilities(group)
        report = read_job(group)
        if report is None:
            continue
        outcome = settle(report, condition, expected=3)
        assert 0 <= outcome.sheets <= 3
        if outcome.settled is Settled.PRESENTED:
            assert (report.sheets or 0) >= 3


def explained(data: bytes) -> None:
    """One line for every message, whatever it is; no byte of a document."""
    for direction in ("sent", "received"):
        ((words, shown),) = IppExplainer().explain(direction, data)
        assert words
        assert data.startswith(shown)


def simulator_message(data: bytes) -> None:
    """The simulator refuses or reads; a document is what stands behind the groups."""
    try:
        message = far.decode(data)
    except far.MalformedMessage:
        return
    describe_request(message)
    describe_answer(message)
    assert data.endswith(message.data)


def simulator_raster(data: bytes) -> None:
    """A page is as large as its header says, or it is refused."""
    head = bytearray(1796)
    head[276:284] = (150).to_bytes(4, "big") * 2
    head[372:380] = (8).to_bytes(4, "big") + (4).to_bytes(4, "big")
    head[388:396] = (8).to_bytes(4, "big") * 2
    head[400:404] = (18).to_bytes(4, "big")
    for document in (data, SYNC + data, SYNC + bytes(head) + data):
        try:
            pages = read_raster(document)
        except BadRaster:
            continue
        assert pages
        if document[4:].startswith(head):
            assert pages[0].picture.size == (8, 4)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ipp.message": driver_message,
    "ipp.reading": driver_reading,
    "ipp.explain": explained,
    "ipp.simulator": simulator_message,
    "ipp.raster": simulator_raster,
}
