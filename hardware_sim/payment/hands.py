"""Hands at the terminal: citizens with cards, its paper, its bank, what it conceals."""

from __future__ import annotations

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.payment.acquirer import REASONS, issue_cards
from hardware_sim.payment.terminal import LOST, Faults, Hand, Terminal

YES_NO = ("yes", "no")
_PINS = ("right", "wrong")
_PAPERS = ("out", "full")
_MOST_FEN = 100_000_000

_CARD = (
    Argument("kind", "choice", "debit", tuple(issue_cards())),
    Argument("pin", "choice", "right", _PINS),
    Argument("balance_fen", "number"),
    Argument("forget", "choice", "no", YES_NO),
)
_REASON = Argument("reason", "choice", "notEnough", tuple(REASONS))
_ON = Argument("on", "choice", "yes", YES_NO)
_PAPER = Argument("state", "choice", "out", _PAPERS)
_WHAT = Argument("what", "choice", LOST[0], LOST)
_FEN = Argument("fen", "number", 1)


class Hands:
    """What people do to the terminal without touching its cable or its plug."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._cards = issue_cards()

    def mend(self) -> None:
        """Disarm everything; what becomes of an open approval was said before."""
        self._terminal.faults = Faults(keeps=self._terminal.faults.keeps)
        self._terminal.bank.decline_next = None

    @verb("插卡或挥卡", "Present a card", *_CARD)
    async def _present_card(
        self,
        kind: str = "debit",
        pin: str = "right",
        balance_fen: object = None,
        forget: str = "no",
    ) -> JsonValue:
        """Present a card now; with none asked for it waits for the next payment."""
        card = self._cards[one_of(kind, "kind", self._cards)]
        right = one_of(pin, "pin", _PINS) == "right"
        stays = one_of(forget, "forget", YES_NO) == "yes"
        if balance_fen not in (None, ""):
            card.balance_fen = whole_number(balance_fen, "balance_fen", most=_MOST_FEN)
        self._terminal.present(Hand(card, right, stays))
        self._terminal.wire.add("note", b"", f"{card.title} presented")
        return {"card": kind, "balance_fen": card.balance_fen}

    @verb("拔出卡片", "Take the card out")
    async def _remove_card(self) -> JsonValue:
        self._terminal.hand = None
        self._terminal.wire.add("note", b"", "no card")
        return {"card": None}

    @verb("按终端取消键", "Press stop")
    async def _press_stop(self) -> JsonValue:
        if not self._terminal.stop():
            raise ValueError("nothing runs that can be stopped")
        return {"stopped": True}

    @verb("银行拒绝下一笔", "The bank declines the next one", _REASON)
    async def _decline(self, reason: str = "notEnough") -> JsonValue:
        code = REASONS[one_of(reason, "reason", REASONS)]
        self._terminal.bank.decline_next = code
        return {"result": f"{code:02X}"}

    @verb("终端忙", "Busy with itself", _ON)
    async def _busy(self, on: str = "yes") -> JsonValue:
        self._terminal.faults.busy = one_of(on, "on", YES_NO) == "yes"
        return {"busy": self._terminal.faults.busy}

    @verb("终端纸卷", "Its paper", _PAPER)
    async def _paper(self, state: str = "out") -> JsonValue:
        out = one_of(state, "state", _PAPERS) == "out"
        self._terminal.faults.paper_out = out
        return {"paper": state}

    @verb("结果不再送出", "Keep the result of the next one back", _WHAT)
    async def _lose(self, what: str = "result") -> JsonValue:
        self._terminal.faults.lost = one_of(what, "what", LOST)
        return {"lost": what}

    @verb("报错金额", "Tell a wrong amount next time", _FEN)
    async def _tell_wrong_amount(self, fen: object = 1) -> JsonValue:
        told = whole_number(fen, "fen", most=_MOST_FEN)
        self._terminal.faults.told_fen = told
        return {"fen": told}
