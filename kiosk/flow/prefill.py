"""Where a field's first value comes from: card, platform or clock. Pure."""

from __future__ import annotations

import re

from kiosk.core.matter import FormField, FormStep
from kiosk.core.words import Say, say
from kiosk.flow.facts import Facts
from kiosk.flow.move import Scene


def prefilled(field: FormField, facts: Facts, scene: Scene) -> str:
    """Return the value that is known before anybody types, ``""`` if none."""
    source, _, name = field.prefill.partition(".")
    if source == "card" and facts.document is not None:
        return str(getattr(facts.document, name, "") or "")
    if source == "platform":
        return facts.prefill.get(name, "")
    if source == "clock" and scene.local is not None:
        return scene.local.date().isoformat()
    return ""


def with_prefill(step: FormStep, facts: Facts, scene: Scene) -> dict[str, str]:
    """Return the answers with every empty field filled that can be."""
    answers = dict(facts.answers)
    for field in step.fields:
        if not answers.get(field.key):
            value = prefilled(field, facts, scene)
            if value:
                answers[field.key] = value
    return answers


def source_words(field: FormField, facts: Facts, scene: Scene) -> Say | None:
    """Say where the present value came from, if nobody typed it."""
    value = facts.answers.get(field.key, "")
    if not value or value != prefilled(field, facts, scene):
        return None
    return say(f"form.from.{field.prefill.partition('.')[0]}")


def wants_platform(step: FormStep) -> bool:
    """Tell whether the platform has to be asked before the form is shown."""
    return any(field.prefill.startswith("platform.") for field in step.fields)


def problem(field: FormField, value: str) -> Say | None:
    """Say what is wrong with a value, ``None`` if it is fine."""
    if not value:
        return say("form.missing") if field.required else None
    if field.choices and value not in {each.value for each in field.choices}:
        return say("form.missing")
    if field.pattern and re.fullmatch(field.pattern, value) is None:
        return field.wrong.words if field.wrong else say("form.wrong")
    return None


def scanned(step: FormStep, text: str) -> tuple[str, str] | None:
    """Return field and value of a scanned code, ``None`` if no field wants it."""
    for field in step.fields:
        found = re.fullmatch(field.barcode, text.strip()) if field.barcode else None
        if found:
            return field.key, found.group(1)
    return None
