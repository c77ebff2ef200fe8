"""The pages about credit that is, or is not yet, on a meter card. Pure."""

from __future__ import annotations

from kiosk.core.bills import CardLoad
from kiosk.core.bodies import QuestionBody, ResultBody
from kiosk.core.parts import Row, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.bill_page import hundredths_text, yuan_words
from kiosk.flow.buttons import choice, help_button, home_button, next_button
from kiosk.flow.events import Failed
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence, title

_SAME_CARD = frozenset({"meter-card.loadInterrupted", "meter-card.noMedia"})


def units_words(load: CardLoad) -> Say:
    """Say how much a purchase puts on the card: 50 度."""
    count = hundredths_text(load.units)
    return say("amount.exactly", count=count, unit=Words(load.unit))


def load_rows(load: CardLoad) -> tuple[Row, ...]:
    """Return what a purchase is: units, amount, order number."""
    return (
        Row(say("load.units"), units_words(load), strong=True),
        Row(say("pay.amount"), yuan_words(load.amount)),
        Row(say("pay.order"), Words(load.order_id)),
    )


def offer_body(load: CardLoad) -> QuestionBody:
    """Return the page that offers credit bought before."""
    return QuestionBody(
        title=say("load.offer.title", units=units_words(load)),
        second_line=say("load.offer.second"),
        points=(say("load.offer.order", order=load.order_id),),
        answers=(
            choice("load", say("load.offer.now"), style="main", icon="card"),
            choice("later", say("load.offer.later")),
        ),
    )


def again_body(failed: Failed, order_id: str, scene: Scene) -> ResultBody:
    """Return the page of a writing that did not succeed; nothing is lost."""
    same = failed.code in _SAME_CARD
    return ResultBody(
        title=say("load.again.title") if same else title(failed.code),
        second_line=sentence(failed.code),
        tone=Tone.WARN,
        rows=(
            Row(say("load.again.promise"), say("load.again.kept"), strong=True),
            Row(say("pay.order"), Words(order_id)),
            Row(say("pay.terminal"), Words(scene.terminal)),
        ),
        actions=(
            choice("retry", say("load.again.now"), style="main", icon="card"),
            choice("later", say("load.again.later")),
            help_button(),
        ),
    )


def later_body(order_id: str, load: CardLoad | None, scene: Scene) -> ResultBody:
    """Return the page for whoever loads earlier credit another time."""
    return ResultBody(
        title=say("load.later.title"),
        second_line=say("load.later.second", hotline=scene.hotline),
        tone=Tone.PLAIN,
        rows=load_rows(load) if load else (),
        actions=(home_button(), help_button()),
        qr_payload=order_id,
        qr_caption=say("load.later.keep"),
    )


def loaded_body(load: CardLoad, *, may_buy: bool) -> ResultBody:
    """Return the page after earlier credit was written.

    Args:
        may_buy: there is more to load, or more may be bought.
    """
    more = (next_button("load.loaded.more"),) if may_buy else ()
    return ResultBody(
        title=say("load.loaded.title"),
        second_line=say("load.loaded.second"),
        tone=Tone.OK,
        rows=load_rows(load),
        actions=(*more, home_button()),
    )
