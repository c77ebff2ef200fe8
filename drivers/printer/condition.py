"""What a printer says of itself, in the words of XFS4IoT.

``printer-state-reasons`` are keywords of RFC 8011 section 5.4.12 and PWG 5100.9,
with a suffix for how bad it is: ``-report`` cannot touch the output, ``-warning``
may lead to an error, ``-error`` or no suffix stops the printer until somebody
comes. So a report never refuses a job (many printers report their empty second
tray for ever), an error does, and so does a warning about missing paper: an idle
printer with an empty tray has no reason to stop yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from drivers.printer.message import Group
from drivers.printer.tags import PrinterState
from kiosk.core.device import DeviceState

PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-make-and-model",
    "printer-firmware-string-version",
    "printer-device-id",
    "operations-supported",
    "document-format-supported",
)

UNREACHABLE: Mapping[str, object] = MappingProxyType(
    {
        "paper.upper": "unknown",
        "toner": "unknown",
        "cover": "unknown",
        "stacker": "unknown",
    }
)
"""The class status while the printer does not answer."""

_ERRORS = (
    ("paperJammed", frozenset({"media-jam"})),
    ("coverOpen", frozenset({"cover-open", "door-open", "interlock-open"})),
    ("paperOut", frozenset({"media-empty", "media-needed", "input-tray-missing"})),
    (
        "tonerOut",
        frozenset({"toner-empty", "marker-supply-empty", "marker-supply-missing"}),
    ),
    ("stackerFull", frozenset({"output-area-full", "output-tray-missing"})),
)
"""First match wins: a jam is cleared through the cover, and empties the tray."""

_LOW_PAPER = frozenset({"media-low", "media-empty", "media-needed"})
_LOW_TONER = frozenset(
    {"toner-low", "toner-empty", "marker-supply-low", "marker-supply-empty"}
)
_HIGH_STACKER = frozenset({"output-area-almost-full", "output-area-full"})
_HANDS_HELP = frozenset({"coverOpen", "paperOut", "tonerOut", "stackerFull"})
_NOT_FAULTS = frozenset(
    {"none", "paused", "moving-to-paused", "shutdown", "timed-out", "other"}
    | {"connecting-to-device", "spool-area-full", "stopped-partly", "stopping"}
    | _LOW_PAPER
    | _LOW_TONER
    | _HIGH_STACKER
)
_SUFFIXES = ("-report", "-warning", "-error")
_NO_PAPER = frozenset({"media-empty", "media-needed"})


@dataclass(frozen=True, slots=True)
class Condition:
    """The printer as a whole, at one moment.

    Attributes:
        errors: reasons that stand in the way of a job, without suffix.
        remarks: reasons that do not, without suffix.
    """

    state: int | None
    errors: frozenset[str]
    remarks: frozenset[str]
    accepting: bool

    @property
    def stopped(self) -> bool:
        """True when nothing moves until somebody does something."""
        return self.state == PrinterState.STOPPED

    @property
    def trouble(self) -> str:
        """The XFS4IoT error code that stands in the way of printing, or ``""``."""
        standing = self.errors | (self.remarks if self.stopped else frozenset())
        for code, reasons in _ERRORS:
            if standing & reasons:
                return code
        return ""

    @property
    def faulty(self) -> bool:
        """True for an error that no hands in the hall can put right."""
        named = frozenset().union(*(reasons for _, reasons in _ERRORS))
        return bool(self.errors - named - _NOT_FAULTS)

    @property
    def device_state(self) -> DeviceState:
        """The state that the rest of the kiosk sees."""
        if self.faulty or self.trouble == "paperJammed":
            return DeviceState.HARDWARE_ERROR
        if self.trouble in _HANDS_HELP:
            return DeviceState.USER_ERROR
        if "shutdown" in self.errors:
            return DeviceState.POWER_OFF
        if self.stopped or not self.accepting:
            return DeviceState.OFFLINE
        return DeviceState.ONLINE

    @property
    def detail(self) -> Mapping[str, object]:
        """The class status, by XFS4IoT key."""
        remarks = self.remarks | self.errors
        return {
            "paper.upper": self._paper(remarks),
            "toner": self._level("tonerOut", remarks & _LOW_TONER),
            "cover": "open" if self._has("coverOpen") else "closed",
            "stacker": self._stacker(remarks),
        }

    def _paper(self, remarks: frozenset[str]) -> str:
        if self._has("paperJammed"):
            return "jammed"
        return self._level("paperOut", remarks & _LOW_PAPER)

    def _level(self, out: str, low: frozenset[str]) -> str:
        if self._has(out):
            return "out"
        return "low" if low else "full"

    def _stacker(self, remarks: frozenset[str]) -> str:
        if self._has("stackerFull"):
            return "full"
        return "high" if remarks & _HIGH_STACKER else "ok"

    def _has(self, code: str) -> bool:
        standing = self.errors | (self.remarks if self.stopped else frozenset())
        return bool(standing & dict(_ERRORS)[code])


def read_condition(printer: Group) -> Condition:
    """Take the condition from the printer group of an answer.

    A printer that does not say whether it accepts jobs is taken to accept them:
    it will refuse by itself.
    """
    errors: set[str] = set()
    remarks: set[str] = set()
    for keyword in printer.texts("printer-state-reasons"):
        reason, suffix = split_reason(keyword)
        stops = suffix == "-error" or (suffix == "-warning" and reason in _NO_PAPER)
        (errors if stops else remarks).add(reason)
    return Condition(
        state=printer.integer("printer-state"),
        errors=frozenset(errors - {"none"}),
        remarks=frozenset(remarks - {"none"}),
        accepting=printer.flag("printer-is-accepting-jobs") is not False,
    )


def split_reason(keyword: str) -> tuple[str, str]:
    """Return the reason and its suffix; no suffix means ``-error``."""
    for suffix in _SUFFIXES:
        if keyword.endswith(suffix):
            return keyword.removesuffix(suffix), suffix
    return keyword, "-error"
