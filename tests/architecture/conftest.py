"""What every test about the house itself looks at: the sources, parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk.core.words import Language

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("kiosk", "drivers", "screens", "services")


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its place in the tree, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def strings(self, *, parts: bool = False) -> Iterator[ast.Constant]:
        """Yield string literals that are not docstrings.

        Args:
            parts: also the fixed parts of f-strings.
        """
        apart = {
            id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr) and not parts:
                apart |= {id(part) for part in node.values}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in apart:
                    yield node


def _parse(folders: tuple[str, ...]) -> tuple[Source, ...]:
    found = []
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text("utf-8")
            found.append(
                Source(str(file.relative_to(ROOT)), text, ast.parse(text, str(file)))
            )
    return tuple(found)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def product() -> tuple[Source, ...]:
    """Everything that is installed on a kiosk."""
    return _parse(PRODUCT)


@pytest.fixture(scope="session")
def sources(product: tuple[Source, ...]) -> tuple[Source, ...]:
    """Product, simulators and tests."""
    return product + _parse(("hardware_sim", "tests"))


@pytest.fixture(scope="session")
def texts() -> Mapping[Language, Mapping[str, str]]:
    """All words of all languages, with their values still in braces."""
    found: dict[Language, dict[str, str]] = {}
    for language in Language:
        found[language] = {}
        for file in sorted((ROOT / "kiosk/locale" / language).glob("*.po")):
            with file.open("rb") as lines:
                found[language].update(
                    {str(each.id): str(each.string) for each in read_po(lines)}
                )
        found[language].pop("", None)
    return found


@pytest.fixture(scope="session")
def tracked() -> Mapping[str, bytes]:
    """Every file that git keeps, as it lies in the checkout."""
    listed = subprocess.run(
        ("git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return {
        name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()
    }
