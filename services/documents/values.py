"""Values into words on paper: checked, written the Chinese way, covered by the font.

Nothing here tells a value to anybody: an error names the field only.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TypeAlias

import segno

from kiosk.core.errors import CatalogueError
from services.documents.manifest import Manifest, ValueKind

CHINA_TIME = timezone(timedelta(hours=8))

Written: TypeAlias = str | dict[str, str]
Sheet: TypeAlias = dict[str, Written | list[dict[str, Written]]]


class ValueWriter:
    """Fills a manifest with data.

    Args:
        template: its name, for error messages.
        can_show: tells whether the font has every character of a text.
    """

    def __init__(self, template: str, can_show: Callable[[str], bool]) -> None:
        self._template = template
        self._can_show = can_show

    def sheet(self, manifest: Manifest, data: Mapping[str, object]) -> Sheet:
        """Return everything the template draws, as text.

        Raises:
            CatalogueError: a value is missing, of the wrong kind, or has a
                character that the font lacks; names the field, not the value.
        """
        sheet: Sheet = {}
        for name, kind in manifest.fields.items():
            sheet[name] = self._required(name, kind, data.get(name))
        for name, kind in manifest.optional.items():
            sheet[name] = self._optional(name, kind, data.get(name))
        for name, columns in manifest.rows.items():
            sheet[name] = self._rows(name, columns, data.get(name))
            if not sheet[name]:
                raise self._wrong(name, "needs at least one row")
        for name, columns in manifest.optional_rows.items():
            sheet[name] = self._rows(name, columns, data.get(name, ()))
        return sheet

    def _rows(
        self, name: str, columns: Mapping[str, ValueKind], rows: object
    ) -> list[dict[str, Written]]:
        if isinstance(rows, str) or not isinstance(rows, Sequence):
            raise self._wrong(name, "is not a list of rows")
        written = []
        for row in rows:
            if not isinstance(row, Mapping):
                raise self._wrong(name, "has a row without columns")
            written.append(
                {
                    column: self._required(f"{name}.{column}", kind, row.get(column))
                    for column, kind in columns.items()
                }
            )
        return written

    def _required(self, name: str, kind: ValueKind, value: object) -> Written:
        if value is None or value == "":
            raise self._wrong(name, "is missing")
        return self._written(name, kind, value)

    def _optional(self, name: str, kind: ValueKind, value: object) -> Written:
        if value is None or value == "":
            return ""
        return self._written(name, kind, value)

    def _written(self, name: str, kind: ValueKind, value: object) -> Written:
        try:
            text = _WRITERS[kind](value)
        except (TypeError, ValueError) as error:
            raise self._wrong(name, f"is not a {kind.value}") from error
        if kind is ValueKind.QR:
            return {"text": text, "svg": qr_svg(text)}
        if any(unicodedata.category(character) == "Cc" for character in text):
            raise self._wrong(name, "has a control character")
        if not self._can_show(text):
            raise self._wrong(name, "has a character that the font lacks")
        return text

    def _wrong(self, name: str, what: str) -> CatalogueError:
        return CatalogueError(
            f"template {self._template!r}: field {name!r} {what}",
            context={"template": self._template, "field": name},
        )


def qr_svg(text: str) -> str:
    """Draw a QR code (ISO/IEC 18004, level M) without a quiet zone, as SVG."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=0, nl=False)
    return out.getvalue().decode()


def as_moment(value: object) -> datetime:
    """Return an aware time; one without offset is China time.

    Raises:
        TypeError, ValueError: it is no time.
    """
    moment = (
        value if isinstance(value, datetime) else datetime.fromisoformat(_str(value))
    )
    if moment.tzinfo is None:
        return moment.replace(tzinfo=CHINA_TIME)
    return moment.astimezone(CHINA_TIME)


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("whole number expected")
    return value


def _date_text(value: object) -> str:
    if isinstance(value, datetime):
        value = as_moment(value).date()
    day = value if isinstance(value, date) else date.fromisoformat(_str(value))
    return f"{day.year}年{day.month}月{day.day}日"


def _month_text(value: object) -> str:
    if isinstance(value, date):
        return f"{value.year}年{value.month:02d}月"
    first = date.fromisoformat(f"{_str(value)}-01")
    return f"{first.year}年{first.month:02d}月"


def _fen_text(value: object) -> str:
    amount = _int(value)
    yuan, fen = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{yuan:,}.{fen:02d}"


_WRITERS: Mapping[ValueKind, Callable[[object], str]] = {
    ValueKind.TEXT: _str,
    ValueKind.NUMBER: lambda value: str(_int(value)),
    ValueKind.FEN: _fen_text,
    ValueKind.DATE: _date_text,
    ValueKind.MONTH: _month_text,
    ValueKind.MOMENT: lambda value: f"{as_moment(value):%Y-%m-%d %H:%M}",
    ValueKind.QR: _str,
}
