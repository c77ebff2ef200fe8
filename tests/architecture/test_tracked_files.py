"""What may not be in the repository: addresses of one machine or of a registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

# Written in pieces, so that this file does not contain what it looks for.
FORBIDDEN = {
    "a package registry": "|".join(
        name.replace("~", re.escape("."))
        for name in (
            "py" + "pi~org",
            "python" + "hosted~",
            "pi" + "wheels",
            "registry" + "~npm",
            "deb" + "~debian~",
            "archive" + "~ubuntu~",
            "proxy" + "~golang",
        )
    ),
    "an index option": "--(extra-)?index" + "-url|--find" + "-links",
    "a path of one machine": "/" + "work/|/" + "opt/(pypi|wheels)|/root/" + r"\.pyenv",
    "a neighbour folder": r"\.\./" + "shared",
}
_ALLOWED = {
    # The lock command tells its compiler to leave addresses out.
    "dev": ("--no-emit-index" + "-url", "--no-emit-find" + "-links"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_tracked_files_do_not_name(what: str, tracked: Mapping[str, bytes]) -> None:
    pattern = re.compile(FORBIDDEN[what].encode(), re.IGNORECASE)
    found = []
    for name, content in tracked.items():
        for allowed in _ALLOWED.get(name, ()):
            content = content.replace(allowed.encode(), b"")
        hit = pattern.search(content)
        if hit:
            found.append((name, hit.group().decode(errors="replace")))
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_requirement_is_pinned_by_hash(name: str, root: Path) -> None:
    text = (root / f"requirements/{name}.txt").read_text("utf-8")
    joined = text.replace("\\\n", " ")
    pins = [line for line in joined.splitlines() if re.match(r"\S+==", line)]
    assert pins
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    for wanted in (root / f"requirements/{name}.in").read_text("utf-8").splitlines():
        package = re.match(r"[A-Za-z0-9_.-]+", wanted)
        if package and not wanted.startswith("-"):
            assert any(p.startswith(f"{package[0].lower()}==") for p in pins), wanted


def test_scripts_can_be_started(root: Path) -> None:
    for name in ("dev", ".ci/run"):
        assert (root / name).stat().st_mode & 0o111, name


def test_no_large_file_is_tracked(tracked: Mapping[str, bytes]) -> None:
    assert [n for n, content in tracked.items() if len(content) > 2_000_000] == []
