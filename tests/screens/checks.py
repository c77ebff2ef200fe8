"""What is checked by machine on every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from screens.layout.leaves import (
    Lettering,
    Placed,
    Pressable,
    Rect,
    SignField,
    StillPicture,
)
from screens.theme.tokens import SMALLEST_TARGET, SMALLEST_TEXT

_SLACK = 2.0


def faults(
    placed: Iterable[Placed], typeface: object, size: tuple[int, int], unit: float
) -> list[str]:
    """Return everything that is wrong with a page, in words."""
    items = list(placed)
    found = list(_outside(items, size))
    found += _texts(items, typeface, unit)
    found += _targets(items, unit)
    found += _overlaps(items)
    return found


def _outside(items: list[Placed], size: tuple[int, int]) -> Iterator[str]:
    for item in items:
        rect = item.rect
        inside = (
            rect.x >= -_SLACK
            and rect.y >= -_SLACK
            and rect.x + rect.width <= size[0] + _SLACK
            and rect.y + rect.height <= size[1] + _SLACK
        )
        if not inside:
            yield f"outside the screen: {item.path} {rect}"
        if rect.width < 1 or rect.height < 1:
            yield f"nothing left of {item.path} {rect}"


def _texts(items: list[Placed], typeface: object, unit: float) -> Iterator[str]:
    for item in items:
        leaf = item.leaf
        if not isinstance(leaf, Lettering):
            continue
        if leaf.size < round(SMALLEST_TEXT * unit):
            yield f"letters of {leaf.size} px: {leaf.lines}"
        for line in leaf.lines:
            wide = typeface.advance(line, leaf.size, bold=leaf.bold)  # type: ignore[attr-defined]
            if wide > item.rect.width + _SLACK:
                yield f"cut: {line!r} {wide:.0f} in {item.rect.width:.0f}"
        if leaf.line_height * len(leaf.lines) > item.rect.height + _SLACK:
            yield f"too low for {leaf.lines}"


def _targets(items: list[Placed], unit: float) -> Iterator[str]:
    least = SMALLEST_TARGET * unit - 1
    for item in items:
        if not isinstance(item.leaf, (Pressable, SignField)):
            continue
        if min(item.rect.width, item.rect.height) < least:
            yield f"target too small: {item.leaf.key} {item.rect}"


def _overlaps(items: list[Placed]) -> Iterator[str]:
    texts = [item for item in items if isinstance(item.leaf, Lettering)]
    targets = [item for item in items if isinstance(item.leaf, (Pressable, SignField))]
    pictures = [item for item in items if isinstance(item.leaf, StillPicture)]
    for one, other in combinations(texts, 2):
        if _over(one.rect, other.rect):
            yield f"text over text: {one.leaf} {other.leaf}"
    for one, other in combinations(targets, 2):
        if _over(one.rect, other.rect):
            yield f"target over target: {one.path} {other.path}"
    for text in texts:
        for target in targets:
            if _over(text.rect, target.rect) and not _within(text.rect, target.rect):
                yield f"text over the edge of a target: {text.leaf} {target.path}"
        for picture in pictures:
            if _over(text.rect, picture.rect):
                yield f"text over a picture: {text.leaf}"


def _over(one: Rect, other: Rect) -> bool:
    return (
        one.x + _SLACK < other.x + other.width
        and other.x + _SLACK < one.x + one.width
        and one.y + _SLACK < other.y + other.height
        and other.y + _SLACK < one.y + one.height
    )


def _within(inner: Rect, outer: Rect) -> bool:
    return (
        inner.x >= outer.x - _SLACK
        and inner.y >= outer.y - _SLACK
        and inner.x + inner.width <= outer.x + outer.width + _SLACK
        and inner.y + inner.height <= outer.y + outer.height + _SLACK
    )
