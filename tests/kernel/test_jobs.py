"""The worker, as the Procfile starts it, when the database fails it at a bad moment."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.conftest import ROOT, environment
from tests.machine import eventually

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


def test_a_mail_waits_for_no_long_work_however_much_of_it_there_is(start_worker):
    queue = (
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s, %s, 0, NULL, NULL, %s::jsonb, NULL)"
        "::procrastinate_job_to_defer_v1])"
    )
    with psycopg.connect(start_worker.url, autocommit=True) as connection, connection.transaction():
        # Whoever looks after long work stands before this, as an import of 200,000 rows would.
        connection.execute("LOCK TABLE kernel_work")
        with psycopg.connect(start_worker.url, autocommit=True) as other:

            def number(task: str, status: str) -> int:
                found = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status::text = %s"
                return other.execute(found, (task, status)).fetchone()[0]

            for work_id in range(8):
                other.execute(queue, ("default", "imports:check", f'{{"work_id": {work_id}}}'))
            worker = start_worker()
            eventually(lambda: number("imports:check", "doing") == 4)
            other.execute(queue, ("mail", "petitions:mail", '{"signature_id": 1, "repeat": false}'))
            # What dead workers left is found all the while.
            at = "SELECT max(id) FROM procrastinate_periodic_defers WHERE task_name = 'mobilisation:tidy'"
            before = other.execute(at).fetchone()[0] or 0
            eventually(lambda: number("petitions:mail", "todo") == number("petitions:mail", "doing") == 0)
            eventually(lambda: (other.execute(at).fetchone()[0] or 0) > before)
            eventually(lambda: number("mobilisation:tidy", "todo") == number("mobilisation:tidy", "doing") == 0)
            assert number("imports:check", "doing") == 4 and number("imports:check", "todo") == 4
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
