"""What works jobs off: Procrastinate's app with the tasks of every room, and the workers that run them."""

import asyncio
import copy
import signal
from collections.abc import Mapping

import procrastinate
from flask import Flask
from procrastinate.manager import JobManager
from werkzeug.utils import import_string

from .db import db
from .jobs import CARE_QUEUE, MAIL_QUEUE
from .logs import log

HEARTBEAT_SECONDS = 1.0
STALLED_SECONDS = 4.0
KEEP_FAILED_HOURS = 24 * 14
# How many jobs of any kind at once, and how many mails beside them.
AT_ONCE, MAILS_AT_ONCE = 4, 2

kernel_tasks = procrastinate.Blueprint()


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


def job_app(app: Flask, blueprints: Mapping[str, str]) -> procrastinate.App:
    """The job app over the app's database, with the tasks of each room, given by its blueprint's address, under
    `<room>:<task>`."""
    dsn = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql", 1)
    connector = procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=8)
    made = procrastinate.App(connector=connector)
    made.job_manager = _Manager(connector)
    for room, blueprint in {"kernel": kernel_tasks, **{r: import_string(a) for r, a in blueprints.items()}}.items():
        # Procrastinate renames the tasks it is given, and a second app in this process needs them as they were.
        made.add_tasks_from(copy.deepcopy(blueprint), namespace=room)
    return made


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

    asyncio.run(_work(app.extensions["jobs"], in_app_context))


async def _work(made: procrastinate.App, middleware) -> None:
    """Two workers in one process: what works off everything may be busy for minutes with files and lists, and nobody
    waits so long for a mail, nor does what a dead worker left. Raises what ended one of them."""

    def start(name: str, number: int, queues: list[str] | None) -> asyncio.Task:
        working = made.run_worker_async(
            name=name,
            queues=queues,
            concurrency=number,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=5,
            delete_jobs="successful",
            task_middleware=[middleware],
            install_signal_handlers=False,
        )
        return asyncio.create_task(working)

    loop, ends, both = asyncio.get_running_loop(), [signal.SIGTERM, signal.SIGINT], []

    def stop() -> None:
        # Once: they end in their own time. A second signal does what it does anywhere.
        while ends:
            loop.remove_signal_handler(ends.pop())
        while both:
            both.pop().cancel()

    async with made.open_async():
        working = [start("all", AT_ONCE, None), start("mails", MAILS_AT_ONCE, [MAIL_QUEUE, CARE_QUEUE])]
        both += working
        for number in ends:
            loop.add_signal_handler(number, stop)
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        stop()
        await asyncio.wait(working)
        for each in done:
            if not each.cancelled():
                each.result()


@kernel_tasks.periodic(cron="* * * * * */5")
@kernel_tasks.task(name="retry_stalled", queue=CARE_QUEUE, pass_context=True)
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
