"""Signatures of requests and answers, and protection against replay.

Written from the contract's description ("Signed requests", "Signed answers").
HMAC-SM3 (GB/T 32905, GB/T 15852.2) from the standard library::

    request  METHOD \\n PATH \\n sorted QUERY \\n SM3(BODY) \\n terminal \\n
             boot.seq \\n timestamp \\n nonce
    answer   STATUS \\n PATH \\n SM3(BODY) \\n request's nonce \\n timestamp
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.refusal import Refusal
from hardware_sim.platform.store import Store

CLOCK_WINDOW_S = 300
NONCE_KEPT_S = 2 * CLOCK_WINDOW_S
SEQUENCE_WINDOW = 64

_FORMS = {
    "x-sequence": re.compile(r"(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,17})"),
    "x-timestamp": re.compile(r"[0-9]{1,12}"),
    "x-nonce": re.compile(r"[0-9a-f]{32}"),
    "x-signature": re.compile(r"[0-9a-f]{64}"),
}


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What of a request is signed.

    Attributes:
        path: as on the request line, percent-encoded.
        query: raw, without the question mark.
        headers: by lower-case name.
    """

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]

    def text(self) -> str:
        """Return what the terminal signs."""
        return "\n".join(
            (
                self.method,
                self.path,
                "&".join(sorted(self.query.split("&"))),
                sm3(self.body),
                *(self.headers[f"x-{part}"] for part in _SIGNED_HEADERS),
            )
        )


_SIGNED_HEADERS = ("terminal", "sequence", "timestamp", "nonce")


def sm3(data: bytes) -> str:
    """Return the hex SM3 digest."""
    return hashlib.new("sm3", data).hexdigest()


def hmac_sm3(key: bytes, text: str) -> str:
    """Return the hex HMAC-SM3 of a text."""
    return hmac.new(key, text.encode(), "sm3").hexdigest()


def sign_answer(
    key: bytes, status: int, path: str, body: bytes, nonce: str, timestamp: int
) -> str:
    """Return the signature of an answer."""
    text = "\n".join((str(status), path, sm3(body), nonce, str(timestamp)))
    return hmac_sm3(key, text)


class Gatekeeper:
    """Lets a request pass once, when it is signed, timely and new.

    Args:
        keys: HMAC key of each enrolled terminal.
    """

    def __init__(
        self, keys: Mapping[str, bytes], store: Store, clock: CityClock
    ) -> None:
        self._keys = keys
        self._store = store
        self._clock = clock

    def key(self, terminal: str) -> bytes | None:
        """Return a terminal's key, ``None`` for an unknown one."""
        return self._keys.get(terminal)

    def check(self, request: SignedRequest) -> str:
        """Return the terminal that sent the request.

        Raises:
            Refusal: 401, ``signature.*``; nothing is remembered of the request.
        """
        terminal = self._check_form(request.headers)
        right = hmac_sm3(self._keys[terminal], request.text())
        if not hmac.compare_digest(right, request.headers["x-signature"]):
            raise Refusal(401, "signature.bad", "签名不符")
        timestamp = int(request.headers["x-timestamp"])
        if abs(self._clock.epoch() - timestamp) > CLOCK_WINDOW_S:
            raise Refusal(401, "signature.clock", "终端时间与平台相差过大")
        boot, sequence = request.headers["x-sequence"].split(".")
        with self._store.transaction():
            self._take_nonce(terminal, request.headers["x-nonce"])
            self._take_sequence(terminal, int(boot), int(sequence))
        return terminal

    def _check_form(self, headers: Mapping[str, str]) -> str:
        for name, form in _FORMS.items():
            if form.fullmatch(headers.get(name, "")) is None:
                raise Refusal(401, "signature.header", f"请求头 {name} 缺失或格式错误")
        terminal = headers.get("x-terminal", "")
        if terminal not in self._keys:
            raise Refusal(401, "signature.terminal", "终端未登记")
        return terminal

    def _take_nonce(self, terminal: str, nonce: str) -> None:
        now = self._clock.epoch()
        self._store.run("DELETE FROM nonces WHERE seen_at < ?", now - NONCE_KEPT_S)
        known = self._store.one(
            "SELECT 1 FROM nonces WHERE terminal = ? AND nonce = ?", terminal, nonce
        )
        if known is not None:
            raise Refusal(401, "signature.nonce", "随机数已用过")
        self._store.run("INSERT INTO nonces VALUES (?, ?, ?)", terminal, nonce, now)

    def _take_sequence(self, terminal: str, boot: int, number: int) -> None:
        """Keep the highest number and a bit for each of the 64 numbers below it."""
        row = self._store.one("SELECT * FROM sequences WHERE terminal = ?", terminal)
        if row is None or boot > row["boot"]:
            self._keep(terminal, boot, number, 1)
            return
        behind = row["highest"] - number
        seen = int(row["seen"], 16)
        if boot < row["boot"] or behind >= SEQUENCE_WINDOW:
            raise Refusal(401, "signature.sequence", "请求序号过旧")
        if behind < 0:
            fresh = ((seen << -behind) | 1) if -behind < SEQUENCE_WINDOW else 1
            self._keep(terminal, boot, number, fresh & ((1 << SEQUENCE_WINDOW) - 1))
            return
        if seen >> behind & 1:
            raise Refusal(401, "signature.sequence", "请求序号已用过")
        self._keep(terminal, boot, row["highest"], seen | 1 << behind)

    def _keep(self, terminal: str, boot: int, highest: int, seen: int) -> None:
        self._store.run(
            "INSERT OR REPLACE INTO sequences VALUES (?, ?, ?, ?)",
            terminal,
            boot,
            highest,
            f"{seen:x}",
        )
