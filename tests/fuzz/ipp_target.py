"""IPP messages: the client's codec and words, the printer's codec."""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer import codec
from drivers.printer.explain import IppExplainer
from hardware_sim.printer import codec as printer
from kiosk.core.errors import DeviceProtocolError

GOLDEN = ("printer",)


def driver(data: bytes) -> None:
    """What is read is written so that it is read alike; the rest is refused."""
    try:
        message = codec.decode(data)
    except DeviceProtocolError:
        return
    try:
        again = codec.decode(codec.encode(message))
    except ValueError:
        return  # collections and out-of-band values are read, never written
    assert again == message


def explainer(data: bytes) -> None:
    """Anything gets words, in both directions, whole and in two pieces."""
    for direction in ("sent", "received"):
        for pieces in ((data,), (data[: len(data) // 2], data[len(data) // 2 :])):
            each = IppExplainer()
            for piece in pieces:
                assert all(text for text, _ in each.explain(direction, piece))


def simulator(data: bytes) -> None:
    """The printer reads a message or calls it malformed."""
    try:
        message = printer.decode(data)
    except printer.MalformedMessage:
        return
    assert data.endswith(message.data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ipp.driver": driver,
    "ipp.explainer": explainer,
    "ipp.simulator": simulator,
}
