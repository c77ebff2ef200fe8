"""What is known of a device when it says what it can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Facts:
    """One device.

    Attributes:
        name: in the settings.
        kind: ``DeviceInfo.capability``.
        commands: served, by wire name.
        parts: class status by the driver's words; a part that is ``None`` is not there.
        settings: the driver's own.
    """

    name: str
    kind: str
    commands: frozenset[str]
    parts: Mapping[str, object]
    settings: Mapping[str, object]

    def has(self, part: str) -> bool:
        """Tell whether the device has a part, whatever its state."""
        return self.parts.get(part) is not None


Section: TypeAlias = Callable[[Facts], dict[str, Any]]


def flags(known: str, true: Iterable[str]) -> dict[str, bool]:
    """Return the standard's words, each with whether it holds.

    Raises:
        ValueError: one that holds is none of the standard's.
    """
    words, holding = known.split(), set(true)
    if strange := holding - set(words):
        raise ValueError(f"no words of the standard: {sorted(strange)}")
    return {word: word in holding for word in words}
