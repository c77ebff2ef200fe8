"""Manners of every driver: claims, cancelling, closing, time-outs, health, events."""

from __future__ import annotations

import pytest

from tests.contract.kit.discover import FOLDERS, load, subjects
from tests.contract.kit.hall import Hall
from tests.contract.kit.job import Job, NoSuchMoment
from tests.contract.kit.manners import jobs

JOBS = [job for subject in subjects() for job in jobs(subject)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_subjects_can_be_loaded(folder: str) -> None:
    assert load(folder)


def test_no_two_subjects_have_one_name() -> None:
    names = [subject.name for subject in subjects()]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.title)
async def test_behaves(job: Job, hall: Hall) -> None:
    try:
        findings = await hall.findings(job)
    except NoSuchMoment as reason:
        pytest.skip(str(reason))
    assert not findings, "\n".join(findings)
