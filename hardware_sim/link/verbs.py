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

_ANSWERS = Argument("answers", "number", 0)
"""How many answers are spoilt; 0 = all until healed."""


def _fault(
    cable: Cable, name: str, amount: object = 0, mode: str = "", answers: object = 0
) -> JsonValue:
    cable.faults.arm(
        name,
        amount=whole_number(amount, name),
        mode=mode,
        answers=whole_number(answers, "answers"),
    )
    return {"faults": cable.faults.names()}


def link_verbs(
    cable: Cable, on_heal: Callable[[], Awaitable[None]] | None = None
) -> dict[str, Verb]:
    """Return the verbs of a cable, by name.

    Args:
        on_heal: what ``heal`` has to put right in the device itself.
    """

    async def disconnect() -> JsonValue:
        await cable.unplug()
        return {"connected": False}

    async def reconnect() -> JsonValue:
        await cable.plug_in()
        return {"connected": True}

    async def go_silent(answers: object = 0) -> JsonValue:
        return _fault(cable, "silent", answers=answers)

    async def answer_late(ms: object = 1500, answers: object = 0) -> JsonValue:
        return _fault(cable, "late", ms, answers=answers)

    async def answer_garbage(mode: str = "noise", answers: object = 0) -> JsonValue:
        mode = one_of(mode, "mode", GARBAGE_MODES)
        return _fault(cable, "garbage", mode=mode, answers=answers)

    async def split_answer(pause_ms: object = 200, answers: object = 0) -> JsonValue:
        return _fault(cable, "split", pause_ms, answers=answers)

    async def duplicate(answers: object = 0) -> JsonValue:
        return _fault(cable, "duplicate", answers=answers)

    async def noise_before(count: object = 7, answers: object = 0) -> JsonValue:
        return _fault(cable, "noise_before", count, answers=answers)

    async def heal() -> JsonValue:
        cable.faults.heal()
        await cable.plug_in()
        if on_heal is not None:
            await on_heal()
        return {"faults": [], "connected": True}

    verbs = (
        Verb("disconnect", "拔掉数据线", "Unplug the cable", disconnect),
        Verb("reconnect", "插回数据线", "Plug the cable in", reconnect),
        Verb("go_silent", "不再应答", "Answer nothing", go_silent, (_ANSWERS,)),
        Verb(
            "answer_late",
            "延迟应答",
            "Answer late",
            answer_late,
            (Argument("ms", "number", 1500), _ANSWERS),
        ),
        Verb(
            "answer_garbage",
            "应答乱码",
            "Answer garbage",
            answer_garbage,
            (Argument("mode", "choice", "noise", GARBAGE_MODES), _ANSWERS),
        ),
        Verb(
            "split_answer",
            "应答断成两截",
            "Split the answer",
            split_answer,
            (Argument("pause_ms", "number", 200), _ANSWERS),
        ),
        Verb("duplicate", "应答两遍", "Answer twice", duplicate, (_ANSWERS,)),
        Verb(
            "noise_before",
            "应答前有杂波",
            "Noise before the answer",
            noise_before,
            (Argument("count", "number", 7), _ANSWERS),
        ),
        Verb("heal", "一切复原", "All well again", heal),
    )
    return {verb.name: verb for verb in verbs}
