"""One PostgreSQL for the run, a database for each worker, a savepoint for each test, and no network."""

import gc
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import argon2
import hypothesis
import psycopg
import pytest
from psycopg import sql

from app.kernel.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "plenary_template"
# Nothing looks after tables by itself: what the planner knows is the same in every run.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    # Nobody copies this server, and nothing of it is to be there after the run.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1d",
    "max_wal_size": "8GB",
}


def environment(database_url: str, instance: Path) -> dict[str, str]:
    """Settings of a test app: fixed secrets, its own database and instance folder."""
    from app.kernel.config import new_secrets

    return {
        "PLENARY_ENV": "testing",
        "DATABASE_URL": database_url,
        "INSTANCE_DIR": str(instance),
        "PLENARY_URL": "http://plenary.test",
        **new_secrets(),
    }


# What is tried is the same in every run, however slow the machine is: a test fails for its reason, never by chance.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


# To rewrite the asserts of these files takes each worker longer than all else at its start, and every process that a
# test starts would compile the app: what is compiled is kept beside its source, also where a machine is set not to.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What stands is much and what goes is little: the collector need not look for it after every 700 things that are made.
gc.set_threshold(50_000, 20, 50)


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        config.admin_url = config.workerinput["admin_url"]
        return
    config.cluster = None
    config.run_folder = Path(tempfile.mkdtemp(prefix="plenary-tests-"))
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        config.admin_url = given
    else:
        config.cluster = Cluster(config.run_folder / "pg", settings=SETTINGS)
        config.cluster.start()
        config.admin_url = config.cluster.url("postgres")
    _make_template(config)


def pytest_xdist_auto_num_workers(config):
    """One more than there are cores: many tests wait for processes, mails and browsers."""
    return (os.cpu_count() or 1) + 1


def pytest_configure_node(node):
    """xdist: tell each worker where the one server is."""
    node.workerinput["admin_url"] = node.config.admin_url


def pytest_unconfigure(config):
    if hasattr(config, "workerinput") or not hasattr(config, "run_folder"):
        return
    _admin(config.admin_url, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE)))
    if config.cluster:
        config.cluster.stop()
    shutil.rmtree(config.run_folder, ignore_errors=True)


def _make_template(config) -> None:
    """Migrate and load once; each worker's database is a copy, which takes some 50 ms."""
    _admin(config.admin_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEMPLATE)))
    _admin(config.admin_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    settings = environment(database_url(config.admin_url, TEMPLATE), config.run_folder / "instance")
    run = subprocess.run(  # the real command, in a process that leaves no connection behind
        [sys.executable, "-m", "flask", "--app", "wsgi", "release"],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise pytest.UsageError(f"flask release failed:\n{run.stdout}{run.stderr}")
    # The planner takes a table of which it knows nothing for a large one.
    _admin(database_url(config.admin_url, TEMPLATE), sql.SQL("VACUUM ANALYZE"))


def database_url(admin_url: str, name: str) -> str:
    """The address of another database on the same server."""
    head, question, tail = admin_url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{tail}"


def _admin(admin_url: str, statement: sql.Composed) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def make_database(request):
    """Makes a fresh copy of the template and returns its address; all are dropped at the end."""
    made = []

    def make() -> str:
        name = f"plenary_{secrets.token_hex(6)}"
        _admin(
            request.config.admin_url,
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)),
        )
        made.append(name)
        return database_url(request.config.admin_url, name)

    yield make
    for name in made:
        _admin(request.config.admin_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def cheap_passwords():
    """Hashes of passwords as cheap as argon2 makes them, here alone: nothing that is installed can be told to. What
    they cost where they count: tests/accounts/test_rules.py."""
    from app.accounts import passwords

    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "NOBODYS", cheap.hash(secrets.token_hex()))
        yield


@pytest.fixture(scope="session")
def worker_app(cheap_passwords, make_database, tmp_path_factory):
    """The app of this worker process, over a database of its own."""
    from app import create_app
    from app.kernel.db import db

    app = create_app(environment(make_database(), tmp_path_factory.mktemp("instance")))
    # What stands by now stays to the end: the collector need not look through it again after every few tests.
    gc.collect()
    gc.freeze()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(worker_app):
    """The app, with everything a test writes taken back at its end."""
    from app.kernel import mail
    from app.kernel.db import db
    from app.states import queries as states

    with worker_app.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        db._app_engines[worker_app][None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        worker_app.wsgi_app.clear()
        states.clear_cache()
        shutil.rmtree(mail.mailbox_dir(), ignore_errors=True)
        try:
            yield worker_app
        finally:
            db.session.remove()
            db._app_engines[worker_app][None] = engine
            transaction.rollback()
            connection.close()


@pytest.fixture
def session(app):
    """The database session of the test."""
    from app.kernel.db import db

    return db.session


@pytest.fixture
def client(app):
    """A visitor without cookies, whose every page is checked as a page (tests/house/pages.py)."""
    from tests.house.pages import CheckingClient

    return CheckingClient(app)


@pytest.fixture
def staff(app):
    """`staff(role, campaign="un75", languages=(), networks=())`: a client signed in as somebody new with that role."""
    from tests.desk_support import signed_in

    return lambda *args, **kwargs: signed_in(app, *args, **kwargs)


@pytest.fixture
def work(app):
    """Runs every job that could run now, as the worker would, and returns the names of the tasks."""
    from tests.support import run_jobs

    return lambda: run_jobs(app)


@pytest.fixture
def mailbox(app):
    """The mails that went out, oldest first."""
    from tests.support import read_mailbox

    return read_mailbox


def pytest_terminal_summary(terminalreporter):
    """Say loudly how many browser tests were not run; here, as xdist's controller reads no other conftest."""
    from tests.browser.chromium import tell_skipped

    tell_skipped(terminalreporter)
