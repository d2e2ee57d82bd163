"""Everything that reads donations for a page."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.db import db

from . import rules, switch
from .books import COUNTS, Entry, Total
from .models import Fund, Gift, Offer, Payment, Recipient
from .money import Money
from .rules import Suggested


@dataclass(frozen=True)
class Bar:
    """What a campaign hopes for, and what arrived in the goal's currency."""

    goal: Money
    arrived: Money


def fund(campaign: str) -> Fund | None:
    """Whether and for how much a campaign asks; None: it takes no money."""
    return db.session.get(Fund, campaign)


def takes_gifts(campaign: str) -> bool:
    """Whether there is a button: the site has keys, and the campaign is open for gifts."""
    if not switch.on():
        return False
    found = fund(campaign)
    return found is not None and found.open


def suggested(campaign: str, currency: str, interval: str) -> Suggested:
    """What a campaign suggests, else what all do. Raises KeyError for a currency that gifts are not taken in."""
    row = db.session.scalar(
        select(Offer).where(Offer.campaign == campaign, Offer.currency == currency, Offer.interval == interval)
    )
    return Suggested(tuple(row.amounts), row.minimum) if row else rules.suggested(currency, interval)


def arrived(campaign: str) -> list[Money]:
    """What arrived for a campaign, by the currency it was settled in: gifts, transfers and grants, less what was
    refunded or disputed. What is on its way does not count."""
    mode = switch.livemode()
    sums = dict(
        db.session.execute(
            select(Total.settled_currency, func.sum(Total.settled_minor))
            .where(Total.campaign == campaign, Total.livemode == mode, Total.kind.in_(COUNTS))
            .group_by(Total.settled_currency)
        ).all()
    )
    coming = db.session.execute(
        select(Entry.settled_currency, func.sum(Entry.settled_minor))
        .join(Payment, Payment.id == Entry.payment_id)
        .where(Payment.paid_at.is_(None), Entry.campaign == campaign, Entry.kind.in_(COUNTS), Entry.livemode == mode)
        .group_by(Entry.settled_currency)
    ).all()
    for currency, minor in coming:
        sums[currency] -= minor
    return sorted(
        (Money(int(minor), currency) for currency, minor in sums.items() if minor), key=lambda sum_: sum_.currency
    )


def bar(campaign: str) -> Bar | None:
    """The goal of a campaign and what arrived of it; None where it names none. What arrived in another currency is
    not in it: `arrived` has it."""
    found = fund(campaign)
    if found is None or found.goal is None:
        return None
    there = next((sum_ for sum_ in arrived(campaign) if sum_.currency == found.currency), Money(0, found.currency))
    return Bar(Money(found.goal, found.currency), there)


def gift(gift_id: int) -> Gift | None:
    """One gift."""
    return db.session.get(Gift, gift_id)


def recipient() -> Recipient | None:
    """The organisation's data for receipts; None until somebody has filled them in."""
    return db.session.get(Recipient, 1)
