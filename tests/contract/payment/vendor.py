"""A vendor's MIS library of our own making: built, and its texts laid out."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCE = Path(__file__).with_name("vendor_library.c")
LAYOUT = """
[library]
cancel = "bankcancel"
response_bytes = 128
[transaction]
sale = "00"
reversal = "01"
query = "02"
[result]
approved = ["00"]
declined = ["51", "25"]
cancelled = ["C1"]
busy = ["B1"]
reversed = ["R1"]
none = ["N0"]
"""
REQUEST = [("transaction", 2), ("amount", 12), ("receipt", 6)]
RESPONSE = [
    ("result", 2),
    ("transaction", 2),
    ("amount", 12),
    ("receipt", 6),
    ("card", 19),
    ("terminal", 8),
    ("date", 8),
    ("time", 6),
    ("scheme", 20),
]


def layout_text() -> str:
    """Return the layout file of the library."""
    parts = [
        f'[[{kind}]]\nname = "{name}"\nwidth = {width}'
        for kind, fields in (("request", REQUEST), ("response", RESPONSE))
        for name, width in fields
    ]
    counter = '[[request]]\nname = "counter"\nwidth = 8\nvalue = "KIOSK24"'
    return "\n".join([LAYOUT, *parts[:3], counter, *parts[3:]])


def build_library(folder: Path) -> Path:
    """Put the library into a folder, where it finds its book and its pad."""
    path = folder / "libvendor.so"
    path.write_bytes(_built())
    return path


@cache
def _built() -> bytes:
    with TemporaryDirectory() as place:
        path = Path(place) / "libvendor.so"
        command = ["gcc", "-shared", "-fPIC", "-O0", "-w", "-o", str(path), str(SOURCE)]
        subprocess.run(command, check=True, timeout=60)
        return path.read_bytes()
