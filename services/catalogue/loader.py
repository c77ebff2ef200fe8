"""Load the bundled catalogue: ``matters/<domain>/<key>.toml`` and ``domains.toml``.

A file that breaks the schema or the lint stops the start: a wrong matter must never
reach a citizen. The version is the SM3 of all files, so two machines with the same
version show the same matters.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from kiosk.core.errors import CatalogueError
from kiosk.core.matter import Catalogue, Domain, Matter
from services.catalogue.lint import findings


def _toml_files(folder: Traversable) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            inner = _toml_files(entry)
            found += [(f"{entry.name}/{name}", data) for name, data in inner]
        elif entry.name.endswith(".toml"):
            found.append((entry.name, entry.read_bytes()))
    return found


def _parse_matter(name: str, data: bytes) -> Matter:
    try:
        matter = Matter.model_validate(tomllib.loads(data.decode("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{name}: {error}", context={"file": name}) from error
    if name != f"{matter.domain}/{matter.key}.toml":
        raise CatalogueError(f"{name}: key and domain must be the file's place")
    return matter


def load_catalogue(root: Traversable | None = None) -> Catalogue:
    """Load and check every matter.

    Args:
        root: folder with ``domains.toml`` and ``matters/``; the bundled one if
            none is given.

    Raises:
        CatalogueError: a file is wrong; the message names file and field.
    """
    base = root if root is not None else resources.files("services.catalogue")
    domains_data = (base / "domains.toml").read_bytes()
    files = _toml_files(base / "matters")
    try:
        domains = [
            Domain.model_validate(each)
            for each in tomllib.loads(domains_data.decode("utf-8"))["domains"]
        ]
    except (
        ValidationError,
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
    ) as error:
        raise CatalogueError(f"domains.toml: {error}") from error
    digest = hashlib.new("sm3", domains_data)
    for name, data in files:
        digest.update(name.encode() + b"\0" + data)
    catalogue = Catalogue(
        version=digest.hexdigest()[:12],
        domains=tuple(sorted(domains, key=lambda each: each.order)),
        matters=tuple(_parse_matter(name, data) for name, data in files),
    )
    wrong = findings(catalogue)
    if wrong:
        raise CatalogueError("; ".join(wrong))
    return catalogue
