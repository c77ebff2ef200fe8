"""Plays a scenario on a bench, in this process or over its HTTP API."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx

from hardware_sim.bench.bench import Bench, Unknown
from hardware_sim.link.device import JsonValue
from hardware_sim.scenarios.scenario import Condition, Scenario, Step

POLL_S = 0.05
HTTP_TIMEOUT_S = 30.0


class ScenarioFailed(Exception):
    """A step could not be done, or a state never came."""


class Hands(Protocol):
    """What a scenario needs of a bench."""

    async def act(
        self, device: str, verb: str, arguments: Mapping[str, JsonValue]
    ) -> JsonValue:
        """Do something to a device; raises ``ScenarioFailed``."""
        ...

    async def look(self, device: str) -> Mapping[str, JsonValue]:
        """Return a device's state; raises ``ScenarioFailed``."""
        ...


class OwnHands:
    """A bench in this process."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def act(
        self, device: str, verb: str, arguments: Mapping[str, JsonValue]
    ) -> JsonValue:
        """Do something to a device."""
        try:
            return await self._bench.act(device, verb, arguments)
        except (Unknown, ValueError) as error:
            raise ScenarioFailed(str(error)) from error

    async def look(self, device: str) -> Mapping[str, JsonValue]:
        """Return a device's state."""
        try:
            return self._bench.device(device).state()
        except Unknown as error:
            raise ScenarioFailed(str(error)) from error


class DistantHands:
    """A bench at an address.

    Args:
        client: with the bench's address as its base.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def act(
        self, device: str, verb: str, arguments: Mapping[str, JsonValue]
    ) -> JsonValue:
        """Do something to a device."""
        path = f"/api/devices/{device}/verbs/{verb}"
        return await self._answer("POST", path, dict(arguments))

    async def look(self, device: str) -> Mapping[str, JsonValue]:
        """Return a device's state."""
        seen = await self._answer("GET", f"/api/devices/{device}/state")
        return dict(seen)

    async def _answer(
        self, method: str, path: str, content: JsonValue = None
    ) -> JsonValue:
        try:
            answer = await self._client.request(
                method, path, json=content, timeout=HTTP_TIMEOUT_S
            )
        except httpx.HTTPError as error:
            raise ScenarioFailed(f"the bench does not answer: {error!r}") from error
        if answer.status_code != httpx.codes.OK:
            raise ScenarioFailed(f"{path}: {answer.text}")
        return answer.json()


async def play(
    scenario: Scenario, hands: Hands, report: Callable[[str], None] = lambda _: None
) -> None:
    """Do the steps in order.

    Args:
        report: is told every step when it is done.

    Raises:
        ScenarioFailed: a step was refused, or a state never came.
    """
    begun = time.monotonic()
    for step in scenario.steps:
        await _wait(step, hands, begun)
        if step.verb:
            result = await hands.act(step.device, step.verb, step.arguments)
            told = "" if result is None else f" -> {result}"
            report(f"{time.monotonic() - begun:7.2f} s  {step}{told}")


async def _wait(step: Step, hands: Hands, begun: float) -> None:
    if step.wait_for is not None:
        await _until(step.wait_for, hands)
    pause = step.after
    if step.at is not None:
        pause = begun + step.at - time.monotonic()
    if pause > 0:
        await asyncio.sleep(pause)


async def _until(condition: Condition, hands: Hands) -> None:
    deadline = time.monotonic() + condition.timeout_s
    while not condition.holds(await hands.look(condition.device)):
        if time.monotonic() > deadline:
            raise ScenarioFailed(f"after {condition.timeout_s:g} s not yet {condition}")
        await asyncio.sleep(POLL_S)
