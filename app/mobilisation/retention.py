"""How mailings let go of who was written to (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.kernel import retention
from app.kernel.db import db

from .engine.models import Pace
from .models import Delivery, Lacking, Mailing

# After that the counts of a mailing are left, and nobody can say any more to whom it went.
LINKS = timedelta(days=90)
PACES = timedelta(days=30)


def forget_links(now: datetime, batch: int) -> int:
    """Erase who was written to, 90 days after a mailing ended. Returns how many of this batch."""
    old = select(Mailing.id).where(Mailing.ended_at <= now - LINKS)
    named = or_(Delivery.contact_id.is_not(None), Delivery.organisation_id.is_not(None), Delivery.slots.is_not(None))
    found = select(Delivery.id).where(Delivery.mailing_id.in_(old), named).limit(batch)
    done = db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(retention.once(found.with_for_update(skip_locked=True))))
        .values(contact_id=None, organisation_id=None, mission_id=None, slots=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


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
