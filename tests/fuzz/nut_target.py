"""Lines of NUT: list answers in the driver, requests in the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.power.client import ListAnswer
from drivers.power.codec import LineReader, line_of, words_of
from drivers.power.explain import NutExplainer
from drivers.power.supply import supply_status
from hardware_sim.power.service import Visitor, describe
from hardware_sim.power.supply import Supply
from kiosk.core.errors import DeviceError, DeviceProtocolError

GOLDEN = ("power",)

_BEGIN = ("BEGIN", "LIST", "VAR", "kiosk")
_POWER = ("powering", "noPower", "unknown")


def driver(data: bytes) -> None:
    """A list is whole only with its end; each value survives being written again."""
    answer = ListAnswer(("VAR", "kiosk"))
    answer.take(_BEGIN)
    whole = False
    try:
        for line in LineReader().feed(data):
            words = words_of(line)
            assert words_of(line_of(*words)) == words
            whole = whole or answer.take(words)
    except DeviceError:
        return
    assert not whole or b"END" in data
    assert all(len(row) == 3 and row[0] == "kiosk" for row in answer.rows)
    try:
        found = supply_status({name: value for _, name, value in answer.rows})
    except DeviceProtocolError:
        return
    assert found["powerInStatus"] in _POWER
    charge = found["charge"]
    assert charge is None or (isinstance(charge, int) and 0 <= charge <= 100)


def explainer(data: bytes) -> None:
    """Whatever is heard gets words."""
    told = list(NutExplainer().explain("received", data))
    assert all(text for text, _ in told)
    assert sum(len(shown) for _, shown in told) <= len(data)


def simulator(data: bytes) -> None:
    """Every line gets an answer of at least one line."""
    visitor = Visitor(Supply(), lambda: 0.0)
    for raw in data.split(b"\n"):
        line = raw.decode("utf-8", "replace")
        answer = visitor.answer(line)
        assert answer
        assert all(describe(line, answer))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "nut.driver": driver,
    "nut.explainer": explainer,
    "nut.simulator": simulator,
}
