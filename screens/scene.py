"""What a screen has when it describes itself: words, orientation, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from kiosk.core.intents import Intent
from kiosk.core.parts import Bar, Look, TextSize
from kiosk.core.words import Say, Translator, say
from screens.layout.leaves import Local
from screens.layout.measure import Measure
from screens.layout.nodes import Node

ShownBody = TypeVar("ShownBody", contravariant=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """The citizen's language and letters, and the shape of the screen."""

    translator: Translator
    look: Look
    measure: Measure
    bar: Bar

    @property
    def portrait(self) -> bool:
        return self.measure.portrait

    @property
    def elder(self) -> bool:
        return self.look.text_size is TextSize.ELDER

    def text(self, what: Say | None) -> str:
        """Return a sentence in the citizen's language; nothing for nothing."""
        if what is None:
            return ""
        return self.translator.text(what, self.look.language)

    def own(self, message_id: str, /, **params: object) -> str:
        """Return one of the few words that belong to the screens themselves."""
        return self.text(say(f"screens.{message_id}", **params))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a screen shows between the bar and the footer.

    Attributes:
        title: the instruction; ``""`` where the screen draws its own.
        main: picture, form, list: takes the room there is.
        side: what stands beside it (landscape) or below it (portrait).
        actions: the main buttons, last one the thing to do.
        split: two columns in landscape, with the title in the left one.
        lead: under the title, before anything else.
        share: width of the left column in landscape.
        bare: the screen fills the page, without margins and header.
    """

    main: Node
    title: str = field(default="", repr=False)
    second: str = field(default="", repr=False)
    lead: tuple[Node, ...] = ()
    side: tuple[Node, ...] = ()
    actions: tuple[Node, ...] = ()
    split: bool = False
    share: float = 0.42
    bare: bool = False


class Screen(Protocol[ShownBody]):
    """One kind of page. Made once and kept; ``reset`` when it is left."""

    def parts(self, body: ShownBody, scene: Scene) -> Parts:
        """Describe the page."""
        ...

    def act(self, local: Local) -> tuple[Intent, ...]:
        """Do something of its own; return what is to be sent. A redraw follows."""
        ...

    def reset(self) -> None:
        """Forget everything of the visit."""
        ...


class Plain(Generic[ShownBody]):
    """A screen that keeps nothing of its own between two views."""

    def act(self, local: Local) -> tuple[Intent, ...]:
        """Do nothing: it has no keys of its own."""
        return ()

    def reset(self) -> None:
        """Keep nothing, forget nothing."""
