"""Mailings against smtp-sink, beside smtp-source that sends as much: rate, through a slow network, memory, and how long
a confirmation takes meanwhile. Everything is counted: what the sink took, what the balance says, what the rows say.

smtp-sink and smtp-source are Debian's (package postfix). They are looked for in PATH and /usr/sbin, or else unpacked
from the package without installing it; postfix itself is never started.
"""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import proc

SESSIONS = 8
PROCESSES = 2
OCTETS = 10_240
EACH = 6_000
SLOW_CONNECTIONS, SLOW_SECONDS, SLOW_EACH = 20, 0.05, 4_000
FEW, MANY = 10_000, 1_000_000
# Of the million so many are sent before the memory is looked at: a worker holds claims, not audiences.
SENT_OF_MANY = 30_000


class NoTools(Exception):
    """smtp-sink and smtp-source are neither there nor to be had."""


@dataclass
class Found:
    """Rates by round of ours and of smtp-source; the rate over the slow network and its limit; peaks in megabytes;
    seconds until a confirmation was handed over."""

    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    slow: float = 0.0
    limit: float = SLOW_CONNECTIONS / SLOW_SECONDS
    megabytes: dict[int, float] = field(default_factory=dict)
    confirmation: float = 0.0

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(mine / floor for mine, floor in zip(self.ours, self.floor, strict=True))


