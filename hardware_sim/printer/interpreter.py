"""The printer's page interpreter: a document becomes one picture per sheet.

It runs as a child process (``python -m hardware_sim.printer.interpreter``), for
two reasons: PDFium is not safe beside another user of it in the same process, and
a document that kills the interpreter must not kill the printer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from hardware_sim.printer.pwg_raster import SYNC, BadRaster, RasterPage, read_raster

DOTS_PER_INCH = 110
"""Resolution of the pictures: an A4 side is 909 x 1286 pixels."""

A4_INCHES = (8.2677, 11.6929)
INTERPRET_TIMEOUT_S = 60.0

Side = tuple[Image.Image, str]
"""A printed side and the words on it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one sheet of paper will carry.

    Attributes:
        picture: PNG; of two printed sides, the back stands right of the front.
        text: the words on it, as far as the document tells them.
    """

    picture: Path
    text: str
    sides: int = 1


class Unprintable(ValueError):
    """The document is damaged or of an unknown kind."""


def sense_format(document: bytes) -> str | None:
    """Tell the MIME type from the first bytes, as ``application/octet-stream`` asks."""
    if b"%PDF-" in document[:1024]:
        return "application/pdf"
    if document.startswith(SYNC):
        return "image/pwg-raster"
    return "image/jpeg" if document.startswith(b"\xff\xd8\xff") else None


async def interpret(
    document: Path, directory: Path, *, two_sided: bool = False
) -> tuple[Leaf, ...]:
    """Draw every sheet of a document.

    Args:
        directory: where the pictures go, as ``sheet-001.png`` and so on.

    Returns:
        The sheets in order.

    Raises:
        Unprintable: the child could not read the document.
    """
    per_sheet = "2" if two_sided else "1"
    options = (str(document), str(directory), per_sheet)
    command = (sys.executable, "-m", __name__, *options)
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
    return tuple(Leaf(Path(path), text, n) for path, text, n in json.loads(out))


def draw_blocking(document: Path, directory: Path, per_sheet: int) -> list[Leaf]:
    """Draw every sheet; for the child process.

    Raises:
        Unprintable: neither PDF, PWG raster nor JPEG, or damaged.
    """
    directory.mkdir(parents=True, exist_ok=True)
    kind = sense_format(document.read_bytes()[:1024])
    if kind is None:
        raise Unprintable("neither PDF, PWG raster nor JPEG")
    try:
        pages = _pages(document, kind)
    except (pypdfium2.PdfiumError, BadRaster, OSError) as error:
        raise Unprintable(str(error)) from error
    sheets = [pages[i : i + per_sheet] for i in range(0, len(pages), per_sheet)]
    return [
        _save(sides, directory / f"sheet-{number:03d}.png")
        for number, sides in enumerate(sheets, start=1)
    ]


def _save(sides: list[Side], path: Path) -> Leaf:
    """Save one sheet, its back beside its front."""
    width = sum(picture.width for picture, _ in sides)
    height = max(picture.height for picture, _ in sides)
    sheet, left = Image.new("RGB", (width, height), "white"), 0
    for picture, _ in sides:
        sheet.paste(picture.convert("RGB"), (left, 0))
        left += picture.width
    sheet.save(path, compress_level=3)
    return Leaf(path, "\n".join(text for _, text in sides), len(sides))


def _pages(document: Path, kind: str) -> list[Side]:
    if kind == "application/pdf":
        return _pdf_pages(document)
    if kind == "image/pwg-raster":
        pages = read_raster(document.read_bytes())
        return [(_at_our_resolution(page), "") for page in pages]
    return [(_jpeg(document), "")]


def _at_our_resolution(page: RasterPage) -> Image.Image:
    width, height = (max(1, round(side * DOTS_PER_INCH)) for side in page.inches)
    return page.picture.resize((width, height))


def _pdf_pages(document: Path) -> list[Side]:
    pdf = pypdfium2.PdfDocument(document)
    try:
        scale = DOTS_PER_INCH / 72
        return [
            (page.render(scale=scale).to_pil(), page.get_textpage().get_text_range())
            for page in pdf
        ]
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
    """Draw the document named on the command line; print the sheets as JSON."""
    try:
        document, directory, per_sheet = sys.argv[1:]
        leaves = draw_blocking(Path(document), Path(directory), int(per_sheet))
    except Unprintable as error:
        sys.stderr.write(str(error))
        return 1
    told = [(str(leaf.picture), leaf.text, leaf.sides) for leaf in leaves]
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
