"""Leave to hand over. Before the final dot of a message a worker raises the place of its line, and waits until that is
on disk; so nothing is handed over that is not written down. All leaves of a round are one write of the worker's row.

Nothing is handed over of a mailing that was paused, nor a delivery that was cancelled meanwhile, nor by a worker that
was believed dead: its row is gone.
"""

import select
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import text

from app.kernel.db import db

LEASE = timedelta(seconds=20)

_ALLOW = (
    "UPDATE mobilisation_worker SET lines = {lines}, places = {places}, settled = {settled},"
    " lease_until = clock_timestamp() + interval '{lease} seconds' WHERE id = {worker}"
    " AND NOT EXISTS (SELECT FROM mobilisation_mailing m WHERE m.id = ANY({mailings}) AND m.state <> 'running')"
    " AND (SELECT count(*) FROM mobilisation_delivery d WHERE d.id = ANY({deliveries}) AND d.state = 'sending')"
    "  = cardinality({deliveries}) RETURNING id"
)
# Which of them it may be, where it may not be all.
_WHICH = (
    "SELECT l.id FROM unnest({asked}, {deliveries}) AS v (line, delivery)"
    " JOIN mobilisation_line l ON l.id = v.line AND l.worker_id = {worker}"
    " JOIN mobilisation_mailing m ON m.id = l.mailing_id AND m.state = 'running'"
    " JOIN mobilisation_delivery d ON d.id = v.delivery AND d.state = 'sending'"
)


class Standing(NamedTuple):
    """How far a line is: how many of its deliveries it may have handed over, and of how many it is written what became
    of them."""

    place: int = 0
    settled: int = 0


class Leave(NamedTuple):
    """What a line asks for: to hand over the delivery at `place` (from 1) of its list."""

    line_id: int
    place: int
    delivery_id: int
    mailing_id: int


Standings = Mapping[int, Standing]


class Journal:
    """A connection of its own, on which the leaves of a round are a transaction that is on disk when it is answered.
    Who asks need not wait: `fileno` is to be watched, and `answer` tells when it has come. Raises
    psycopg.OperationalError as soon as the database is away; then it is of no use any more.

    It speaks to libpq itself: with psycopg's cursors this, the one statement of each round, took three times as long.
    """

    def __init__(self, url: str):
        # Whatever the server does by itself: a leave that could be forgotten would be none. All that was written before
        # it is on disk with it. The plan is made once, maybe while a table is small: it goes by the index all the same.
        settings = "-c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
        self._connection = psycopg.connect(url, autocommit=True, options=settings)
        self._pgconn = self._connection.pgconn
        allow = _numbered(_ALLOW, ("worker", "lines", "places", "settled", "mailings", "deliveries"))
        which = _numbered(_WHICH, ("worker", "asked", "deliveries"))
        for name, statement in ((b"allow", allow), (b"which", which)):
            self._checked(self._pgconn.prepare(name, statement.encode()))
        self._socket = self._pgconn.socket
        self._asked: tuple[int, Standings, Sequence[Leave]] = (0, {}, ())

    def fileno(self) -> int:
        """The number of its socket, for select."""
        return self._socket

    def ask(self, worker: int, standings: Standings, leaves: Sequence[Leave]) -> None:
        """Ask for leave to hand over, and write down where all lines of the worker stand. Nothing else is asked before
        that is answered."""
        self._asked = (worker, standings, leaves)
        values = _values(worker, standings, leaves)
        self._pgconn.send_query_prepared(b"allow", [value.encode() for value in values.values()])
        self._pgconn.flush()

    def answer(self, wait: bool = False) -> set[int] | None:
        """The lines (ids) that have leave, once that is on disk; None: not yet. The others hand over nothing: their
        mailing was paused, the delivery cancelled, or the line is not theirs any more."""
        worker, standings, leaves = self._asked
        found = 0
        while True:
            while self._pgconn.is_busy():
                if not select.select([self._socket], [], [], None if wait else 0.0)[0]:
                    return None
                self._pgconn.consume_input()
            result = self._pgconn.get_result()
            if result is None:
                break
            found = self._checked(result).ntuples
            # What was updated is told before the commit; that there is nothing more to tell comes after it.
            wait = True
        if found or not leaves:
            return {leave.line_id for leave in leaves}
        some = self._which(worker, leaves)
        if len(some) == len(leaves):
            # It was believed dead, or something changed in between.
            return set()
        self.ask(worker, standings, some)
        return self.answer(wait=True)

    def allow(self, worker: int, standings: Standings, leaves: Sequence[Leave]) -> set[int]:
        """Ask, and wait for the answer."""
        self.ask(worker, standings, leaves)
        return self.answer(wait=True)

    def _which(self, worker: int, leaves: Sequence[Leave]) -> list[Leave]:
        asked, deliveries = (leave.line_id for leave in leaves), (leave.delivery_id for leave in leaves)
        values = [value.encode() for value in (str(worker), array(asked), array(deliveries))]
        result = self._checked(self._pgconn.exec_prepared(b"which", values))
        lines = {int(result.get_value(row, 0)) for row in range(result.ntuples)}
        return [leave for leave in leaves if leave.line_id in lines]

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.OperationalError(result.get_error_message())
        return result

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def allow(worker: int, standings: Standings, leave: Leave) -> bool:
    """Ask for one leave in the session's own transaction."""
    values = _values(worker, standings, [leave])
    names = {name: f"CAST(:{name} AS {_type(name)})" for name in values}
    return db.session.execute(text(_filled(_ALLOW, names)), values).first() is not None


def array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL reads an array: psycopg takes its time over each of a list."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _values(worker: int, standings: Standings, leaves: Sequence[Leave]) -> dict[str, str]:
    places = {line: standing.place for line, standing in standings.items()}
    places.update((leave.line_id, leave.place) for leave in leaves)
    settled = (standings[line].settled if line in standings else 0 for line in places)
    return {
        "worker": str(worker),
        "lines": array(places),
        "places": array(places.values()),
        "settled": array(settled),
        "mailings": array({leave.mailing_id for leave in leaves}),
        "deliveries": array(leave.delivery_id for leave in leaves),
    }


def _numbered(statement: str, names: Sequence[str]) -> str:
    return _filled(statement, {name: f"${place}::{_type(name)}" for place, name in enumerate(names, 1)})


def _filled(statement: str, names: Mapping[str, str]) -> str:
    return statement.format(**names, lease=LEASE.seconds)


def _type(name: str) -> str:
    return {"worker": "bigint", "places": "int[]", "settled": "int[]"}.get(name, "bigint[]")
