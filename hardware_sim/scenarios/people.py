"""Reads ``people.toml``: the persons who do not exist."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What is needed to draw a person or to offer them on the bench page.

    Attributes:
        document: kind of the identity document, ``resident`` and so on.
    """

    key: str
    name: str
    sex: str
    birth: str
    number: str
    document: str

    @property
    def birth_words(self) -> str:
        """``1958 年 3 月 12 日``."""
        year, month, day = self.birth[:4], self.birth[4:6], self.birth[6:8]
        return f"{year} 年 {int(month)} 月 {int(day)} 日"


def load_people() -> dict[str, PersonCard]:
    """Return every person by key, in the order of the file."""
    text = files(__package__).joinpath("people.toml").read_text(encoding="utf-8")
    fields = PersonCard.__dataclass_fields__
    cards = [
        PersonCard(**{name: str(entry[name]) for name in fields})
        for entry in tomllib.loads(text)["people"]
    ]
    return {card.key: card for card in cards}
