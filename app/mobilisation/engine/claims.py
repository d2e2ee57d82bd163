"""Who hands over what: claims with a lease, leave to hand over, and what became of it. Each verb works in the caller's
transaction.

A worker claims some deliveries for one of its connections (a line, engine/models.Line). Before the final dot of each it
raises the line's place, and waits until that is on disk; so nothing is handed over that is not written down. What was
sent is written into the deliveries' own rows some moments later, many at once: until then the line says it. Whatever
dies at whatever moment, at most one message a connection is uncertain.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import text

from app.kernel.db import db

from .outcomes import Outcome

LEASE = timedelta(seconds=20)

_CLAIM = text(
    "UPDATE mobilisation_delivery SET state = 'sending', reason = NULL, next_try = NULL"
    " WHERE id = ANY(:ids) AND state = 'queued'"
)
_LINES = text(
    "INSERT INTO mobilisation_line (worker, mailing_id, deliveries, lease_until)"
    " VALUES (:worker, :mailing, :ids, now() + :lease) RETURNING id"
)
# Nothing is handed over of a mailing that was paused, nor a delivery that was cancelled meanwhile, nor by a worker that
# was believed dead.
_ALLOW = (
    "UPDATE mobilisation_line l SET place = v.place, lease_until = clock_timestamp() + $1::text::interval"
    " FROM unnest($2::text::bigint[], $3::text::int[], $4::text::bigint[]) AS v (line, place, delivery)"
    " WHERE l.id = v.line AND l.deliveries[v.place] = v.delivery"
    " AND EXISTS (SELECT FROM mobilisation_mailing m WHERE m.id = l.mailing_id AND m.state = 'running')"
    " AND EXISTS (SELECT FROM mobilisation_delivery d WHERE d.id = v.delivery AND d.state = 'sending')"
    " RETURNING l.id"
)
_PLACE = re.compile(r"\$\d")
# What was handed over is told as it is, whatever somebody wished meanwhile.
_SETTLE = text(
    "WITH v AS MATERIALIZED (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]),"
    "  CAST(:reasons AS text[]), CAST(:codes AS smallint[]), CAST(:enhanced AS text[]), CAST(:next AS timestamptz[]),"
    "  CAST(:tried AS smallint[])) AS v (id, state, reason, code, enhanced, next_try, tried)),"
    " held AS MATERIALIZED (SELECT id FROM mobilisation_delivery WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)"
    " UPDATE mobilisation_delivery d SET state = v.state, reason = v.reason, next_try = v.next_try,"
    "  smtp_code = coalesce(v.code, d.smtp_code), enhanced_code = CASE WHEN v.code IS NULL THEN d.enhanced_code"
    "  ELSE v.enhanced END, attempts = d.attempts + v.tried"
    " FROM v JOIN held USING (id) WHERE d.id = v.id AND (d.state IN ('sending', 'uncertain')"
    "  OR d.state IN ('cancelled', 'excluded') AND v.state = 'uncertain')"
)
_SENT = text(
    "UPDATE mobilisation_delivery d SET state = 'sent', reason = NULL, next_try = NULL, smtp_code = :code,"
    " enhanced_code = :enhanced, attempts = d.attempts + 1, sent_at = clock_timestamp()"
    " WHERE d.id = ANY(:ids) AND d.state NOT IN ('sent', 'queued')"
)
_SETTLED = text(
    "UPDATE mobilisation_line l SET settled = least(v.settled, l.place), lease_until = now() + CAST(:lease AS interval)"
    " FROM unnest(CAST(:lines AS bigint[]), CAST(:settled AS int[])) AS v (line, settled) WHERE l.id = v.line"
)
_GIVE_BACK = text(
    "WITH held AS MATERIALIZED (SELECT id FROM mobilisation_delivery WHERE id = ANY(:ids) AND state = 'sending'"
    "  ORDER BY id FOR UPDATE)"
    " UPDATE mobilisation_delivery d SET state = CASE m.state WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END"
    " FROM held, mobilisation_mailing m WHERE d.id = held.id AND d.state = 'sending' AND m.id = d.mailing_id"
)
_END = text("DELETE FROM mobilisation_line WHERE id = ANY(:lines) RETURNING deliveries")


@dataclass(frozen=True)
class Leave:
    """What a line asks for: to hand over the delivery at `place` (from 1) of its list."""

    line_id: int
    place: int
    delivery_id: int


def take(worker: str, mailing_id: int, lists: Sequence[Sequence[int]]) -> list[int]:
    """Claim deliveries that the caller has locked, a list for each line. Returns the ids of the lines."""
    db.session.execute(_CLAIM, {"ids": [number for each in lists for number in each]})
    values = {"worker": worker, "mailing": mailing_id, "lease": LEASE}
    return [db.session.execute(_LINES, {**values, "ids": list(each)}).scalar_one() for each in lists]


class Journal:
    """A connection of its own, on which each leave is a transaction that is on disk when it is answered. Raises
    psycopg.OperationalError as soon as the database is away; then it is of no use any more.

    It speaks to libpq itself: with psycopg's cursors this, the one statement of each round of messages, took three
    times as long.
    """

    def __init__(self, url: str):
        # Whatever the server does by itself: a leave that could be forgotten would be none. All that was written before
        # it is on disk with it.
        self._connection = psycopg.connect(url, autocommit=True, options="-c synchronous_commit=on")
        self._checked(self._connection.pgconn.prepare(b"allow", _ALLOW.encode()))

    def allow(self, asked: Sequence[Leave]) -> set[int]:
        """Ask for leave to hand over: the lines (ids) that have it. The others hand over nothing: their mailing was
        paused, the delivery cancelled, or the line is not theirs any more."""
        found = self._checked(self._connection.pgconn.exec_prepared(b"allow", _parameters(asked)))
        return {int(found.get_value(row, 0)) for row in range(found.ntuples)}

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.OperationalError(result.get_error_message())
        return result

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def allow(asked: Sequence[Leave]) -> set[int]:
    """The same as `Journal.allow` in the session's own transaction."""
    values = [parameter.decode() for parameter in _parameters(asked)]
    found = db.session.connection().exec_driver_sql(_PLACE.sub("%s", _ALLOW), tuple(values))
    return set(found.scalars())


