"""What the pages say can be done exists: files, links, commands, examples."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kiosk.core.matter import Catalogue, Matter
from kiosk.core.words import Language
from services.catalogue.lint import findings
from services.catalogue.loader import load_catalogue
from services.payments.doubts import REFUSALS

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_CHINESE = re.compile("[\u4e00-\u9fff]{2,}")
_PATH = re.compile(
    r"`((?:kiosk|drivers|screens|services|hardware_sim|tests|docs)/[^`]*)`"
)


@pytest.fixture(scope="module")
def pages(tracked: Mapping[str, bytes]) -> dict[str, str]:
    """Every page of the repository by its path."""
    return {
        name: content.decode()
        for name, content in tracked.items()
        if name.endswith(".md") and not name.startswith(("tests/", ".github/"))
    }


def _blocks(pages: Mapping[str, str], language: str) -> Iterator[tuple[str, str]]:
    for name, text in pages.items():
        for kind, block in _FENCE.findall(text):
            if kind == language:
                yield name, block


def test_links_lead_somewhere(pages: dict[str, str], root: Path) -> None:
    broken = [
        (name, link)
        for name, text in pages.items()
        for link in _LINK.findall(text)
        if "://" not in link and not (root / name).parent.joinpath(link).exists()
    ]
    assert not broken, "\n".join(map(str, broken))


def test_files_that_are_named_exist(pages: dict[str, str], root: Path) -> None:
    missing = []
    for name, text in pages.items():
        for path in _PATH.findall(text):
            general = re.sub(r"<[^>]*>", "*", path)
            example = "rural-water-payment" in path
            if not example and not any(root.glob(general.rstrip("/"))):
                missing.append((name, path))
    assert not missing, "\n".join(map(str, missing))


def test_toml_examples_can_be_read(pages: dict[str, str]) -> None:
    for name, block in _blocks(pages, "toml"):
        assert tomllib.loads(block), name


def test_python_examples_can_be_compiled(pages: dict[str, str]) -> None:
    for name, block in _blocks(pages, "python"):
        compile(block, name, "exec")


def test_the_example_matter_would_be_accepted(pages: dict[str, str]) -> None:
    text = next(
        block
        for name, block in _blocks(pages, "toml")
        if name == "docs/howto-matter.md" and block.startswith("key =")
    )
    example = Matter.model_validate(tomllib.loads(text))
    bundled = load_catalogue()
    grown = Catalogue(
        version="", domains=bundled.domains, matters=(*bundled.matters, example)
    )
    assert findings(grown) == []


def test_every_step_kind_is_described(pages: dict[str, str]) -> None:
    page = pages["docs/howto-matter.md"]
    kinds = {step.kind for m in load_catalogue().matters for step in m.steps}
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in page] == []


def test_every_slip_is_explained_to_hall_staff(
    pages: dict[str, str], texts: Mapping[Language, Mapping[str, str]]
) -> None:
    titles = [
        text
        for name, text in texts[Language.CHINESE].items()
        if name.startswith("slip.") and "title" in name
    ]
    assert len(titles) > 5
    words = {word for title in titles for word in _CHINESE.findall(title)}
    page = pages["docs/operating-money.zh.md"]
    assert [word for word in sorted(words) if word not in page] == []


def test_every_reason_for_no_money_is_on_the_page_of_refusals(
    pages: dict[str, str],
) -> None:
    page = pages["docs/refusals.md"]
    assert [code for code in REFUSALS if f"| `{code}` |" not in page] == []


def test_dev_commands_on_the_pages_exist(pages: dict[str, str], root: Path) -> None:
    script = (root / "dev").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+)\)", script, re.MULTILINE))
    named = {
        command
        for text in pages.values()
        for command in re.findall(r"\./dev ([a-z]+)", text)
    }
    assert named - known == set()


def test_kiosk_commands_on_the_pages_exist(pages: dict[str, str]) -> None:
    told = subprocess.run(
        (sys.executable, "-m", "kiosk.app.cli", "--help"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    known = set(re.findall(r"^    ([a-z]+) ", told, re.MULTILINE))
    named = {
        command
        for _, block in _blocks(pages, "sh")
        for command in re.findall(r"dev run kiosk ([a-z]+)", block)
    }
    assert named
    assert named - known == set()


def test_reference_pages_are_up_to_date(root: Path) -> None:
    done = subprocess.run(
        (sys.executable, root / "docs/generate.py", "--check"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
