"""What is about to be filed, gathered from the steps: for reading and for sending."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.core.gateway import CaseDraft, SubmittedMaterial
from kiosk.core.matter import FormField, FormStep, MaterialSpec, MaterialStep, Matter
from kiosk.core.parts import Row
from kiosk.core.people import masked_number
from kiosk.core.words import Say, Words, say
from kiosk.flow.facts import Facts


def form_fields(matter: Matter) -> Iterator[FormField]:
    """Yield every field of every form of the matter."""
    for step in matter.steps:
        if isinstance(step, FormStep):
            yield from step.fields


def materials(matter: Matter) -> Iterator[MaterialSpec]:
    """Yield every material that the matter asks for."""
    for step in matter.steps:
        if isinstance(step, MaterialStep):
            yield from step.materials


def shown_value(field: FormField, value: str) -> Say:
    """Return the value as a person reads it: the label of a choice, else itself."""
    for each in field.choices:
        if each.value == value:
            return each.label.words
    return Words(value)


def _person_rows(facts: Facts) -> tuple[Row, ...]:
    if facts.person is None:
        return ()
    return (
        Row(say("person.name"), Words(facts.person.name)),
        Row(say("person.number"), Words(masked_number(facts.person.number, 6, 4))),
    )


def _form_rows(matter: Matter, facts: Facts) -> tuple[Row, ...]:
    return tuple(
        Row(field.label.words, shown_value(field, facts.answers[field.key]))
        for field in form_fields(matter)
        if facts.answers.get(field.key) and field.prefill != "card.name"
    )


def _material_rows(matter: Matter, facts: Facts) -> tuple[Row, ...]:
    def source(key: str) -> Say:
        by_licence = key in facts.licence_uses
        return say("material.by_licence" if by_licence else "material.photographed")

    return tuple(
        Row(each.title.words, source(each.key))
        for each in materials(matter)
        if each.key in facts.licence_uses or facts.page(each.key)
    )


def draft_sections(
    matter: Matter, facts: Facts
) -> tuple[tuple[Say, tuple[Row, ...]], ...]:
    """Return the page to read before filing, section by section."""
    sections = (
        (say("draft.person"), _person_rows(facts)),
        (say("draft.form"), _form_rows(matter, facts)),
        (say("draft.materials"), _material_rows(matter, facts)),
    )
    return tuple((title, rows) for title, rows in sections if rows)


def case_draft(matter: Matter, facts: Facts) -> CaseDraft:
    """Return what is sent; photographed pages are added once they are uploaded.

    A fee that was paid before goes along as its order number, ``fee_order``.
    """
    keys = {field.key for field in form_fields(matter)}
    paid = {"fee_order": facts.order.order_id} if facts.order is not None else {}
    return CaseDraft(
        submission_id=facts.submission_id,
        matter=matter.key,
        situation="",
        form={
            **{key: value for key, value in facts.answers.items() if key in keys},
            **paid,
        },
        materials=tuple(
            SubmittedMaterial(key, "licence", use.use_number, use.digest)
            for key, use in facts.licence_uses.items()
        ),
    )
