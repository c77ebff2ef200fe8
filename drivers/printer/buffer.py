"""Make sure that nothing of ours is left in the printer."""

from __future__ import annotations

import anyio

from drivers.link.deadline import Deadline
from drivers.printer.client import IppClient
from drivers.printer.delays import Delays
from drivers.printer.job import JOB_ATTRIBUTES, JobReport, read_job
from kiosk.core.clock import Clock


async def clear_jobs(
    client: IppClient, user: str, delays: Delays, clock: Clock
) -> tuple[int, bool]:
    """Cancel every open job of this user and wait until the printer has none.

    Returns:
        How many jobs were there, and whether all of them are gone.

    Raises:
        DeviceError: the printer cannot be asked.
    """
    limit = Deadline(clock, delays.confirm_s)
    cancelled: set[int] = set()
    while True:
        jobs = await _open_jobs(client, user)
        if not jobs or limit.passed:
            return len(cancelled), not jobs
        for job in jobs:
            if job.job_id not in cancelled:
                await client.cancel_job(job.job_id)
                cancelled.add(job.job_id)
        await anyio.sleep(limit.at_most(delays.poll_s / 4))


async def _open_jobs(client: IppClient, user: str) -> tuple[JobReport, ...]:
    """List our open jobs; a printer may ignore ``my-jobs``, so names are compared."""
    reports = (read_job(group) for group in await client.open_jobs(JOB_ATTRIBUTES))
    return tuple(
        report
        for report in reports
        if report is not None and not report.final and report.user in ("", user)
    )
