"""A visit written down like a script: what is seen, what is done, what follows.

After SeedSigner's ``FlowTest``: every line names the page that must be open and
what happens on it, and fails on any other page. A script presses only buttons that
are on the page and can be pressed. It runs the whole reducer of the terminal, so
back, leave and overlays are the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace

from kiosk.core.bodies import Body
from kiosk.core.intents import Intent, OpenMatter, Touched
from kiosk.core.matter import Catalogue
from kiosk.core.parts import Button
from kiosk.core.views import View
from kiosk.core.words import Language, Message, Say, Translator, Words
from kiosk.flow.effects import Effect
from kiosk.flow.events import Event, Ticked
from kiosk.session.picture import view_of
from kiosk.session.reducer import reduce
from kiosk.session.state import (
    Answer,
    Command,
    LeftoversSeen,
    Machine,
    MachineChanged,
    RunEffects,
    StopEffects,
    Terminal,
    TerminalEvent,
)
from tests.flows.citizens import MACHINE, NOW


def walk(thing: object) -> Iterator[object]:
    """Yield everything below a value: fields, items, keys."""
    yield thing
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from walk(getattr(thing, field.name))
    elif isinstance(thing, tuple | list | frozenset | set):
        for each in thing:
            yield from walk(each)
    elif hasattr(thing, "items"):
        for key, value in thing.items():
            yield from walk(key)
            yield from walk(value)


def said(view: View) -> list[Say]:
    """Return every sentence of a view, in all its corners."""
    return [each for each in walk(view) if isinstance(each, Message | Words)]


def buttons(view: View) -> dict[str, Button]:
    """Return what can be pressed now by its key; an overlay covers the page."""
    if view.overlay is not None:
        shown: tuple[object, ...] = (view.overlay, view.footer)
    else:
        shown = (view.body, view.back, view.leave, view.footer)
    found = [each for each in walk(shown) if isinstance(each, Button)]
    return {each.key: each for each in found if each.intent is not None}


def title_of(body: Body) -> str:
    """Return the message id of a title, or its Chinese words."""
    title = body.title
    return title.id if isinstance(title, Message) else title.zh


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One line of a script.

    Attributes:
        body, title: the page that must be open.
        press: key of the button that is pressed then,
        do: or what happens instead: an intent, or an answer to an effect.
        effects: names of the effects that must begin, in order.
        stops: True where running effects must be stopped.
        check: looks closer at the page, before anything is done.
    """

    body: type
    title: str
    press: str = ""
    do: object = None
    effects: tuple[type[Effect], ...] = ()
    stops: bool | None = None
    check: Callable[[Body], object] | None = None


class FlowTest:
    """One terminal, one citizen."""

    def __init__(
        self, catalogue: Catalogue, words: Translator, machine: Machine = MACHINE
    ) -> None:
        self.words = words
        self.terminal = Terminal(catalogue, machine)
        self.commands: tuple[Command, ...] = ()
        self.send(Ticked(100.0, NOW))
        self.send(MachineChanged(machine))

    @property
    def view(self) -> View:
        """What is to be seen; every sentence of it must exist in every language."""
        view = view_of(self.terminal)
        for sentence in said(view):
            for language in Language:
                assert self.words.text(sentence, language)
        return view

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What began with the last event."""
        begun = (each for each in self.commands if isinstance(each, RunEffects))
        return tuple(effect for each in begun for effect in each.effects)

    @property
    def reports(self) -> list[str]:
        """What the last event told the diary."""
        return [each.event for each in self.commands if hasattr(each, "event")]

    def send(self, event: TerminalEvent) -> FlowTest:
        """Give the terminal one event."""
        self.terminal, self.commands = reduce(self.terminal, event)
        return self

    def answer(self, event: Event) -> FlowTest:
        """Let an effect of the open step answer."""
        assert self.terminal.flow is not None
        return self.send(Answer(self.terminal.flow.serial, event))

    def wait(self, seconds: float) -> FlowTest:
        """Let time pass, second by second, with nobody touching anything."""
        commands: list[Command] = []
        for _ in range(round(seconds)):
            self.send(Ticked(self.terminal.now + 1.0, NOW))
            commands += self.commands
        self.commands = tuple(commands)
        return self

    def press(self, key: str) -> FlowTest:
        """Press a button of the page."""
        intent = buttons(self.view)[key].intent
        assert intent is not None
        return self.send(intent)

    def open(self, matter: str) -> FlowTest:
        """Come from the street to the first page of a matter."""
        self.send(Touched())
        return self.press(f"matter:{matter}")

    def open_matter(self, matter: str) -> FlowTest:
        """Open a matter that is not among the large tiles."""
        return self.send(OpenMatter(matter))

    def open_any(self, matter: str) -> FlowTest:
        """Come from the street to any matter, through its department."""
        return self.send(Touched()).open_matter(matter)

    def machine(self, *, without: str = "", also: str = "") -> FlowTest:
        """Let something of the machine go or come."""
        now = self.terminal.machine
        available = (now.available - {without}) | ({also} - {""})
        return self.send(MachineChanged(replace(now, available=available)))

    def leftovers(
        self, *, card: bool | None, paper: bool = False, meter: bool | None = False
    ) -> FlowTest:
        """Answer the look at the card readers and the printers."""
        return self.send(LeftoversSeen(card, paper, meter))

    def run(self, *steps: FlowStep) -> FlowTest:
        """Follow the script."""
        for number, step in enumerate(steps, start=1):
            self._one(f"line {number}", step)
        return self

    def _one(self, where: str, step: FlowStep) -> None:
        view = self.view
        seen = (type(view.body).__name__, title_of(view.body))
        assert (step.body.__name__, step.title) == seen, where
        if step.check is not None:
            assert step.check(view.body), f"{where}: {view.body}"
        if step.press:
            assert step.press in buttons(view), f"{where}: {sorted(buttons(view))}"
            self.press(step.press)
        elif isinstance(step.do, Intent):
            self.send(step.do)
        elif step.do is not None:
            self.answer(step.do)  # type: ignore[arg-type]
        begun = [type(each).__name__ for each in self.effects]
        if step.press or step.do is not None:
            assert [each.__name__ for each in step.effects] == begun, where
        if step.stops is not None:
            stopped = any(isinstance(each, StopEffects) for each in self.commands)
            assert step.stops == stopped, where


def intent_of(view: View, key: str) -> Intent:
    """Return what a button of the page sends."""
    intent = buttons(view)[key].intent
    assert intent is not None
    return intent


__all__ = [
    "FlowStep",
    "FlowTest",
    "OpenMatter",
    "buttons",
    "intent_of",
    "said",
    "title_of",
    "walk",
]
