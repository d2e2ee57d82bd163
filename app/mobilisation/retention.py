"""How mailings let go of who was written to (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, text, update

from app.kernel import retention
from app.kernel.db import db
from app.people.operations import forget_unused
from app.people.org_queries import placed

from . import stamps
from .engine.models import Pace
from .models import Delivery, Lacking, Mailing

# After that the counts of a mailing are left, and nobody can say any more to whom it went.
LINKS = timedelta(days=90)
PACES = timedelta(days=30)
_FORGET = text(
    "UPDATE mobilisation_delivery d SET contact_id = NULL, organisation_id = NULL, mission_id = NULL, slots = NULL,"
    " token = coalesce(v.token, d.token), reader = v.reader"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:tokens AS bytea[]), CAST(:readers AS bytea[])) AS v (id, token, reader)"
    " WHERE d.id = v.id"
)


def forget_links(now: datetime, batch: int) -> int:
    """Erase who was written to, 90 days after a mailing ended; the links in mails that went out go on to end mails, as
    they hold what opens it to whom they went (stamps.py). Who was known for that alone is so no more. Returns how many
    of this batch."""
    old = select(Mailing.id).where(Mailing.ended_at <= now - LINKS)
    named = or_(Delivery.contact_id.is_not(None), Delivery.organisation_id.is_not(None), Delivery.slots.is_not(None))
    columns = (Delivery.id, Delivery.state, Delivery.contact_id, Delivery.token)
    found = select(*columns).where(Delivery.mailing_id.in_(old), named).limit(batch).with_for_update(skip_locked=True)
    rows = db.session.execute(found).all()
    went = {
        row.id: (stamps.kept(bytes(row.token)), stamps.sealed(bytes(row.token), row.contact_id))
        for row in rows
        if row.contact_id is not None and row.state in ("sent", "uncertain")
    }
    nobody = (None, None)
    values = {
        "ids": [row.id for row in rows],
        "tokens": [went.get(row.id, nobody)[0] for row in rows],
        "readers": [went.get(row.id, nobody)[1] for row in rows],
    }
    if not rows:
        return 0
    done = db.session.execute(_FORGET, values).rowcount
    people = {row.contact_id for row in rows} - {None}
    forget_unused(sorted(people - placed(people)))
    return done


def forget_paces(now: datetime, batch: int) -> int:
    """Delete what is known of the pace of a domain that nobody wrote to for 30 days, unless it was set by hand or is
    stopped. Returns how many of this batch."""
    old = (Pace.day <= (now - PACES).date()) & ~Pace.set_by_hand & Pace.stopped_at.is_(None)
    return retention.delete_some(Pace.id, old, batch)


def forget_lacking(now: datetime, batch: int) -> int:
    """Forget whom the last dry run of a mailing named, once it has started or nobody has touched it for 90 days.
    Returns how many of this batch."""
    over = or_(Mailing.frozen_at.is_not(None), Mailing.changed_at <= now - LINKS)
    return retention.delete_some(Lacking.id, Lacking.mailing_id.in_(select(Mailing.id).where(over)), batch)


def forget_person(person_id: int) -> None:
    """Erase who was written to for one person, in the caller's transaction: a mail that waits for them is not sent."""
    mine = update(Delivery).where(Delivery.contact_id == person_id).execution_options(synchronize_session=False)
    waits = Delivery.state.in_(("queued", "sending"))
    db.session.execute(mine.where(waits).values(state="excluded", reason="erased", next_try=None))
    db.session.execute(mine.values(contact_id=None, organisation_id=None, mission_id=None, slots=None))


retention.register("mobilisation.links", forget_links)
retention.register("mobilisation.lacking", forget_lacking)
retention.register("mobilisation.paces", forget_paces)
