"""Jobs: Procrastinate in the same database, deferred in the caller's own transaction.

A job exists exactly if the rows it speaks of were committed. It carries ids only, holds no truth, and each task can run
twice without harm.
"""

import copy
import json
import signal
from dataclasses import dataclass
from datetime import datetime

import procrastinate
from flask import Flask, current_app
from procrastinate.manager import JobManager
from sqlalchemy import text

from . import clock
from .db import db
from .logs import log

HEARTBEAT_SECONDS = 1.0
STALLED_SECONDS = 4.0
MAIL_QUEUE = "mail"
KEEP_FAILED_HOURS = 24 * 14

kernel_tasks = procrastinate.Blueprint()

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


class _Manager(JobManager):
    """Ends the worker when it cannot write down how a job ended: Procrastinate forgets such a job, and while the worker
    lives it would stay `doing` for ever. Its end gives the job back to the queue."""

    async def finish_job(self, *args, **kwargs) -> None:
        await self._or_end(super().finish_job(*args, **kwargs))

    async def retry_job(self, *args, **kwargs) -> None:
        await self._or_end(super().retry_job(*args, **kwargs))

    @staticmethod
    async def _or_end(writing) -> None:
        try:
            await writing
        except procrastinate.exceptions.ConnectorException:
            signal.raise_signal(signal.SIGTERM)
            raise


def init_app(app: Flask, blueprints: dict[str, procrastinate.Blueprint]) -> None:
    """Give the app its job app, with the tasks of each room under `<room>:<task>`."""
    dsn = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql", 1)
    connector = procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=8)
    job_app = procrastinate.App(connector=connector)
    job_app.job_manager = _Manager(connector)
    for room, blueprint in {"kernel": kernel_tasks, **blueprints}.items():
        # Procrastinate renames the tasks it is given, and a second app in this process needs them as they were.
        job_app.add_tasks_from(copy.deepcopy(blueprint), namespace=room)
    app.extensions["jobs"] = job_app


def run_worker(app: Flask) -> None:
    """Work until SIGTERM or SIGINT. Each task runs in an app context of its own."""

    def in_app_context(call_next, context, worker):
        with app.app_context():
            try:
                return call_next()
            except Exception as error:
                db.session.rollback()
                log.error(
                    "task failed",
                    extra={"task": context.job.task_name, "job": context.job.id, "error": type(error).__name__},
                )
                raise

    app.extensions["jobs"].run_worker(
        concurrency=4,
        fetch_job_polling_interval=2.0,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        shutdown_graceful_timeout=5,
        delete_jobs="successful",
        task_middleware=[in_app_context],
    )


@kernel_tasks.periodic(cron="* * * * * */5")
@kernel_tasks.task(name="retry_stalled", pass_context=True)
async def retry_stalled(context, timestamp: int) -> None:
    """Give the jobs of a dead worker back to the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.id != context.job.id:
            await manager.retry_job(job)


@kernel_tasks.periodic(cron="17 3 * * *")
@kernel_tasks.task(name="remove_old_jobs", pass_context=True)
async def remove_old_jobs(context, timestamp: int) -> None:
    """Finished jobs leave at once; failed ones stay two weeks, so that somebody can look."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True
    )


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


def job_app() -> procrastinate.App:
    """The job app of the running Flask app."""
    return current_app.extensions["jobs"]
