"""Finished pages as pictures, by PDFium. One thread at a time may be in here."""

from __future__ import annotations

import io

import pypdfium2


def page_count(content: bytes) -> int:
    """Count the pages of a PDF."""
    with pypdfium2.PdfDocument(content) as pdf:
        return len(pdf)


def page_pictures(content: bytes, width_px: int) -> tuple[bytes, ...]:
    """Draw every page as PNG of that width, in order."""
    with pypdfium2.PdfDocument(content) as pdf:
        return tuple(_picture(page, width_px) for page in pdf)


def _picture(page: pypdfium2.PdfPage, width_px: int) -> bytes:
    bitmap = page.render(scale=width_px / page.get_width())
    out = io.BytesIO()
    bitmap.to_pil().save(out, format="PNG")
    return out.getvalue()
