"""A mailing under blows: its workers, a web worker and PostgreSQL are killed at random moments, by SIGKILL and SIGTERM.

After each blow the books are compared with what the sink took: nobody twice, the balance true, uncertain at most one a
connection for each blow and each named. At the end everybody was served, or is uncertain.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel import processes
from app.kernel.config import new_secrets
from app.kernel.postgres import Cluster
from tests.mobilisation.engine import crowd
from tests.mobilisation.engine.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("mail worker", "mail workers", "web worker", "backend", "postmaster")
WAIT_SECONDS = 120.0


@dataclass
class Result:
    """What a run has shown; `faults` is empty when the books were true after each blow."""

    blows: list[str] = field(default_factory=list)
    sent: int = 0
    uncertain: int = 0
    taken: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


class House:
    """A database of its own, gunicorn and the processes that send, each started again when it has ended."""

    def __init__(self, folder: Path, connections: int, sink: Sink):
        self.cluster = Cluster(folder / "pg")
        self.cluster.prepare()
        self.server = self.cluster.spawn()
        self.cluster.await_ready(self.server)
        self.cluster.create_database()
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PLENARY_ENV")},
            "PLENARY_ENV": "development",
            "INSTANCE_DIR": str(folder / "instance"),
            "DATABASE_URL": self.cluster.url("plenary"),
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(sink.port),
            "MAIL_PROCESSES": "4",
            "MAIL_CONNECTIONS": str(connections),
            "WEB_CONCURRENCY": "1",
            "PORT": "0",
            **new_secrets(),
        }
        self._output = (folder / "output").open("ab")
        self._run("flask", "--app", "wsgi", "release").wait()
        self.senders = self.web = None
        self.keep_up()

    def _run(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
        )

    def keep_up(self) -> None:
        """Start again what has ended."""
        if self.server.poll() is not None:
            self.cluster.reclaim()
            self.server = self.cluster.spawn()
            self.cluster.await_ready(self.server)
        if self.senders is None or self.senders.poll() is not None:
            self.senders = self._run("flask", "--app", "wsgi", "mobilise", "send", "--stay")
        if self.web is None or self.web.poll() is not None:
            self.web = self._run("gunicorn", "--config", "app/kernel/gunicorn.py", "wsgi:app")

    def children(self, pid: int) -> list[int]:
        """The processes that a process of ours has started."""
        return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and processes.parent(int(entry)) == pid]

    def victims(self, part: str) -> list[int]:
        """The processes of a part."""
        if part == "mail worker":
            return self.children(self.senders.pid)
        if part == "mail workers":
            return [self.senders.pid]
        if part == "web worker":
            return self.children(self.web.pid)
        if part == "postmaster":
            return [self.server.pid]
        found = processes.of_cluster(self.cluster.sockets.name)
        return [pid for pid in found if "[local]" in " ".join(processes.arguments(pid))]

    def stop(self) -> None:
        """End all of it."""
        for process in (self.senders, self.web):
            process.terminate()
            process.wait(30)
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)
        self.cluster.unlock()
        self._output.close()


def torture(folder: Path, kills: int, seed: int, number: int = 5000, connections: int = 10) -> Result:
    """Deal so many blows to a mailing to `number` people over `connections` connections."""
    from app import create_app
    from app.kernel.db import db

    chance, result, began = random.Random(seed), Result(), time.monotonic()
    folder.mkdir(exist_ok=True)
    with Sink(delay=0.02) as sink:
        house = House(folder, connections, sink)
        app = create_app(house.environ)
        try:
            with app.app_context():
                mailing = crowd.fill(number)
                db.session.remove()
                for blow in range(kills):
                    _await(house, lambda share=blow: len(sink.taken) >= number * share / (kills + 1), result)
                    _strike(house, chance, result)
                    _again(house, lambda share=blow: _compare(mailing, number, connections * (share + 1), sink, result))
                _await(house, lambda: _again(house, lambda: _ended(mailing)), result)
                _again(house, lambda: _compare(mailing, number, connections * kills, sink, result))
                left = _again(house, lambda: crowd.states(mailing))
                result.sent, result.uncertain = left.get("sent", 0), left.get("uncertain", 0)
                result.taken = len(sink.taken)
                if set(left) - {"sent", "uncertain"} or result.sent + result.uncertain != number:
                    result.faults.append(f"at the end the rows say {left}")
                if result.taken < result.sent:
                    result.faults.append(f"{result.sent} are told to be sent, and the sink took {result.taken}")
                db.session.remove()
                db.engine.dispose()
        finally:
            house.stop()
    result.seconds = time.monotonic() - began
    return result


def _strike(house: House, chance: random.Random, result: Result) -> None:
    part, number = chance.choice(PARTS), chance.choice((signal.SIGKILL, signal.SIGTERM))
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            pid = chance.choice(house.victims(part))
            os.kill(pid, number)
            break
        except (IndexError, ProcessLookupError):
            # What was killed before is not back yet.
            if time.monotonic() > deadline:
                result.faults.append(f"for {WAIT_SECONDS:.0f} seconds there was no {part}")
                return
            house.keep_up()
            time.sleep(0.05)
    result.blows.append(f"{part} {number.name}")
    deadline = time.monotonic() + 15.0
    while processes.arguments(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    house.keep_up()


def _again(house: House, work):
    """Ask the database, however often it is away."""
    from app.kernel.db import db

    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return work()
        except (DBAPIError, psycopg.Error):
            if time.monotonic() > deadline:
                raise
            house.keep_up()
            time.sleep(0.2)
        finally:
            db.session.remove()


def _await(house: House, there, result: Result) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not there():
        house.keep_up()
        if time.monotonic() > deadline:
            result.faults.append(f"nothing went on for {WAIT_SECONDS:.0f} seconds after {result.blows[-1:]}")
            return
        time.sleep(0.05)


def _ended(mailing: int) -> bool:
    from app.kernel.db import db

    state = text("SELECT state FROM mobilisation_mailing WHERE id = :mailing")
    return db.session.execute(state, {"mailing": mailing}).scalar() == "finished"


def _compare(mailing: int, number: int, most: int, sink: Sink, result: Result) -> None:
    """The books beside what the sink took, at any moment."""
    from app.kernel.db import db
    from app.mobilisation import balance
    from app.mobilisation.engine import aftermath

    db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    it, counted = balance.of([mailing])[mailing], crowd.states(mailing)
    named = aftermath.uncertain([mailing]).get(mailing, [])
    after = f"after {result.blows[-1:]}"
    if not it.holds or it.audience != number or sum(counted.values()) != number:
        result.faults.append(f"{after} the balance is {it}, the rows say {counted}")
    if it.sent != counted.get("sent", 0) or it.uncertain != counted.get("uncertain", 0):
        result.faults.append(f"{after} the balance is {it}, the rows say {counted}")
    if it.uncertain > most or len(named) != it.uncertain:
        result.faults.append(f"{after} {it.uncertain} are uncertain, of {len(named)} named, at most {most} may be")
    if it.sent > len(sink.taken):
        result.faults.append(f"{after} {it.sent} are told to be sent, and the sink took {len(sink.taken)}")
    if twice := [who for who, times in sink.taken.items() if times > 1]:
        result.faults.append(f"{after} {len(twice)} were served twice")


def lines(result: Result) -> list[str]:
    """What the run has shown, in words."""
    return [
        f"mailing: {len(result.blows)} blows in {result.seconds:.0f} s: {', '.join(result.blows)}",
        f"  {result.sent} sent, {result.uncertain} uncertain, and the sink took {result.taken}, nobody twice",
        *(f"  FAULT: {fault}" for fault in result.faults),
    ]
