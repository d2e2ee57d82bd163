"""Jobs: Procrastinate in the same database, deferred in the caller's own transaction.

A job exists exactly if the rows it speaks of were committed. It carries ids only, holds no truth, and each task can run
twice without harm. Procrastinate itself is loaded by what works the jobs off (worker.py), never by what only queues.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from . import clock
from .db import db

MAIL_QUEUE = "mail"
# What looks after others' work, in no time: it stands behind no long work either.
CARE_QUEUE = "care"

# Workers take jobs of a higher priority first: what can wait lets everybody else by.
PATIENT = -1

# The statement of Procrastinate's own `defer_jobs`; features with a single-statement write build it in.
_DEFER = (
    "procrastinate_defer_jobs_v1(ARRAY[ROW({queue}, {task}, {priority}, NULL, NULL, {args}, {at})"
    "::procrastinate_job_to_defer_v1])"
)
DEFER = _DEFER.replace("{priority}", "0")
_DEFER_ONE = text(
    "SELECT " + _DEFER.format(queue=":queue", task=":task", priority=":priority", args="CAST(:args AS jsonb)", at=":at")
)


def defer(task: str, queue: str = "default", at=None, priority: int = 0, **ids: int | str | bool) -> None:
    """Queue `task` (its registered name) in the session's transaction, to run from `at` (aware; default: at once)."""
    values = {"queue": queue, "task": task, "priority": priority, "args": json.dumps(ids), "at": at}
    db.session.execute(_DEFER_ONE, values)


def waiting() -> dict[str, float | int]:
    """How old the oldest job is that could have run (seconds), how many mail jobs wait, how many jobs failed."""
    row = db.session.execute(
        text(
            "SELECT count(*) FILTER (WHERE status = 'todo' AND queue_name = :mail"
            # What put itself off waits on purpose; what a relay did not take waits as well, but has been tried.
            "   AND (attempts > 0 OR scheduled_at IS NULL OR scheduled_at <= :now)) AS mail_waiting,"
            " count(*) FILTER (WHERE status = 'failed') AS failed,"
            " max(extract(epoch FROM CAST(:now AS timestamptz) - coalesce(j.scheduled_at,"
            "   (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id))))"
            "   FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= :now)) AS oldest"
            " FROM procrastinate_jobs j WHERE status IN ('todo', 'failed')"
        ),
        {"mail": MAIL_QUEUE, "now": clock.now()},
    ).one()
    return {"oldest_seconds": float(row.oldest or 0), "mail_waiting": row.mail_waiting, "failed": row.failed}


@dataclass(frozen=True)
class Failed:
    """Jobs of one task that failed for good: how many, and when the first of them did."""

    task: str
    number: int
    since: datetime | None


def failed() -> list[Failed]:
    """What failed for good and is still kept, by task, the longest waiting first."""
    rows = db.session.execute(
        text(
            "SELECT task_name, count(DISTINCT j.id), min(e.at) FROM procrastinate_jobs j"
            " LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'"
            " WHERE j.status = 'failed' GROUP BY task_name ORDER BY 3, 1"
        )
    )
    return [Failed(*row) for row in rows]


def try_again(task: str) -> int:
    """Put every failed job of a task back into the queue, as if it had never run. Returns how many."""
    done = db.session.execute(
        text(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL"
            " WHERE status = 'failed' AND task_name = :task"
        ),
        {"task": task},
    )
    return done.rowcount
