"""What dead workers left behind, found by nothing but what is written down; and what has come to its end."""

from datetime import datetime

from sqlalchemy import text

from app.kernel.db import db
from app.kernel.logs import log

BATCH = 10

_DEAD = text(
    "SELECT id, lines, places, settled FROM mobilisation_worker WHERE lease_until < now()"
    " ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED"
)
_LINES = text("DELETE FROM mobilisation_line WHERE worker_id = ANY(:workers) RETURNING id, deliveries")
_SENT = text(
    "UPDATE mobilisation_delivery SET state = 'sent', reason = NULL, smtp_code = 250, sent_at = now(),"
    " attempts = attempts + 1 WHERE id = ANY(:ids) AND state IN ('sending', 'cancelled', 'excluded')"
)
_UNCERTAIN = text(
    "UPDATE mobilisation_delivery SET state = 'uncertain', reason = 'crash', attempts = attempts + 1"
    " WHERE id = ANY(:ids) AND state IN ('sending', 'cancelled', 'excluded')"
)
_QUEUED = text(
    "UPDATE mobilisation_delivery d SET state = CASE m.state WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END"
    " FROM mobilisation_mailing m WHERE d.id = ANY(:ids) AND d.state = 'sending' AND m.id = d.mailing_id"
)
# A worker that was giving back while a mailing was cancelled may have seen it run still.
_CANCELLED = text(
    "UPDATE mobilisation_delivery SET state = 'cancelled', next_try = NULL WHERE state = 'queued' AND mailing_id IN"
    " (SELECT id FROM mobilisation_mailing WHERE state = 'cancelled'"
    "  AND ended_at > CAST(:now AS timestamptz) - interval '1 hour')"
)
_ANYTHING = text(
    "SELECT EXISTS (SELECT FROM mobilisation_mailing m WHERE m.state = 'running' AND EXISTS ("
    " SELECT FROM mobilisation_delivery d WHERE d.mailing_id = m.id AND d.state = 'queued'"
    "  AND (d.next_try IS NULL OR d.next_try <= :now)))"
)
_GONE = text("DELETE FROM mobilisation_worker WHERE id = ANY(:workers)")
_FINISH = text(
    "UPDATE mobilisation_mailing m SET state = 'finished', ended_at = :now, changed_at = :now WHERE m.state = 'running'"
    " AND NOT EXISTS (SELECT FROM mobilisation_delivery d WHERE d.mailing_id = m.id AND d.state = 'queued')"
    " AND NOT EXISTS (SELECT FROM mobilisation_delivery d WHERE d.mailing_id = m.id AND d.state = 'sending')"
    " AND m.audience = (SELECT coalesce(sum(v.number), 0) FROM mobilisation_movement v WHERE v.mailing_id = m.id)"
    " RETURNING m.id"
)


def leases(batch: int = BATCH) -> int:
    """Settle the lines of workers that gave no sign in time, in the caller's transaction; how many workers these were.

    Before its place: sent, unless the row says otherwise, as nothing else is handed over before that is written. At its
    place: uncertain, unless it is settled. After it: never handed over, and queued again.
    """
    dead = db.session.execute(_DEAD, {"batch": batch}).all()
    if not dead:
        return 0
    gone = {"workers": [worker.id for worker in dead]}
    stood = {
        line: (place, settled)
        for worker in dead
        for line, place, settled in zip(worker.lines, worker.places, worker.settled, strict=True)
    }
    sent, uncertain, queued = [], [], []
    lines = db.session.execute(_LINES, gone).all()
    for line in lines:
        place, settled = stood.get(line.id, (0, 0))
        known = max(settled, place - 1, 0)
        sent += line.deliveries[:known]
        uncertain += line.deliveries[known:place]
        queued += line.deliveries[place:]
    for statement, ids in ((_SENT, sent), (_UNCERTAIN, uncertain), (_QUEUED, queued)):
        if ids:
            db.session.execute(statement, {"ids": sorted(ids)})
    db.session.execute(_GONE, gone)
    if lines:
        counts = {"lines": len(lines), "uncertain": len(uncertain), "queued": len(queued)}
        log.warning("mail workers died", extra=counts)
    return len(dead)


def finish(now: datetime) -> list[int]:
    """End mailings of which nothing is queued any more and whose balance holds; their ids. In the caller's transaction,
    as all here."""
    db.session.execute(_CANCELLED, {"now": now})
    return list(db.session.execute(_FINISH, {"now": now}).scalars())


def anything(now: datetime) -> bool:
    """Whether something could be handed over now, paces and quiet hours apart."""
    return bool(db.session.execute(_ANYTHING, {"now": now}).scalar_one())
