"""A device with a slot for a card: whether one is in it, and whether it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from drivers.link.health import HealthTest
from drivers.link.queued import QueuedDevice
from kiosk.core.device import Completion
from kiosk.core.health import HealthLevel
from kiosk.core.ports import MediaPresence


class SlotDevice(QueuedDevice, ABC):
    """A ``QueuedDevice`` whose check brings ``media`` of its status up to date."""

    async def media(self) -> MediaPresence:
        status = await self.refresh_status()
        match status.detail["media"]:
            case "present" | "notPresent" as seen:
                return seen
        return "unknown"

    def health_tests(self) -> Sequence[HealthTest]:
        return (
            *super().health_tests(),
            HealthTest("card", HealthLevel.INTERACTIVE, self._card_answers),
        )

    @abstractmethod
    async def _card_answers(self) -> Completion[None]:
        """Health: any card in working order will do, and nothing of it is read."""
