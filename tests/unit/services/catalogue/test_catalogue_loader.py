"""Loading the catalogue: good ones whole, wrong ones not at all."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from kiosk.core.errors import CatalogueError
from services.catalogue.loader import load_catalogue

BUNDLED = Path(str(resources.files("services.catalogue")))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the bundled catalogue that a test may spoil."""
    shutil.copy(BUNDLED / "domains.toml", tmp_path)
    shutil.copytree(BUNDLED / "matters", tmp_path / "matters")
    return tmp_path


def _spoil(root: Path, old: str, new: str) -> None:
    file = root / "matters/utilities/water-payment.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_bundled_catalogue_is_good() -> None:
    catalogue = load_catalogue()
    keys = {matter.key for matter in catalogue.matters}
    assert keys >= {
        "social-insurance-contribution-proof",
        "water-payment",
        "cross-region-treatment-filing",
        "case-progress",
    }


def test_domains_are_in_their_order() -> None:
    orders = [domain.order for domain in load_catalogue().domains]
    assert orders == sorted(orders)


def test_matter_is_found_by_key_and_by_domain() -> None:
    catalogue = load_catalogue()
    water = catalogue.matter("water-payment")
    assert water is not None
    assert water in catalogue.of_domain("utilities")
    assert catalogue.matter("nothing-like-it") is None
    assert catalogue.of_domain("nowhere") == ()


def test_version_is_that_of_the_contents(root: Path) -> None:
    before = load_catalogue(root).version
    assert before == load_catalogue().version
    _spoil(root, "约 1 分钟", "约 2 分钟")
    assert load_catalogue(root).version != before


def test_unreadable_toml_names_the_file(root: Path) -> None:
    _spoil(root, 'key = "water-payment"', "key = water payment")
    with pytest.raises(CatalogueError, match=r"utilities/water-payment\.toml"):
        load_catalogue(root)


def test_misspelt_key_names_file_and_field(root: Path) -> None:
    _spoil(root, "second_line", "secnd_line")
    with pytest.raises(CatalogueError, match=r"water-payment\.toml(.|\n)*secnd_line"):
        load_catalogue(root)


def test_text_that_is_not_utf8_is_refused(root: Path) -> None:
    file = root / "matters/utilities/water-payment.toml"
    file.write_bytes(file.read_text("utf-8").encode("gb18030"))
    with pytest.raises(CatalogueError, match="water-payment"):
        load_catalogue(root)


def test_key_must_be_the_files_name(root: Path) -> None:
    old = root / "matters/utilities/water-payment.toml"
    old.rename(old.with_name("water.toml"))
    with pytest.raises(CatalogueError, match="file's place"):
        load_catalogue(root)


def test_domain_must_be_the_files_folder(root: Path) -> None:
    old = root / "matters/utilities/water-payment.toml"
    old.rename(root / "matters/medical/water-payment.toml")
    with pytest.raises(CatalogueError, match="file's place"):
        load_catalogue(root)


@pytest.mark.parametrize(
    "text", [b"", b"domains = [{}]", b"domains = 3", b"[", b'a = "\xff"']
)
def test_wrong_domains_are_refused(root: Path, text: bytes) -> None:
    (root / "domains.toml").write_bytes(text)
    with pytest.raises(CatalogueError, match=r"domains\.toml"):
        load_catalogue(root)


def test_lint_stops_the_start(root: Path) -> None:
    _spoil(root, 'needs = ["payment"]', "needs = []")
    with pytest.raises(CatalogueError, match="needs the device payment"):
        load_catalogue(root)
