"""An order's rows in plain words."""

from __future__ import annotations

import json

import pytest

from kiosk.app.explain import city_time, explain, next_words
from kiosk.core.orders import OrderState
from kiosk.core.words import Language
from kiosk.locale.translator import load_translator
from services.store.chain import Entry

BILL = {"biller": "涪山自来水公司", "amount": 8640}


def entry(step: int, state: str, **facts: object) -> Entry:
    payload = json.dumps({"state": state, "bill_lock": "x", "facts": facts})
    return Entry(
        step, f"2026-11-20T03:00:0{step}+00:00", "order", "A1", step, payload, "", ""
    )


@pytest.fixture(scope="module")
def words():
    return load_translator()


def test_each_step_says_what_happened_and_why(words) -> None:
    rows = [
        entry(1, "INTENT", bill=BILL),
        entry(2, "PAY_SENT", method="card", receipt_before=7),
        entry(3, "CANCELLING", reason="left"),
        entry(4, "CANCELLED", reason="left", evidence="secret signature"),
    ]
    steps = explain(rows, words, Language.CHINESE)
    assert "涪山自来水公司" in steps[0].says and "86.40" in steps[0].says
    assert steps[1].facts == ("方式：card", "刷卡前终端小票号：7")
    assert steps[3].says == "办结：没有扣款。"
    assert "secret" not in str(steps)


def test_who_decided_is_told(words) -> None:
    rows = [entry(1, "REFUNDED", reason="bank called", staff=["1001", "1002"])]
    (step,) = explain(rows, words, Language.ENGLISH)
    assert "decided by: 1001, 1002" in step.facts


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("language", list(Language))
def test_every_state_has_words_and_a_next(words, state, language) -> None:
    rows = [entry(1, state.value, bill=BILL)]
    assert explain(rows, words, language)[0].says
    assert next_words(rows, words, language)


def test_a_suspended_order_names_the_command(words) -> None:
    assert "kiosk orders decide A1" in next_words(
        [entry(1, "SUSPENSE")], words, Language.ENGLISH
    )


def test_moments_are_told_by_the_clock_on_the_wall() -> None:
    assert city_time("2026-11-20T18:00:01.5+00:00") == "2026-11-21 02:00:01"
