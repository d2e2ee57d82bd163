"""Jobs about positions. Each can run twice without harm."""

import logging

import procrastinate

from app.kernel import clock, progress
from app.kernel.db import db

from . import intake, refreshing

tasks = procrastinate.Blueprint()
log = logging.getLogger(__name__)

# A worker that is killed gives the job back by itself; this is for a database that is away for a moment.
RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2, wait=1)


@tasks.periodic(cron="3 0 * * *")
@tasks.task(name="derive")
def derive(timestamp: int) -> None:
    """Derive all positions anew each night: report and mend what was not as the evidence says (nothing should be), and
    bring to the new day what moves by time alone."""
    for slug, campaign_id, ask in refreshing.asks():
        if states := refreshing.renew(campaign_id, ask, clock.now()):
            log.error("positions of %s on %s were not as the evidence says: %s", slug, ask, " ".join(states))
        db.session.commit()


@tasks.task(name="read_import", retry=RETRY)
def read_import(work_id: int) -> None:
    """Read a file of evidence."""
    _carry_out(intake.read, work_id)


@tasks.task(name="apply_import", retry=RETRY)
def apply_import(work_id: int) -> None:
    """Take a file of evidence in."""
    _carry_out(intake.carry_out, work_id)


def _carry_out(what, work_id: int) -> None:
    work = progress.get(work_id)
    if work is None or work.ended_at is not None:
        return
    try:
        what(work.input["import_id"], work_id, clock.now())
    except intake.WrongState:
        # Somebody dropped it meanwhile, or another run of this job was faster.
        db.session.rollback()


@tasks.periodic(cron="23 0 * * *")
@tasks.task(name="drop_old_imports")
def drop_old_imports(timestamp: int) -> None:
    """Drop files that nobody decided on for a week."""
    intake.drop_old(clock.now())
    db.session.commit()
