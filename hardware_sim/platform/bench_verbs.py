"""What hands can do on the far side of the network: citizens' phones, departments,
billers' counters, and the platform's own troubles."""

from __future__ import annotations

from collections.abc import Mapping

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.platform.case_process import STATES
from hardware_sim.platform.city import City
from hardware_sim.platform.faces import VERDICTS
from hardware_sim.platform.psp import CHANNELS

_MOST_FEN = 10_000_000_000
_YEAR_S = 366 * 24 * 3600

_CHANNEL = Argument("channel", "choice", CHANNELS[0], CHANNELS)
_ORDER = Argument("order_id", "text", "")
_BALANCE = Argument("balance_fen", "text", "")
_ACCOUNT = Argument("account", "text", "330010021182")
_TIMES = Argument("times", "number", 1)


class PlatformHands:
    """One method for each verb; each raises ``ValueError`` with a sentence."""

    def __init__(self, city: City) -> None:
        self._city = city

    async def pay_shown_code(
        self, order_id: str = "", channel: str = CHANNELS[0], balance_fen: object = ""
    ) -> JsonValue:
        """Pay the code on the screen, or confirm a password, with a phone."""
        psp = self._city.psp
        order = order_id or psp.newest_waiting()
        balance = _balance(balance_fen)
        if balance is not None and balance < psp.trade(order).amount_fen:
            return {"order_id": order, "paid": False, "phone_says": "余额不足"}
        psp.confirm(order, one_of(channel, "channel", CHANNELS))
        return {"order_id": order, "paid": True}

    async def pay_in_gap(
        self, order_id: str = "", channel: str = CHANNELS[0]
    ) -> JsonValue:
        """Pay just before the kiosk's cancel arrives."""
        order = order_id or self._city.psp.newest_waiting()
        one_of(channel, "channel", CHANNELS)
        self._city.psp.confirm_at_cancel(order, channel)
        return {"order_id": order}

    async def make_payment_code(
        self, channel: str = CHANNELS[0], balance_fen: object = ""
    ) -> JsonValue:
        """Open the payment code on a phone; it lives 60 s."""
        one_of(channel, "channel", CHANNELS)
        return self._city.psp.make_code(channel, _balance(balance_fen))

    async def move_case(
        self, state: str, number: str = "", opinion: str = ""
    ) -> JsonValue:
        """Let the department decide the next step of a case."""
        one_of(state, "state", STATES)
        moved = self._city.cases.move(number, state, opinion)
        return {name: moved[name] for name in ("number", "state", "due")}

    async def pay_bill_elsewhere(self, account: str) -> JsonValue:
        """Pay an account's open bills at the biller's counter."""
        return {"paid": self._city.biller.pay_elsewhere(account)}

    async def change_bill(self, account: str, amount_fen: object) -> JsonValue:
        """Let the biller correct the oldest open bill."""
        amount = whole_number(amount_fen, "amount_fen", least=1, most=_MOST_FEN)
        return {"changed": self._city.biller.change_bill(account, amount)}

    async def refuse_next_posting(self, reason: str = "EQ0012") -> JsonValue:
        """Let the biller refuse the next posting, with one of its codes."""
        self._city.biller.refuse_next = one_of(
            reason, "reason", self._city.biller.codes
        )
        return {"reason": reason}

    async def delay_posting(self, times: object = 1) -> JsonValue:
        """Let the biller answer so many postings with "not decided yet"."""
        self._city.biller.undecided = whole_number(times, "times", most=1000)
        return {"times": self._city.biller.undecided}

    async def next_face_verdict(self, verdict: str = "match") -> JsonValue:
        """Set what the simulated comparison says of the next portrait."""
        one_of(verdict, "verdict", VERDICTS)
        self._city.people.faces.next_verdict = verdict
        return {"verdict": verdict}

    async def clock_skew(self, seconds: object = 0) -> JsonValue:
        """Set the platform's clock ahead (or, below 0, behind)."""
        skew = whole_number(seconds, "seconds", least=-_YEAR_S, most=_YEAR_S)
        self._city.clock.skew_s = float(skew)
        return {"time": self._city.clock.stamp()}

    async def be_busy(self, times: object = 1) -> JsonValue:
        """Answer so many requests with 503: nothing is carried out."""
        self._city.busy = whole_number(times, "times", most=1000)
        return {"times": self._city.busy}

    async def set_case_pace(self, seconds: object = "") -> JsonValue:
        """Let cases move by themselves after so many seconds; empty: by hand."""
        pace = None
        if seconds not in ("", None):
            pace = float(whole_number(seconds, "seconds", most=_YEAR_S))
        self._city.cases.pace_s = pace
        return {"seconds": pace}


