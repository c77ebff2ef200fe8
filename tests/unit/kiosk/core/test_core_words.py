"""Sentences are named, compared and kept without being spoken."""

from __future__ import annotations

from kiosk.core.words import Message, Words, params_of, say


def test_sentence_with_the_same_values_is_the_same_sentence() -> None:
    assert say("pay.left", seconds=12, of=30) == say("pay.left", of=30, seconds=12)
    assert say("pay.left", seconds=12) != say("pay.left", seconds=13)


def test_sentence_can_be_a_key() -> None:
    assert len({say("a.b", x=1), say("a.b", x=1), Words("中", "en")}) == 2


def test_values_come_back_by_name() -> None:
    inner = say("amount.yuan", amount="86.40")
    assert params_of(say("pay.title", what=inner)) == {"what": inner}


def test_a_value_may_be_called_like_the_id() -> None:
    assert say("x.y", message_id="z") == Message("x.y", (("message_id", "z"),))
