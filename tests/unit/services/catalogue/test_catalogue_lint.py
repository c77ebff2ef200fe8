"""Every rule of the lint refuses the matter that it was written against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from kiosk.core.matter import Catalogue
from services.catalogue.lint import findings
from services.catalogue.loader import load_catalogue

Spoil: TypeAlias = Callable[[dict[str, Any]], object]

FILING = "cross-region-treatment-filing"
PROOF = "social-insurance-contribution-proof"
WATER = "water-payment"
GAS_CARD = "gas-card-topup"
FEE = "vehicle-driver-fee-payment"


def _spoilt(key: str, spoil: Spoil) -> Catalogue:
    """Return the bundled catalogue with one matter changed."""
    data = load_catalogue().model_dump()
    for matter in data["matters"]:
        if matter["key"] == key:
            matter["steps"] = list(matter["steps"])
            spoil(matter)
    return Catalogue.model_validate(data)


def _index(matter: dict[str, Any], kind: str) -> int:
    return next(i for i, step in enumerate(matter["steps"]) if step["kind"] == kind)


def _without(*kinds: str) -> Spoil:
    def spoil(matter: dict[str, Any]) -> None:
        matter["steps"] = [s for s in matter["steps"] if s["kind"] not in kinds]

    return spoil


def _last(kind: str) -> Spoil:
    """Move the first step of that kind to the end."""
    return lambda matter: matter["steps"].append(
        matter["steps"].pop(_index(matter, kind))
    )


def _unneeded(device: str) -> Spoil:
    def spoil(matter: dict[str, Any]) -> None:
        assert device in matter["needs"]
        matter["needs"] = tuple(n for n in matter["needs"] if n != device)

    return spoil


def _same_field_twice(matter: dict[str, Any]) -> None:
    form = matter["steps"][_index(matter, "form")]
    form["fields"] = (*form["fields"], form["fields"][0])


def test_bundled_matters_are_clean() -> None:
    assert findings(load_catalogue()) == []


@pytest.mark.parametrize(
    ("key", "spoil", "said"),
    [
        (WATER, _without("review"), "step pay needs review or meter before it"),
        (WATER, _last("review"), "step pay needs review or meter before it"),
        (WATER, _without("pay"), "a receipt without a payment"),
        (WATER, _unneeded("payment"), "step pay needs the device payment"),
        (
            WATER,
            lambda matter: matter.update(needs=("payment", "teleporter")),
            "nothing is called teleporter",
        ),
        (FEE, _same_field_twice, "two fields have the same key"),
        (FILING, _without("review"), "step submit needs review before it"),
        (FILING, _last("identify"), "step submit needs identify before it"),
        (FILING, _last("identify"), "step material needs identify before it"),
        (FILING, _without("eligibility"), "exclusions are never asked"),
        (FILING, _last("eligibility"), "exclusions must be asked before the form"),
        (
            FILING,
            lambda matter: matter.update(exclusions=()),
            "eligibility is asked but there are no exclusions",
        ),
        (
            FILING,
            _unneeded("face-camera"),
            "the face step needs the device face-camera",
        ),
        (FILING, _unneeded("printer"), "printing needs the device printer"),
        (PROOF, _unneeded("idcard"), "step identify needs the device idcard"),
        (PROOF, _without("identify"), "a record is shown to nobody in particular"),
        (
            PROOF,
            lambda matter: matter.update(domain="nowhere"),
            "unknown domain nowhere",
        ),
        (WATER, _last("account"), "a bill is reviewed but no account was found"),
        (WATER, _without("amount"), "paid without asking for the amount"),
        (GAS_CARD, _unneeded("meter-card"), "step meter needs the device meter-card"),
        (GAS_CARD, _without("pay"), "bought credit without pay before it"),
        (GAS_CARD, _last("meter"), "earlier credit without meter before it"),
        (GAS_CARD, _last("meter"), "step amount needs review or meter before it"),
        (
            "water-arrears",
            lambda matter: matter["steps"][1].update(pay_with="nowhere"),
            "leads to nowhere, which is not there",
        ),
        ("case-progress", _last("identify"), "step result needs identify before it"),
    ],
)
def test_wrong_matter_is_named_with_its_fault(
    key: str, spoil: Spoil, said: str
) -> None:
    assert f"{key}: {said}" in findings(_spoilt(key, spoil))


def test_two_matters_may_not_share_a_key() -> None:
    catalogue = load_catalogue()
    twice = catalogue.model_copy(
        update={"matters": (*catalogue.matters, catalogue.matters[0])}
    )
    assert findings(twice) == ["two matters have the same key"]


def test_every_fault_is_told_at_once() -> None:
    spoilt = _spoilt(WATER, lambda matter: matter.update(needs=(), domain="nowhere"))
    assert len(findings(spoilt)) == 2
