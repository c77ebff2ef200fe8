"""Where a page is shown: keeps the widgets, changes only what changed.

A page comes as placed leaves. A leaf that was there before, at the same path, of
the same kind, keeps its widget and is redrawn only if it differs. Widgets that
are no longer needed are emptied and wait for the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kivy.clock import Clock
from kivy.graphics import InstructionGroup
from kivy.uix.widget import Widget

from kiosk.core.views import FrameSource
from screens.layout.leaves import (
    Code,
    Deed,
    Lettering,
    LivePicture,
    Placed,
    Pressable,
    Ring,
    Sign,
    SignField,
    Sketch,
    StillPicture,
    Surface,
)
from screens.theme.typeface import Typeface
from screens.widgets.figure import Figure
from screens.widgets.lettering import LetteringFigure
from screens.widgets.marks import CodeFigure, RingFigure, SignFigure, SketchFigure
from screens.widgets.pictures import LiveFigure, StillFigure
from screens.widgets.signing import SigningFigure
from screens.widgets.surface import PressableFigure, SurfaceFigure

_DEPTHS = 5
_SETTLE_S = 0.15
"""A second tap meant for the page before must not press what came after it."""

Slot = tuple[str, type, int]


class Stage(Widget):
    """One layer of the screen: the page, or what lies over it."""

    def __init__(
        self,
        typeface: Typeface,
        frames: FrameSource,
        act: Callable[[Deed], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._makers: dict[type, Callable[[], Figure[Any]]] = {
            Surface: SurfaceFigure,
            Pressable: PressableFigure,
            Lettering: lambda: LetteringFigure(typeface),
            Sign: SignFigure,
            Code: CodeFigure,
            LivePicture: lambda: LiveFigure(frames),
            StillPicture: StillFigure,
            Sketch: SketchFigure,
            Ring: RingFigure,
            SignField: SigningFigure,
        }
        self._act = act
        self._shown: dict[Slot, tuple[Figure[Any], Placed]] = {}
        self._spare: dict[type, list[Figure[Any]]] = {}
        self._finger: Any = None
        self._under: Slot | None = None
        self._meant: Deed | None = None
        self._deaf_until = 0.0
        self._layers = [InstructionGroup() for _ in range(_DEPTHS + 1)]
        for layer in self._layers:
            self.canvas.add(layer)

    def show(self, placed: Iterable[Placed], window_height: float) -> None:
        """Show a page."""
        wanted = _by_slot(placed)
        for slot in [slot for slot in self._shown if slot not in wanted]:
            self._retire(slot)
        for slot, item in wanted.items():
            figure, before = self._shown.get(slot) or (self._fetch(slot), None)
            if item != before or figure.window_height != window_height:
                figure.show(item.leaf, item.rect, window_height)
            self._shown[slot] = (figure, item)

    def settle(self) -> None:
        """Be deaf for a moment, since another page has come."""
        self._let_go()
        self._deaf_until = Clock.get_boottime() + _SETTLE_S

    @property
    def listens(self) -> bool:
        return bool(Clock.get_boottime() >= self._deaf_until)

    def wipe(self) -> None:
        """Empty every widget."""
        self._let_go()
        for slot in list(self._shown):
            self._retire(slot)

    def placed(self) -> tuple[Placed, ...]:
        """Return what is shown."""
        return tuple(item for _, item in self._shown.values())

    def figures(self) -> tuple[Figure[Any], ...]:
        """Return every widget, shown or waiting, for checks."""
        waiting = [figure for spare in self._spare.values() for figure in spare]
        return (*(figure for figure, _ in self._shown.values()), *waiting)

    def find(self, key: str) -> Placed | None:
        """Return the touch target with a key, if it can be used."""
        for _, item in self._shown.values():
            leaf = item.leaf
            if isinstance(leaf, SignField) and leaf.key == key:
                return item
            if isinstance(leaf, Pressable) and leaf.key == key and leaf.deed:
                return item
        return None

    def signing(self) -> SigningFigure | None:
        """Return the field to sign in, if there is one."""
        for figure, _ in self._shown.values():
            if isinstance(figure, SigningFigure):
                return figure
        return None

    def on_touch_down(self, touch: Any) -> bool:
        if self._finger is not None or not self.listens or _wheel(touch):
            return bool(self._shown)
        x, y = self._spot(touch)
        slot = self._slot_at(x, y)
        if slot is None:
            return bool(self._shown)
        figure, item = self._shown[slot]
        self._finger, self._under = touch.uid, slot
        if isinstance(figure, SigningFigure):
            figure.begin(x, y)
        elif isinstance(figure, PressableFigure) and isinstance(item.leaf, Pressable):
            figure.press(down=True)
            self._meant = item.leaf.deed
            if item.leaf.at_once and item.leaf.deed is not None:
                self._act(item.leaf.deed)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.uid != self._finger or self._under not in self._shown:
            return False
        x, y = self._spot(touch)
        figure, item = self._shown[self._under]
        if isinstance(figure, SigningFigure):
            figure.follow(x, y)
        elif isinstance(figure, PressableFigure):
            figure.press(down=item.rect.holds(x, y))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.uid != self._finger:
            return False
        slot, meant = self._under, self._meant
        pressed = self._shown.get(slot) if slot else None
        self._let_go()
        if pressed is None:
            return True
        _, item = pressed
        leaf = item.leaf
        inside = item.rect.holds(*self._spot(touch))
        if isinstance(leaf, Pressable) and inside and not leaf.at_once:
            # What lies there now must be what the finger went down on.
            if meant is not None and leaf.deed == meant:
                self._act(meant)
        return True

    def _let_go(self) -> None:
        if self._under in self._shown:
            figure = self._shown[self._under][0]
            if isinstance(figure, PressableFigure):
                figure.press(down=False)
        self._finger = self._under = self._meant = None

    def _spot(self, touch: Any) -> tuple[float, float]:
        return (touch.x, self.height - touch.y)

    def _slot_at(self, x: float, y: float) -> Slot | None:
        """Return the uppermost target under a point."""
        found: tuple[int, Slot] | None = None
        for slot, (_, item) in self._shown.items():
            leaf = item.leaf
            usable = isinstance(leaf, SignField) or (
                isinstance(leaf, Pressable) and leaf.deed is not None
            )
            if (
                usable
                and item.rect.holds(x, y)
                and (not found or item.depth >= found[0])
            ):
                found = (item.depth, slot)
        return found[1] if found else None

    def _fetch(self, slot: Slot) -> Figure[Any]:
        _, kind, depth = slot
        spare = self._spare.setdefault(kind, [])
        figure = spare.pop() if spare else self._makers[kind]()
        self._layer(kind, depth).add(figure.group)
        return figure

    def _retire(self, slot: Slot) -> None:
        figure, _ = self._shown.pop(slot)
        _, kind, depth = slot
        self._layer(kind, depth).remove(figure.group)
        figure.blank()
        self._spare.setdefault(kind, []).append(figure)

    def _layer(self, kind: type, depth: int) -> Any:
        if kind in (Surface, Pressable):
            return self._layers[min(depth, _DEPTHS - 1)]
        return self._layers[_DEPTHS]


def _wheel(touch: Any) -> bool:
    return bool(getattr(touch, "is_mouse_scrolling", False))


def _by_slot(placed: Iterable[Placed]) -> dict[Slot, Placed]:
    """Name each leaf; several of a kind at one path are numbered."""
    named: dict[Slot, Placed] = {}
    for item in placed:
        path, number = item.path, 1
        while (slot := (path, type(item.leaf), item.depth)) in named:
            number += 1
            path = f"{item.path}#{number}"
        named[slot] = item
    return named
