"""What may be believed of a job's paper."""

from __future__ import annotations

import pytest

from drivers.printer.condition import Condition
from drivers.printer.job import JobReport, read_job, settle
from drivers.printer.message import Attribute, Group, integer
from drivers.printer.tags import GroupTag, JobState, ValueTag
from kiosk.core.media import PrintOutcome, Settled

CLEAR = Condition(state=3, errors=frozenset(), remarks=frozenset(), accepting=True)


def _job(state: JobState, sheets: int | None, *reasons: str) -> JobReport:
    return JobReport(1, "n", "kiosk24", state, frozenset(reasons), sheets)


def _with_error(reason: str) -> Condition:
    return Condition(5, frozenset({reason}), frozenset(), True)


@pytest.mark.parametrize(
    ("state", "sheets", "settled"),
    [
        (JobState.COMPLETED, 2, Settled.PRESENTED),
        (JobState.COMPLETED, 3, Settled.PRESENTED),
        (JobState.COMPLETED, 1, Settled.UNKNOWN),
        (JobState.COMPLETED, 0, Settled.UNKNOWN),
        (JobState.COMPLETED, None, Settled.UNKNOWN),
        (JobState.CANCELED, 0, Settled.NOT_PRINTED),
        (JobState.CANCELED, 1, Settled.PARTLY),
        (JobState.CANCELED, 2, Settled.PRESENTED),
        (JobState.CANCELED, None, Settled.UNKNOWN),
        (JobState.ABORTED, 0, Settled.NOT_PRINTED),
        (JobState.ABORTED, 1, Settled.PARTLY),
    ],
)
def test_only_counted_sheets_are_paper(
    state: JobState, sheets: int | None, settled: Settled
) -> None:
    assert settle(_job(state, sheets), CLEAR, expected=2).settled is settled


def test_jam_at_the_last_sheet_is_unknown() -> None:
    job = _job(JobState.COMPLETED, 2)
    assert settle(job, _with_error("media-jam"), 2).settled is Settled.UNKNOWN


def test_empty_tray_after_the_last_sheet_does_no_harm() -> None:
    job = _job(JobState.COMPLETED, 2)
    outcome = settle(job, _with_error("media-empty"), 2)
    assert outcome == PrintOutcome(Settled.PRESENTED, 2)


def test_completed_with_errors_is_unknown() -> None:
    job = _job(JobState.COMPLETED, 2, "job-completed-with-errors")
    assert settle(job, CLEAR, 2).settled is Settled.UNKNOWN


def _group(*counters: str) -> Group:
    state = Attribute("job-state", ValueTag.ENUM, (5,))
    counts = (integer(name, 4) for name in counters)
    return Group(GroupTag.JOB, (integer("job-id", 7), state, *counts))


def test_either_counter_counts() -> None:
    for counter in ("job-impressions-completed", "job-media-sheets-completed"):
        report = read_job(_group(counter))
        assert report is not None
        assert report.sheets == 4


def test_printer_without_a_counter_says_nothing_of_paper() -> None:
    report = read_job(_group())
    assert report is not None
    assert report.sheets is None


def test_group_without_a_state_is_no_job() -> None:
    assert read_job(Group(GroupTag.JOB, (integer("job-id", 7),))) is None
