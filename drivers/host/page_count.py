"""Counts the pages of a PDF: ``python -m drivers.host.page_count``, for ``pages``.

Apart, so that no process with devices loads PDFium.
"""

from __future__ import annotations

import hashlib
import sys
from base64 import b64decode
from typing import Final

import pypdfium2

_OTHER_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")


def main() -> int:
    """Read base64 from standard input; print the number of pages and the SM3."""
    try:
        text = sys.stdin.buffer.read().translate(_OTHER_ALPHABET)
        content = b64decode(text, validate=True)
        with pypdfium2.PdfDocument(content) as pdf:
            pages = len(pdf)
        print(pages, hashlib.new("sm3", content).hexdigest())
    except (ValueError, pypdfium2.PdfiumError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
