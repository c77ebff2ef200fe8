"""A supply behind a NUT server: hands pull the plug, the battery drains."""

from __future__ import annotations

import time

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import CabledDevice
from hardware_sim.link.device import Argument, JsonValue, WireLog
from hardware_sim.link.hands import verb
from hardware_sim.power.door import Door
from hardware_sim.power.service import Visitor, describe
from hardware_sim.power.supply import Supply

_TROUBLES = ("DATA-STALE", "DRIVER-NOT-CONNECTED")
_TROUBLE = Argument("kind", "choice", _TROUBLES[0], _TROUBLES)
_PERCENT = Argument("percent", "number", 100)


class SimPower(CabledDevice):
    """The supply, its battery and the service that tells of them.

    Args:
        port: where the service listens; 0 = any free port. NUT's own is 3493.
    """

    name = "power"
    title = "不间断电源"

    def __init__(self, *, port: int = 0) -> None:
        wire = WireLog()
        self._supply = Supply()
        self._supply.pass_time(time.monotonic())
        self._door = Door(wire, self._welcome, describe, port=port)
        super().__init__(wire, self._door)

    def _seen(self) -> dict[str, JsonValue]:
        """Return plug, battery and what ``ups.status`` says."""
        self._supply.pass_time(time.monotonic())
        return {
            "mains": self._supply.mains,
            "charge": round(self._supply.charge, 1),
            "runtime_s": round(self._supply.runtime_s),
            "status": self._supply.status(),
            "trouble": self._supply.trouble,
            "clients": self._door.clients,
        }

    @verb("拔掉市电插头", "Pull the mains plug")
    async def _cut_mains(self) -> JsonValue:
        return self._changed("mains is gone", mains=False)

    @verb("恢复市电", "Plug it in again")
    async def _restore_mains(self) -> JsonValue:
        return self._changed("mains is back", mains=True)

    @verb("设定电池电量", "Set the battery's charge", _PERCENT)
    async def _set_charge(self, percent: object = 100) -> JsonValue:
        charge = whole_number(percent, "percent", most=100)
        return self._changed(f"battery at {charge} %", charge=float(charge))

    @verb("电池老化", "Let the battery age")
    async def _wear_battery(self) -> JsonValue:
        return self._changed("battery is worn", worn_battery=True)

    @verb("更换电池", "Change the battery")
    async def _change_battery(self) -> JsonValue:
        return self._changed("a new battery", worn_battery=False, charge=100.0)

    @verb("过载", "Overload it")
    async def _overload(self) -> JsonValue:
        return self._changed("overloaded", overloaded=True)

    @verb("减轻负载", "Take the load off")
    async def _relieve(self) -> JsonValue:
        return self._changed("not overloaded any more", overloaded=False)

    @verb("旁路供电", "Switch to bypass")
    async def _bypass(self) -> JsonValue:
        return self._changed("on bypass", bypass=True)

    @verb("服务读不到电源", "Let the service lose the supply", _TROUBLE)
    async def _lose_supply(self, kind: str = _TROUBLES[0]) -> JsonValue:
        return self._changed(kind, trouble=one_of(kind, "kind", _TROUBLES))

    @verb("服务重启", "Restart the service")
    async def _restart_service(self) -> JsonValue:
        """Stop and start it: every client is hung up on."""
        await self._door.unplug()
        await self._door.plug_in()
        return {"connected": True}

    @verb("服务恢复", "Let it find it again")
    async def _find_supply(self) -> JsonValue:
        return self._changed("the service has data again", trouble="")

    async def _mend(self) -> None:
        self._changed(
            "all well",
            mains=True,
            charge=100.0,
            worn_battery=False,
            overloaded=False,
            bypass=False,
            trouble="",
        )

    def _changed(self, word: str, **values: object) -> JsonValue:
        self._supply.pass_time(time.monotonic())
        for name, value in values.items():
            setattr(self._supply, name, value)
        self.wire.add("note", b"", word)
        return {"status": self._supply.status(), "trouble": self._supply.trouble}

    def _welcome(self) -> Visitor:
        return Visitor(self._supply, time.monotonic)


create = SimPower
"""Makes one that is not started yet, as in every simulator."""
