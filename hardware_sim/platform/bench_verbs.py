"""What hands can do on the far side of the network: departments, and the platform's
own troubles. Phones, billers and payment services are in ``money_verbs``."""

from __future__ import annotations

from collections.abc import Mapping

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.platform.case_process import STATES
from hardware_sim.platform.city import City
from hardware_sim.platform.faces import VERDICTS
from hardware_sim.platform.money_verbs import CounterHands, PhoneHands
from hardware_sim.platform.service_verbs import FileHands, ServiceHands

_YEAR_S = 366 * 24 * 3600

_STATE = Argument("state", "choice", "accepted", STATES)
_NUMBER, _OPINION = Argument("number"), Argument("opinion")
_PACE_S = Argument("seconds", "text", "")
_VERDICT = Argument("verdict", "choice", "match", VERDICTS)
_SKEW_S = Argument("seconds", "number", 0)
_TIMES = Argument("times", "number", 1)


class PlatformHands:
    """One method for each verb; each raises ``ValueError`` with a sentence."""

    def __init__(self, city: City) -> None:
        self._city = city

    @verb(
        "推进办件",
        "Move a case (the newest, when no number is given)",
        _STATE,
        _NUMBER,
        _OPINION,
    )
    async def move_case(
        self, state: str, number: str = "", opinion: str = ""
    ) -> JsonValue:
        """Let the department decide the next step of a case."""
        one_of(state, "state", STATES)
        moved = self._city.cases.move(number, state, opinion)
        return {name: moved[name] for name in ("number", "state", "due")}

    @verb("办件自动推进", "Let cases move by themselves", _PACE_S)
    async def set_case_pace(self, seconds: object = "") -> JsonValue:
        """Let cases move by themselves after so many seconds; empty: by hand."""
        pace = None
        if seconds not in ("", None):
            pace = float(whole_number(seconds, "seconds", most=_YEAR_S))
        self._city.cases.pace_s = pace
        return {"seconds": pace}

    @verb("下一次人脸比对结果(模拟)", "Next face verdict (simulated)", _VERDICT)
    async def next_face_verdict(self, verdict: str = "match") -> JsonValue:
        """Set what the simulated comparison says of the next portrait."""
        one_of(verdict, "verdict", VERDICTS)
        self._city.people.faces.next_verdict = verdict
        return {"verdict": verdict}

    @verb("拨动平台时钟", "Set the platform's clock wrong", _SKEW_S)
    async def clock_skew(self, seconds: object = 0) -> JsonValue:
        """Set the platform's clock ahead (or, below 0, behind)."""
        skew = whole_number(seconds, "seconds", least=-_YEAR_S, most=_YEAR_S)
        self._city.clock.skew_s = float(skew)
        return {"time": self._city.clock.stamp()}

    @verb("平台繁忙", "Be busy (503)", _TIMES)
    async def be_busy(self, times: object = 1) -> JsonValue:
        """Answer so many requests with 503: nothing is carried out."""
        self._city.busy = whole_number(times, "times", most=1000)
        return {"times": self._city.busy}


def platform_verbs(city: City) -> Mapping[str, Verb]:
    """Return all verbs by name."""
    hands = (
        PhoneHands(city),
        CounterHands(city),
        ServiceHands(city),
        FileHands(city),
        PlatformHands(city),
    )
    return dict(pair for each in hands for pair in verbs_of(each).items())
