"""A device with a slot for a card: its check looks whether one is in it."""

from __future__ import annotations

from drivers.link.queued import QueuedDevice
from kiosk.core.ports import MediaPresence


class SlotDevice(QueuedDevice):
    """A ``QueuedDevice`` whose check brings ``media`` of its status up to date."""

    async def media(self) -> MediaPresence:
        match (await self.refresh_status()).detail["media"]:
            case "present" | "notPresent" as seen:
                return seen
        return "unknown"
