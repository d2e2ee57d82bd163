"""The torture in small: under signings three processes are killed, and nothing may be lost."""

import pytest

from .blows import Blow
from .house import JOBS, POSTMASTER, WORKER
from .report import lines
from .run import torture

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


def test_nothing_is_lost_or_doubled_when_web_worker_job_worker_and_database_are_killed(tmp_path):
    blows = [Blow(WORKER, 0.7), Blow(JOBS, 0.5), Blow(POSTMASTER, 0.5)]
    result = torture(tmp_path, blows, seed=1, within=60.0)
    assert not result.faults, "\n".join(lines(result))
    assert len(result.outages) == len(blows)
    assert result.books.total[0] and result.books.rows
