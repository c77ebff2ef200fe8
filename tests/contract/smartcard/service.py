"""One private pcscd for a test process, with a fresh slot for each test.

A slot has to stay empty for half a second between two cards; so the tests take turns
on eight of them. libpcsclite keeps the path of its socket for the life of a process,
so there is one daemon in a process, started when it is first needed.
"""

from __future__ import annotations

import atexit
import itertools

import pytest

from hardware_sim.link.pcscd import Pcscd, why_no_pcscd
from hardware_sim.smartcard.simulator import SimSmartCard, create

_READERS = 4
_SLOTS = itertools.cycle(range(_READERS * 2))
_DAEMON = Pcscd(_READERS)

WHY_NOT = why_no_pcscd()
needs_pcscd = pytest.mark.skipif(bool(WHY_NOT), reason=f"no private pcscd: {WHY_NOT}")


def daemon() -> Pcscd:
    """Return the daemon, started."""
    if not _DAEMON.ports:
        atexit.register(_DAEMON.close)
    _DAEMON.start()
    return _DAEMON


def next_slot() -> int:
    """Return the slot that has been empty the longest."""
    return next(_SLOTS)


def fresh_reader(give_up_s: float = 0.3) -> SimSmartCard:
    """Return a simulator on the next slot, not started."""
    return create(pcscd=daemon(), slot=next_slot(), give_up_s=give_up_s)


def no_log(event: str, /, **facts: object) -> None:
    """Keep no diary."""
