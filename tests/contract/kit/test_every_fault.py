"""Every fault at every moment of every command of every driver.

Whatever happens: the command ends in time with a code of the standard; a success is
a right one; the status is true, told once for each change; nothing personal gets out;
after mending and ``reset`` the device is online, or says why not, and the same command
succeeds.
"""

from __future__ import annotations

import pytest

from tests.contract.kit.cases import Case, cases
from tests.contract.kit.counter import Counter
from tests.contract.kit.examine import Examination
from tests.contract.kit.hall import Hall
from tests.contract.kit.job import Findings, Job, NoSuchMoment


def _job(case: Case) -> Job:
    async def work(counter: Counter) -> Findings:
        return await Examination(counter, case).run()

    return Job(case.title, case.subject, work)


@pytest.mark.parametrize("job", [_job(c) for c in cases()], ids=lambda job: job.title)
async def test_survives(job: Job, hall: Hall) -> None:
    try:
        findings = await hall.findings(job)
    except NoSuchMoment as reason:
        pytest.skip(str(reason))
    assert not findings, "\n".join(findings)
