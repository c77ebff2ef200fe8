"""The machine's diary: one JSON line for an event, named in ``core/events.toml``.

structlog over standard ``logging``, to the journal of the system by standard error
or to a file. The last fence against personal data: values that look like an ID
number, a phone number or a card number are replaced, whatever the fact is called.
"""

from __future__ import annotations

import logging
import re
import sys
import tomllib
from collections.abc import Mapping, MutableMapping
from importlib import resources
from pathlib import Path
from typing import Any

import structlog

from kiosk.core.ports import EventLog

_PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9}|62\d{14,17})(?!\d)")
_LEVELS = {"info": 20, "notice": 20, "warning": 30, "error": 40}


def declared_events() -> Mapping[str, Mapping[str, Any]]:
    """Return every event of ``events.toml`` by its full name."""
    text = (resources.files("kiosk.core") / "events.toml").read_text("utf-8")
    families = tomllib.loads(text)
    return {
        f"{family}.{name}": fields
        for family, events in families.items()
        for name, fields in events.items()
    }


def redacted(value: object) -> object:
    """Replace what looks like a personal number, in texts and below them."""
    match value:
        case str():
            return _PERSONAL.sub("<redacted>", value)
        case bool() | float() | None:
            return value
        case int():
            return "<redacted>" if _PERSONAL.search(str(value)) else value
        case Mapping():
            return {redacted(key): redacted(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redacted(each) for each in value]
        case _:
            return redacted(str(value))


def _redact(
    _logger: Any, _name: str, facts: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    return {key: redacted(value) for key, value in facts.items()}


class Diary:
    """Implements ``kiosk.core.ports.EventLog``."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._events = declared_events()

    def __call__(self, event: str, /, **facts: object) -> None:
        """Write one event; an undeclared one is written too, and says so."""
        declared = self._events.get(event)
        if declared is None:
            facts = {"undeclared": True, **facts}
        level = declared["level"] if declared else "warning"
        self._logger.log(_LEVELS[level], event, severity=level, **facts)


def open_diary(file: Path | None = None) -> EventLog:
    """Set logging up and return the diary.

    Args:
        file: where the lines go; standard error if none is given.
    """
    handler: logging.Handler = (
        logging.FileHandler(file, encoding="utf-8")
        if file
        else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger("kiosk24")
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS["info"])
    root.propagate = False
    logger = structlog.wrap_logger(
        root,
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return Diary(logger)
