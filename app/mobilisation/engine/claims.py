"""Who hands over what: workers, their claims with a lease, and what became of them. Each verb works in the caller's
transaction.

A worker claims some deliveries for one of its connections (a line, engine/models.Line), and asks leave before it hands
each over (journal.py). What was sent is written into the deliveries' own rows some moments later, many at once: until
then the worker's row says it. Whatever dies at whatever moment, at most one message a connection is uncertain.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import text

from app.kernel.db import db

from .journal import LEASE, Standings, array
from .outcomes import Outcome

_ENLIST = text("INSERT INTO mobilisation_worker (lease_until) VALUES (now() + :lease) RETURNING id")
_HOLD = text(
    "UPDATE mobilisation_worker SET lines = CAST(:lines AS bigint[]), places = CAST(:places AS int[]),"
    " settled = CAST(:settled AS int[]), lease_until = now() + :lease WHERE id = :worker RETURNING id"
)
# It keeps the row from being deleted, and no leave from being written into it.
_ALIVE = text("SELECT id FROM mobilisation_worker WHERE id = :worker FOR KEY SHARE")
_RESIGN = text(
    "DELETE FROM mobilisation_worker WHERE id = :worker"
    " AND NOT EXISTS (SELECT FROM mobilisation_line WHERE worker_id = :worker)"
)
_CLAIM = text(
    "UPDATE mobilisation_delivery SET state = 'sending', reason = NULL, next_try = NULL"
    " WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'queued'"
)
_LINES = text(
    "INSERT INTO mobilisation_line (worker_id, mailing_id, deliveries)"
    " VALUES (:worker, :mailing, CAST(:ids AS bigint[])) RETURNING id"
)
_UNKNOWN = text("SELECT id FROM mobilisation_line WHERE worker_id = :worker AND NOT id = ANY(CAST(:known AS bigint[]))")
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
    " WHERE d.id = ANY(CAST(:ids AS bigint[])) AND d.state NOT IN ('sent', 'queued')"
)
_GIVE_BACK = text(
    "WITH held AS MATERIALIZED (SELECT id FROM mobilisation_delivery WHERE id = ANY(CAST(:ids AS bigint[]))"
    "  AND state = 'sending' ORDER BY id FOR UPDATE)"
    " UPDATE mobilisation_delivery d SET state = CASE m.state WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END"
    " FROM held, mobilisation_mailing m WHERE d.id = held.id AND d.state = 'sending' AND m.id = d.mailing_id"
)
_END = text("DELETE FROM mobilisation_line WHERE id = ANY(CAST(:lines AS bigint[])) RETURNING deliveries")


def enlist() -> int:
    """Be a worker from now on, as long as the lease is renewed; its number."""
    return db.session.execute(_ENLIST, {"lease": LEASE}).scalar_one()


def hold(worker: int, standings: Standings) -> bool:
    """Lengthen a worker's lease, and write down where its lines stand; False: it was believed dead, and its lines are
    not its own any more."""
    values = {
        "worker": worker,
        "lease": LEASE,
        "lines": array(standings),
        "places": array(each.place for each in standings.values()),
        "settled": array(each.settled for each in standings.values()),
    }
    return db.session.execute(_HOLD, values).first() is not None


def alive(worker: int) -> bool:
    """Whether a worker still is one, as far as the end of the caller's transaction."""
    return db.session.execute(_ALIVE, {"worker": worker}).first() is not None


def resign(worker: int) -> None:
    """Be a worker no more; nothing is changed where lines are left, which are then found by the end of the lease."""
    db.session.execute(_RESIGN, {"worker": worker})


def take(worker: int, mailing_id: int, lists: Sequence[Sequence[int]]) -> list[int]:
    """Claim deliveries that the caller has locked, a list for each line. Returns the ids of the lines."""
    db.session.execute(_CLAIM, {"ids": array(number for each in lists for number in each)})
    lines = [{"worker": worker, "mailing": mailing_id, "ids": array(each)} for each in lists]
    return [db.session.execute(_LINES, each).scalar_one() for each in lines]


def disown(worker: int, known: Iterable[int]) -> None:
    """Give back what a worker claimed and knows nothing of, as the database went away while it was told."""
    end(db.session.execute(_UNKNOWN, {"worker": worker, "known": array(known)}).scalars().all(), rest=None)


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of deliveries."""
    # Nearly all were sent and got the same answer, which is written at once; what is not, one by one.
    sent: dict[tuple, list[int]] = {}
    for outcome in outcomes:
        if outcome.state == "sent":
            sent.setdefault((outcome.code, outcome.enhanced), []).append(outcome.delivery_id)
    for (code, enhanced), ids in sent.items():
        db.session.execute(_SENT, {"ids": array(sorted(ids)), "code": code, "enhanced": enhanced})
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


def end(lines: Iterable[int], rest: Iterable[int] | None = ()) -> None:
    """Give up lines; `rest` are their deliveries that were not handed over, and wait again; None: all of them.

    Of a line that was taken away nothing is given back: its deliveries may be in another's hands by now.
    """
    lines = list(lines)
    if not lines:
        return
    ours = {number for row in db.session.execute(_END, {"lines": array(lines)}) for number in row.deliveries}
    if back := [number for number in (ours if rest is None else rest) if number in ours]:
        db.session.execute(_GIVE_BACK, {"ids": array(back)})


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
