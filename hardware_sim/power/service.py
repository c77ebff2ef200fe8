"""What ``upsd`` answers to a line. Pure.

Written from chapter "Network protocol information" of NUT's developer guide; compared
with the real upsd 2.8.0 in ``tests/referees``.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable

from hardware_sim.power.supply import Supply

NAME = "kiosk"
DESCRIPTION = "Simulated supply"
_HELP = (
    "Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS"
)
_DESCRIPTIONS = {
    "battery.charge": "Battery charge (percent of full)",
    "battery.runtime": "Battery runtime (seconds)",
    "ups.status": "UPS status",
}


class Visitor:
    """One connection and its answers.

    Args:
        now: seconds that only grow, for the battery.
    """

    def __init__(self, supply: Supply, now: Callable[[], float]) -> None:
        self._supply = supply
        self._now = now
        self._given: set[str] = set()
        self.leaving = False

    def answer(self, line: str) -> list[str]:
        """Return the lines that follow a request."""
        self._supply.pass_time(self._now())
        try:
            words = shlex.split(line)
        except ValueError:
            return ["ERR INVALID-ARGUMENT"]
        if not words:
            return ["ERR UNKNOWN-COMMAND"]
        match words[0].upper(), words[1:]:
            case "VER", []:
                return [
                    "Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/"
                ]
            case "NETVER" | "PROTVER", []:
                return ["1.3"]
            case "HELP", []:
                return [_HELP]
            case "LOGOUT", []:
                self.leaving = True
                return ["OK Goodbye"]
            case "STARTTLS", []:
                return ["ERR FEATURE-NOT-CONFIGURED"]
            case "LIST", [kind, *rest]:
                return self._list(kind.upper(), rest)
            case "GET", [kind, *rest]:
                return self._get(kind.upper(), rest)
            case "USERNAME" | "PASSWORD" as what, [_]:
                return [self._credential(what)]
            case "LIST" | "GET" | "USERNAME" | "PASSWORD", _:
                return ["ERR INVALID-ARGUMENT"]
            case "LOGIN" | "SET" | "INSTCMD" | "FSD" | "MASTER" | "PRIMARY", _:
                whole = self._given >= {"USERNAME", "PASSWORD"}
                return ["ERR ACCESS-DENIED" if whole else "ERR USERNAME-REQUIRED"]
        return ["ERR UNKNOWN-COMMAND"]

    def _credential(self, what: str) -> str:
        """Take a name or password; nobody is known, so nothing is allowed later."""
        if what in self._given:
            return f"ERR ALREADY-SET-{what}"
        self._given.add(what)
        return "OK"

    def _list(self, kind: str, rest: list[str]) -> list[str]:
        if kind == "UPS" and not rest:
            row = f'UPS {NAME} "{DESCRIPTION}"'
            return ["BEGIN LIST UPS", row, "END LIST UPS"]
        if kind not in ("VAR", "RW", "CMD", "CLIENT") or len(rest) != 1:
            return ["ERR INVALID-ARGUMENT"]
        if refused := self._refusal(rest[0]):
            return [refused]
        rows = self._rows() if kind == "VAR" else []
        return [f"BEGIN LIST {kind} {NAME}", *rows, f"END LIST {kind} {NAME}"]

    def _get(self, kind: str, rest: list[str]) -> list[str]:
        if not rest:
            return ["ERR INVALID-ARGUMENT"]
        if refused := self._refusal(rest[0]):
            return [refused]
        match kind, rest[1:]:
            case "UPSDESC", []:
                return [f'UPSDESC {NAME} "{DESCRIPTION}"']
            case "NUMLOGINS", []:
                return [f"NUMLOGINS {NAME} 0"]
            case "VAR", [name]:
                value = self._supply.variables().get(name)
                if value is None:
                    return ["ERR VAR-NOT-SUPPORTED"]
                return [f"VAR {NAME} {name} {_quote(value)}"]
            case "DESC", [name]:
                text = _DESCRIPTIONS.get(name, "Description unavailable")
                return [f'DESC {NAME} {name} "{text}"']
            case "TYPE", [name]:
                return [f"TYPE {NAME} {name} NUMBER"]
        return ["ERR INVALID-ARGUMENT"]

    def _refusal(self, name: str) -> str:
        if name != NAME:
            return "ERR UNKNOWN-UPS"
        return f"ERR {self._supply.trouble}" if self._supply.trouble else ""

    def _rows(self) -> list[str]:
        variables = self._supply.variables().items()
        return [f"VAR {NAME} {name} {_quote(value)}" for name, value in variables]


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def describe(request: str, answer: list[str]) -> tuple[str, str]:
    """Return request and answer in words for the wire log."""
    verb = request.strip() or "an empty line"
    if answer[0].startswith("ERR"):
        return f"ask {verb}", f"refused: {answer[0][4:]}"
    status = [row for row in answer if " ups.status " in row]
    if status:
        return f"ask {verb}", f"{len(answer)} lines, {status[0].split(' ', 2)[2]}"
    return f"ask {verb}", answer[0] if len(answer) == 1 else f"{len(answer)} lines"
