"""The schema of a matter refuses what cannot be meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.core.matter import (
    FormField,
    MaterialSpec,
    Matter,
    PrintStep,
    ReviewStep,
)

TEXT = {"zh": "字", "en": "word"}
GUIDE = dict.fromkeys(
    ("conditions", "materials", "time", "fee", "output", "basis"), TEXT
)


def _matter(**changes: Any) -> dict[str, Any]:
    return {
        "key": "water-payment",
        "title": TEXT,
        "plain": TEXT,
        "second_line": TEXT,
        "domain": "utilities",
        "department": TEXT,
        "icon": "drop",
        "handling": "immediate",
        "guide": GUIDE,
        "steps": [{"kind": "guide"}],
        **changes,
    }


def test_smallest_matter_is_good() -> None:
    assert Matter.model_validate(_matter()).steps[0].kind == "guide"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "Water Payment"},
        {"titel": TEXT},
        {"title": {"zh": "字"}},
        {"title": {"zh": "字", "en": ""}},
        {"handling": "promised"},
        {"handling": "immediate", "promised_days": 3},
        {"steps": []},
        {"steps": [{"kind": "dance"}]},
        {"steps": [{"kind": "pay", "amount": 3}]},
        {"guide": {**GUIDE, "fee": None}},
        {"codes": {"basic": "1" * 13}},
        {"audience": ["cat"]},
    ],
)
def test_wrong_matter_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Matter.model_validate(_matter(**changes))


def test_missing_part_of_the_guide_is_named() -> None:
    guide = {name: text for name, text in GUIDE.items() if name != "basis"}
    with pytest.raises(ValidationError, match=r"guide\.basis"):
        Matter.model_validate(_matter(guide=guide))


def _field(**changes: Any) -> dict[str, Any]:
    return {"key": "account", "label": TEXT, "keyboard": "digits", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "1st"},
        {"pattern": "("},
        {"barcode": "WS(\\d"},
        {"prefill": "shop.name"},
        {"keyboard": "choice"},
        {"choices": [{"value": "a", "label": TEXT}]},
        {"max_length": 0},
    ],
)
def test_wrong_field_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, re.error)):
        FormField.model_validate(_field(**changes))


@pytest.mark.parametrize("source", ["card.name", "platform.phone", "clock.today", ""])
def test_sources_of_prefill(source: str) -> None:
    assert FormField.model_validate(_field(prefill=source)).prefill == source


def test_material_needs_a_source() -> None:
    with pytest.raises(ValidationError, match="licence kind or a photo"):
        MaterialSpec.model_validate({"key": "paper", "title": TEXT, "photo": False})


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (ReviewStep, {"kind": "review", "source": "record"}),
        (ReviewStep, {"kind": "review", "source": "bill", "template": "x"}),
        (PrintStep, {"kind": "print", "what": "notice"}),
        (PrintStep, {"kind": "print", "what": "receipt", "template": "x"}),
    ],
)
def test_template_goes_where_it_is_used(model: Any, data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="template goes with"):
        model.model_validate(data)
