"""emvtool, an EMV client by strangers, reads the simulated bank card through pcscd.

``./dev test`` installs it (PyPI package ``emv``, pinned in ``tests/referees/emv``) into
an environment of its own. Nothing of ours is between it and the card but the card.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from hardware_sim.link.pcscd import Pcscd, why_no_pcscd
from hardware_sim.smartcard.simulator import SimSmartCard, create

_INSTALLED = Path(__file__).parents[2] / ".state/referees/emv"
EMVTOOL = shutil.which("emvtool", path=_INSTALLED / "bin") or shutil.which("emvtool")
WHY_NOT = why_no_pcscd()

pytestmark = [
    pytest.mark.skipif(
        EMVTOOL is None, reason="emv is not installed: ./dev test does it with pip"
    ),
    pytest.mark.skipif(bool(WHY_NOT), reason=f"no private pcscd: {WHY_NOT}"),
]

Judge = Callable[..., Awaitable[str]]


@pytest.fixture
async def card_reader() -> AsyncIterator[tuple[SimSmartCard, str]]:
    daemon = Pcscd()
    daemon.start()
    sim = create(pcscd=daemon)
    await sim.start()
    yield sim, daemon.socket
    await sim.stop()
    daemon.close()


@pytest.fixture
async def judge(card_reader: tuple[SimSmartCard, str]) -> Judge:
    """Put a card in, wait until pcscd has powered it, and let the referee read."""
    sim, path = card_reader

    async def read(card: str, *arguments: str) -> str:
        await sim.verbs()["insert"].call(card=card)
        with anyio.fail_after(5):
            while not any(entry.direction == "out" for entry in sim.wire.entries):
                await anyio.lowlevel.checkpoint()
        done = await anyio.run_process(
            [str(EMVTOOL), "--reader", "0", *arguments],
            env={**os.environ, "PCSCLITE_CSOCK_NAME": path, "COLUMNS": "200"},
        )
        return re.sub(r"\x1b\(.", "", done.stdout.decode())

    return read


@pytest.mark.parametrize(
    ("card", "label", "name"),
    [
        ("bank-li-fang", "UnionPay Debit", "A0 00 00 03 33 01 01 01"),
        ("bank-zhang-weimin", "UnionPay Credit", "A0 00 00 03 33 01 01 02"),
        ("social-li-fang", "UnionPay Debit", "A0 00 00 03 33 01 01 01"),
    ],
)
async def test_the_referee_finds_the_application(
    judge: Judge, card: str, label: str, name: str
) -> None:
    said = await judge(card, "listapps")
    assert f'"{label}"' in said
    assert f"[{name}]" in said


@pytest.mark.parametrize(
    ("card", "number", "holder"),
    [
        ("bank-li-fang", "6299990000000025", "LI/FANG"),
        ("social-li-fang", "6299990000000017", "LI/FANG"),
    ],
)
async def test_the_referee_reads_number_holder_and_last_day(
    judge: Judge, card: str, number: str, holder: str
) -> None:
    said = await judge(card, "info")
    assert number in said
    assert f'"{holder}"' in said
    assert "30/12/31" in said
    assert "Unpredictable Number, 4" in said


async def test_the_referee_finds_no_bank_on_a_card_without_one(judge: Judge) -> None:
    said = await judge("social-wang-jie", "info")
    assert "not available" in said
    assert "5F 20" not in said
