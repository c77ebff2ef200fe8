"""Strokes as the bench sends them: a list of points, or the same as JSON text."""

from __future__ import annotations

import json

from hardware_sim.link.arguments import whole_number

MOST_POINTS = 1000


def point_on(size: tuple[int, int], x: object, y: object) -> tuple[int, int]:
    """Return a pixel of a screen of that size.

    Raises:
        ValueError: no numbers, or outside of the screen.
    """
    width, height = size
    return whole_number(x, "x", most=width - 1), whole_number(y, "y", most=height - 1)


def read_stroke(size: tuple[int, int], points: object) -> list[tuple[int, int]]:
    """Return the pixels of ``[[x, y], …]``, given as a list or as JSON text.

    Raises:
        ValueError: not such a list, too short or long, or outside of the screen.
    """
    given = _listed(points)
    if not 2 <= len(given) <= MOST_POINTS:
        raise ValueError(f"points: 2 to {MOST_POINTS}, not {len(given)}")
    return [point_on(size, *_pair(one)) for one in given]


def _listed(points: object) -> list[object]:
    if isinstance(points, str):
        try:
            points = json.loads(points)
        except json.JSONDecodeError as error:
            raise ValueError("points: a list like [[10, 20], [30, 40]]") from error
    if not isinstance(points, list):
        raise ValueError("points: a list like [[10, 20], [30, 40]]")
    return points


def _pair(one: object) -> tuple[object, object]:
    if not isinstance(one, list | tuple) or len(one) != 2:
        raise ValueError(f"points: each is [x, y], not {one!r}")
    return one[0], one[1]
