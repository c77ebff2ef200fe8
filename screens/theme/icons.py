"""The line icons: path data on a grid of 48, stroke 3.2, drawn for this project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from screens.theme.strokes import Polyline, box, circle, read_path

GRID = 48.0
STROKE = 3.2

_ELEMENT = re.compile(r"<(\w+) ([^>]*?)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "back": ('<path d="M20 10 6 24l14 14M6 24h36"/>'),
        "big": ('<path d="M5 40 16 10l11 30M9 30h14M30 40l6-17 6 17M32 34h8"/>'),
        "bolt": ('<path d="M27 4 10 27h12l-2 17 18-24H26z"/>'),
        "book": (
            '<path d="M24 12c-5-4-12-4-18-3v29c6-1 13-1 18 3 5-4 12-4 '
            '18-3V9c-6-1-13-1-18 3zM24 12v29"/>'
        ),
        "call": (
            '<path d="M10 6h8l4 10-5 4c2 5 6 9 11 11l4-5 10 4v8c0 2-2 4-4 4C20 '
            '42 6 28 6 10c0-2 2-4 4-4z"/>'
        ),
        "camera": (
            '<path d="M5 14h9l4-6h12l4 6h9v26H5z"/><circle cx="24" cy="26" r="8"/>'
        ),
        "car": (
            '<path d="M8 33V25l5-12h22l5 12v8M6 33h36v5H6zM8 25h32"/>'
            '<circle cx="14" cy="33" r="3"/>'
            '<circle cx="34" cy="33" r="3"/>'
        ),
        "card": (
            '<rect x="5" y="11" width="38" height="26" rx="4"/>'
            '<path d="M5 19h38M11 30h8"/>'
        ),
        "chat": ('<path d="M6 8h36v26H22l-10 8v-8H6z"/><path d="M15 18h18M15 25h11"/>'),
        "check": ('<path d="M8 25l11 11L40 13"/>'),
        "clock": ('<circle cx="24" cy="24" r="19"/><path d="M24 12v12l8 6"/>'),
        "coin": (
            '<path d="M6 40h36M10 40V22m9 18V22m10 18V22m9 18V22M4 20 24 7l20 13z"/>'
        ),
        "contrast": (
            '<circle cx="24" cy="24" r="19"/>'
            '<path d="M24 5v38M24 12h14M24 20h18M24 28h18M24 36h14"/>'
        ),
        "delete": ('<path d="M16 11h27v26H16L4 24zM23 19l11 11M34 19 23 30"/>'),
        "doc": (
            '<path d="M11 4h18l9 9v31H11z"/>'
            '<path d="M29 4v9h9M17 22h14M17 29h14M17 36h9"/>'
        ),
        "drop": ('<path d="M24 5s13 14 13 24a13 13 0 0 1-26 0C11 19 24 5 24 5z"/>'),
        "edit": ('<path d="M8 40l2-10L32 8l8 8-22 22zM27 13l8 8"/>'),
        "exit": ('<path d="M20 6H8v36h12M30 14l10 10-10 10M40 24H18"/>'),
        "face": (
            '<path d="M6 15V6h9M33 6h9v9M42 33v9h-9M15 42H6v-9"/>'
            '<circle cx="24" cy="21" r="6"/>'
            '<path d="M14 36c0-6 4-9 10-9s10 3 10 9"/>'
        ),
        "flame": (
            '<path d="M24 5c2 9 13 14 13 25a13 13 0 0 1-26 0c0-6 4-9 6-14 1 5 4 6 5 '
            '7 3-6 1-12 2-18z"/>'
        ),
        "globe": (
            '<circle cx="24" cy="24" r="19"/>'
            '<path d="M5 24h38M24 5c7 6 7 32 0 38M24 5c-7 6-7 32 0 38"/>'
        ),
        "hand": (
            '<path d="M17 42c-4-6-8-10-10-15-1-3 3-5 5-2l5 6V10c0-4 6-4 6 '
            '0v12c0-3 6-3 6 0v2c0-3 6-3 6 0v2c0-3 5-3 5 0v8c0 4-2 6-3 8z"/>'
        ),
        "heart": (
            '<path d="M24 41S6 30 6 17a9 9 0 0 1 18-3 9 9 0 0 1 18 3c0 13-18 '
            '24-18 24z"/>'
            '<path d="M24 19v10M19 24h10"/>'
        ),
        "heat": (
            '<path d="M8 18v22M16 18v22M24 18v22M32 18v22M40 18v22M5 24h38M5 34h38"/>'
            '<path d="M14 5c4 4-4 6 0 10M24 5c4 4-4 6 0 10M34 5c4 4-4 6 0 10"/>'
        ),
        "home": (
            '<path d="M6 23 24 8l18 15M11 20v21h26V20"/><path d="M20 41V29h8v12"/>'
        ),
        "house": (
            '<path d="M6 23 24 8l18 15M11 20v21h26V20"/><path d="M20 41V29h8v12"/>'
        ),
        "id": (
            '<rect x="5" y="10" width="38" height="28" rx="4"/>'
            '<circle cx="16" cy="21" r="4"/>'
            '<path d="M10 32c0-4 3-6 6-6s6 2 6 6M28 19h10M28 26h10M28 32h6"/>'
        ),
        "info": ('<circle cx="24" cy="24" r="19"/><path d="M24 22v12M24 14v1"/>'),
        "left": ('<path d="M30 8 14 24l16 16"/>'),
        "next": ('<path d="M28 10l14 14-14 14M42 24H6"/>'),
        "people": (
            '<circle cx="17" cy="16" r="6"/>'
            '<circle cx="33" cy="18" r="5"/>'
            '<path d="M5 40c0-8 5-13 12-13s12 5 12 13M31 28c6 0 11 4 11 11"/>'
        ),
        "person": (
            '<circle cx="24" cy="15" r="8"/>'
            '<path d="M8 42c0-10 7-16 16-16s16 6 16 16"/>'
        ),
        "phone": (
            '<rect x="13" y="4" width="22" height="40" rx="4"/><path d="M21 38h6"/>'
        ),
        "plus": ('<path d="M24 8v32M8 24h32"/>'),
        "print": ('<path d="M13 17V5h22v12M13 35H5V17h38v18h-8M13 28h22v15H13z"/>'),
        "qr": (
            '<path d="M6 6h13v13H6zM29 6h13v13H29zM6 29h13v13H6zM29 29h5v5M42 '
            '29v5M29 42h5M42 40v2M36 36h2"/>'
        ),
        "reach": (
            '<circle cx="21" cy="8" r="4"/>'
            '<path d="M21 14v13h12l5 12M21 20h10M16 24a11 11 0 1 0 14 14"/>'
        ),
        "receipt": (
            '<path d="M11 4h26v40l-5-4-4 4-4-4-4 4-4-4-5 4z"/>'
            '<path d="M18 15h12M18 23h12"/>'
        ),
        "right": ('<path d="M18 8l16 16-16 16"/>'),
        "ring": (
            '<circle cx="18" cy="28" r="12"/>'
            '<circle cx="30" cy="28" r="12"/>'
            '<path d="m14 12 4-6 4 6-4 4z"/>'
        ),
        "scale": (
            '<path d="M24 6v36M14 42h20M8 13h32M8 13 3 27h10zM40 13l-5 14h10z"/>'
        ),
        "scan": ('<path d="M6 15V6h9M33 6h9v9M42 33v9h-9M15 42H6v-9M6 24h36"/>'),
        "search": ('<circle cx="21" cy="21" r="14"/><path d="m31 31 12 12"/>'),
        "shop": (
            '<path d="M7 20 10 8h28l3 12M7 20c0 5 6 5 6 0 0 5 7 5 7 0 0 5 8 5 '
            '8 0 0 5 7 5 7 0 0 5 6 5 6 0M10 25v17h28V25"/>'
        ),
        "sign": (
            '<path d="M5 36c8-20 14-26 17-22s-9 18-4 18 8-12 12-10-1 8 3 8 5-4 '
            '10-4M5 43h38"/>'
        ),
        "sound": (
            '<path d="M6 18v12h8l11 9V9L14 18zM32 17c4 4 4 10 0 14M37 12c7 7 7 '
            '17 0 24"/>'
        ),
        "star": ('<path d="M24 5l6 13 14 2-10 10 2 14-12-7-12 7 2-14L4 20l14-2z"/>'),
        "stop": ('<circle cx="24" cy="24" r="19"/><path d="M11 11l26 26"/>'),
        "tax": (
            '<path d="M12 5h24v38l-6-4-6 4-6-4-6 4z"/>'
            '<path d="M18 15l6 7 6-7M24 22v10M18 25h12"/>'
        ),
        "ticket": (
            '<path d="M5 15h38v7a4 4 0 0 0 0 8v6H5v-6a4 4 0 0 0 0-8z"/>'
            '<path d="M30 15v21"/>'
        ),
        "time": ('<circle cx="24" cy="24" r="19"/><path d="M24 12v12l8 6"/>'),
        "tool": (
            '<path d="M41 12l-7 7-5-5 7-7a11 11 0 0 0-14 14L6 37a4 4 0 0 0 6 6l16-16'
            'a11 11 0 0 0 13-15z"/>'
        ),
        "warn": ('<path d="M24 6 44 41H4z"/><path d="M24 19v11M24 35v1"/>'),
        "wifi_off": (
            '<path d="M6 18c10-9 26-9 36 0M13 26c6-6 16-6 22 0M20 33c2-2 6-2 8 '
            '0M24 40v1M8 6l32 36"/>'
        ),
    }
)


@lru_cache(maxsize=128)
def shapes(name: str) -> tuple[Polyline, ...]:
    """Return the lines of an icon; an unknown name gives the plain document."""
    markup = SHAPES.get(name, SHAPES["doc"])
    found: list[Polyline] = []
    for kind, attributes in _ELEMENT.findall(markup):
        values = dict(_ATTRIBUTE.findall(attributes))
        if kind == "path":
            found.extend(read_path(values["d"]))
        elif kind == "circle":
            found.append(circle(*(float(values[key]) for key in ("cx", "cy", "r"))))
        elif kind == "rect":
            sides = [float(values[key]) for key in ("x", "y", "width", "height", "rx")]
            found.append(box(*sides))
    return tuple(found)
