"""Looks at devices and platform now and then, and says what can be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anyio import create_task_group
from anyio.abc import TaskGroup

from kiosk.core.device import Device, DeviceState, DeviceStatus
from kiosk.core.errors import KioskError
from kiosk.core.gateway import TerminalProfile
from kiosk.core.trouble import known_trouble
from kiosk.core.words import Say, Words
from kiosk.session.acts.payment import closed_because
from kiosk.session.ports import Ports
from kiosk.session.state import Machine, MachineChanged

# Values of a class status with which the device cannot serve a citizen.
_HINDERS = frozenset({"out", "jammed", "open", "inop", "inoperable", "inoperative"})
_SENSED = frozenset({"cabinetDoor"})
"""Not about the device that tells it: lights shine beside an open door as well."""

_WORDS = {
    "paper.upper": {"out": "paperOut", "jammed": "paperJammed"},
    "toner": {"out": "tonerOut"},
    "cover": {"open": "coverOpen"},
    "picture": {
        "black": "lensCovered",
        "frozen": "pictureFrozen",
        "tooSmall": "pictureTooSmall",
    },
    "samModule": {"inoperable": "samError"},
    "extOutput": {"overload": "overload"},
    "cashBox": {"full": "cashUnitError", "removed": "cashUnitError"},
}
"""Trouble behind a value of a class status."""


_MONEY = frozenset({"card-terminal", "cash"})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often is looked, in seconds."""

    devices_s: float = 4.0
    platform_s: float = 15.0
    platform_gone_s: float = 3.0
    mend_s: float = 60.0


def can_serve(status: DeviceStatus) -> bool:
    """Tell whether a device can serve: online, and nothing is out or open."""
    return status.usable and not _HINDERS.intersection(
        value
        for key, value in status.detail.items()
        if isinstance(value, str) and key not in _SENSED
    )


def why_not(name: str, status: DeviceStatus) -> str:
    """Name the trouble of a device that cannot serve."""
    for key, troubles in _WORDS.items():
        trouble = troubles.get(str(status.detail.get(key, "")))
        if trouble:
            return known_trouble(f"{name}.{trouble}")
    return known_trouble(f"{name}.unavailable")


class MachineMonitor:
    """Keeps ``Machine`` true.

    Attributes:
        hands_off: nothing is reset: a technician is at work with the devices.
    """

    def __init__(
        self, ports: Ports, terminal: str, site: Say, rhythm: Rhythm | None = None
    ) -> None:
        self._ports = ports
        self._machine = Machine(terminal, site)
        self._rhythm = rhythm or Rhythm()
        self._profile: TerminalProfile | None = None
        self._reached = False
        self._mended_at: dict[str, float] = {}
        self.hands_off = False

    async def run(self, send: Callable[[MachineChanged], None]) -> None:
        """Look for ever; send only what changed, and the first look always."""
        async with create_task_group() as menders:
            await self._look_for_ever(send, menders)

    async def _look_for_ever(
        self, send: Callable[[MachineChanged], None], menders: TaskGroup
    ) -> None:
        clock = self._ports.clock
        ask_at, first = 0.0, True
        while True:
            if clock.monotonic() >= ask_at:
                await self._ask_platform()
                wait = self._rhythm
                pause = wait.platform_s if self._reached else wait.platform_gone_s
                ask_at = clock.monotonic() + pause
            await self._refresh()
            self._mend(menders)
            machine = self._look()
            if first or machine != self._machine:
                first, self._machine = False, machine
                send(MachineChanged(machine))
            await clock.sleep(self._rhythm.devices_s)

    async def _ask_platform(self) -> None:
        try:
            self._profile = await self._ports.gateway.fetch_profile()
        except KioskError as error:
            if self._reached:
                self._ports.log("platform.lost", code=error.code)
            self._reached = False
        else:
            if not self._reached:
                self._ports.log("platform.reached")
            self._reached = True

    async def _refresh(self) -> None:
        async with create_task_group() as tasks:
            for device in self._ports.devices().values():
                tasks.start_soon(device.refresh_status)

    def _mend(self, menders: TaskGroup) -> None:
        """Reset what is broken; a reset may wait long for its turn, nobody for it."""
        for name, device in self._ports.devices().items():
            if self._may_mend(name, device):
                menders.start_soon(device.reset)

    def _may_mend(self, name: str, device: Device) -> bool:
        """Tell whether a broken device shall be reset now.

        Some errors (a cutter that stuck) stay in a device until it is told that they
        are over. A reset takes its turn behind the command that runs. What holds money
        is reset by nobody but its own recovery.
        """
        broken = device.status.state is DeviceState.HARDWARE_ERROR
        if self.hands_off or not broken or name in _MONEY:
            return False
        now = self._ports.clock.monotonic()
        if now - self._mended_at.get(name, -self._rhythm.mend_s) < self._rhythm.mend_s:
            return False
        self._mended_at[name] = now
        return True

    def _look(self) -> Machine:
        available: set[str] = set()
        troubles: list[tuple[str, str]] = []
        for name, device in self._ports.devices().items():
            if can_serve(device.status):
                available.add(name)
            else:
                troubles.append((name, why_not(name, device.status)))
        if self._reached:
            available.add("platform")
            refusal = self._ports.cashier.refusal()
            if refusal:
                troubles.append(("payment", closed_because(refusal)))
            else:
                available.add("payment")
        return self._with_profile(frozenset(available), tuple(troubles))

    def _with_profile(
        self, available: frozenset[str], troubles: tuple[tuple[str, str], ...]
    ) -> Machine:
        profile, old = self._profile, self._machine
        return Machine(
            terminal=old.terminal,
            site=Words(profile.site, profile.site_en) if profile else old.site,
            hotline=profile.hotline if profile else old.hotline,
            attended_hours=profile.attended_hours if profile else "",
            available=available,
            why_not=troubles,
        )
