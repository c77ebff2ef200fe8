"""A supply behind a NUT server: hands pull the plug, the battery drains."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.verbs import link_verbs
from hardware_sim.power.door import Door
from hardware_sim.power.service import Visitor, describe
from hardware_sim.power.supply import Supply

_TROUBLES = ("DATA-STALE", "DRIVER-NOT-CONNECTED")


class SimPower:
    """The supply, its battery and the service that tells of them."""

    name = "power"
    title = "不间断电源"

    def __init__(self, *, port: int = 0) -> None:
        self.wire = WireLog()
        self._supply = Supply()
        self._supply.pass_time(time.monotonic())
        self._door = Door(self.wire, self._welcome, describe, port=port)

    async def start(self) -> str:
        """Begin to answer; return ``tcp://127.0.0.1:port``."""
        return await self._door.start()

    async def stop(self) -> None:
        """Stop answering; safe to call twice."""
        await self._door.stop()

    def state(self) -> dict[str, JsonValue]:
        """Return plug, battery and what ``ups.status`` says."""
        self._supply.pass_time(time.monotonic())
        return {
            "connected": self._door.connected,
            "endpoint": self._door.endpoint,
            "mains": self._supply.mains,
            "charge": round(self._supply.charge, 1),
            "runtime_s": round(self._supply.runtime_s),
            "status": self._supply.status(),
            "trouble": self._supply.trouble,
            "clients": self._door.clients,
            "faults": self._door.faults.names(),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        trouble = Argument("kind", "choice", _TROUBLES[0], _TROUBLES)
        own = (
            Verb("cut_mains", "拔掉市电插头", "Pull the mains plug", self._cut_mains),
            Verb("restore_mains", "恢复市电", "Plug it in again", self._restore_mains),
            Verb(
                "set_charge",
                "设定电池电量",
                "Set the battery's charge",
                self._set_charge,
                (Argument("percent", "number", 100),),
            ),
            Verb("wear_battery", "电池老化", "Let the battery age", self._wear_battery),
            Verb("change_battery", "更换电池", "Change the battery", self._new_battery),
            Verb("overload", "过载", "Overload it", self._overload),
            Verb("relieve", "减轻负载", "Take the load off", self._relieve),
            Verb("bypass", "旁路供电", "Switch to bypass", self._bypass),
            Verb(
                "lose_supply",
                "服务读不到电源",
                "Let the service lose the supply",
                self._lose_supply,
                (trouble,),
            ),
            Verb("restart_service", "服务重启", "Restart the service", self._restart),
            Verb("find_supply", "服务恢复", "Let it find it again", self._find_supply),
        )
        return {verb.name: verb for verb in own} | link_verbs(self._door, self._mend)

    async def _cut_mains(self) -> JsonValue:
        return self._changed("mains is gone", mains=False)

    async def _restore_mains(self) -> JsonValue:
        return self._changed("mains is back", mains=True)

    async def _set_charge(self, percent: object = 100) -> JsonValue:
        charge = whole_number(percent, "percent", most=100)
        return self._changed(f"battery at {charge} %", charge=float(charge))

    async def _wear_battery(self) -> JsonValue:
        return self._changed("battery is worn", worn_battery=True)

    async def _new_battery(self) -> JsonValue:
        return self._changed("a new battery", worn_battery=False, charge=100.0)

    async def _overload(self) -> JsonValue:
        return self._changed("overloaded", overloaded=True)

    async def _relieve(self) -> JsonValue:
        return self._changed("not overloaded any more", overloaded=False)

    async def _bypass(self) -> JsonValue:
        return self._changed("on bypass", bypass=True)

    async def _lose_supply(self, kind: str = _TROUBLES[0]) -> JsonValue:
        return self._changed(kind, trouble=one_of(kind, "kind", _TROUBLES))

    async def _restart(self) -> JsonValue:
        """Stop and start it: every client is hung up on."""
        await self._door.unplug()
        await self._door.plug_in()
        return {"connected": True}

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


def create(port: int = 0) -> SimPower:
    """Return a supply that is not started yet.

    Args:
        port: where the service listens; 0 = any free port. NUT's own is 3493.
    """
    return SimPower(port=port)
