"""The drawer: social-security and bank cards of people who do not exist."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from hardware_sim.smartcard.apdu import BlockProtocol, ByteProtocol
from hardware_sim.smartcard.bank import bank_applications
from hardware_sim.smartcard.social import social_application
from hardware_sim.smartcard.system import Application, CardSystem

ATR_BYTES = bytes.fromhex("3B6800004B32344341524430")
"""T=0; eight historical bytes ``K24CARD0``."""

ATR_BLOCKS = bytes.fromhex("3B8881014B3234434152443160")
"""T=1; eight historical bytes ``K24CARD1`` and the check byte."""

ATR_OTHER = bytes.fromhex("3B800E")
"""T=14: a card for something else."""


class Card:
    """One card; ``key`` names it on the bench."""

    def __init__(
        self,
        key: str,
        title: str,
        applications: tuple[Application, ...] = (),
        *,
        reset: bytes = ATR_BYTES,
        mute: bool = False,
        records_by_number: bool = True,
    ) -> None:
        self.key = key
        self.title = title
        self._reset = reset
        self._mute = mute
        self._system = CardSystem(applications, records_by_number=records_by_number)
        front = BlockProtocol if reset == ATR_BLOCKS else ByteProtocol
        self._front = front(self._system.obey)

    @property
    def presence(self) -> bytes:
        """What a reader sees of it without power."""
        return self._reset

    def power_on(self) -> bytes:
        """Return the answer to reset, ``b""`` when it lies upside down."""
        self._system.reset()
        self._front.reset()
        return b"" if self._mute else self._reset

    def command(self, apdu: bytes) -> bytes:
        """Carry out one command."""
        return self._front.command(apdu)


WRONG_MEDIA: Mapping[str, Callable[[], Card]] = {
    "transitCard": lambda: Card("transitCard", "公交卡"),
    "upsideDown": lambda: Card("upsideDown", "卡片插反", mute=True),
    "otherProtocol": lambda: Card("otherProtocol", "其他协议的卡", reset=ATR_OTHER),
}
"""What people put in by mistake, by kind."""


@dataclass(frozen=True, slots=True)
class _Issued:
    """A card of the drawer: whose, numbers, and what is special about it."""

    person: str
    social: str = ""
    bank: str = ""
    version: str = "2.00"
    locked: bool = False
    credit: bool = False
    blocks: bool = False
    records_by_number: bool = True


_ISSUED = {
    "social-li-fang": _Issued("li-fang", social="Z99000011", bank="6299990000000017"),
    "social-zhang-weimin": _Issued(
        "zhang-weimin", social="Z99000029", version="3.00", blocks=True
    ),
    "social-ouyang-xiaoyu": _Issued(
        "ouyang-xiaoyu", social="Z99000037", version="1.00", records_by_number=False
    ),
    "social-wang-jie": _Issued("wang-jie", social="Z99000045"),
    "social-locked": _Issued(
        "zhang-weimin", social="Z99000053", version="3.00", locked=True
    ),
    "bank-li-fang": _Issued("li-fang", bank="6299990000000025"),
    "bank-zhang-weimin": _Issued(
        "zhang-weimin", bank="6299990000000000038", credit=True
    ),
    "bank-ouyang-xiaoyu": _Issued(
        "ouyang-xiaoyu", bank="6299990000000033", blocks=True
    ),
}
CARDS = tuple(_ISSUED)
"""Keys of the cards in the drawer."""

_TITLES = {"social": "社保卡", "bank": "银行卡"}
_LATIN = {
    "li-fang": "LI/FANG",
    "zhang-weimin": "ZHANG/WEIMIN",
    "ouyang-xiaoyu": "OUYANG/XIAOYU",
}


def load_cards() -> dict[str, Card]:
    """Return the drawer, by key."""
    text = files("hardware_sim.scenarios").joinpath("people.toml").read_text("utf-8")
    people = {person["key"]: person for person in tomllib.loads(text)["people"]}
    return {key: _card(key, issued, people) for key, issued in _ISSUED.items()}


def _card(key: str, issued: _Issued, people: Mapping[str, Mapping[str, str]]) -> Card:
    person = people[issued.person]
    title = f"{_TITLES[key.partition('-')[0]]} {person['name']}"
    return Card(
        key,
        f"{title} 需认证" if issued.locked else title,
        tuple(_applications(issued, person)),
        reset=ATR_BLOCKS if issued.blocks else ATR_BYTES,
        records_by_number=issued.records_by_number,
    )


def _applications(issued: _Issued, person: Mapping[str, str]) -> list[Application]:
    found: list[Application] = []
    if issued.social:
        found.append(
            social_application(
                person, issued.social, version=issued.version, locked=issued.locked
            )
        )
    if issued.bank:
        holder = {"latin": _LATIN[issued.person]}
        found += bank_applications(holder, issued.bank, credit=issued.credit)
    return found
