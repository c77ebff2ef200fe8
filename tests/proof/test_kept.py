"""A campaign that is cut off goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.proof.orders.kept import fingerprint, run_kept
from tests.proof.orders.seeds import run_seeds


def test_what_was_kept_is_not_run_again_and_the_sum_is_the_same(tmp_path: Path) -> None:
    keep = tmp_path / "worlds.jsonl"
    first = run_kept(range(8), tmp_path, 1, keep, chunk=4)
    assert (first.earlier, first.tally.tried) == (0, 8)
    lines = keep.read_text("utf-8").splitlines(keepends=True)
    keep.write_text(lines[0] + lines[1][:40], "utf-8")
    again = run_kept(range(8), tmp_path, 1, keep, chunk=4)
    assert again.earlier == 4
    assert again.tally == first.tally == run_seeds(range(8), tmp_path)


def test_worlds_of_other_code_count_for_nothing(tmp_path: Path) -> None:
    keep = tmp_path / "worlds.jsonl"
    run_kept(range(4), tmp_path, 1, keep, chunk=4)
    line = json.loads(keep.read_text("utf-8"))
    assert line["code"] == fingerprint()
    keep.write_text(json.dumps(line | {"code": "0" * 16}) + "\n", "utf-8")
    assert run_kept(range(4), tmp_path, 1, keep, chunk=4).earlier == 0


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    keep = tmp_path / "worlds.jsonl"
    keep.write_text("a letter\n", "utf-8")
    with pytest.raises(ValueError, match="not a file of kept worlds"):
        run_kept(range(4), tmp_path, 1, keep, chunk=4)
    assert keep.read_text("utf-8") == "a letter\n"
