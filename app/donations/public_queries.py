"""What the public pages of gifts read: what is offered, who wanted to be named, whose monthly gifts a link is for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.kernel.tokens import token_digest

from . import rules, switch
from .models import Gift, Link, Offer, Payment
from .restriction import free
from .rules import Suggested

# Lines of a page of donors.
PART = 50
# A link to monthly gifts works so long: whoever has it can see and end them.
LINK_WORKS = timedelta(days=1)


def offered(campaign: str, interval: str) -> dict[str, Suggested]:
    """What a campaign suggests for an interval, by currency."""
    rows = db.session.scalars(select(Offer).where(Offer.campaign == campaign, Offer.interval == interval))
    own = {row.currency: Suggested(tuple(row.amounts), row.minimum) for row in rows}
    found = {code: rules.suggested(code, interval) for code in rules.CURRENCIES} | own
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Named:
    """A donor who wanted to be named."""

    id: int
    name: str
    day: date


def _named(campaign: str):
    # What was given back altogether names nobody any longer.
    stays = exists().where(
        Payment.gift_id == Gift.id, Payment.paid_at.is_not(None), Payment.refunded + Payment.disputed < Payment.minor
    )
    shown = Gift.shown_name.is_not(None), Gift.state == "given", Gift.campaign == campaign
    return (*shown, Gift.livemode == switch.livemode(), stays, free())


def donors(campaign: str, before: int | None) -> tuple[list[Named], int | None]:
    """Who gave to a campaign and wanted to be named, the newest first, from after the gift `before`; and the gift that
    the next part begins after, if there is one."""
    query = select(Gift.id, Gift.shown_name, Gift.given_at).where(*_named(campaign))
    if before is not None:
        last = aliased(Gift)
        after = select(last.given_at, last.id).where(last.id == before).scalar_subquery()
        query = query.where(tuple_(Gift.given_at, Gift.id) < after)
    rows = db.session.execute(query.order_by(Gift.given_at.desc(), Gift.id.desc()).limit(PART + 1)).all()
    found = [Named(row.id, row.shown_name, row.given_at.date()) for row in rows[:PART]]
    return found, found[-1].id if len(rows) > PART else None


def names_anyone(campaign: str) -> bool:
    """Whether anybody stands on the list of donors."""
    return db.session.scalar(select(exists().where(*_named(campaign))))


def given_back(gift: Gift) -> bool:
    """Whether all that was paid of a gift was paid back."""
    paid = Payment.gift_id == gift.id, Payment.paid_at.is_not(None)
    all_back = db.session.scalar(select(Payment.refunded >= Payment.minor).where(*paid).order_by(Payment.id).limit(1))
    return bool(all_back) and not db.session.scalar(select(exists().where(*paid, Payment.refunded < Payment.minor)))


def running(digests: list[bytes]) -> list[Gift]:
    """The monthly gifts that have not ended of whoever has an address, by its digests, the oldest first."""
    return list(
        db.session.scalars(
            select(Gift)
            .where(
                Gift.donor_digest.in_(digests),
                Gift.monthly_state.is_not(None),
                Gift.monthly_state != "cancelled",
                Gift.customer.is_not(None),
                Gift.livemode == switch.livemode(),
            )
            .order_by(Gift.id)
        )
    )


def by_link(token: str, now: datetime) -> Gift | None:
    """The gift that a mailed link was made for, while the link works."""
    return db.session.scalar(
        select(Gift)
        .join(Link, Link.gift_id == Gift.id)
        .where(Link.token_digest == token_digest(token), Link.made_at > now - LINK_WORKS, Gift.erased_at.is_(None))
    )
