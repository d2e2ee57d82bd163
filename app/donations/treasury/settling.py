"""What is settled of donations: a campaign's goal and offers, the organisation's data for receipts, and lines that are
entered by hand. Works in the caller's transaction; each verb is written into the audit log, without personal values."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import audit, pagecache
from app.kernel.db import db

from .. import operations, queries, rules
from ..books import Entry
from ..models import INTERVALS, Fund, Offer, Payment, Recipient
from ..money import Money
from ..rules import CURRENCIES, Suggested

MOST_AMOUNTS = 6


@dataclass(frozen=True)
class Row:
    """What is suggested in a currency for an interval; `own`: the campaign says so itself."""

    currency: str
    interval: str
    suggested: Suggested
    own: bool

    @property
    def near(self) -> bool:
        """Whether it stands in the list at once: what the campaign says itself, and what most readers see first."""
        return self.own or self.currency in rules.CURRENCY_OF.values()


def offers(campaign: str) -> list[Row]:
    """What is suggested in every currency that gifts are taken in: by the campaign itself, else by all."""
    own = {
        (row.currency, row.interval): row for row in db.session.scalars(select(Offer).where(Offer.campaign == campaign))
    }
    found = []
    for currency in CURRENCIES:
        for interval in INTERVALS:
            row = own.get((currency, interval))
            said = Suggested(tuple(row.amounts), row.minimum) if row else rules.suggested(currency, interval)
            found.append(Row(currency, interval, said, row is not None))
    return found


def set_fund(campaign: str, is_open: bool, goal: Money | None, *, actor: int, now: datetime) -> None:
    """Say whether a campaign takes gifts, and how much it hopes for."""
    before = _fund(queries.fund(campaign))
    values = {
        "open": is_open,
        "goal": goal.minor if goal else None,
        "currency": goal.currency if goal else None,
        "changed_at": now,
    }
    db.session.execute(
        insert(Fund).values(campaign=campaign, **values).on_conflict_do_update(index_elements=["campaign"], set_=values)
    )
    db.session.expire_all()
    after = _fund(queries.fund(campaign))
    audit.record(
        "gifts.settle", f"fund:{campaign}", actor=actor, now=now, campaign=campaign, before=before, after=after
    )
    pagecache.bump()


def _fund(found: Fund | None) -> dict | None:
    return found and {"open": found.open, "goal": found.goal, "currency": found.currency}


def set_offer(
    campaign: str, currency: str, interval: str, wanted: Suggested | None, *, actor: int, now: datetime
) -> None:
    """Say what a campaign suggests in a currency for an interval; None: what all campaigns do. `wanted` is checked."""
    before = queries.suggested(campaign, currency, interval)
    which = (Offer.campaign == campaign, Offer.currency == currency, Offer.interval == interval)
    if wanted is None:
        db.session.execute(delete(Offer).where(*which))
    else:
        values = {"amounts": list(wanted.amounts), "minimum": wanted.minimum, "changed_at": now}
        made = insert(Offer).values(campaign=campaign, currency=currency, interval=interval, **values)
        keys = ["campaign", "currency", "interval"]
        db.session.execute(made.on_conflict_do_update(index_elements=keys, set_=values))
    db.session.expire_all()
    after = queries.suggested(campaign, currency, interval)
    audit.record(
        "gifts.offer",
        f"offer:{campaign} {currency} {interval}",
        actor=actor,
        now=now,
        campaign=campaign,
        before={"amounts": list(before.amounts), "minimum": before.minimum},
        after={"amounts": list(after.amounts), "minimum": after.minimum, "own": wanted is not None},
    )
    pagecache.bump()


def set_recipient(values: dict, *, actor: int, now: datetime) -> None:
    """Fill in the organisation's data, as receipts name it. `values` are checked: name, address, register, reply_to,
    tax by language."""
    first = queries.recipient() is None
    put = {**values, "changed_at": now}
    made = insert(Recipient).values(id=1, **put)
    db.session.execute(made.on_conflict_do_update(index_elements=["id"], set_=put))
    db.session.expire_all()
    # What receipts say is public, but an address may be somebody's own: the log says which parts there are.
    after = {"first": first, "parts": sorted(name for name, value in values.items() if value)}
    audit.record("receipts.settle", "recipient:1", actor=actor, now=now, after=after)


def enter(
    kind: str,
    given: Money,
    campaign: str | None,
    happened_at: datetime,
    note: str,
    key: uuid.UUID,
    *,
    actor: int,
    now: datetime,
) -> bool:
    """Enter a bank transfer or a grant by hand; whether it was now, and not by an earlier press of the same form."""
    said = {"kind": kind, "key": key, "given": given, "campaign": campaign, "happened_at": happened_at, "note": note}
    if not operations.enter(**said, staff_id=actor, now=now):
        return False
    after = {"kind": kind, "minor": given.minor, "currency": given.currency, "day": happened_at.date().isoformat()}
    audit.record("ledger.enter", f"entry:{_number(str(key))}", actor=actor, now=now, campaign=campaign, after=after)
    return True


def _number(source_id: str) -> int | None:
    return db.session.scalar(select(Entry.id).where(Entry.source == "manual", Entry.source_id == source_id))


def take_back(entry: Entry, reason: str, *, actor: int, now: datetime) -> bool:
    """Take a line that was entered by hand back by another; whether it was now. Raises ValueError as
    operations.reverse."""
    number, campaign, minor, currency = entry.id, entry.campaign, entry.minor, entry.currency
    if not operations.reverse(number, reason, actor, now):
        return False
    after = {"minor": -minor, "currency": currency}
    subject = f"entry:{number}"
    audit.record("ledger.take-back", subject, actor=actor, now=now, campaign=campaign, after=after, reason=reason)
    return True


def look_at(payment_id: int, *, actor: int, now: datetime) -> bool:
    """Note that somebody knows of money that belongs to no gift; whether it was so noted now."""
    done = db.session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.gift_id.is_(None), Payment.looked_at.is_(None))
        .values(looked_at=now)
    )
    if not done.rowcount:
        return False
    audit.record("gifts.stray", f"payment:{payment_id}", actor=actor, now=now)
    return True