def _parameters(asked: Sequence[Leave]) -> list[bytes]:
    columns = zip(*((leave.line_id, leave.place, leave.delivery_id) for leave in asked), strict=True)
    lists = (b"{" + ",".join(map(str, column)).encode() + b"}" for column in columns)
    return [f"{LEASE.total_seconds():.0f} seconds".encode(), *lists]


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of deliveries."""
    # Nearly all were sent and got the same answer, which is written at once; what is not, one by one.
    sent: dict[tuple, list[int]] = {}
    for outcome in outcomes:
        if outcome.state == "sent":
            sent.setdefault((outcome.code, outcome.enhanced), []).append(outcome.delivery_id)
    for (code, enhanced), ids in sent.items():
        db.session.execute(_SENT, {"ids": sorted(ids), "code": code, "enhanced": enhanced})
    outcomes = [outcome for outcome in outcomes if outcome.state != "sent"]
    if not outcomes:
        return
    columns = {
        "ids": [o.delivery_id for o in outcomes],
        "states": [o.state for o in outcomes],
        "reasons": [o.reason for o in outcomes],
        "codes": [o.code for o in outcomes],
        "enhanced": [o.enhanced for o in outcomes],
        "next": [o.next_try for o in outcomes],
        "tried": [int(o.tried) for o in outcomes],
    }
    db.session.execute(_SETTLE, columns)


def renew(lines: dict[int, int]) -> None:
    """Lengthen the leases of lines, and write down of how many of its deliveries it is known what became of them."""
    if lines:
        values = {"lines": list(lines), "settled": list(lines.values()), "lease": LEASE}
        db.session.execute(_SETTLED, values)


def end(lines: Iterable[int], rest: Iterable[int] = ()) -> None:
    """Give up lines; `rest` are their deliveries that were not handed over, and wait again.

    Of a line that was taken away nothing is given back: its deliveries may be in another's hands by now.
    """
    ours = {number for row in db.session.execute(_END, {"lines": list(lines)}) for number in row.deliveries}
    if back := [number for number in rest if number in ours]:
        db.session.execute(_GIVE_BACK, {"ids": back})


def later(waits: dict[int, datetime]) -> None:
    """Have deliveries that the caller has locked wait until a moment."""
    if waits:
        db.session.execute(
            text(
                "UPDATE mobilisation_delivery d SET next_try = v.at"
                " FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[])) AS v (id, at) WHERE d.id = v.id"
            ),
            {"ids": list(waits), "at": list(waits.values())},
        )


def exclude(reasons: dict[int, str]) -> None:
    """Leave out deliveries that the caller has locked, each for its reason."""
    if reasons:
        db.session.execute(
            text(
                "UPDATE mobilisation_delivery d SET state = 'excluded', reason = v.reason, next_try = NULL"
                " FROM unnest(CAST(:ids AS bigint[]), CAST(:reasons AS text[])) AS v (id, reason) WHERE d.id = v.id"
            ),
            {"ids": list(reasons), "reasons": list(reasons.values())},
        )
