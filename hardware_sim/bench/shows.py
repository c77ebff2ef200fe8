"""Scenarios that run on the bench while the page is used."""

from __future__ import annotations

import asyncio

from hardware_sim.bench.bench import Bench, Unknown
from hardware_sim.scenarios.player import OwnHands, ScenarioFailed, play
from hardware_sim.scenarios.scenario import Scenario, bundled_scenarios


class Shows:
    """The bundled scenarios, each running at most once at a time."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._running: dict[str, asyncio.Task[None]] = {}
        self.scenarios = bundled_scenarios()
        self.outcomes: dict[str, str] = {}

    def is_running(self, name: str) -> bool:
        """Whether a scenario is under way."""
        return name in self._running

    def begin(self, name: str) -> Scenario:
        """Start one; a second start while it runs changes nothing.

        Raises:
            Unknown: no such scenario.
        """
        if name not in self.scenarios:
            raise Unknown(f"no scenario {name}")
        scenario = self.scenarios[name]
        if name not in self._running:
            self.outcomes[name] = ""
            task = asyncio.get_running_loop().create_task(self._run(scenario))
            self._running[name] = task
        return scenario

    async def _run(self, scenario: Scenario) -> None:
        outcome = "stopped"

        def note(line: str) -> None:
            self.outcomes[scenario.name] = line.strip()

        try:
            await play(scenario, OwnHands(self._bench), note)
            outcome = "done"
        except ScenarioFailed as error:
            outcome = str(error)
        finally:
            self.outcomes[scenario.name] = outcome
            self._running.pop(scenario.name, None)

    async def stop(self) -> None:
        """End everything that runs."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
