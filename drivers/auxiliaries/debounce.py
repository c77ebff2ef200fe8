"""Contacts chatter: a change counts when it has been seen several times running."""

from __future__ import annotations


class Debounce:
    """Passes inputs on once they have stood still. Pure: one call for each look.

    Args:
        looks: equal looks that a change needs; 1 = none is doubted.
    """

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._settled: tuple[bool, ...] | None = None
        self._seen: list[tuple[bool, int]] = []

    def forget(self) -> None:
        """Begin anew: the next look is believed as it is."""
        self._settled = None

    def see(self, values: tuple[bool, ...]) -> tuple[bool, ...]:
        """Take in one look and return the inputs that can be believed now."""
        if self._settled is None or len(self._settled) != len(values):
            self._settled = values
            self._seen = [(value, self._looks) for value in values]
            return values
        settled = []
        for at, value in enumerate(values):
            before, count = self._seen[at]
            count = min(count + 1, self._looks) if value == before else 1
            self._seen[at] = (value, count)
            settled.append(value if count >= self._looks else self._settled[at])
        self._settled = tuple(settled)
        return self._settled
