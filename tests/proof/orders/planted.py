"""The list of planted bugs: what each does wrong, and that it is seen.

Those that the specification names are marked with its word. A bug is looked for in
worlds of the kind that it is about; more worlds would find it without that help, but
every build has to pay for them.
"""

from __future__ import annotations

from tests.proof.world.bugs import Bug
from tests.proof.world.disks import MemoryDisk
from tests.proof.world.world import World

_PAYING = "services.payments.paying"
_CANCELLING = "services.payments.cancelling"
_POSTING = "services.payments.posting"
_CARD = "services.payments.card"
_CARD_TRUTH = "services.payments.cardtruth"
_REDUCER = "services.payments.reducer"
_DESK = "services.payments.desk"
_TELLER = "services.payments.teller"
_FACTS = "services.payments.facts"
_NUMBER = "services.payments.order_number"
_TURN = "services.payments.turn"
_LEDGER = "services.store.ledger"
_ERRANDS = "services.payments.errands"
_CITY = "tests.proof.world.city"

_CARDS = (("card", 1.0), ("two_desks", False))
_NO_CARD = (("card", 0.0),)
_TWO = (("card", 0.0), ("two_desks", True))
_STUCK = (("undecided", True),)


def _without_journal_lock(world: World) -> None:
    if isinstance(world.disk, MemoryDisk):
        world.disk.connection.execute("DROP INDEX one_live_order_a_bill")
    world.city.locks = False


