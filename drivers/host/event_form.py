"""What drivers say unasked, with the payloads that the standard has for it; and back.

Source: the event classes of ``KAL_XFS4IoT_SP-Dev``, version 2.0 of these messages.
Events that are not here have no payload there, or are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from drivers.host.shape import Json

_LEVELS: Final = frozenset({"full", "low", "out"})
_ONE_BUNCH: Final = {"wadIndex": 1, "totalWads": 1}
"""All that one command prints comes out together."""


@dataclass(frozen=True, slots=True)
class EventForm:
    """One event on the wire.

    Attributes:
        wire: its name there, without the interface.
        tell: a driver's detail as the standard's payload.
        told: ``tell`` backwards.
    """

    wire: str
    tell: Callable[[Json], dict[str, Any]]
    told: Callable[[Json], dict[str, Any]]


def _level_told(ours: str, theirs: str, fixed: Json, detail: Json) -> dict[str, Any]:
    """Return a level; one that the standard's event does not know is ours."""
    level = detail.get(ours)
    if level in _LEVELS:
        return {**fixed, theirs: level}
    return {**fixed, theirs: None, _own(theirs): level}


def _level(ours: str, theirs: str, payload: Json) -> dict[str, Any]:
    return {ours: payload.get(theirs) or payload.get(_own(theirs))}


def _own(name: str) -> str:
    return f"ext{name[0].upper()}{name[1:]}"


def _threshold(event: str, ours: str, theirs: str, **fixed: str) -> EventForm:
    tell = partial(_level_told, ours, theirs, fixed)
    return EventForm(event, tell, partial(_level, ours, theirs))


def _presented(detail: Json) -> dict[str, Any]:
    sheets = {"extSheets": detail["sheets"]} if "sheets" in detail else {}
    return {**_ONE_BUNCH, **sheets}


def _was_presented(payload: Json) -> dict[str, Any]:
    sheets = payload.get("extSheets")
    return {} if sheets is None else {"sheets": sheets}


_PAPER: Final = "PaperThresholdEvent"
_PRESENTED: Final = EventForm(
    "MediaPresentedUnsolicitedEvent", _presented, _was_presented
)
_FORMS: Final[Mapping[str, Mapping[str, EventForm]]] = MappingProxyType(
    {
        "receipt": {
            "MediaPresentedEvent": _PRESENTED,
            _PAPER: _threshold(_PAPER, "threshold", "threshold", paperSource="upper"),
        },
        "printer": {
            "MediaPresentedEvent": _PRESENTED,
            _PAPER: _threshold(_PAPER, "paper.upper", "threshold", paperSource="upper"),
            "TonerThresholdEvent": _threshold("TonerThresholdEvent", "toner", "state"),
        },
    }
)
"""By kind of device and the driver's name of the event."""


def tell_event(kind: str, name: str, detail: Json) -> tuple[str, dict[str, Any]]:
    """Return the name and the payload of a driver's event on the wire."""
    form = _FORMS.get(kind, {}).get(name)
    if form is None:
        return name, dict(detail)
    return form.wire, form.tell(detail)


def hear_event(kind: str, name: str, payload: Json) -> tuple[str, dict[str, Any]]:
    """Return the driver's name of an event, and what it said; ``tell_event`` back."""
    for ours, form in _FORMS.get(kind, {}).items():
        if form.wire == name:
            return ours, form.told(payload)
    return name, dict(payload)
