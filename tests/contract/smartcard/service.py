"""One private pcscd for a test process, and slots of it that nobody else uses.

A slot has to stay empty for half a second between two cards; so of the free ones the
one that was given back first is lent. libpcsclite keeps the path of its socket for the
life of a process, so there is one daemon in it, started when it is first needed.
"""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware_sim.link.pcscd import Pcscd, why_no_pcscd
from hardware_sim.smartcard.simulator import SimSmartCard, create

_READERS = 4
_FREE = deque(range(_READERS * 2))
_DAEMON = Pcscd(_READERS)

WHY_NOT = why_no_pcscd()
needs_pcscd = pytest.mark.skipif(bool(WHY_NOT), reason=f"no private pcscd: {WHY_NOT}")


def daemon() -> Pcscd:
    """Return the daemon, started."""
    if not _DAEMON.ports:
        atexit.register(_DAEMON.close)
    _DAEMON.start()
    return _DAEMON


@contextmanager
def lent_slot() -> Iterator[int]:
    """Lend the slot that has been free the longest."""
    assert _FREE, "more tests at once than slots"
    number = _FREE.popleft()
    try:
        yield number
    finally:
        _FREE.append(number)


@contextmanager
def lent_reader(give_up_s: float = 0.3) -> Iterator[SimSmartCard]:
    """Lend a simulator, not started; whoever starts it stops it."""
    with lent_slot() as number:
        yield create(pcscd=daemon(), slot=number, give_up_s=give_up_s)


def no_log(event: str, /, **facts: object) -> None:
    """Keep no diary."""