BUGS = (
    Bug(
        "a time-out is taken for 'not paid' (timeout_is_failure)",
        _PAYING,
        "    if turn.order.last_query:\n        cancel(turn, _why_unpaid(turn))\n",
        "    if turn.order.last_query:\n        turn.write(OrderState.CANCELLED)\n",
    ),
    Bug(
        "'not found' is taken for 'not paid' (trust_none)",
        _CANCELLING,
        "if truth.payment is PaymentTruth.CLOSED:",
        "if truth.payment in (PaymentTruth.CLOSED, PaymentTruth.NONE):",
        scene=_NO_CARD,
    ),
    Bug(
        "a pending payment is taken for 'not paid'",
        _CANCELLING,
        "if truth.payment is PaymentTruth.CLOSED:",
        "if truth.payment in (PaymentTruth.CLOSED, PaymentTruth.PENDING):",
    ),
    Bug(
        "a cancel without an answer is taken for done",
        _CANCELLING,
        "    if isinstance(reply, Unanswered):\n        turn.retry_later()\n",
        "    if isinstance(reply, Unanswered) and act is Act.CANCEL:\n"
        "        turn.write(OrderState.CANCELLED)\n"
        "    elif isinstance(reply, Unanswered):\n        turn.retry_later()\n",
    ),
    Bug(
        "money counts as given back when the refund was only asked for",
        _CANCELLING,
        "        if truth.payment is PaymentTruth.REFUNDED:\n"
        "            _end(turn, OrderState.REFUNDED, truth)\n            return\n"
        "    _cancel_on(turn, OrderState.REFUNDING",
        "        if truth.payment is not PaymentTruth.NONE:\n"
        "            _end(turn, OrderState.REFUNDED, truth)\n            return\n"
        "    _cancel_on(turn, OrderState.REFUNDING",
        scene=_STUCK,
    ),
    Bug(
        "what the platform posted meanwhile is not seen",
        _CANCELLING,
        "if truth.posting is PostingTruth.POSTED:\n            posted(turn, truth)",
        "if False:\n            posted(turn, truth)",
    ),
    Bug(
        "a refused cancel is repeated for ever, people are never asked",
        _TURN,
        "        if refusals >= delays.refusals or too_long:",
        "        if False:",
        scene=(("stubborn", 9), ("card", 0.0)),
    ),
    Bug(
        "refund when the biller knows no posting (refund_on_none)",
        _POSTING,
        "        turn.change(repost=True)\n        turn.retry_later()\n",
        "        _refund(turn, truth)\n",
    ),
    Bug(
        "a refused posting is taken for settled",
        _POSTING,
        "    if truth.posting in (PostingTruth.REJECTED, PostingTruth.VOIDED):\n"
        "        _refund(turn, truth)",
        "    if truth.posting in (PostingTruth.REJECTED, PostingTruth.VOIDED):\n"
        "        posted(turn, truth)",
        scene=(("elsewhere", True),),
    ),
    Bug(
        "the posting is never voided",
        _POSTING,
        "elif turn.order.attempts >= turn.order.delays.posts:",
        "elif False:",
        scene=_STUCK,
    ),
    Bug(
        "a posting without an answer is taken for done",
        _POSTING,
        "        if act is Act.POST:\n            turn.call(Act.QUERY)\n        else:",
        "        if act is Act.POST:\n"
        "            posted(turn, OrderTruth('PAID', 'POSTED'))\n        else:",
    ),
    Bug(
        "a settled order is closed before the posting is known",
        _POSTING,
        "    turn.watch_for_slowness()\n    post(turn)\n",
        "    turn.write(OrderState.POSTED, **payment_facts(truth))\n"
        "    turn.change(receipt='owed')\n    close(turn, UNATTENDED)\n",
    ),
    Bug(
        "cancelled within 15 s of asking for payment",
        _TURN,
        "            if rest > 0:",
        "            if False:",
    ),
    Bug(
        "sent before it is durable (id_not_durable)",
        _DESK,
        "            await teller.settle(Begun(self._ports.moment()))",
        "            await self._ports.gateway.put_order(order.order_id, bill)\n"
        "            await teller.settle(Begun(self._ports.moment()))",
    ),
    Bug(
        "a second original receipt (reprint_original)",
        _DESK,
        "if change == (OrderState.POSTED, OrderState.RECEIPT_SENT):",
        "if change[1] is OrderState.RECEIPT_SENT:",
    ),
    Bug(
        "an original for an order that nobody attends",
        _REDUCER,
        "case ReceiptAsked() if order.state is _S.POSTED and order.attended:",
        "case ReceiptAsked() if order.state in (_S.POSTED, _S.POST_SENT):",
        harmless="nobody asks for the receipt of an order that is not settled yet",
    ),
    Bug(
        "an order is forgotten after a restart",
        _DESK,
        "                if order.order_id in live - self._tellers.keys():",
        "                if order.step > 3 and order.order_id not in self._tellers:",
    ),
    Bug(
        "a crash while cancelling starts anew",
        _REDUCER,
        "CANCELLING | _S.REFUNDING:\n            turn.cancel_when_due()",
        "CANCELLING | _S.REFUNDING:\n            turn.write(_S.CANCELLED)",
    ),
    Bug(
        "a crash after the payment gives up the order",
        _REDUCER,
        "        case _S.PAID:\n            posting.post(turn)",
        "        case _S.PAID:\n            pass",
    ),
    Bug(
        "money is refused to nobody: the desk does not ask the journal (I14)",
        _DESK,
        "            if why or self._group is None:",
        "            if self._group is None:",
        scene=(("wrong_clock", True),),
    ),
    Bug(
        "two orders for one account, journal and platform without their locks"
        " (no_bill_lock)",
        _DESK,
        "            if live:\n",
        "            if False:\n",
        prepare=_without_journal_lock,
    ),
    Bug(
        "a number is used for two orders",
        _NUMBER,
        "        self._made += 1\n",
        "        self._made += 0\n",
        scene=(("visits", 3), ("topup", True)),
        harmless="the journal takes a number once, so no second order is begun",
    ),
    Bug(
        "effects go ahead of the row that announces them",
        _TELLER,
        "        for effect in effects:\n            if isinstance(effect, Write):\n"
        "                await self._write(effect, order)\n",
        "        for effect in effects:\n            if isinstance(effect, Write):\n"
        "                if effect.step > 1:\n"
        "                    self._ports.wrote()\n"
        "                else:\n"
        "                    await self._write(effect, order)\n",
    ),
    Bug(
        "a worker that was overtaken goes on from its own memory",
        _TELLER,
        "        self._halted = error\n",
        "        self._halted = None\n",
        scene=(*_TWO, ("visits", 3)),
    ),
    Bug(
        "the card is charged again when an answer was lost",
        _CARD,
        "        turn.change(lost_since=turn.at.mono, failures=0)\n"
        "        turn.watch_for_slowness()\n        turn.call(Act.LAST_RECEIPT)",
        "        turn.change(lost_since=turn.at.mono, failures=0)\n"
        "        turn.watch_for_slowness()\n        turn.call(Act.AUTHORISE)",
        scene=_CARDS,
    ),
    Bug(
        "a lost answer of the card terminal is taken for 'nothing happened'",
        _CARD_TRUTH,
        "    if told.trouble or receipt is None:\n        return _UNKNOWN\n"
        "    if receipt.number == before:\n        return _contradiction",
        "    if told.trouble or receipt is None:\n"
        "        return Verdict(CardOutcome.NOTHING)\n"
        "    if receipt.number == before:\n        return _contradiction",
        scene=_CARDS,
    ),
    Bug(
        "a busy card terminal is taken for 'nothing happened' after a restart",
        _CARD_TRUTH,
        "    if told.trouble or receipt is None:\n        return _UNKNOWN\n"
        "    if receipt.number == before:\n        return Verdict(",
        "    if told.trouble or receipt is None:\n"
        "        return Verdict(CardOutcome.NOTHING)\n"
        "    if receipt.number == before:\n        return Verdict(",
        scene=_CARDS,
    ),
    Bug(
        "after a restart a card order is cancelled before the terminal is asked",
        _REDUCER,
        "        case _S.PAY_SENT if turn.order.card_open:\n"
        "            card.resume(turn)\n",
        "        case _S.PAY_SENT if False:\n            card.resume(turn)\n",
        scene=_CARDS,
    ),
    Bug(
        "the terminal is asked before the platform closed the other ways",
        _CARD,
        "    turn.call(Act.START_CARD)\n\n\ndef _started",
        "    turn.change(terminal_asked=True)\n    turn.call(Act.AUTHORISE)\n\n\n"
        "def _started",
        scene=_CARDS,
    ),
    Bug(
        "an approval is not reported",
        _CARD,
        "    turn.call(Act.REPORT_CARD, receipt=turn.order.card_receipt)",
        "    turn.call(Act.REPORT_CARD)",
        scene=_CARDS,
    ),
    Bug(
        "an approval that the platform did not hear of is given up",
        _CARD,
        'however long it takes."""\n'
        "    if isinstance(reply, Unanswered):\n        turn.retry_later()",
        'however long it takes."""\n'
        "    if isinstance(reply, Unanswered):\n"
        "        turn.write(OrderState.CANCELLED)",
        scene=_CARDS,
    ),
    Bug(
        "the card terminal's number before the order is not kept",
        _FACTS,
        '        changes["receipt_before"] = facts["receipt_before"]',
        '        changes["receipt_before"] = 0',
        scene=(*_CARDS, ("visits", 3), ("topup", True)),
    ),
    Bug(
        "after a restart attempts start from zero and the order from its intent",
        _FACTS,
        "    return replace(order, state=row.state, step=row.step, **changes)",
        "    return replace(order, state=order.state or row.state, step=row.step,"
        " **changes)",
    ),
    Bug(
        "the amount that was chosen is forgotten when the order is restored",
        _FACTS,
        '    known = {**facts, "amount": Fen(facts["amount"])}',
        '    known = {**facts, "amount": Fen(0)}',
        scene=_CARDS,
    ),
    Bug(
        "a second row of one step is let in",
        _LEDGER,
        "        if newest != row.step - 1:",
        "        if False:",
        scene=_TWO,
    ),
    Bug(
        "the lock of a bill is not released when its order ends",
        _LEDGER,
        "        if row.state in TERMINAL_STATES:\n"
        "            self._release_bill(row.order_id)",
        "        if False:\n            self._release_bill(row.order_id)",
    ),
    Bug(
        "a row is acknowledged before it is committed",
        _LEDGER,
        '            self._connection.execute("COMMIT")\n        except',
        '            self._connection.execute("SELECT 1")\n        except',
    ),
    Bug(
        "a row does not follow the one before it",
        _LEDGER,
        "        self._next = seq, made\n",
        "        self._next = seq, prev\n",
    ),
    Bug(
        "a call without an answer is taken for a refused one",
        _ERRANDS,
        "            return Unanswered(ports.moment(), error.code)",
        "            return Refused(ports.moment(), error.code)",
        harmless="a refusal says nothing about money either: the truth is asked for",
    ),
    Bug(
        "the platform leaves no tombstone (no_tombstone)",
        _CITY,
        "        if order_id not in self.deals and not self.tombstones:",
        "        if order_id not in self.deals:",
    ),
    Bug(
        "the payment service takes money again for the same order (psp_not_idem)",
        _CITY,
        "        if deal.paid_out or deal.payment",
        "        if deal.payment",
    ),
    Bug(
        "the biller says POSTED of a bill that was paid elsewhere, and credits nothing",
        "tests.proof.world.claims",
        "        if self.elsewhere.intersection(bills):\n            return False",
        "        if self.elsewhere.intersection(bills):\n            return True",
        scene=(("elsewhere", True),),
    ),
)
