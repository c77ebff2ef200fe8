"""What hands can do with money on the far side: citizens' phones, billers' counters."""

from __future__ import annotations

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.platform.city import City
from hardware_sim.platform.phones import WALLETS
from hardware_sim.platform.psp import CHANNELS

_MOST_FEN = 10_000_000_000

_ORDER = Argument("order_id", "text", "")
_BALANCE = Argument("balance_fen", "text", "")
_ACCOUNT = Argument("account", "text", "330010021182")
_AMOUNT = Argument("amount_fen", "number", 9000)
_CHANNEL = Argument("channel", "choice", CHANNELS[0], CHANNELS)
_WALLET = Argument("channel", "choice", WALLETS[0], WALLETS)
_TIMES = Argument("times", "number", 1)


class PhoneHands:
    """Citizens' phones."""

    def __init__(self, city: City) -> None:
        self._city = city

    @verb("用手机付屏幕上的码", "Pay the shown code", _ORDER, _CHANNEL, _BALANCE)
    async def pay_shown_code(
        self, order_id: str = "", channel: str = "", balance_fen: object = ""
    ) -> JsonValue:
        """Pay the code on the screen, or confirm a password, with a phone."""
        psp = self._city.psp
        order = order_id or psp.trades.newest_with("PENDING")
        balance = _balance(balance_fen)
        amounts = [trade.amount_fen for trade in psp.trades.of(order)]
        if balance is not None and amounts and balance < amounts[-1]:
            return {"order_id": order, "paid": False, "phone_says": "余额不足"}
        psp.confirm(order, _channel(channel))
        self._city.orders.deliver()
        return {"order_id": order, "paid": True}

    @verb("赶在取消前付款", "Pay just before the cancel", _ORDER, _CHANNEL)
    async def pay_in_gap(self, order_id: str = "", channel: str = "") -> JsonValue:
        """Pay just before the kiosk's cancel arrives."""
        order = order_id or self._city.psp.trades.newest_with("PENDING")
        self._city.psp.pay_at_end(order, _channel(channel))
        return {"order_id": order}

    @verb(
        "关单后才到账(自动退回)",
        "Pay after the code was closed (the service gives it back)",
        _ORDER,
        _CHANNEL,
    )
    async def pay_after_close(self, order_id: str = "", channel: str = "") -> JsonValue:
        """Let a payment arrive after its code was closed; the service returns it."""
        order = order_id or self._city.psp.trades.newest_with("CLOSED")
        reference = self._city.psp.pay_closed(order, _channel(channel))
        return {"order_id": order, "reference": reference}

    @verb("打开付款码", "Open a payment code", _WALLET, _BALANCE)
    async def make_payment_code(
        self, channel: str = WALLETS[0], balance_fen: object = ""
    ) -> JsonValue:
        """Open the payment code on a phone; it lives 60 s."""
        one_of(channel, "channel", WALLETS)
        return self._city.psp.phones.make_code(channel, _balance(balance_fen))


def _reason(counter: CounterHands) -> Argument:
    """One of the biller's codes."""
    return Argument("reason", "choice", "EQ0012", tuple(sorted(counter.biller.codes)))


class CounterHands:
    """Billers' counters."""

    def __init__(self, city: City) -> None:
        self.biller = city.biller

    @verb("在窗口缴清账单", "Pay the bill elsewhere", _ACCOUNT)
    async def pay_bill_elsewhere(self, account: str) -> JsonValue:
        """Pay an account's open bills at the biller's counter."""
        return {"paid": self.biller.payables.pay_elsewhere(self.biller.known(account))}

    @verb("更正账单金额", "Change the bill", _ACCOUNT, _AMOUNT)
    async def change_bill(self, account: str, amount_fen: object) -> JsonValue:
        """Let the biller correct the oldest open bill."""
        amount = whole_number(amount_fen, "amount_fen", least=1, most=_MOST_FEN)
        return {
            "changed": self.biller.payables.change(self.biller.known(account), amount)
        }

    @verb("拒绝下一次销账", "Refuse the next posting", _reason)
    async def refuse_next_posting(self, reason: str = "EQ0012") -> JsonValue:
        """Let the biller refuse the next posting, with one of its codes."""
        self.biller.refuse_next = one_of(reason, "reason", self.biller.codes)
        return {"reason": reason}

    @verb("销账迟迟不决", "Leave postings undecided", _TIMES)
    async def delay_posting(self, times: object = 1) -> JsonValue:
        """Let the biller answer so many postings with "not decided yet"."""
        self.biller.undecided = whole_number(times, "times", most=1000)
        return {"times": self.biller.undecided}


def _channel(value: str) -> str:
    """Read a channel; empty means whatever fits the code."""
    return value and one_of(value, "channel", CHANNELS)


def _balance(value: object) -> int | None:
    """Read a balance; empty means enough."""
    if value in ("", None):
        return None
    return whole_number(value, "balance_fen", most=_MOST_FEN)
