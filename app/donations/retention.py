"""How donations let go of what they held long enough (kernel/retention.py; people/retention.py says how long).

The ledger itself names nobody and stays. What is kept of a donor for the law on accounts is the name on receipts.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from app.kernel import pagecache, retention
from app.kernel.db import db

from .books import Entry, Event
from .models import Gift, Payment, Statement
from .restriction import free

PAYLOADS = UNFINISHED = timedelta(days=30)
NETWORKS = timedelta(days=1)
# So many years after the end of the year of the last payment: the address, for the statement of that year and for
# questions about it; the name, for the law on accounts (ten years in most places, as in the Swiss Code of Obligations,
# art. 958f).
ADDRESS_YEARS = 1
ACCOUNTS_YEARS = 10
_NEVER_GIVEN = ("begun", "held", "open", "expired", "failed")


def forget_payloads(now: datetime, batch: int) -> int:
    """Drop what Stripe told thirty days ago; that it did stays. Returns how many of this batch, as do all of these."""
    old = select(Event.id).where(Event.received_at <= now - PAYLOADS, Event.payload.is_not(None)).limit(batch)
    return _set(Event, old, payload=None)


def forget_networks(now: datetime, batch: int) -> int:
    """Drop the network that a gift of yesterday came from: no limit looks back further."""
    old = select(Gift.id).where(Gift.created_at <= now - NETWORKS, Gift.network.is_not(None)).limit(batch)
    return _set(Gift, old, network=None)


def forget_unfinished(now: datetime, batch: int) -> int:
    """Delete gifts that nobody paid in a month, with charges that failed. What the ledger speaks of stays."""
    old = and_(Gift.state.in_(_NEVER_GIVEN), Gift.created_at <= now - UNFINISHED, free())
    in_books = select(Entry.id).where(Entry.payment_id == Payment.id).exists()
    paid = or_(Payment.paid_at.is_not(None), in_books)
    kept = select(Payment.id).where(Payment.gift_id == Gift.id, paid).exists()
    found = select(Gift.id).where(old, ~kept).order_by(Gift.id).limit(batch).with_for_update(skip_locked=True)
    ids = db.session.scalars(found).all()
    if not ids:
        return 0
    db.session.execute(delete(Payment).where(Payment.gift_id.in_(ids)))
    db.session.execute(delete(Gift).where(Gift.id.in_(ids)))
    return len(ids)


def forget_addresses(now: datetime, batch: int) -> int:
    """Drop the address of donors whose last payment was before last year began, the link to their other data, and
    their place on the public list: nobody could be asked for it, or take it back, any longer."""
    over = and_(Gift.donor_email.is_not(None), _last_paid_before(now, ADDRESS_YEARS), free())
    found = select(Gift.id).where(over).order_by(Gift.id).limit(batch)
    gone = _set(Gift, found, donor_email=None, donor_digest=None, person_id=None, shown_name=None)
    if gone:
        pagecache.bump()
    return gone


def forget_names(now: datetime, batch: int) -> int:
    """Drop the names on receipts, ten years after the end of the year of the last payment."""
    over = and_(Gift.donor_name.is_not(None), _last_paid_before(now, ACCOUNTS_YEARS), free())
    return _set(Gift, select(Gift.id).where(over).order_by(Gift.id).limit(batch), donor_name=None)


def forget_statements(now: datetime, batch: int) -> int:
    """Delete the note that a statement went out, as the address goes that it went to."""
    return retention.delete_some(Statement.id, Statement.year < _year(now) - ADDRESS_YEARS, batch)


def _set(model, found, **values) -> int:
    ids = retention.once(found.with_for_update(skip_locked=True))
    changed = update(model).where(model.id.in_(ids)).values(**values)
    return db.session.execute(changed.execution_options(synchronize_session=False)).rowcount


def _year(now: datetime) -> int:
    return now.astimezone(UTC).year


def _last_paid_before(now: datetime, years: int) -> ColumnElement[bool]:
    """Whether a gift is over, and its last payment was so long ago that `years` whole years have passed since the end
    of its year."""
    limit = datetime(_year(now) - years, 1, 1, tzinfo=UTC)
    later = select(Payment.id).where(Payment.gift_id == Gift.id, func.coalesce(Payment.paid_at, limit) >= limit)
    goes_on = func.coalesce(Gift.monthly_state, "cancelled") != "cancelled"
    return and_(func.coalesce(Gift.given_at, Gift.created_at) < limit, ~goes_on, ~later.exists())


retention.register("donations.payloads", forget_payloads)
retention.register("donations.networks", forget_networks)
retention.register("donations.unfinished", forget_unfinished)
retention.register("donations.addresses", forget_addresses)
retention.register("donations.names", forget_names)
retention.register("donations.statements", forget_statements)
