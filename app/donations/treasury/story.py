"""What befell one gift: for whoever has to answer its donor."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import holders
from app.kernel import audit
from app.kernel.db import db

from ..books import Entry
from .gifts import Paid, Whole

MOST = 200


@dataclass(frozen=True)
class Event:
    """One thing that happened: `what` is of words.EVENTS; the money that it was about, if any; `who` a colleague's
    name, and their reason."""

    at: datetime
    what: str
    minor: int | None = None
    currency: str | None = None
    who: str | None = None
    reason: str | None = None


def entries(paid: list[Paid]) -> list[Entry]:
    """What the ledger has of these payments, the oldest first."""
    ids = [one.payment.id for one in paid]
    wanted = select(Entry).where(Entry.payment_id.in_(ids)).order_by(Entry.happened_at, Entry.id)
    return list(db.session.scalars(wanted))


def events(gift: Whole, paid: list[Paid], booked: list[Entry]) -> list[Event]:
    """The story of a gift, the oldest first. Two statements."""
    log = db.session.execute(
        select(audit.Entry.at, audit.Entry.action, audit.Entry.actor, audit.Entry.reason)
        .where(audit.Entry.subject == f"gift:{gift.id}")
        .order_by(audit.Entry.id.desc())
        .limit(MOST)
    ).all()
    who = holders.names({row.actor for row in log})
    found = [Event(gift.created_at, "begun")]
    marks = (("given", gift.given_at), ("ended", gift.ended_at), ("erased", gift.erased_at))
    found += [Event(at, what) for what, at in marks if at]
    for one in paid:
        if one.payment.paid_at:
            found.append(Event(one.payment.paid_at, "paid", one.payment.minor, one.payment.currency))
        if one.payment.receipt_sent_at:
            found.append(Event(one.payment.receipt_sent_at, "receipt", reason=one.receipt))
    told = [one for one in booked if one.kind in ("refund", "dispute")]
    found += [Event(one.happened_at, one.kind, one.minor, one.currency) for one in told]
    found += [Event(row.at, row.action, who=who.get(row.actor), reason=row.reason) for row in log]
    return sorted(found, key=lambda event: event.at)
