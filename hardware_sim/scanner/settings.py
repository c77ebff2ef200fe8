"""Settings that a module is told by name: volatile ones over permanent ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class NamedSettings:
    """Six-letter settings, as Newland and Honeywell modules have them.

    Args:
        factory: every setting that the module knows, with its value as delivered.
        ranges: values that a setting may have, where that is limited.
    """

    def __init__(
        self, factory: Mapping[str, str], ranges: Mapping[str, Collection[str]]
    ) -> None:
        self._factory = dict(factory)
        self._ranges = ranges
        self._live = dict(factory)
        self._flash = dict(factory)

    def __contains__(self, name: str) -> bool:
        return name in self._factory

    def __getitem__(self, name: str) -> str:
        return self._live[name]

    def factory(self, name: str) -> str:
        """Return the value as delivered."""
        return self._factory[name]

    def allows(self, name: str, value: str) -> bool:
        """Return whether the module takes this value."""
        return value in self._ranges[name] if name in self._ranges else len(value) < 40

    def range(self, name: str) -> str:
        """Return the possible values in words."""
        return "|".join(sorted(self._ranges.get(name, ())))

    def set(self, name: str, value: str, *, permanent: bool) -> None:
        """Take a value, for now or for good."""
        self._live[name] = value
        if permanent:
            self._flash[name] = value

    def reset_to_factory(self) -> None:
        """Go back to how it was delivered."""
        self._live = dict(self._factory)
        self._flash = dict(self._factory)

    def lose_power(self) -> None:
        """Go back to what the flash keeps."""
        self._live = dict(self._flash)


SPEEDS = {
    "0": 1200,
    "1": 2400,
    "2": 4800,
    "3": 9600,
    "4": 14400,
    "5": 19200,
    "6": 38400,
    "7": 57600,
    "8": 115200,
}
"""Values of Newland's ``232BAD``."""
