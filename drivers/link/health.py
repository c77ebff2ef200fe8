"""A device's tests, by level, run one after the other through its queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.core.device import Completion
from kiosk.core.health import HealthCheck, HealthLevel, HealthReport, HealthVerdict

Test = Callable[[], Awaitable[Completion[Any]]]
_ORDER = (HealthLevel.INTERNAL, HealthLevel.EXTERNAL, HealthLevel.INTERACTIVE)


@dataclass(frozen=True, slots=True)
class HealthTest:
    """One test of a driver.

    Attributes:
        act: the public command that it uses, so that it takes its turn in the queue.
            A ``timeOut`` at the interactive level means that nobody took part.
    """

    name: str
    level: HealthLevel
    act: Test


async def check_health(
    device: str, level: HealthLevel, tests: Sequence[HealthTest]
) -> HealthReport:
    """Run every test up to a level; the first failure ends the run."""
    checks: list[HealthCheck] = []
    for test in tests:
        if _ORDER.index(test.level) > _ORDER.index(level):
            continue
        check = _check(test, await test.act())
        checks.append(check)
        if check.verdict is HealthVerdict.FAIL:
            break
    return HealthReport(device, level, tuple(checks))


def _check(test: HealthTest, completion: Completion[Any]) -> HealthCheck:
    if completion.ok:
        return HealthCheck(test.name, HealthVerdict.PASS, completion.description)
    waited = completion.trouble in ("timeOut", "noMedia", "entryTimeout")
    if test.level is HealthLevel.INTERACTIVE and waited:
        return HealthCheck(test.name, HealthVerdict.NEEDS_PERSON, completion.trouble)
    detail = f"{completion.trouble} {completion.description}".strip()
    return HealthCheck(test.name, HealthVerdict.FAIL, detail)
