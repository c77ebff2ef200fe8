"""Verbs are marked methods: listed in their order, bound to the hands they are of."""

from __future__ import annotations

import pytest

from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb, verbs_of

CARD = Argument("card", "choice", "a", ("a", "b"))


class Drawer:
    """Hands with a verb, and a method that is none."""

    def __init__(self) -> None:
        self.held = ""

    @verb("插入卡", "Put a card in", CARD)
    async def _insert(self, card: str = "a") -> JsonValue:
        self.held = card
        return self._told()

    @verb("拔出卡", "Pull the card out")
    async def _eject(self) -> JsonValue:
        self.held = ""
        return self._told()

    def _told(self) -> JsonValue:
        return {"card": self.held}


def _spare(drawer: TidyDrawer) -> Argument:
    return Argument("to", "choice", drawer.spare, (drawer.spare,))


class TidyDrawer(Drawer):
    """Does one verb otherwise, and has another."""

    spare = "b"

    async def _eject(self) -> JsonValue:
        return {"card": "put away"}

    @verb("换卡", "Change cards", _spare)
    async def _change(self, to: str = "b") -> JsonValue:
        return await self._insert(to)


@pytest.mark.anyio
async def test_a_verb_has_the_name_of_its_method_and_acts_on_these_hands() -> None:
    drawer, other = Drawer(), Drawer()
    insert = verbs_of(drawer)["insert"]
    assert (insert.title, insert.title_en) == ("插入卡", "Put a card in")
    assert insert.arguments == (CARD,)
    assert await insert.call(card="b") == {"card": "b"}
    assert (drawer.held, other.held) == ("b", "")


def test_verbs_are_listed_in_the_order_of_the_class_and_nothing_else_is() -> None:
    assert [*verbs_of(Drawer())] == ["insert", "eject"]


def test_choices_that_the_hands_alone_know_are_asked_of_them() -> None:
    put_back = verbs_of(TidyDrawer())["change"]
    assert put_back.arguments == (Argument("to", "choice", "b", ("b",)),)


@pytest.mark.anyio
async def test_verbs_are_inherited_and_may_be_done_otherwise() -> None:
    verbs = verbs_of(TidyDrawer())
    assert [*verbs] == ["change", "insert", "eject"]
    assert await verbs["eject"].call() == {"card": "put away"}
