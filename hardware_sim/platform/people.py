"""The population register: who a document belongs to, and tokens for a visit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.faces import SimulatedFaceComparison
from hardware_sim.platform.refusal import Refusal, refused
from hardware_sim.platform.store import Store

TOKEN_IDLE_S = 30 * 60


@dataclass(frozen=True, slots=True)
class Citizen:
    """One person of the register.

    Attributes:
        key: name of the person in the seeds.
    """

    key: str
    kind: str
    name: str
    english_name: str
    number: str
    valid_to: date | None


class People:
    """Real-name check and person tokens.

    Args:
        seeds: the invented people, by key.
    """

    def __init__(
        self, seeds: Mapping[str, dict[str, Any]], store: Store, clock: CityClock
    ) -> None:
        self._store = store
        self._clock = clock
        self.faces = SimulatedFaceComparison()
        self._citizens = {key: _citizen(key, row) for key, row in seeds.items()}
        self._by_number = {one.number: one for one in self._citizens.values()}

    def citizen(self, key: str) -> Citizen:
        """Return a person of the seeds; ``KeyError`` for an unknown key."""
        return self._citizens[key]

    def verify(
        self, terminal: str, document: Mapping[str, Any], portrait: bytes | None
    ) -> dict[str, Any]:
        """Check document and face and hand out a token.

        Raises:
            Refusal: 409, ``identity.*``.
        """
        citizen = self._by_number.get(document["number"])
        if citizen is None or not _belongs(document, citizen):
            raise refused("identity.mismatch", "姓名与证件号码不一致")
        last_day = _day(document["valid_to"])
        for limit in (last_day, citizen.valid_to):
            if limit is not None and limit < self._clock.today():
                raise refused("identity.document_expired", "证件已过有效期")
        if portrait is not None:
            self._check_face(portrait)
        token = secrets.token_hex(16)
        expires_at = self._clock.epoch() + TOKEN_IDLE_S
        self._store.run(
            "INSERT INTO tokens VALUES (?, ?, ?, ?)",
            token,
            terminal,
            citizen.key,
            expires_at,
        )
        return {
            "token": token,
            "assurance": "card" if portrait is None else "card+face",
            "expires_at": instant(expires_at),
        }

    def _check_face(self, portrait: bytes) -> None:
        verdict = self.faces.compare(portrait)
        if verdict == "mismatch":
            raise refused("identity.face_mismatch", "人脸比对未通过(模拟)")
        if verdict == "poor":
            raise refused("identity.face_poor", "照片质量不足,请重新拍摄(模拟)")
        if verdict == "unreadable":
            raise refused("identity.face_unreadable", "照片不是有效的 JPEG")

    def of_token(self, terminal: str, token: str) -> Citizen:
        """Return whom a token stands for and let it live on.

        Raises:
            Refusal: 403 ``person.token``.
        """
        now = self._clock.epoch()
        row = self._store.one(
            "SELECT person FROM tokens"
            " WHERE token = ? AND terminal = ? AND expires_at >= ?",
            token,
            terminal,
            now,
        )
        if row is None:
            raise Refusal(403, "person.token", "身份凭据无效或已过期,请重新核验身份")
        self._store.run(
            "UPDATE tokens SET expires_at = ? WHERE token = ?",
            now + TOKEN_IDLE_S,
            token,
        )
        return self._citizens[row["person"]]


def _citizen(key: str, row: Mapping[str, Any]) -> Citizen:
    last = row["valid_to"]
    return Citizen(
        key=key,
        kind=row["document"],
        name=row["name"],
        english_name=row.get("english_name", ""),
        number=row["number"],
        valid_to=None if last == "长期" else datetime.strptime(last, "%Y%m%d").date(),
    )


def _belongs(document: Mapping[str, Any], citizen: Citizen) -> bool:
    """Compare kind and name; a foreigner's English name will do for an empty one."""
    if document["kind"] != citizen.kind:
        return False
    if document["name"]:
        return bool(document["name"] == citizen.name)
    given = document.get("english_name") or ""
    return bool(citizen.english_name and given == citizen.english_name)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
