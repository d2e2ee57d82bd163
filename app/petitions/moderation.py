"""What a person decides about signatures: call them false, or restore them. Works in the caller's transaction.

A false signature counts no more, and its own page goes on saying what it said. To the tallies it is like a withdrawal:
the sum falls and no area's published figure does, so the rule of people/rules.py holds as it stands. A row of
petitions_withdrawn remembers that it has been counted once, whatever happens to it afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text, update

from app.kernel import pagecache
from app.kernel.db import db
from app.people import operations as people
from app.people.models import Person

from . import limits
from .desk_models import BulkRow
from .models import Signature

BATCH = 500

_CALL_FALSE = text(
    """
WITH doomed AS (
    SELECT s.id, s.petition_id, s.area, s.state, p.email_digest
    FROM petitions_signature AS s JOIN people_person AS p ON p.id = s.person_id
    WHERE s.id IN :ids AND s.state <> 'fraudulent' ORDER BY s.id FOR UPDATE OF s
), called AS (
    UPDATE petitions_signature AS s SET state = 'fraudulent', false_reason = :reason FROM doomed WHERE s.id = doomed.id
), counted AS (SELECT * FROM doomed WHERE state = 'confirmed'),
remembered AS (
    INSERT INTO petitions_withdrawn (petition_id, email_digest) SELECT petition_id, email_digest FROM counted
    ON CONFLICT DO NOTHING
), entered AS (
    INSERT INTO petitions_tally_entry (petition_id, area, day, confirmed, withdrawn)
    SELECT petition_id, area, :day, 0, count(*) FROM counted GROUP BY petition_id, area
)
SELECT count(*) FROM doomed
"""
).bindparams(bindparam("ids", expanding=True))

# As in operations.confirm: who was counted before takes the withdrawal back, who never was is new.
_RESTORE = text(
    """
WITH restored AS (
    UPDATE petitions_signature
    SET state = CASE WHEN confirmed_at IS NULL THEN 'pending' ELSE 'confirmed' END, false_reason = NULL,
        held = CAST(:held AS text)
    WHERE id = :id AND state = 'fraudulent'
    RETURNING petition_id, area, language, source, confirmed_at IS NOT NULL AS counts
), back AS (
    DELETE FROM petitions_withdrawn AS w USING restored AS r
    WHERE r.counts AND w.petition_id = r.petition_id AND w.email_digest IN :digests RETURNING w.petition_id
), entered AS (
    INSERT INTO petitions_tally_entry (petition_id, area, day, confirmed, withdrawn, language, source)
    SELECT petition_id, area, :day, CAST(NOT EXISTS (SELECT FROM back) AS integer),
        - CAST(EXISTS (SELECT FROM back) AS integer), language, source
    FROM restored WHERE counts
)
SELECT count(*) FROM restored
"""
).bindparams(bindparam("digests", expanding=True))


def found(scope: str, key: str, false: bool) -> list[int]:
    """The ids of signatures from a network or mail domain (a key of `limits.key_of`) that are called false, or are not.

    Only the last thirty days are found: after that nobody knows where a signature came from.
    """
    statement = select(Signature.id).where(
        limits.SCOPES[scope].in_(limits.digests(scope, key)), (Signature.state == "fraudulent") == false
    )
    return list(db.session.scalars(statement.order_by(Signature.id)))


def one(signature_id: int, false: bool) -> list[int]:
    """The signature of this id in a list, if there is one and it is called false, or is not."""
    statement = select(Signature.id).where(Signature.id == signature_id, (Signature.state == "fraudulent") == false)
    return list(db.session.scalars(statement))


def call_false(signature_ids: int | Iterable[int], reason: str, now: datetime) -> int:
    """Call signatures false: they count no more, confirmed or not, whatever their people press. Returns how many.

    `reason` is kept with each, is shown to nobody on the site, and should name nobody. Raises ValueError without one.
    """
    if not reason.strip():
        raise ValueError("a reason is needed")
    done = 0
    for ids in _batches(signature_ids):
        values = {"ids": ids, "reason": reason.strip(), "day": now.date()}
        done += db.session.scalar(_CALL_FALSE, values)
    pagecache.bump()
    return done


def restore(signature_ids: int | Iterable[int], now: datetime, held: Mapping[int, str | None] | None = None) -> int:
    """Take the verdict back: what was confirmed counts again, the rest waits for its button. Returns how many.

    `held` says by id what held it before, where it is to be held again; else nothing does.
    """
    done = 0
    for ids in _batches(signature_ids):
        signers = (
            select(Signature.id, Person.email, Person.email_digest)
            .join(Person, Person.id == Signature.person_id)
            .where(Signature.id.in_(ids))
            .order_by(Signature.id)
        )
        for row in db.session.execute(signers).all():
            values = {
                "id": row.id,
                "digests": people.digests_of(row),
                "day": now.date(),
                "held": (held or {}).get(row.id),
            }
            done += db.session.scalar(_RESTORE, values)
        # Undoing what many were called false by passes over whoever was restored alone, and what befell them since.
        db.session.execute(delete(BulkRow).where(BulkRow.signature_id.in_(ids), BulkRow.done))
    pagecache.bump()
    return done


def release(signature_id: int) -> bool:
    """Let a signature that waits unconfirmed be held no more: it gets its reminder as others do. False when it was not
    held, or waits no longer."""
    done = db.session.execute(
        update(Signature)
        .where(Signature.id == signature_id, Signature.state == "pending", Signature.held.is_not(None))
        .values(held=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


def _batches(given: int | Iterable[int]) -> Iterator[list[int]]:
    ids = [given] if isinstance(given, int) else sorted(given)
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