def tools(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment and the directory of the two programs. Raises NoTools."""
    for place in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin"):
        if (Path(place) / "smtp-sink").exists():
            return {}, Path(place)
    try:
        subprocess.run(["apt-get", "download", "postfix"], cwd=folder, check=True, capture_output=True)
        (package,) = folder.glob("postfix_*.deb")
        subprocess.run(["dpkg", "-x", str(package), str(folder / "postfix")], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise NoTools("install Debian's package postfix for smtp-sink and smtp-source") from error
    root = folder / "postfix/usr"
    # The sink runs as nobody, who has to reach its libraries.
    folder.chmod(0o711)
    return {"LD_LIBRARY_PATH": str(root / "lib/postfix")}, root / "sbin"


class Sink:
    """smtp-sink on a free port of loopback, and how many messages it took."""

    def __init__(self, folder: Path, environ: Mapping[str, str], programs: Path):
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]
        self._environ = {**os.environ, **environ}
        self._programs = programs
        self._log = folder / f"sink-{self.port}.log"
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [str(programs / "smtp-sink"), "-c", *account, f"127.0.0.1:{self.port}", "512"]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(command, env=self._environ, stdout=output, stderr=subprocess.STDOUT)
        while True:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                raise NoTools(f"smtp-sink does not start: {self._log.read_text(errors='replace').strip()}")
            time.sleep(0.05)

    def source(self, number: int, sessions: int = SESSIONS) -> float:
        """Have smtp-source send so many over connections that stay; messages a second."""
        began = time.monotonic()
        size = ["-s", str(sessions), "-l", str(OCTETS), "-m", str(number), "-d"]
        people = ["-f", "from@example.org", "-t", "to@example.org"]
        command = [str(self._programs / "smtp-source"), *size, *people, f"127.0.0.1:{self.port}"]
        subprocess.run(command, env=self._environ, check=True, capture_output=True)
        return number / (time.monotonic() - began)

    def took(self) -> int:
        """How many messages it has taken, as it counts them itself."""
        found = re.findall(rb"mesg=(\d+)", self._log.read_bytes())
        return int(found[-1]) if found else 0

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


class Slow:
    """A way to a port that takes `seconds` there and back, whatever the rate."""

    def __init__(self, port: int, seconds: float):
        self._to, self._half = port, seconds / 2
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._join, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    async def _join(self, reader, writer) -> None:
        there = await asyncio.open_connection("127.0.0.1", self._to)
        for source, target in ((reader, there[1]), (there[0], writer)):
            queue = asyncio.Queue()
            tasks = (
                self._loop.create_task(self._read(source, queue)),
                self._loop.create_task(self._write(queue, target)),
            )
            self._tasks = getattr(self, "_tasks", []) + list(tasks)

    async def _read(self, source, queue) -> None:
        while True:
            content = await source.read(1 << 16)
            queue.put_nowait((self._loop.time() + self._half, content))
            if not content:
                return

    async def _write(self, queue, target) -> None:
        while True:
            at, content = await queue.get()
            await asyncio.sleep(max(0.0, at - self._loop.time()))
            if not content:
                target.close()
                return
            target.write(content)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)


class Workers:
    """`flask mobilise send --stay`, and its processes."""

    def __init__(self, environ: Mapping[str, str], port: int, connections: int, processes: int, log: Path):
        from .servers import ROOT, Process

        self._process = Process(
            ["flask", "--app", "wsgi", "mobilise", "send", "--stay"],
            {
                **environ,
                "MAIL_SERVER": "127.0.0.1",
                "MAIL_PORT": str(port),
                "MAIL_CONNECTIONS": str(connections),
                "MAIL_PROCESSES": str(processes),
                "PYTHONPATH": str(ROOT),
            },
            log,
        )
        self._process.__enter__()

    def peak(self) -> float:
        """The peak memory of the largest of the processes that send, in megabytes."""
        from app.kernel import processes

        children = [
            int(entry)
            for entry in os.listdir("/proc")
            if entry.isdigit() and processes.parent(int(entry)) == self._process.pid
        ]
        return max(proc.peak(pid) for pid in children)

    def close(self) -> None:
        """End them."""
        self._process.__exit__(None, None, None)


def measure(environ: Mapping[str, str], folder: Path, rounds: int) -> Found:
    """All of it, in a database of its own. Raises NoTools, and ValueError where the books do not balance."""
    from app import create_app
    from app.kernel.db import db

    found = Found()
    folder.mkdir(exist_ok=True)
    sink = Sink(folder, *tools(folder))
    app = create_app(dict(environ))
    try:
        with app.app_context():
            books = _Books(db, sink)
            workers = Workers(environ, sink.port, SESSIONS, PROCESSES, folder / "send.log")
            try:
                books.run(500)
                for place in range(rounds):
                    for mine in (True, False) if place % 2 else (False, True):
                        (found.ours if mine else found.floor).append(books.run(EACH) if mine else sink.source(EACH))
                books.run(FEW)
                found.megabytes[FEW] = workers.peak()
                found.confirmation = books.confirmation(app, environ, folder)
                books.run(MANY, until=SENT_OF_MANY)
                found.megabytes[MANY] = workers.peak()
            finally:
                workers.close()
            slow = Slow(sink.port, SLOW_SECONDS)
            workers = Workers(environ, slow.port, SLOW_CONNECTIONS, PROCESSES, folder / "slow.log")
            try:
                books.run(400)
                found.slow = books.run(SLOW_EACH)
            finally:
                workers.close()
                slow.close()
            db.session.remove()
            db.engine.dispose()
    finally:
        sink.close()
    return found


class _Books:
    """Mailings let go one after another, and counted."""

    def __init__(self, db, sink: Sink):
        self._db = db
        self._sink = sink
        self._people = 0

    def run(self, number: int, until: int | None = None) -> float:
        """Let a mailing to so many go, until all or `until` of them were sent; messages a second."""
        from tests.mobilisation.engine import crowd

        self._db.session.remove()
        mailing = crowd.fill(number, body_times=6, start=self._people, state="paused")
        self._people += number
        with self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.exec_driver_sql("VACUUM ANALYZE mobilisation_delivery, people_person, people_consent")
        before = self._sink.took()
        began = time.monotonic()
        self._say("UPDATE mobilisation_mailing SET state = 'running' WHERE id = :m", mailing)
        while (sent := self._sent(mailing)) < (until or number):
            time.sleep(0.05)
        took = time.monotonic() - began
        if until:
            self._say("UPDATE mobilisation_mailing SET state = 'cancelled', ended_at = now() WHERE id = :m", mailing)
            return sent / took
        self._account(mailing, number, before)
        return number / took

    def _account(self, mailing: int, number: int, before: int) -> None:
        from app.mobilisation import balance
        from tests.mobilisation.engine import crowd

        deadline = time.monotonic() + 5.0
        while self._sink.took() - before < number and time.monotonic() < deadline:
            time.sleep(0.1)
        self._db.session.rollback()
        counted, it, took = crowd.states(mailing), balance.of([mailing])[mailing], self._sink.took() - before
        if counted != {"sent": number} or not it.holds or it.sent != number or took != number:
            raise ValueError(f"of {number} the sink took {took}, the rows say {counted}, the balance {it}")

    def _sent(self, mailing: int) -> int:
        from app.mobilisation import balance

        self._db.session.rollback()
        return balance.of([mailing])[mailing].sent

    def _say(self, statement: str, mailing: int) -> None:
        from sqlalchemy import text

        self._db.session.execute(text(statement), {"m": mailing})
        self._db.session.commit()

    def confirmation(self, app, environ, folder: Path) -> float:
        """Sign while a mailing runs at full speed; seconds until a confirmation was handed over, the worst of five."""
        from sqlalchemy import text

        from tests.mobilisation.engine import crowd
        from tests.support import sign

        from .servers import Process

        relay = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(self._sink.port)}
        worker = Process(["flask", "worker"], {**environ, **relay}, folder / "worker.log")
        mailing = crowd.fill(40_000, body_times=6, start=self._people, state="paused")
        self._people += 40_000
        worst = 0.0
        waiting = text("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'petitions:mail')")
        with worker:
            time.sleep(8.0)
            self._say("UPDATE mobilisation_mailing SET state = 'running' WHERE id = :m", mailing)
            for number in range(5):
                time.sleep(1.0)
                if sign(app.test_client(), email=f"signer{number}@example.org").status_code != 303:
                    raise ValueError("a signing was refused")
                began = time.monotonic()
                while self._db.session.execute(waiting).scalar():
                    self._db.session.rollback()
                    time.sleep(0.02)
                worst = max(worst, time.monotonic() - began)
                self._db.session.rollback()
            if self._sent(mailing) in (0, 40_000):
                raise ValueError("the mailing did not run meanwhile")
        self._say("UPDATE mobilisation_mailing SET state = 'cancelled', ended_at = now() WHERE id = :m", mailing)
        return worst
