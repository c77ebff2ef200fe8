"""Three levels of test, as UnifiedPOS's ``CheckHealth`` has them, for every device.

``internal`` asks the device how it is and moves nothing; ``external`` lets it do
what it is for, without a person (feed, print a line, light a lamp); ``interactive``
needs somebody at the machine (lay a card down, press a key).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HealthLevel(StrEnum):
    """How far a test goes; each level includes those before it."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    INTERACTIVE = "interactive"


class HealthVerdict(StrEnum):
    """What came of a test."""

    PASS = "pass"
    FAIL = "fail"
    NEEDS_PERSON = "needsPerson"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that was tested.

    Attributes:
        name: ``device``, ``paper``, ``printLine``: a word of the driver.
        detail: what was found, for a technician; never personal.
    """

    name: str
    verdict: HealthVerdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What a device's test found, in the order in which it was tested."""

    device: str
    level: HealthLevel
    checks: tuple[HealthCheck, ...]

    @property
    def verdict(self) -> HealthVerdict:
        """Return the worst of all: ``fail``, then ``needsPerson``, then ``pass``."""
        found = {check.verdict for check in self.checks}
        for verdict in (HealthVerdict.FAIL, HealthVerdict.NEEDS_PERSON):
            if verdict in found:
                return verdict
        return HealthVerdict.PASS if found else HealthVerdict.FAIL
