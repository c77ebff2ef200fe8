"""Hands at the reader's plug and at the pcscd behind it, where that is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hardware_sim.link.device import JsonValue, WireLog
from hardware_sim.link.hands import verb
from hardware_sim.link.pcscd import SLOTS, Pcscd
from hardware_sim.smartcard.cards import Card


class Service:
    """One reader of a pcscd.

    Args:
        slot: of the daemon; counts from 0.
        pull: takes the card out, if there is one, and returns it.
        put: puts a card in.
    """

    def __init__(
        self,
        pcscd: Pcscd,
        slot: int,
        wire: WireLog,
        pull: Callable[[], Card | None],
        put: Callable[[Card], Awaitable[JsonValue]],
    ) -> None:
        self.plugged = True
        self._pcscd = pcscd
        self._reader = slot // SLOTS
        self._wire = wire
        self._pull = pull
        self._put = put

    def mend(self) -> None:
        """Have the daemon run and the reader plugged in."""
        if not (self.plugged and self._pcscd.running):
            self._plug(plugged=True)

    @verb("拔掉读卡器", "Unplug the reader")
    async def _disconnect(self) -> JsonValue:
        return self._plug(plugged=False)

    @verb("插回读卡器", "Plug the reader in")
    async def _reconnect(self) -> JsonValue:
        return self._plug(plugged=True)

    @verb("读卡服务停止", "Stop pcscd")
    async def _stop_service(self) -> JsonValue:
        self._pull()
        self._pcscd.stop()
        self._wire.add("note", b"", "pcscd stopped")
        return {"service": False}

    @verb("读卡服务启动", "Start pcscd")
    async def _start_service(self) -> JsonValue:
        self._pull()
        self._pcscd.start()
        self._wire.add("note", b"", "pcscd started")
        return {"service": True}

    @verb("读卡服务重启", "Stop pcscd and start it again")
    async def _restart_service(self) -> JsonValue:
        """The card stays in the slot meanwhile, and is found again."""
        card = self._pull()
        await self._stop_service()
        await asyncio.sleep(0)  # The slot sees that its card went.
        told = await self._start_service()
        if card is not None:
            await self._put(card)
        return told

    def _plug(self, *, plugged: bool) -> JsonValue:
        self._pull()
        self._pcscd.start()
        self._pcscd.plug(self._reader, plugged=plugged)
        self.plugged = plugged
        self._wire.add("note", b"", "reader " + ("plugged in" if plugged else "gone"))
        return {"connected": plugged}