def platform_verbs(city: City) -> Mapping[str, Verb]:
    """Return all verbs by name."""
    hands = PlatformHands(city)
    codes = tuple(sorted(city.biller.codes))
    verbs = _phone_verbs(hands) + _office_verbs(hands, codes) + _trouble_verbs(hands)
    return {verb.name: verb for verb in verbs}


def _phone_verbs(hands: PlatformHands) -> tuple[Verb, ...]:
    return (
        Verb(
            "pay_shown_code",
            "用手机付屏幕上的码",
            "Pay the shown code",
            hands.pay_shown_code,
            (_ORDER, _CHANNEL, _BALANCE),
        ),
        Verb(
            "pay_in_gap",
            "赶在取消前付款",
            "Pay just before the cancel",
            hands.pay_in_gap,
            (_ORDER, _CHANNEL),
        ),
        Verb(
            "make_payment_code",
            "打开付款码",
            "Open a payment code",
            hands.make_payment_code,
            (_CHANNEL, _BALANCE),
        ),
    )


def _office_verbs(hands: PlatformHands, codes: tuple[str, ...]) -> tuple[Verb, ...]:
    state = Argument("state", "choice", "accepted", STATES)
    amount = Argument("amount_fen", "number", 9000)
    reason = Argument("reason", "choice", "EQ0012", codes)
    return (
        Verb(
            "move_case",
            "推进办件",
            "Move a case (the newest, when no number is given)",
            hands.move_case,
            (state, Argument("number"), Argument("opinion")),
        ),
        Verb(
            "set_case_pace",
            "办件自动推进",
            "Let cases move by themselves",
            hands.set_case_pace,
            (Argument("seconds", "text", ""),),
        ),
        Verb(
            "pay_bill_elsewhere",
            "在窗口缴清账单",
            "Pay the bill elsewhere",
            hands.pay_bill_elsewhere,
            (_ACCOUNT,),
        ),
        Verb(
            "change_bill",
            "更正账单金额",
            "Change the bill",
            hands.change_bill,
            (_ACCOUNT, amount),
        ),
        Verb(
            "refuse_next_posting",
            "拒绝下一次销账",
            "Refuse the next posting",
            hands.refuse_next_posting,
            (reason,),
        ),
        Verb(
            "delay_posting",
            "销账迟迟不决",
            "Leave postings undecided",
            hands.delay_posting,
            (_TIMES,),
        ),
    )


def _trouble_verbs(hands: PlatformHands) -> tuple[Verb, ...]:
    return (
        Verb(
            "next_face_verdict",
            "下一次人脸比对结果(模拟)",
            "Next face verdict (simulated)",
            hands.next_face_verdict,
            (Argument("verdict", "choice", "match", VERDICTS),),
        ),
        Verb(
            "clock_skew",
            "拨动平台时钟",
            "Set the platform's clock wrong",
            hands.clock_skew,
            (Argument("seconds", "number", 0),),
        ),
        Verb(
            "be_busy",
            "平台繁忙",
            "Be busy (503)",
            hands.be_busy,
            (_TIMES,),
        ),
    )


def _balance(value: object) -> int | None:
    """Read a balance; empty means enough."""
    if value in ("", None):
        return None
    return whole_number(value, "balance_fen", most=_MOST_FEN)
