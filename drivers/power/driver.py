"""An uninterruptible power supply as Network UPS Tools knows it (``upsd``, TCP 3493).

Looked at every other second from ``open`` to ``close``. The kiosk reads only: whether
the machine shuts down is decided by ``upsmon``, which belongs to the system.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

import anyio

from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.polled import PolledDevice, Rhythm
from drivers.link.serial import SerialLine
from drivers.link.tcp import host_and_port
from drivers.power.client import Delays, NutClient
from drivers.power.explain import NutExplainer
from drivers.power.supply import OVERLOAD, UNKNOWN, supply_status
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceFault
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog

_SHORT_S = 10.0


@dataclass(frozen=True, slots=True)
class PowerOptions:
    """Settings of the driver.

    Attributes:
        ups: name of the supply in ``ups.conf``; empty = the only one there is.
    """

    ups: str = ""


class NutPowerSupply(PolledDevice):
    """See ``kiosk.core.peripherals.PowerSupply``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: PowerOptions,
        delays: Delays | None = None,
    ) -> None:
        self._options = options
        self._delays = delays or Delays()
        self._client = NutClient(link, clock, self._delays)
        self._ups = options.ups
        quiet = frozenset({"runtime_s", "charge"})
        super().__init__(
            parts_of(_info(name), link, log, UNKNOWN, self._set_up, quiet=quiet),
            self._read,
            Rhythm(clock.sleep, self._delays.poll_s, self._delays.missing_s),
            check=self._check,
            reset=self._check,
            short_s=_SHORT_S,
            explainer=NutExplainer,
            settings=asdict(options),
        )

    def health_tests(self) -> tuple[HealthTest, ...]:
        return (
            *super().health_tests(),
            HealthTest("battery", HealthLevel.INTERNAL, self._judge_battery),
            HealthTest("mains", HealthLevel.INTERACTIVE, self._wait_for_outage),
        )

    async def _check(self) -> Completion[None]:
        try:
            async with self._turn:
                await self._read()
        except DeviceError as error:
            return self._connection.failed(error)
        if self.status.detail["extOutput"] == OVERLOAD:
            return Completion(CompletionCode.COMMAND_ERROR, OVERLOAD)
        return Completion(CompletionCode.SUCCESS)

    async def _read(self) -> None:
        await self._connection.ensure()
        variables = await self._client.variables(self._ups)
        self._info = replace(
            self._info,
            model_name=variables.get("device.model", "NUT supply").strip(),
            serial_number=variables.get("device.serial", "").strip(),
        )
        found = supply_status(variables)
        over = found["extOutput"] == OVERLOAD
        state = DeviceState.USER_ERROR if over else DeviceState.ONLINE
        self._status.update(state, OVERLOAD if over else "", **found)

    async def _set_up(self) -> None:
        """Find the supply where the settings do not name one."""
        if self._options.ups:
            return
        found = await self._client.supplies()
        if len(found) != 1:
            names = ", ".join(found) or "none"
            raise DeviceFault(f"upsd has {len(found)} supplies: {names}; name one: ups")
        self._ups = found[0]

    async def _judge_battery(self) -> Completion[None]:
        """A battery that must be replaced, or cannot be told, is no pass."""
        battery = str(self.status.detail["batteryStatus"])
        if battery in ("full", "operational", "low"):
            return Completion(CompletionCode.SUCCESS, description=battery)
        return Completion(CompletionCode.HARDWARE_ERROR, description=battery)

    async def _wait_for_outage(self) -> Completion[None]:
        """Somebody pulls the supply's plug out of the wall, or nobody does."""
        with anyio.move_on_after(self._delays.person_s):
            async for event in self.events():
                if event.detail.get("powerInStatus") == "noPower":
                    return Completion(CompletionCode.SUCCESS, description="noPower")
        return Completion(CompletionCode.TIME_OUT)


def _info(name: str) -> DeviceInfo:
    interfaces: dict[str, tuple[str, ...]] = {
        "Common": ("Status", "Capabilities", "Reset"),
        "PowerManagement": (),
    }
    return DeviceInfo(
        name,
        "power",
        model_name="NUT supply",
        interfaces=MappingProxyType(interfaces),
    )


def create(spec: DriverSpec) -> NutPowerSupply:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or an endpoint other than
            ``tcp://host:port``.
    """
    options = typed_options(PowerOptions, spec)
    host_and_port(spec.endpoint)
    link = link_to(spec.endpoint, SerialLine(), spec.clock)
    return NutPowerSupply(spec.name, link, spec.clock, spec.log, options)
