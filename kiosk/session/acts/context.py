"""What an act needs: the ports, and a way to say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.device import Completion
from kiosk.core.errors import KioskError, PlatformRefused
from kiosk.core.trouble import device_trouble, known_trouble
from kiosk.flow.effects import Effect
from kiosk.flow.events import Event, Failed
from kiosk.session.ports import Ports


@dataclass(frozen=True, slots=True)
class Stage:
    """Handed to every act.

    Attributes:
        emit: give an event to the step that asked; dropped if it is gone.
    """

    ports: Ports
    emit: Callable[[Event], None]


def failed_by(effect: Effect, error: KioskError, reference: str = "") -> Failed:
    """Return the event for an error of a service."""
    code = error.code
    if isinstance(error, PlatformRefused) and error.reason:
        code = f"platform.{error.reason}"
    return Failed(
        type(effect).__name__, known_trouble(code), error.retry.value, reference
    )


def failed_device(
    effect: Effect, device: str, completion: Completion[object]
) -> Failed:
    """Return the event for a device's completion that is no success."""
    code = device_trouble(device, completion)
    return Failed(type(effect).__name__, code, "later")


def no_device(effect: Effect, device: str) -> Failed:
    """Return the event for a device that this machine does not have."""
    return Failed(type(effect).__name__, f"{device}.unavailable", "never")
