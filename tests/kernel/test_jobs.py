"""The worker, as the Procfile starts it, when the database fails it at a bad moment."""

import os
import subprocess
import sys
import time

import psycopg
import pytest

from tests.conftest import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

# The connection is lost just when the worker writes down that the job is done, once.
LOSE_CONNECTION = """
CREATE SEQUENCE losses;
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.task_name = 'petitions:mail' AND nextval('losses') = 1 THEN
        PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5);
    END IF;
    RETURN old;
END $$;
CREATE TRIGGER lose BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION lose();
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('mail', 'petitions:mail', 0, NULL, NULL,
    '{"signature_id": 1, "repeat": false}'::jsonb, NULL)::procrastinate_job_to_defer_v1]);
"""


@pytest.fixture
def start_worker(make_database, tmp_path):
    """Starts a worker on a database of its own, whose address it carries as `url`."""
    url = make_database()
    workers = []

    def start() -> subprocess.Popen:
        workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
                cwd=ROOT,
                env={**os.environ, **environment(url, tmp_path)},
                stderr=subprocess.DEVNULL,
            )
        )
        return workers[-1]

    start.url = url
    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def test_a_job_whose_end_could_not_be_written_down_is_not_left_with_a_living_worker(start_worker):
    with psycopg.connect(start_worker.url, autocommit=True) as connection:
        connection.execute(LOSE_CONNECTION)

        def jobs() -> list[tuple]:
            return connection.execute(
                "SELECT status::text, worker_id FROM procrastinate_jobs WHERE task_name = 'petitions:mail'"
            ).fetchall()

        assert start_worker().wait(60) == 0
        assert jobs() == [("doing", None)]
        start_worker()
        deadline = time.monotonic() + 60
        while jobs():
            assert time.monotonic() < deadline, jobs()
            time.sleep(0.2)
