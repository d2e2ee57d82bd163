"""`make run` from the terminal's side: a small house with a Procfile of its own, and everything in it killed."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app.kernel import processes
from app.kernel.postgres import MAJOR, Cluster
from app.kernel.supervisor import refusals
from app.kernel.supervisor.supervise import MARK
from tests.machine import eventually, free_port

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

REPOSITORY = Path(__file__).resolve().parents[2]
PROCFILE = "web: python web.py $PORT\nworker: python worker.py\nrelease: python release.py\n"

WEB = """
import os, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/end/"):
            os._exit(int(self.path[5:]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())

    def log_message(self, *arguments):
        pass

def stop(*_):
    print("web stops", flush=True)
    sys.exit()

signal.signal(signal.SIGTERM, stop)
HTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
"""
WORKER = """
import os, pathlib, signal, sys, time

def stop(*_):
    print("worker stops", flush=True)
    sys.exit()

signal.signal(signal.SIGTERM, signal.SIG_IGN if os.environ.get("STUBBORN") else stop)
pathlib.Path("worker.pid").write_text(str(os.getpid()))
time.sleep(600)
"""
RELEASE = """
import os, signal, pathlib, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("create table if not exists starts (at timestamptz default now())")
    connection.execute("insert into starts default values")
    count = connection.execute("select count(*) from starts").fetchone()[0]
print("start number", count, flush=True)
victim = os.environ.get("INTERRUPT_RELEASE")
if victim and count == 1:
    data = pathlib.Path(os.environ["INSTANCE_DIR"], "pg")
    server = int((data / "postmaster.pid").read_text().split()[0])
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        backend = connection.info.backend_pid
        os.kill(server if victim == "server" else backend, signal.SIGKILL)
        connection.execute("select pg_sleep(5)")
raise SystemExit(int(os.environ.get("RELEASE_CODE", "0")))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data directory that was made once, to be copied."""
    cluster = Cluster(tmp_path_factory.mktemp("made") / "pg", {"fsync": "off"})
    cluster.prepare()
    cluster.unlock()
    return cluster.data


class House:
    """A directory to run the supervisor in, and the supervisor's last process."""

    def __init__(self, root: Path):
        self.root = root
        self.instance = root / "instance"
        self.port = free_port()
        self.output = root / "output"
        self.process: subprocess.Popen | None = None
        for name, text in {
            "Procfile": PROCFILE,
            "web.py": WEB,
            "worker.py": WORKER,
            "release.py": RELEASE,
        }.items():
            (root / name).write_text(text)

    def start(self, *options, starter=(), **environ) -> "House":
        """Start the supervisor without waiting."""
        (self.root / "worker.pid").unlink(missing_ok=True)
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", MARK)}
        command = [*starter, sys.executable, "-m", "app.kernel.supervisor", "--root", str(self.root), *options]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**inherited, "PORT": str(self.port), **environ},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    def up(self, *options, **environ) -> "House":
        """Start the supervisor and wait until it has said where it is."""
        self.start(*options, **environ)
        eventually(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        eventually(self.worker)
        return self

    def worker(self) -> int:
        """The worker's process once it is ready, else 0."""
        pid = self.root / "worker.pid"
        return int(pid.read_text() or 0) if pid.exists() else 0

    def said(self) -> str:
        return self.output.read_text()

    def get(self, path="/") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return bool(self.get())
        except OSError:
            return False

    def stop(self, number=signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def refuses(self, **environ) -> str:
        """What a start that does not get far says: one line, and code 2."""
        self.start(**environ)
        assert self.process.wait(30) == 2, self.said()
        lines = self.said().splitlines()
        assert len(lines) == 1, lines
        return lines[0]

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.instance / "pg")

    def postmaster(self) -> int:
        return int((self.instance / "pg" / "postmaster.pid").read_text().split()[0])

    def left_over(self) -> list[int]:
        ours = processes.with_variable(MARK, str(self.instance))
        return ours + processes.of_cluster(self.cluster.sockets.name)


@pytest.fixture
def house(made, tmp_path):
    """A house whose database was made before, to save the second that takes."""
    house = House(tmp_path)
    house.instance.mkdir()
    subprocess.run(["cp", "-a", made, house.instance / "pg"], check=True)
    yield house
    if house.process and house.process.poll() is None:
        house.stop()
    processes.end(house.left_over, ((signal.SIGKILL, 5.0),))
    shutil.rmtree(house.cluster.sockets, ignore_errors=True)


def answer_of(house, question: str):
    try:
        with psycopg.connect(house.cluster.url(), connect_timeout=2) as connection:
            return connection.execute(question).fetchone()[0]
    except psycopg.OperationalError:
        return None


def database_answers(house) -> bool:
    return answer_of(house, "select 1") == 1


def test_it_starts_everything_says_where_and_stops_in_order(house):
    house.up()
    assert f"http://localhost:{house.port}/\n" in house.said()
    assert f"http://localhost:{house.port}/mailbox\n" in house.said()
    assert house.get()
    assert house.stop() == 0
    assert house.said().index("web stops") < house.said().index("worker stops")
    assert "database system is shut down" in (house.instance / "pg.log").read_text()
    assert house.left_over() == []


def test_a_first_start_makes_the_database_and_a_second_keeps_it(tmp_path):
    house = House(tmp_path)
    house.up()
    assert "start number 1" in house.said()
    assert house.stop(signal.SIGINT) == 0
    house.up()
    assert "start number 2" in house.said()
    assert house.stop() == 0


def test_in_production_no_mailbox_is_announced(house):
    house.up(PLENARY_ENV="production")
    assert "mailbox" not in house.said()


@pytest.mark.parametrize("code", [0, 1])
def test_a_web_server_that_ends_is_started_again_whatever_its_exit_code(house, code):
    first = house.up().get()
    with pytest.raises((http.client.HTTPException, OSError)):
        house.get(f"/end/{code}")
    eventually(house.answers)
    assert house.get() != first
    assert f"web ended (exit code {code}); starting it again" in house.said()


def test_a_worker_that_is_killed_is_started_again(house):
    house.up()
    first = house.worker()
    os.kill(first, signal.SIGKILL)
    eventually(lambda: house.worker() not in (0, first))
    assert "worker ended (killed by signal 9)" in house.said()


@pytest.mark.parametrize("victim", ["server", "backend"])
def test_a_database_process_that_is_killed_is_back_within_seconds(house, victim):
    house.up()
    with psycopg.connect(house.cluster.url(), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
        pid = house.postmaster() if victim == "server" else connection.info.backend_pid
        os.kill(pid, signal.SIGKILL)
    # The server may answer once more before it notices what it lost, so what was kept is asked for until it is there.
    eventually(lambda: not processes.arguments(pid) and answer_of(house, "select answer from kept") == 42)


def test_when_the_supervisor_is_killed_all_end_and_the_next_start_has_the_data(house):
    house.up().kill()
    house.up()
    assert "start number 2" in house.said()
    assert house.get()
    house.kill()
    eventually(lambda: house.left_over() == [])


def test_what_a_killed_supervisor_left_is_ended_and_nobody_else_is(house):
    house.up(STUBBORN="1")
    stubborn = house.worker()
    bystander = subprocess.Popen(["sleep", "600"], env={**os.environ, MARK: "/another/instance"})
    try:
        house.kill()
        eventually(lambda: not database_answers(house))
        assert processes.arguments(stubborn)
        house.up()
        assert not processes.arguments(stubborn)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_with_parent_it_stops_when_make_is_killed(house):
    starter = (sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])")
    house.start("--with-parent", starter=starter)
    eventually(lambda: house.answers() and house.worker())
    house.kill()
    eventually(lambda: house.left_over() == [])
    assert "worker stops" in house.said()


def test_a_second_start_in_the_same_place_is_refused(house):
    house.up()
    other = House(house.root)
    other.output = house.root / "other"
    line = other.refuses()
    assert f"already running in {house.instance}" in line and f"http://localhost:{house.port}/" in line
    assert house.get()


def test_a_taken_port_is_refused_before_anything_starts(tmp_path):
    house = House(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        line = house.refuses()
    assert line == f"plenary: port {house.port} is taken by another program: try PORT={house.port + 1} make run"
    assert not (house.instance / "pg").exists()


def test_an_unreachable_database_is_refused_without_repeating_the_password(tmp_path):
    house = House(tmp_path)
    line = house.refuses(DATABASE_URL=f"postgresql://ada:hunter2@127.0.0.1:{house.port}/other")
    assert "cannot reach the database of DATABASE_URL (other on 127.0.0.1)" in line and "refused" in line
    assert "hunter2" not in line
    assert not (house.instance / "pg").exists()


@pytest.mark.parametrize("url", ["mysql://ada:hunter2@db/x", "hunter2", "postgresql://ada:hunter2@[/x"])
def test_a_malformed_database_address_is_refused_without_repeating_it(tmp_path, url):
    line = House(tmp_path).refuses(DATABASE_URL=url)
    assert "DATABASE_URL is not of the form" in line and "hunter2" not in line


def test_data_of_an_older_postgresql_is_refused(house):
    (house.instance / "pg" / "PG_VERSION").write_text("16\n")
    assert f"was made by PostgreSQL 16 and this Plenary brings PostgreSQL {MAJOR}" in house.refuses()


def test_a_given_database_is_used_instead_of_one_of_ours(house, made, tmp_path):
    given = Cluster(tmp_path / "given", {"fsync": "off"})
    subprocess.run(["cp", "-a", made, given.data], check=True)
    given.start()
    try:
        house.up(DATABASE_URL=given.url())
        assert not (house.instance / "pg" / "postmaster.pid").exists()
        with psycopg.connect(given.url()) as connection:
            assert connection.execute("select count(*) from starts").fetchone() == (1,)
        assert house.stop() == 0
    finally:
        given.stop()


def test_the_address_of_our_own_database_starts_it_like_none(house):
    house.up(DATABASE_URL=house.cluster.url())
    assert database_answers(house)


def test_a_release_that_fails_ends_the_start_and_leaves_nothing_running(house):
    house.start(RELEASE_CODE="3")
    assert house.process.wait(30) == 2
    assert house.said().splitlines()[-1] == "plenary: the release command failed (exit code 3): python release.py"
    assert house.left_over() == []


@pytest.mark.parametrize("victim", ["server", "backend"])
def test_a_release_that_lost_its_database_is_run_again(house, victim):
    house.up(INTERRUPT_RELEASE=victim)
    assert "start number 2" in house.said()


def test_a_database_that_is_killed_while_it_starts_is_started_again(house):
    house.start()
    pid_file = house.instance / "pg" / "postmaster.pid"
    eventually(lambda: pid_file.exists() and pid_file.read_text())
    os.kill(house.postmaster(), signal.SIGKILL)
    eventually(lambda: "Ctrl-C" in house.said() or house.process.poll() is not None)
    assert house.process.poll() is None, house.said()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80 80", "٨٠"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(refusals.Refusal, match="PORT is a number"):
        refusals.port({"PORT": port})


def test_a_procfile_without_a_worker_is_refused(tmp_path):
    (tmp_path / "Procfile").write_text("web: one\nrelease: two\n# worker: three\n")
    with pytest.raises(refusals.Refusal, match="no line for worker"):
        refusals.procfile(tmp_path)
