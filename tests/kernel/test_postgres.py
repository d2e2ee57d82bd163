"""The database server of our own: what it is, and that no kill leaves it unusable."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from app.kernel import identity
from app.kernel.postgres import MAJOR, PORT, Cluster, ClusterError, binaries
from tests.machine import eventually

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]
QUICK = {"fsync": "off"}
OWNER = """
import sys, time
from pathlib import Path
from app.kernel.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), {"fsync": "off"})
cluster.start()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data directory that was made once, to be copied."""
    cluster = Cluster(tmp_path_factory.mktemp("made") / "pg", QUICK)
    cluster.start()
    cluster.stop()
    return cluster.data


@pytest.fixture
def cluster(made, tmp_path):
    """A cluster on a copy of that directory, not started."""
    cluster = Cluster(_copy(made, tmp_path / "pg"), QUICK)
    yield cluster
    cluster.stop()


def _copy(made: Path, data: Path) -> Path:
    subprocess.run(["cp", "-a", made, data], check=True)
    return data


def ask(cluster, question):
    with psycopg.connect(cluster.url()) as connection:
        return connection.execute(question).fetchone()


def postmaster(cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def test_a_new_cluster_speaks_utf8_sorts_by_code_point_and_has_its_database(tmp_path):
    cluster = Cluster(tmp_path / "pg", QUICK)
    cluster.start()
    try:
        assert ask(cluster, "select current_database(), current_setting('server_encoding')") == ("plenary", "UTF8")
        assert ask(cluster, "select datcollate, datctype from pg_database where datname = 'plenary'") == ("C", "C")
        assert ask(cluster, "select current_setting('server_version_num')::int / 10000") == (MAJOR,)
        assert ask(cluster, "select current_setting('TimeZone'), current_setting('fsync')") == ("UTC", "off")
    finally:
        cluster.stop()


def test_by_default_what_is_committed_is_on_the_disk(tmp_path):
    assert "fsync" not in Cluster(tmp_path / "pg").settings


def test_it_listens_on_no_network_and_its_socket_is_for_this_account_alone(cluster):
    cluster.start()
    assert ask(cluster, "select current_setting('listen_addresses')") == ("",)
    assert cluster.sockets.stat().st_mode & 0o777 == 0o700


def test_it_starts_in_a_path_of_160_characters(made, tmp_path):
    deep = tmp_path / ("d" * 80) / ("e" * max(20, 158 - len(str(tmp_path)) - 81 - 4))
    deep.mkdir(parents=True)
    cluster = Cluster(_copy(made, deep / "pg"), QUICK)
    assert len(str(cluster.data)) > 160
    cluster.start()
    try:
        assert ask(cluster, "select 1") == (1,)
        assert len(str(cluster.sockets / f".s.PGSQL.{PORT}")) < 107
    finally:
        cluster.stop()


def test_it_is_running_between_start_and_stop_and_keeps_its_rows(cluster):
    assert not cluster.running
    cluster.start()
    assert cluster.running
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("create table kept as select 42 as answer")
    cluster.stop()
    assert not cluster.running
    cluster.start()
    assert ask(cluster, "select answer from kept") == (42,)


def test_variables_meant_for_another_server_do_not_redirect_it(cluster, monkeypatch):
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere", "PGDATABASE": "other"}.items():
        monkeypatch.setenv(name, value)
    cluster.start()
    assert ask(cluster, "select current_database()") == ("plenary",)


def test_pg_dump_of_the_same_version_stands_beside_it(cluster):
    cluster.start()
    dump = subprocess.run([binaries() / "pg_dump", cluster.url()], capture_output=True, text=True, check=True)
    assert "PostgreSQL database dump complete" in dump.stdout


def test_a_cluster_in_use_is_not_started_twice(cluster):
    cluster.start()
    with pytest.raises(ClusterError, match="in use by another process"):
        Cluster(cluster.data, QUICK).start()
    assert ask(cluster, "select 1") == (1,)


def test_data_of_another_major_version_is_refused_in_one_line_and_left_alone(cluster):
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterError, match=rf"made by PostgreSQL 16 .* brings PostgreSQL {MAJOR}") as refusal:
        cluster.start()
    assert "\n" not in str(refusal.value)
    assert (cluster.data / "PG_VERSION").read_text() == "16\n"


def test_a_directory_with_other_files_is_refused_and_left_alone(tmp_path):
    cluster = Cluster(tmp_path / "pg", QUICK)
    cluster.data.mkdir()
    (cluster.data / "holiday.jpg").touch()
    with pytest.raises(ClusterError, match="no PostgreSQL data"):
        cluster.prepare()
    cluster.unlock()
    assert [file.name for file in cluster.data.iterdir()] == ["holiday.jpg"]


def test_what_a_killed_initdb_left_is_made_anew(tmp_path):
    cluster = Cluster(tmp_path / "pg", QUICK)
    half = tmp_path / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text(f"{MAJOR}\n")
    cluster.prepare()
    cluster.unlock()
    assert (cluster.data / "global" / "pg_control").exists() and not half.exists()


def test_a_server_that_does_not_start_says_why_in_one_line(cluster):
    cluster.settings["shared_buffers"] = "nonsense"
    with pytest.raises(ClusterError, match="shared_buffers") as refusal:
        cluster.start()
    assert "\n" not in str(refusal.value)


def test_when_its_owner_is_killed_the_server_ends_and_the_next_one_starts(cluster):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, cluster.data], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdout.readline() == "ready\n"
        assert cluster.running
        owner.kill()
    cluster.start()
    assert ask(cluster, "select 1") == (1,)


def test_after_the_server_was_killed_it_starts_again_with_all_that_was_committed(cluster):
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("create table kept as select 42 as answer")
    os.kill(postmaster(cluster), signal.SIGKILL)
    eventually(lambda: not cluster.running)
    cluster.stop()
    cluster.start()
    assert ask(cluster, "select answer from kept") == (42,)


def test_a_left_over_pid_file_is_not_mistaken_for_a_server(cluster):
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (cluster.data / "postmaster.pid").write_text(f"{bystander.pid}\n{cluster.data}\n0\n5432\n\n\n\nready\n")
        assert not cluster.running
        cluster.start()
        assert ask(cluster, "select 1") == (1,)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_the_log_repeats_nothing_that_was_typed(cluster):
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("create table person (email text unique)")
        connection.execute("insert into person values ('ada@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into person values ('ada@example.org')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select 'ada@example.org'::text::int")
    cluster.stop()
    assert "ada" not in cluster.log.read_text()
    assert cluster.log.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has other identities to choose from")
@pytest.mark.parametrize("kind", ["namespace", "user", "reach"])
def test_as_root_it_runs_as_someone_else_wherever_the_system_allows_it(kind, monkeypatch):
    works = identity._works
    monkeypatch.setattr(identity, "_works", lambda who, *rest: who.startswith(kind) and works(who, *rest))
    with tempfile.TemporaryDirectory() as directory:
        # Closed to other accounts, as a home directory is, unless the account is one without any leave.
        os.chmod(directory, 0o755 if kind == "user" else 0o700)
        cluster = Cluster(Path(directory) / "pg", QUICK)
        try:
            cluster.start()
        except ClusterError as error:
            pytest.skip(f"{kind} is not possible here: {error}")
        try:
            _survives_a_kill(cluster, kind)
        finally:
            cluster.stop()


def _survives_a_kill(cluster, kind):
    assert cluster.identity.startswith(kind)
    assert ask(cluster, "select 1") == (1,)
    os.kill(postmaster(cluster), signal.SIGKILL)
    eventually(lambda: not cluster.running)
    cluster.stop()
    cluster.start()
    assert ask(cluster, "select 1") == (1,)
