"""Jobs about organisations. Their arguments are ids at most, and each can run twice without harm."""

import procrastinate

from app.kernel import clock, progress
from app.kernel.db import db

from .. import org_reporting
from . import applying, operations, undoing

tasks = procrastinate.Blueprint()

# A worker that is killed gives the job back by itself; this is for a database that is away for a moment.
RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2, wait=1)


@tasks.task(name="check", retry=RETRY)
def check(work_id: int) -> None:
    """Try out the rows of an import."""
    _carry_out(operations.check, work_id)


@tasks.task(name="apply", retry=RETRY)
def apply(work_id: int) -> None:
    """Take an import in."""
    _carry_out(applying.carry_out, work_id)


@tasks.task(name="undo", retry=RETRY)
def undo(work_id: int) -> None:
    """Take an import back."""
    _carry_out(undoing.carry_out, work_id)


@tasks.periodic(cron="43 2 * * *")
@tasks.task(name="fold-numbers")
def fold_numbers(timestamp: int) -> None:
    """Add up what lists left of how the number of organisations moved on past days."""
    while org_reporting.fold(clock.today()):
        db.session.commit()


def _carry_out(what, work_id: int) -> None:
    work = progress.get(work_id)
    if work is None or work.ended_at is not None:
        return
    try:
        what(work.input["import_id"], work_id, clock.now())
    except operations.WrongState:
        # Somebody dropped it meanwhile, or another run of this job was faster.
        db.session.rollback()
