"""What the schema cannot say about a matter: order of steps, dead ends, words.

``kiosk.flow`` guarantees the rest: every step kind has a reducer arm and a screen.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.core.bill_steps import AccountStep, LoadStep, OwedStep
from kiosk.core.matter import (
    Catalogue,
    IdentifyStep,
    Matter,
    PrintStep,
    ReviewStep,
)

# What must stand somewhere before a step of this kind, else it has nothing to show.
_REQUIRES: dict[str, tuple[str, ...]] = {
    "submit": ("identify", "review"),
    "material": ("identify",),
    "result": ("identify",),
    "owed": ("account",),
    "payments": ("account", "identify"),
}
# One of these must stand before it.
_REQUIRES_ONE: dict[str, tuple[str, ...]] = {
    "pay": ("review", "meter"),
    "amount": ("review", "meter"),
}
_DEVICES: dict[str, str] = {
    "identify": "idcard",
    "pay": "payment",
    "meter": "meter-card",
    "load": "meter-card",
}


def _order(matter: Matter) -> Iterator[str]:
    before: set[str] = set()
    for step in matter.steps:
        missing = [kind for kind in _REQUIRES.get(step.kind, ()) if kind not in before]
        if missing:
            yield f"{matter.key}: step {step.kind} needs {', '.join(missing)} before it"
        one_of = _REQUIRES_ONE.get(step.kind)
        if one_of and not before.intersection(one_of):
            either = " or ".join(one_of)
            yield f"{matter.key}: step {step.kind} needs {either} before it"
        if isinstance(step, ReviewStep) and step.source == "bill":
            if "account" not in before:
                yield f"{matter.key}: a bill is reviewed but no account was found"
        if isinstance(step, LoadStep):
            needed = "pay" if step.what == "bought" else "meter"
            if needed not in before:
                yield f"{matter.key}: {step.what} credit without {needed} before it"
        if isinstance(step, ReviewStep) and step.source == "record":
            if "identify" not in before:
                yield f"{matter.key}: a record is shown to nobody in particular"
        if isinstance(step, PrintStep) and step.what == "receipt":
            if "pay" not in before:
                yield f"{matter.key}: a receipt without a payment"
        if step.kind == "pay" and "submit" in before:
            yield f"{matter.key}: a fee is paid before the application is filed"
        if step.kind == "eligibility" and not matter.exclusions:
            yield f"{matter.key}: eligibility is asked but there are no exclusions"
        before.add(step.kind)


_NAMES = frozenset(
    {
        "idcard",
        "scanner",
        "receipt",
        "printer",
        "face-camera",
        "document-camera",
        "payment",
        "card-terminal",
        "meter-card",
    }
)


def _needs(matter: Matter) -> Iterator[str]:
    for name in matter.needs:
        if name not in _NAMES:
            yield f"{matter.key}: nothing is called {name}"
    for step in matter.steps:
        needed = _DEVICES.get(step.kind)
        if needed and needed not in matter.needs:
            yield f"{matter.key}: step {step.kind} needs the device {needed}"
        if isinstance(step, IdentifyStep) and step.face:
            if "face-camera" not in matter.needs:
                yield f"{matter.key}: the face step needs the device face-camera"
        if isinstance(step, PrintStep) and step.what != "receipt":
            if "printer" not in matter.needs:
                yield f"{matter.key}: printing needs the device printer"


def _exclusions_first(matter: Matter) -> Iterator[str]:
    kinds = [step.kind for step in matter.steps]
    if matter.exclusions:
        if "eligibility" not in kinds:
            yield f"{matter.key}: exclusions are never asked"
        elif "form" in kinds and kinds.index("form") < kinds.index("eligibility"):
            yield f"{matter.key}: exclusions must be asked before the form"


def _keys(matter: Matter) -> Iterator[str]:
    fields = [
        f.key for step in matter.steps if step.kind == "form" for f in step.fields
    ]
    if len(fields) != len(set(fields)):
        yield f"{matter.key}: two fields have the same key"


def _amounts(matter: Matter) -> Iterator[str]:
    """A bill of an account may leave the amount to the citizen: it must be asked."""
    kinds = {step.kind for step in matter.steps}
    if "pay" in kinds and kinds & {"account", "meter"} and "amount" not in kinds:
        yield f"{matter.key}: paid without asking for the amount"


def _leads_to(matter: Matter) -> Iterator[str]:
    """Yield the keys of the matters that this one offers as the way on."""
    for step in matter.steps:
        if isinstance(step, AccountStep) and step.card_matter:
            yield step.card_matter
        if isinstance(step, OwedStep):
            yield step.pay_with


def findings(catalogue: Catalogue) -> list[str]:
    """Return one sentence for everything that is wrong; empty = good."""
    found: list[str] = []
    slugs = {domain.slug for domain in catalogue.domains}
    keys = [matter.key for matter in catalogue.matters]
    if len(keys) != len(set(keys)):
        found.append("two matters have the same key")
    for matter in catalogue.matters:
        if matter.domain not in slugs:
            found.append(f"{matter.key}: unknown domain {matter.domain}")
        for led in _leads_to(matter):
            if led not in keys:
                found.append(f"{matter.key}: leads to {led}, which is not there")
        for rule in (_order, _needs, _exclusions_first, _keys, _amounts):
            found += rule(matter)
    return found
