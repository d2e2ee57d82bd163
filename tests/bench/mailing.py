"""Mailings against smtp-sink, beside smtp-source that sends as much: rate, through a slow network, memory, and how long
a confirmation takes meanwhile. Everything is counted: what the sink took, what the balance says, what the rows say.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import proc
from .relays import Sink, Slow, tools

# What smtp-source opens, and what our workers do: each of their messages waits for the disk, many of them at once.
SESSIONS = 8
CONNECTIONS, PROCESSES = 64, 2
EACH = 24_000
SLOW_CONNECTIONS, SLOW_SECONDS, SLOW_EACH = 20, 0.05, 6_000
FEW, MANY = 10_000, 1_000_000
# Of the million so many are sent before the memory is looked at: a worker holds claims, not audiences.
SENT_OF_MANY = 30_000


@dataclass
class Found:
    """Rates by round of ours, of smtp-source as it comes and of one that keeps its connections; the rate over the slow
    network, and that of a client with nothing to write down; peaks in megabytes; seconds until a confirmation was
    handed over."""

    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    slow: float = 0.0
    limit: float = 0.0
    megabytes: dict[int, float] = field(default_factory=dict)
    confirmation: float = 0.0


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
            workers = Workers(environ, sink.port, CONNECTIONS, PROCESSES, folder / "send.log")
            try:
                books.run(500)
                for place in range(rounds):
                    turns = [
                        lambda: found.floor.append(sink.source(EACH // 2, SESSIONS, keeps=False)),
                        lambda: found.ours.append(books.run(EACH)),
                        lambda: found.kept.append(sink.source(EACH // 2, SESSIONS, keeps=True)),
                    ]
                    for turn in reversed(turns) if place % 2 else turns:
                        turn()
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
                found.limit = slow.pipelined(SLOW_EACH, SLOW_CONNECTIONS)
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
