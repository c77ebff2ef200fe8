"""The platform's client, made from the settings."""

from __future__ import annotations

from kiosk.app.settings import Settings, load_key
from kiosk.core.clock import Clock
from kiosk.core.ports import EventLog
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import PlatformSettings


def make_gateway(
    settings: Settings, clock: Clock, boot: int, log: EventLog
) -> HttpGateway:
    """Return a client that numbers its requests under ``boot``.

    Raises:
        SettingsError: key, address or certificate is missing or wrong.
    """
    section = settings.platform
    platform = PlatformSettings(
        base_url=section.base_url,
        terminal=settings.terminal,
        key=load_key(section.key_file),
        ca_file=section.ca_file,
        client_certificate=section.client_certificate,
    )
    return HttpGateway(platform, clock, BootSequence(boot), log)
