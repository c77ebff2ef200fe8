"""What a template needs: ``<template>.toml`` beside ``<template>.typ``.

A template file draws, its manifest says which values it draws and how each is
written::

    title = "社会保险参保缴费证明"   # title in the PDF's metadata
    dated_by = "printed_at"          # the moment that dates the file

    [fields]
    certificate_number = "text"
    [optional]                       # an absent value becomes ""
    hotline = "text"
    [rows.years]                     # a list of rows, at least one
    year = "number"
    [optional_rows.materials]        # a list of rows, or nothing
    title = "text"

Kinds: ``text``; ``number`` (int); ``fen`` (int, written in yuan); ``date``,
``month`` and ``moment`` (``date``/``datetime`` or ISO 8601 text, written in China time;
a moment without offset is China time already); ``qr`` (text, drawn as a code).
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.core.errors import CatalogueError


class ValueKind(StrEnum):
    """How a value is checked and written."""

    TEXT = "text"
    NUMBER = "number"
    FEN = "fen"
    DATE = "date"
    MONTH = "month"
    MOMENT = "moment"
    QR = "qr"


class Manifest(BaseModel):
    """One template's manifest, as it stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    dated_by: str
    fields: dict[str, ValueKind]
    optional: dict[str, ValueKind] = Field(default_factory=dict)
    rows: dict[str, dict[str, ValueKind]] = Field(default_factory=dict)
    optional_rows: dict[str, dict[str, ValueKind]] = Field(default_factory=dict)


def load_manifest(folder: Path, template: str) -> Manifest:
    """Read a template's manifest.

    Raises:
        CatalogueError: no such template, or its manifest is wrong.
    """
    path = folder / f"{template}.toml"
    if path.parent != folder or not path.is_file():
        raise CatalogueError(f"no template {template!r}")
    try:
        text = path.read_text(encoding="utf-8")
        manifest = Manifest.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise CatalogueError(f"template {template!r}: bad manifest") from error
    if manifest.fields.get(manifest.dated_by) is not ValueKind.MOMENT:
        raise CatalogueError(f"template {template!r}: dated_by names no moment")
    return manifest
