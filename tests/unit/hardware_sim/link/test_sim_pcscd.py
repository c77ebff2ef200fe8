"""A pcscd of one's own: it starts, moves away from taken ports, and leaves nothing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from hardware_sim.link import pcscd
from hardware_sim.link.pcscd import Pcscd, why_no_pcscd

WHY_NOT = why_no_pcscd()
needs_pcscd = pytest.mark.skipif(bool(WHY_NOT), reason=f"no private pcscd: {WHY_NOT}")


@needs_pcscd
def test_two_run_side_by_side_and_leave_nothing_behind() -> None:
    first, second = Pcscd(), Pcscd(2)
    first.start()
    second.start()
    assert first.socket != second.socket
    assert len(second.names) == len(second.ports) == 4
    places = [Path(each.socket).parents[2] for each in (first, second)]
    first.close()
    second.close()
    first.close()
    assert not any(place.exists() for place in places)


@needs_pcscd
def test_a_port_that_was_taken_meanwhile_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free_ports = pcscd._free_ports
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        taken = other.getsockname()[1]
        answers = iter([(taken, taken + 1)])
        monkeypatch.setattr(
            pcscd, "_free_ports", lambda readers: next(answers, free_ports(readers))
        )
        daemon = Pcscd()
        daemon.start()
        assert taken not in daemon.ports
        daemon.close()


def test_where_it_cannot_run_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcscd, "_where", lambda name: None)
    assert why_no_pcscd() == "pcscd is not installed"
    with pytest.raises(OSError, match="not installed"):
        Pcscd().start()
