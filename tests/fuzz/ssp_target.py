"""SSP packets on both sides, poll answers, and the ledger behind them."""

from __future__ import annotations

from collections.abc import Callable

from drivers.cash.codec import PacketReader, crc, packet, read_set_up, read_stacked
from drivers.cash.explain import SspExplainer
from drivers.cash.ledger import Ledger, fold
from drivers.cash.words import Event, read_poll
from hardware_sim.cash import frames
from hardware_sim.cash.notes import Paths, Timings
from hardware_sim.cash.validator import Validator
from hardware_sim.cash.wording import describe_answer, describe_command
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.money import Fen

GOLDEN = ("cash",)

_VALUES = {1: Fen(100), 2: Fen(500)}


def driver(data: bytes) -> None:
    """A packet counts only with its check sum."""
    for found in PacketReader().feed(data):
        body = bytes([found.head, len(found.data)]) + found.data
        stuffed = (body + crc(body)).replace(b"\x7f", b"\x7f\x7f")
        assert packet(found.head >> 7, found.head & 0x7F, found.data)[1:] == stuffed
        assert stuffed in data


def answers(data: bytes) -> None:
    """Set-ups are whole or refused; a poll makes no money without a credit."""
    try:
        told = read_set_up(data)
    except DeviceProtocolError:
        pass
    else:
        assert len(data) == 16 + 9 * len(told.values)
    try:
        stacked = read_stacked(data)
    except DeviceProtocolError:
        pass
    else:
        assert data[:5] == b"\x05" + stacked.to_bytes(4, "little")
        assert len(data) == 21
    happenings = read_poll(data)
    ledger = Ledger(_VALUES, most=Fen(500))
    for each in happenings:
        ledger, _ = fold(ledger, each)
    paying = (Event.CREDIT, Event.CLEARED_TO_BOX)
    assert len(ledger.notes) <= sum(each.event in paying for each in happenings)
    assert ledger.told.total <= 500 * len(ledger.notes)


def explainer(data: bytes) -> None:
    """Whatever crosses gets words."""
    teller = SspExplainer()
    for direction in ("sent", "received"):
        assert all(text for text, _ in teller.explain(direction, data))  # type: ignore[arg-type]


def simulator(data: bytes) -> None:
    """The validator answers every good packet and stays within itself."""
    validator = Validator(Paths(Timings()))
    for found in frames.PacketReader().feed(data):
        if not found.good or not found.data:
            continue
        answer = validator.obey(found.data, 1.0)
        assert answer
        assert describe_command(found.data)
        assert describe_answer(found.data, answer)
    if data:
        answer = validator.obey(data, 1.0)
        assert describe_answer(data, answer)
    assert validator.box == []


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ssp.driver": driver,
    "ssp.answers": answers,
    "ssp.explainer": explainer,
    "ssp.simulator": simulator,
}
