"""Form: a few fields on a page, prefilled where anything is known already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

from kiosk.core.bodies import Body, FieldView, FormBody, WorkingBody
from kiosk.core.intents import Back, FieldChanged, FieldChosen, Next
from kiosk.core.matter import FormField, FormStep
from kiosk.core.words import Say, say
from kiosk.flow.buttons import next_button
from kiosk.flow.effects import FetchPrefill, ScanCode
from kiosk.flow.events import (
    CodeScanned,
    Event,
    Failed,
    PrefillFetched,
)
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.prefill import (
    problem,
    scanned,
    source_words,
    wants_platform,
    with_prefill,
)
from kiosk.flow.trouble import SCAN_AGAIN


@dataclass(frozen=True, slots=True)
class Filling:
    """State of the step.

    Attributes:
        busy: ``""`` or ``prefill``: what is being fetched.
        errors: keys of the fields whose error is shown.
    """

    page: int = 0
    active: str = ""
    busy: str = ""
    errors: frozenset[str] = frozenset()
    note: Say | None = None


def _page_fields(step: FormStep, page: int) -> tuple[FormField, ...]:
    first = page * step.page_size
    return step.fields[first : first + step.page_size]


def _pages(step: FormStep) -> int:
    return -(-len(step.fields) // step.page_size)


def _scan(step: FormStep, scene: Scene) -> tuple[ScanCode, ...]:
    """Light the scanner where a field takes a barcode and there is a scanner."""
    wanted = any(each.barcode for each in step.fields)
    return (ScanCode(),) if wanted and "scanner" in scene.available else ()


def _to_type(step: FormStep, page: int) -> list[str]:
    return [each.key for each in _page_fields(step, page) if not each.locked]


def _first_to_type(step: FormStep, page: int, facts: Facts) -> str:
    fields = _to_type(step, page)
    empty = [key for key in fields if not facts.answers.get(key)]
    return (empty or fields or [""])[0]


def _with_answers(facts: Facts, answers: dict[str, str]) -> Facts:
    return replace(facts, answers=MappingProxyType(answers))


class FormArm:
    """Typing, choosing, scanning, checking."""

    def enter(self, step: FormStep, facts: Facts, scene: Scene) -> Move[Filling]:
        if wants_platform(step) and facts.person is not None and not facts.prefill:
            fetch = FetchPrefill(scene.matter.key, facts.person)
            return Move(Filling(busy="prefill"), facts, (fetch,))
        return self._open(step, facts, scene)

    def _open(self, step: FormStep, facts: Facts, scene: Scene) -> Move[Filling]:
        facts = _with_answers(facts, with_prefill(step, facts, scene))
        active = _first_to_type(step, 0, facts)
        return Move(Filling(active=active), facts, _scan(step, scene))

    def on(
        self, step: FormStep, state: Filling, facts: Facts, scene: Scene, event: Event
    ) -> Move[Filling]:
        match event:
            case PrefillFetched(fields=fields):
                return self._open(step, replace(facts, prefill=fields), scene)
            case FieldChosen(key=key) if key in _to_type(step, state.page):
                return Move(replace(state, active=key), facts)
            case FieldChanged(key=key, value=value):
                return self._changed(step, state, facts, key, value)
            case Next() if not state.busy:
                return self._next(step, state, facts)
            case CodeScanned(text=text):
                return self._scanned(step, state, facts, text)
            case Failed():
                return self._failed(step, state, facts, scene, event)
            case Back() if state.page > 0:
                return self._turn(step, state, facts, state.page - 1)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def _changed(
        self, step: FormStep, state: Filling, facts: Facts, key: str, value: str
    ) -> Move[Filling]:
        wanted = next((each for each in step.fields if each.key == key), None)
        if wanted is None or wanted.locked or state.busy:
            return Move(state, facts)
        answers = {**facts.answers, key: value[: wanted.max_length]}
        state = replace(state, active=key, errors=state.errors - {key}, note=None)
        return Move(state, _with_answers(facts, answers))

    def _turn(
        self, step: FormStep, state: Filling, facts: Facts, page: int
    ) -> Move[Filling]:
        active = _first_to_type(step, page, facts)
        return Move(replace(state, page=page, active=active, errors=frozenset()), facts)

    def _next(self, step: FormStep, state: Filling, facts: Facts) -> Move[Filling]:
        wrong = [
            each.key
            for each in _page_fields(step, state.page)
            if problem(each, facts.answers.get(each.key, ""))
        ]
        if wrong:
            state = replace(state, errors=frozenset(wrong), active=wrong[0])
            return Move(state, facts)
        if state.page + 1 < _pages(step):
            return self._turn(step, state, facts, state.page + 1)
        return Move(state, facts, where=Where.NEXT)

    def _scanned(
        self, step: FormStep, state: Filling, facts: Facts, text: str
    ) -> Move[Filling]:
        found = scanned(step, text)
        if found is None or state.busy:
            note = say("form.not_this_code")
            return Move(replace(state, note=note), facts, (ScanCode(),))
        facts = _with_answers(facts, {**facts.answers, found[0]: found[1]})
        return self._next(step, replace(state, active=found[0]), facts)

    def _failed(
        self,
        step: FormStep,
        state: Filling,
        facts: Facts,
        scene: Scene,
        failed: Failed,
    ) -> Move[Filling]:
        if failed.effect == "ScanCode":
            # Typing still works without a scanner.
            again = failed.code in SCAN_AGAIN
            return Move(state, facts, (ScanCode(),) if again else ())
        if failed.effect == "FetchPrefill":
            # Nothing is lost without it: the citizen types instead.
            unknown = MappingProxyType({"": ""})
            return self._open(step, replace(facts, prefill=unknown), scene)
        return Move(state, facts)

    def body(self, step: FormStep, state: Filling, facts: Facts, scene: Scene) -> Body:
        if state.busy:
            what = say(f"form.busy.{state.busy}.title")
            return WorkingBody(what, say("working.moment"), picture="platform")
        return self._form_body(step, state, facts, scene)

    def _form_body(
        self, step: FormStep, state: Filling, facts: Facts, scene: Scene
    ) -> FormBody:
        fields = _page_fields(step, state.page)
        can_scan = "scanner" in scene.available and any(each.barcode for each in fields)
        return FormBody(
            title=step.title.words,
            second_line=step.hint.words if step.hint else None,
            fields=tuple(_field_view(each, state, facts, scene) for each in fields),
            active=state.active,
            next=next_button(),
            scan_hint=say("form.scan_hint") if can_scan else None,
            trouble=state.note,
        )

    def back_allowed(self, state: Filling) -> bool:
        return True

    def leave_allowed(self, state: Filling) -> bool:
        return True


def _field_view(
    field: FormField, state: Filling, facts: Facts, scene: Scene
) -> FieldView:
    value = facts.answers.get(field.key, "")
    return FieldView(
        key=field.key,
        label=field.label.words,
        keyboard=field.keyboard,
        value=value,
        placeholder=field.placeholder.words if field.placeholder else None,
        source=source_words(field, facts, scene),
        error=problem(field, value) if field.key in state.errors else None,
        choices=tuple((each.value, each.label.words) for each in field.choices),
        required=field.required,
        locked=field.locked,
        max_length=field.max_length,
    )
