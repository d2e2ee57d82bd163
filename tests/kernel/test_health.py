"""What a monitor reads: the process, its database, the queue, the mails."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.kernel import clock, health, jobs
from app.kernel.db import db


def test_a_healthy_site_says_so(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"process": "ok", "database": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"
    ready = client.get("/readyz").json
    assert (ready["jobs"], ready["mail"], ready["mail_waiting"]) == ("ok", "ok", 0)


def test_a_job_that_nobody_takes_makes_the_site_unready(client, session, monkeypatch):
    jobs.defer("petitions:mail", jobs.MAIL_QUEUE, signature_id=1, repeat=False)
    session.commit()
    assert client.get("/readyz").status_code == 200
    later = datetime.now(UTC) + timedelta(seconds=health.OLDEST_JOB_SECONDS + 5)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["jobs"] == "late"
    assert answer.json["mail_waiting"] == 1


def test_a_job_that_is_to_run_tomorrow_is_not_late(client, session, monkeypatch):
    jobs.defer("petitions:mail", at=datetime.now(UTC) + timedelta(days=1), signature_id=1, repeat=False)
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(hours=1))
    assert client.get("/readyz").status_code == 200


def test_a_flood_of_mails_makes_the_site_unready(client, session, monkeypatch):
    monkeypatch.setattr(health, "MAIL_QUEUE_LIMIT", 2)
    for _ in range(3):
        jobs.defer("petitions:mail", jobs.MAIL_QUEUE, signature_id=1, repeat=False)
    session.commit()
    assert client.get("/readyz").json["mail"] == "full"


def test_failed_jobs_are_told(client, session):
    jobs.defer("petitions:mail", jobs.MAIL_QUEUE, signature_id=1, repeat=False)
    session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    session.commit()
    assert client.get("/readyz").json["failed_jobs"] == 1


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_without_a_database_both_say_so_and_no_more(client, monkeypatch, path):
    def away(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("host=secret.example password=x"))

    monkeypatch.setattr(db.session, "execute", away)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.json == {"process": "ok", "database": "unreachable"}


def test_a_job_exists_exactly_if_its_transaction_was_committed(session):
    jobs.defer("petitions:mail", jobs.MAIL_QUEUE, signature_id=1, repeat=False)
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
