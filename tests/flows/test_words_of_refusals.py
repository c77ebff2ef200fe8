"""Whatever stops money has words: for the citizen, for staff, in both languages."""

from __future__ import annotations

import pytest

from kiosk.core.trouble import TROUBLES, known_trouble
from kiosk.core.words import Language, say
from kiosk.flow.payment_page import CARD_STAGES, REFUSALS
from kiosk.session.acts.payment import closed_because

CLOSED = (
    "desk.closed",
    "orders.unread",
    "orders.unmatched",
    "journal.failed",
    "journal.unmarked",
    "journal.unreconciled",
    "recon.late",
    "disk.full",
    "disk.unreadable",
    "clock.wrong",
)
"""Every refusal of desk, journal and guards (invariant I14)."""
BILLERS = tuple(
    f"EQ00{number:02d}" for number in range(4, 28) if number not in (11, 21)
)
PLATFORM = (
    "account.notYours",
    "payment.unknown",
    "payment.tooOld",
    "invoice.notIssued",
    "fee.answers",
    "fee.unknown",
    "load.none",
    "bill.unknown",
    "bill.changed",
    "bill.paid",
    "amount.notAllowed",
    "method.notAllowed",
)
METER_CARD = (
    "noMedia",
    "invalidMedia",
    "cardUnreadable",
    "timeOut",
    "wrongCard",
    "loadInterrupted",
    "writeFailed",
    "verifyFailed",
    "unitsNotTaken",
    "unavailable",
)
EVERY = (
    *CLOSED,
    *(f"order.{reason}" for reason in ("left", "expired", "unreachable", "restarted")),
    *(f"platform.{code}" for code in (*BILLERS, *PLATFORM)),
    *(f"meter-card.{code}" for code in METER_CARD),
    "card-terminal.unavailable",
    "money.closed",
)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_code_has_words_for_citizen_and_staff(words, name, language) -> None:
    assert known_trouble(name) == name
    for part in ("title", "citizen", "staff"):
        assert words.text(say(f"trouble.{name}.{part}"), language)


@pytest.mark.parametrize("refusal", CLOSED)
def test_why_no_money_is_taken_keeps_its_name(refusal) -> None:
    assert closed_because(refusal) == refusal


def test_a_refusal_nobody_knows_still_closes_with_words() -> None:
    assert closed_because("something.new") == "money.closed"


def test_staff_is_told_more_than_the_citizen(words) -> None:
    staff = {
        words.text(say(f"trouble.{name}.staff"), Language.CHINESE) for name in CLOSED
    }
    assert len(staff) == len(CLOSED), "each cause has its own sentence"


@pytest.mark.parametrize("language", list(Language))
def test_every_trouble_of_the_table_has_words(words, language) -> None:
    for name in TROUBLES:
        for part in ("title", "citizen", "staff"):
            assert words.text(say(f"trouble.{name}.{part}"), language)


@pytest.mark.parametrize("language", list(Language))
def test_stages_and_refusals_of_paying_have_words(words, language) -> None:
    for stage in CARD_STAGES:
        for message in (f"pay.{stage}.title", f"pay.{stage}.notice"):
            assert words.text(say(message), language)
        assert words.text(say(f"screens.pay.stage.{stage}"), language)
    for refusal in REFUSALS:
        assert words.text(say(f"pay.refused.{refusal}"), language)


def test_no_citizen_is_blamed_or_shouted_at(words) -> None:
    for name in TROUBLES:
        text = words.text(say(f"trouble.{name}.citizen"), Language.CHINESE)
        assert "！" not in text
        assert "您输错" not in text
