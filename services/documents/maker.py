"""Certificates and notices: a template, its values, and a PDF for the A4 printer.

PDF/A-2b (ISO 19005-2), so that what was printed can be kept. The same data give the
same bytes: the time on the file comes in with the data, never from a clock.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from kiosk.core.errors import CatalogueError
from kiosk.core.media import PdfDocument
from services.crypto.sm3 import sm3_hex
from services.documents.fonts import PaperFont
from services.documents.manifest import Manifest, load_manifest
from services.documents.preview import page_count, page_pictures
from services.documents.typeset import Job, NotSet, typeset_blocking
from services.documents.values import ValueWriter, as_moment


def bundled_templates() -> Path:
    """Return the folder of the templates that come with the programme."""
    return Path(str(files("services.documents") / "templates"))


class TypstDocumentMaker:
    """``kiosk.core.ports.DocumentMaker`` by Typst and PDFium, Typst in its own process.

    Args:
        templates: folder of ``.typ`` and ``.toml`` pairs.
        font_folders: where the font is; the system's folders when empty.
    """

    def __init__(
        self, templates: Path | None = None, font_folders: Sequence[Path] = ()
    ) -> None:
        self._templates = templates or bundled_templates()
        self._font_folders = tuple(font_folders)
        # PDFium may be entered by one thread at a time.
        self._lock = threading.Lock()

    @functools.cached_property
    def _font(self) -> PaperFont:
        return PaperFont(self._font_folders)

    def check(self) -> None:
        """Look for the font now and not with the first citizen; may take a second.

        Raises:
            SettingsError: the font is not installed.
        """
        self._font.can_show("")

    def names(self) -> frozenset[str]:
        """Return the names of all templates."""
        return frozenset(each.stem for each in self._templates.glob("*.toml"))

    def render_blocking(self, template: str, data: Mapping[str, object]) -> PdfDocument:
        """Fill a template; for a worker thread.

        Raises:
            CatalogueError: no such template, or a value it needs is missing, of
                the wrong kind, or has a character that the font lacks.
            SettingsError: the font is not installed.
        """
        manifest = load_manifest(self._templates, template)
        with self._lock:
            sheet = ValueWriter(template, self._font.can_show).sheet(manifest, data)
            content = self._compile(template, manifest, json.dumps(sheet), data)
            pages = page_count(content)
        return PdfDocument(template, content, pages, sm3_hex(content))

    def preview_blocking(
        self, document: PdfDocument, width_px: int
    ) -> tuple[bytes, ...]:
        """Return every page as PNG of that width; for a worker thread."""
        with self._lock:
            return page_pictures(document.content, width_px)

    def _compile(
        self, template: str, manifest: Manifest, sheet: str, data: Mapping[str, object]
    ) -> bytes:
        job = Job(
            root=str(self._templates),
            source=str(self._templates / f"{template}.typ"),
            font_folders=self._font.folders,
            inputs={"sheet": sheet, "title": manifest.title},
            timestamp=int(as_moment(data[manifest.dated_by]).timestamp()),
        )
        try:
            return typeset_blocking(job)
        except NotSet as error:
            raise CatalogueError(
                f"template {template!r}: {error}", context={"template": template}
            ) from error
