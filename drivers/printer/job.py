"""What one job has put out, and what may be believed of it.

``completed`` alone proves nothing: many printers say so when they have the bytes.
A sheet counts when ``job-impressions-completed`` (RFC 8011 section 5.3.18.2:
"includes interpreting, marking, and stacking") or ``job-media-sheets-completed``
(5.3.18.3) says so; pages are printed one-sided, so both count the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from drivers.printer.condition import Condition
from drivers.printer.message import Group
from drivers.printer.tags import FINAL_JOB_STATES, JobState
from kiosk.core.device import CompletionCode
from kiosk.core.media import PrintOutcome, Settled

Hindrance: TypeAlias = tuple[CompletionCode, str | None]
"""How a document ends that is withdrawn for it: code and error code."""

JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-originating-user-name",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "time-at-processing",
)

_UNSURE_REASONS = frozenset({"job-completed-with-errors"})
_HARMLESS_WHEN_DONE = frozenset(
    {"media-empty", "media-needed", "media-low", "paused", "spool-area-full"}
)
"""Errors that concern the next job only: the last sheet empties the tray."""


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job at one moment.

    Attributes:
        sheets: sheets out, ``None`` when the printer does not count.
        begun: False only when it says that it has not begun to work on the job.
    """

    job_id: int
    name: str
    user: str
    state: int
    reasons: frozenset[str]
    sheets: int | None
    begun: bool = True

    @property
    def final(self) -> bool:
        """True when nothing more comes out of this job."""
        return self.state in FINAL_JOB_STATES

    @property
    def incoming(self) -> bool:
        """True while the printer waits for its document (RFC 8011 section 5.3.8)."""
        return "job-incoming" in self.reasons

    @property
    def stopped(self) -> bool:
        """True when the printer cannot go on with it."""
        return self.state == JobState.STOPPED


def read_job(job: Group) -> JobReport | None:
    """Take a report from the job group of an answer, ``None`` if it is not one."""
    job_id, state = job.integer("job-id"), job.integer("job-state")
    if job_id is None or state is None:
        return None
    sheets = job.integer("job-impressions-completed")
    if sheets is None:
        sheets = job.integer("job-media-sheets-completed")
    return JobReport(
        job_id=job_id,
        name=job.text("job-name"),
        user=job.text("job-originating-user-name"),
        state=state,
        reasons=frozenset(job.texts("job-state-reasons")),
        sheets=None if sheets is None else max(0, sheets),
        begun=None not in job.values("time-at-processing"),
    )


def settle(report: JobReport, condition: Condition, expected: int) -> PrintOutcome:
    """Say what is known of the paper of a job that has ended.

    Args:
        condition: of the printer, asked after the job had ended.
        expected: sheets that make the document complete.
    """
    if report.sheets is None:
        return PrintOutcome(Settled.UNKNOWN)
    if report.sheets >= expected:
        doubtful = condition.errors - _HARMLESS_WHEN_DONE
        sure = not doubtful and not report.reasons & _UNSURE_REASONS
        settled = Settled.PRESENTED if sure else Settled.UNKNOWN
        return PrintOutcome(settled, expected)
    if report.state == JobState.COMPLETED:
        return PrintOutcome(Settled.UNKNOWN, report.sheets)
    settled = Settled.PARTLY if report.sheets else Settled.NOT_PRINTED
    return PrintOutcome(settled, report.sheets)


def hindrance_of(job: JobReport, condition: Condition) -> Hindrance | None:
    """Tell what keeps the printer from going on, ``None`` while it goes on."""
    if condition.trouble:
        return CompletionCode.COMMAND_ERROR, condition.trouble
    if job.stopped or condition.stopped:
        return CompletionCode.HARDWARE_ERROR, None
    return None
