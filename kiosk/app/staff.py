"""Staff members and their PINs, for what takes two people to decide.

The file is TOML, one table for each member; PINs are kept as scrypt digests
(RFC 7914). Wrong PINs lock a member's code for a minute, then two, four and so on::

    [[member]]
    code = "1001"
    role = "administrator"
    pin = "scrypt$16384$8$1$<salt>$<digest>"
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.core.clock import Clock
from kiosk.core.errors import KioskError, SettingsError
from kiosk.core.ports import EventLog

TRIES = 5
FIRST_LOCK_S = 60.0
_COST, _BLOCK, _LANES = 16384, 8, 1
DECIDER = "administrator"


class StaffRefused(KioskError):
    """Code and PIN do not fit, or this member may not do it."""

    code = "staff.refused"


class Member(BaseModel):
    """One member of the staff."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str = Field(pattern=r"^[0-9A-Za-z_-]{1,16}$")
    role: str = Field(pattern=r"^(attendant|administrator|technician)$")
    pin: str = Field(pattern=r"^scrypt\$\d+\$\d+\$\d+\$[0-9a-f]+\$[0-9a-f]+$")


class _Roll(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    member: tuple[Member, ...] = ()


@dataclass
class _Tries:
    wrong: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True)
class Credential:
    """What a person typed. The PIN is a secret."""

    code: str
    pin: str = field(repr=False)


class Staff:
    """Checks credentials; counts wrong ones for as long as the process lives."""

    def __init__(
        self, members: tuple[Member, ...], clock: Clock, log: EventLog
    ) -> None:
        self._members = {each.code: each for each in members}
        self._clock = clock
        self._log = log
        self._tries: dict[str, _Tries] = {}

    def two(self, first: Credential, second: Credential) -> tuple[str, str]:
        """Check two different administrators and return their codes.

        Raises:
            StaffRefused: one does not fit, is locked, or both are one person.
        """
        if first.code == second.code:
            raise StaffRefused("two different people have to decide")
        for each in (first, second):
            self._check(each)
        return first.code, second.code

    def _check(self, credential: Credential) -> None:
        tries = self._tries.setdefault(credential.code, _Tries())
        wait = tries.locked_until - self._clock.monotonic()
        if wait > 0:
            raise StaffRefused(f"{credential.code} is locked for {int(wait) + 1} s")
        member = self._members.get(credential.code)
        if member is None or not pin_fits(credential.pin, member.pin):
            self._count(credential.code, tries)
            raise StaffRefused(f"{credential.code}: code and PIN do not fit")
        tries.wrong = 0
        if member.role != DECIDER:
            raise StaffRefused(f"{credential.code} is no {DECIDER}")

    def _count(self, code: str, tries: _Tries) -> None:
        tries.wrong += 1
        locked = 0.0
        if tries.wrong >= TRIES:
            locked = FIRST_LOCK_S * 2 ** min(tries.wrong - TRIES, 10)
            tries.locked_until = self._clock.monotonic() + locked
        self._log("staff.refused", code=code, locked_s=locked)


def load_members(path: Path) -> tuple[Member, ...]:
    """Read the staff file.

    Raises:
        SettingsError: missing, readable by others, or wrong.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path}: others may read it; chmod 600")
        members = _Roll.model_validate(tomllib.loads(path.read_text("utf-8"))).member
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a staff file") from error
    if len({each.code for each in members}) != len(members):
        raise SettingsError(f"{path}: a code stands twice")
    return members


def pin_digest(pin: str, cost: int = _COST) -> str:
    """Return the form in which a PIN is kept; ``cost`` is scrypt's N."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=cost, r=_BLOCK, p=_LANES)
    return f"scrypt${cost}${_BLOCK}${_LANES}${salt.hex()}${digest.hex()}"


def pin_fits(pin: str, kept: str) -> bool:
    """Compare a PIN with its kept form, in constant time."""
    _name, cost, block, lanes, salt, digest = kept.split("$")
    made = hashlib.scrypt(
        pin.encode(),
        salt=bytes.fromhex(salt),
        n=int(cost),
        r=int(block),
        p=int(lanes),
    )
    return hmac.compare_digest(made.hex(), digest)


def member_lines(code: str, role: str, pin: str) -> str:
    """Return what to append to the staff file for a new member.

    Raises:
        StaffRefused: the PIN is too simple.
    """
    if len(pin) < 6 or not pin.isdigit() or len(set(pin)) < 3:
        raise StaffRefused("a PIN has six digits or more, three of them different")
    member = Member(code=code, role=role, pin=pin_digest(pin))
    return (
        f'\n[[member]]\ncode = "{member.code}"\n'
        f'role = "{member.role}"\npin = "{member.pin}"\n'
    )
