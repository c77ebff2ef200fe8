"""A module that is set by named menus, as Newland's and Honeywell's are.

Each part of a command is echoed with one byte that says how it went. Data of one
character ask: how a setting is now, how it was delivered, what it may be.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from hardware_sim.scanner.engine import Answer, Eye
from hardware_sim.scanner.held import Held
from hardware_sim.scanner.settings import NamedSettings

DONE, OUT_OF_RANGE, UNKNOWN = b"\x06", b"\x15", b"\x05"
WORDS = {DONE: "done", OUT_OF_RANGE: "out of range", UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Menus:
    """The menus of one family.

    Attributes:
        factory: every setting that the module knows, with its value as delivered.
        modes: values of ``mode``, the setting that says how reading begins.
        time_out: the setting with the longest reading, in milliseconds.
        longest_ms: the most that it takes.
        speeds: values of ``232BAD``.
        ranges: values of other settings, where they are limited.
        formats: how the value of a setting must be written.
        asks: characters that ask for the value now, as delivered, and its range.
    """

    factory: Mapping[str, str]
    mode: str
    modes: Mapping[str, str]
    time_out: str
    longest_ms: int
    speeds: Mapping[str, int]
    asks: tuple[str, str, str]
    ranges: Mapping[str, Collection[str]] = field(default_factory=dict)
    formats: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


class MenuEngine(Eye, ABC):
    """See ``hardware_sim.scanner.engine``; a family adds how its commands look."""

    def __init__(self, menus: Menus) -> None:
        super().__init__()
        self._menus = menus
        known = {menus.mode: tuple(menus.modes), "232BAD": tuple(menus.speeds)}
        self.settings = NamedSettings(menus.factory, {**menus.ranges, **known})

    @property
    def mode(self) -> str:
        """How reading begins."""
        return self._menus.modes[self.settings[self._menus.mode]]

    @property
    def light(self) -> bool:
        """True while the module lights the scene to read."""
        return self.lit(self.mode)

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        return int(self.settings[self._menus.time_out]) / 1000

    @property
    def baudrate(self) -> int | None:
        """Speed as set."""
        return self._menus.speeds[self.settings["232BAD"]]

    @property
    def unsettled(self) -> bool:
        """Nothing of these families is acknowledged by the kiosk."""
        return False

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        return self.sees(self.light)

    def decode(self) -> list[Answer]:
        """Return the code as the module is set to dress it; the reading ends.

        Raises:
            ValueError: there is nothing to decode.
        """
        held = self.take()
        return [Answer(self.dressed(held), f"{held.kind}, bare")]

    @abstractmethod
    def dressed(self, held: Held) -> bytes:
        """Return the code with what is set to stand before and behind it."""

    def resend(self) -> list[Answer]:
        """Nothing: see ``unsettled``."""
        return []

    def lose_power(self) -> None:
        """Forget what was not saved."""
        self.settings.lose_power()
        self.trigger(False)

    def put(
        self, name: str, data: str, written: str, *, permanent: bool
    ) -> tuple[str, bytes]:
        """Set or ask for a setting; return what is echoed, and how it went."""
        if name not in self.settings:
            return written, UNKNOWN
        now, delivered, possible = self._menus.asks
        answers = {
            now: self.settings[name],
            delivered: self.settings.factory(name),
            possible: self.settings.range(name),
        }
        if data in answers:
            return name + answers[data], DONE
        if not self._fits(name, data):
            return written, OUT_OF_RANGE
        self.settings.set(name, data, permanent=permanent)
        return written, DONE

    def _fits(self, name: str, data: str) -> bool:
        menus = self._menus
        if name == menus.time_out:
            number = data.isdecimal() and data.isascii()
            return number and int(data) <= menus.longest_ms
        if name in menus.formats:
            return menus.formats[name](data)
        return self.settings.allows(name, data)
