"""/healthz: this process and its database. /readyz: also the queue of jobs and of mail."""

from flask import Blueprint, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from . import jobs
from .db import db

# A mail that has waited this long means that no worker is alive, or that the relay refuses.
OLDEST_JOB_SECONDS = 300
MAIL_QUEUE_LIMIT = 10_000

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz():
    """200 {"process": "ok", "database": "ok"}, or 503 with what does not answer."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(process="ok", database="unreachable"), 503
    return jsonify(process="ok", database="ok")


@health.get("/readyz")
def readyz():
    """200 or 503 with the age of the oldest job that could run (seconds), the mail queue, the failed jobs,
    and whether donations are off, test or live."""
    try:
        waiting = jobs.waiting()
    except SQLAlchemyError:
        return jsonify(process="ok", database="unreachable"), 503
    late = waiting["oldest_seconds"] > OLDEST_JOB_SECONDS
    full = waiting["mail_waiting"] > MAIL_QUEUE_LIMIT
    answer = jsonify(
        process="ok",
        database="ok",
        oldest_job_seconds=round(waiting["oldest_seconds"], 1),
        jobs="late" if late else "ok",
        mail_waiting=waiting["mail_waiting"],
        mail="full" if full else "ok",
        failed_jobs=waiting["failed"],
        donations=current_app.config["DONATIONS"],
    )
    return answer, 503 if late or full else 200
