"""The typesetter's process: what it says when there is no document."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.documents.typeset import Job, NotSet, typeset_blocking


@pytest.fixture
def job(tmp_path: Path) -> Job:
    source = tmp_path / "page.typ"
    source.write_text("Hello", encoding="utf-8")
    return Job(str(tmp_path), str(source), [], {})


def test_document_is_a_pdf(job: Job) -> None:
    assert typeset_blocking(job).startswith(b"%PDF-")


def test_template_that_does_not_set_is_told_without_its_values(job: Job) -> None:
    Path(job.source).write_text('#panic("secret")', encoding="utf-8")
    with pytest.raises(NotSet) as told:
        typeset_blocking(job)
    assert "secret" not in str(told.value)


def test_process_that_dies_is_no_document(job: Job) -> None:
    broken = Job(job.root, job.source, [], {"sheet": 3})  # type: ignore[dict-item]
    with pytest.raises(NotSet, match="ended with"):
        typeset_blocking(broken)


def test_process_that_hangs_is_given_up(job: Job) -> None:
    with pytest.raises(NotSet, match="no document within"):
        typeset_blocking(job, limit_s=0.001)
