"""What hands can do to any cable: unplug it, make the device dumb, late or wrong.

The same words for every simulated serial device, so that one scenario line and one
row of the contract test fit them all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cable import Cable
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.link.faults import GARBAGE_MODES
from hardware_sim.link.hands import verb, verbs_of

_ANSWERS = Argument("answers", "number", 0)
"""How many answers are spoilt; 0 = all until healed."""

_LATE_MS = Argument("ms", "number", 1500)
_GARBAGE = Argument("mode", "choice", "noise", GARBAGE_MODES)
_PAUSE_MS = Argument("pause_ms", "number", 200)
_NOISE_BYTES = Argument("count", "number", 7)


def link_verbs(
    cable: Cable, on_heal: Callable[[], Awaitable[None]] | None = None
) -> dict[str, Verb]:
    """Return the verbs of a cable, by name.

    Args:
        on_heal: what ``heal`` has to put right in the device itself.
    """
    return verbs_of(_Hands(cable, on_heal))


class _Hands:
    """Hands at one cable."""

    def __init__(
        self, cable: Cable, on_heal: Callable[[], Awaitable[None]] | None
    ) -> None:
        self._cable = cable
        self._on_heal = on_heal

    @verb("拔掉数据线", "Unplug the cable")
    async def _disconnect(self) -> JsonValue:
        await self._cable.unplug()
        return {"connected": False}

    @verb("插回数据线", "Plug the cable in")
    async def _reconnect(self) -> JsonValue:
        await self._cable.plug_in()
        return {"connected": True}

    @verb("不再应答", "Answer nothing", _ANSWERS)
    async def _go_silent(self, answers: object = 0) -> JsonValue:
        return self._arm("silent", answers=answers)

    @verb("延迟应答", "Answer late", _LATE_MS, _ANSWERS)
    async def _answer_late(self, ms: object = 1500, answers: object = 0) -> JsonValue:
        return self._arm("late", ms, answers=answers)

    @verb("应答乱码", "Answer garbage", _GARBAGE, _ANSWERS)
    async def _answer_garbage(
        self, mode: str = "noise", answers: object = 0
    ) -> JsonValue:
        mode = one_of(mode, "mode", GARBAGE_MODES)
        return self._arm("garbage", mode=mode, answers=answers)

    @verb("应答断成两截", "Split the answer", _PAUSE_MS, _ANSWERS)
    async def _split_answer(
        self, pause_ms: object = 200, answers: object = 0
    ) -> JsonValue:
        return self._arm("split", pause_ms, answers=answers)

    @verb("应答两遍", "Answer twice", _ANSWERS)
    async def _duplicate(self, answers: object = 0) -> JsonValue:
        return self._arm("duplicate", answers=answers)

    @verb("应答前有杂波", "Noise before the answer", _NOISE_BYTES, _ANSWERS)
    async def _noise_before(self, count: object = 7, answers: object = 0) -> JsonValue:
        return self._arm("noise_before", count, answers=answers)

    @verb("一切复原", "All well again")
    async def _heal(self) -> JsonValue:
        self._cable.faults.heal()
        await self._cable.plug_in()
        if self._on_heal is not None:
            await self._on_heal()
        return {"faults": [], "connected": True}

    def _arm(
        self, name: str, amount: object = 0, mode: str = "", answers: object = 0
    ) -> JsonValue:
        faults = self._cable.faults
        faults.arm(
            name,
            amount=whole_number(amount, name),
            mode=mode,
            answers=whole_number(answers, "answers"),
        )
        return {"faults": faults.names()}
