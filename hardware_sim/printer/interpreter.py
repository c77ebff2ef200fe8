"""The printer's page interpreter: a document becomes one picture per page.

It runs as a child process (``python -m hardware_sim.printer.interpreter``), for
two reasons: PDFium is not safe beside another user of it in the same process, and
a document that kills the interpreter must not kill the printer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pypdfium2
from PIL import Image

DOTS_PER_INCH = 110
"""Resolution of the pictures: an A4 side is 909 x 1286 pixels."""

A4_INCHES = (8.2677, 11.6929)
INTERPRET_TIMEOUT_S = 60.0


class Unprintable(ValueError):
    """The document is damaged or of an unknown kind."""


def sense_format(document: bytes) -> str | None:
    """Tell the MIME type from the first bytes, as ``application/octet-stream`` asks."""
    if b"%PDF-" in document[:1024]:
        return "application/pdf"
    return "image/jpeg" if document.startswith(b"\xff\xd8\xff") else None


async def interpret(document: Path, directory: Path) -> tuple[Path, ...]:
    """Draw every page of a document.

    Args:
        directory: where the pictures go, as ``page-001.png`` and so on.

    Returns:
        One PNG per page, in order.

    Raises:
        Unprintable: the child could not read the document.
    """
    command = (sys.executable, "-m", __name__, str(document), str(directory))
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(), INTERPRET_TIMEOUT_S)
    except TimeoutError as error:
        raise Unprintable("the interpreter takes too long") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise Unprintable(err.decode(errors="replace").strip()[-200:])
    return tuple(Path(line) for line in json.loads(out))


def draw_blocking(document: Path, directory: Path) -> list[Path]:
    """Draw every page; for the child process.

    Raises:
        Unprintable: neither PDF nor JPEG, or damaged.
    """
    directory.mkdir(parents=True, exist_ok=True)
    kind = sense_format(document.read_bytes()[:1024])
    if kind is None:
        raise Unprintable("neither PDF nor JPEG")
    try:
        pages = _pdf_pages(document) if kind == "application/pdf" else [_jpeg(document)]
    except (pypdfium2.PdfiumError, OSError) as error:
        raise Unprintable(str(error)) from error
    paths = []
    for number, page in enumerate(pages, start=1):
        path = directory / f"page-{number:03d}.png"
        page.convert("RGB").save(path, optimize=False, compress_level=3)
        paths.append(path)
    return paths


def _pdf_pages(document: Path) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(document)
    try:
        scale = DOTS_PER_INCH / 72
        return [page.render(scale=scale).to_pil() for page in pdf]
    finally:
        pdf.close()


def _jpeg(document: Path) -> Image.Image:
    """Fit the picture into the printable area of one A4 page."""
    width, height = (round(side * DOTS_PER_INCH) for side in A4_INCHES)
    page = Image.new("RGB", (width, height), "white")
    with Image.open(document) as picture:
        fitted = picture.convert("RGB")
    fitted.thumbnail((width - 40, height - 40))
    page.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
    return page


def main() -> int:
    """Draw the document named on the command line; print the pictures as JSON."""
    try:
        paths = draw_blocking(Path(sys.argv[1]), Path(sys.argv[2]))
    except Unprintable as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.write(json.dumps([str(path) for path in paths]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
