"""The licence library: what a person holds, and recorded permission to use it."""

from __future__ import annotations

from datetime import date
from typing import Any

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.people import Citizen, People
from hardware_sim.platform.refusal import refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of a licence identifier.

    Args:
        text: type, issuer, serial and version without dots and root (GB/T 36904).
    """
    product = 36
    for character in text:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


class LicenceLibrary:
    """Lists licences and records their use.

    Args:
        seeds: ``seeds/licences.toml``.
    """

    def __init__(
        self, seeds: dict[str, Any], people: People, store: Store, clock: CityClock
    ) -> None:
        self._rows: list[dict[str, Any]] = seeds["licences"]
        self._people = people
        self._store = store
        self._clock = clock

    def find(self, kinds: list[str], citizen: Citizen) -> list[dict[str, Any]]:
        """Return the person's licences of these types that are valid today."""
        found = [
            self._show(row)
            for row in self._rows
            if row["key"] == citizen.key
            and row["kind"] in kinds
            and not self._expired(row)
        ]
        return sorted(found, key=lambda licence: str(licence["title"]))

    def use(
        self, identifier: str, matter: str, reason: str, citizen: Citizen
    ) -> dict[str, str]:
        """Record the permission; the same again on one day is the same use.

        Raises:
            Refusal: 409 ``licence.unknown``, ``licence.expired``.
        """
        licence = self._licence(identifier, citizen)
        key = (citizen.key, identifier, matter, self._clock.today().isoformat())
        use_number = "YZ" + sm3("\n".join(key).encode())[:20].upper()
        digest = sm3(repr(sorted(self._show(licence).items())).encode())
        self._store.run(
            "INSERT OR IGNORE INTO licence_uses VALUES (?, ?, ?, ?, ?, ?, ?)",
            use_number,
            *key[:3],
            reason,
            key[3],
            digest,
        )
        return {"use_number": use_number, "identifier": identifier, "digest": digest}

    def used_digest(self, use_number: str, citizen: Citizen, matter: str) -> str | None:
        """Return the digest of a recorded use, ``None`` when there is none."""
        row = self._store.one(
            "SELECT digest FROM licence_uses"
            " WHERE use_number = ? AND person = ? AND matter = ?",
            use_number,
            citizen.key,
            matter,
        )
        return None if row is None else str(row["digest"])

    def _licence(self, identifier: str, citizen: Citizen) -> dict[str, Any]:
        for row in self._rows:
            if row["identifier"] == identifier and row["key"] == citizen.key:
                if self._expired(row):
                    raise refused("licence.expired", "证照已过有效期")
                return row
        raise refused("licence.unknown", "本人名下没有此证照")

    def _expired(self, row: dict[str, Any]) -> bool:
        last = row.get("valid_to")
        return last is not None and date.fromisoformat(last) < self._clock.today()

    def _show(self, row: dict[str, Any]) -> dict[str, Any]:
        citizen = self._people.citizen(row["key"])
        shown = {
            name: row[name]
            for name in ("identifier", "kind", "title", "issuer", "valid_from")
        }
        return shown | {"holder": citizen.name, "valid_to": row.get("valid_to")}
