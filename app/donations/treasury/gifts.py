"""What the desk reads about gifts: lists by key, one gift with its payments. Whoever gave stays masked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, false, select, true

from app.kernel import listing
from app.kernel.db import db
from app.people import operations as people
from app.petitions.searching import masked

from .. import switch
from ..books import Entry, Total
from ..models import GIFT_STATES, INTERVALS, MONTHLY_STATES, Gift, Offer, Payment, Refund
from ..rules import CURRENCIES
from . import words

ORDER = listing.Order((Gift.id,), descending=True)
_RECEIPT = re.compile(r"(20\d\d)\D{1,3}0*(\d{1,9})")


class WrongCondition(ValueError):
    """A condition that no list of ours says."""


@dataclass(frozen=True)
class Wanted:
    """Which gifts are meant; what is None narrows nothing. `donor` is the number of a gift: all of its donor are meant,
    so that no address of ours says who that is."""

    campaign: str | None = None
    state: str | None = None
    monthly: str | None = None
    interval: str | None = None
    currency: str | None = None
    donor: int | None = None

    @property
    def said(self) -> dict[str, str]:
        """The conditions as an address says them."""
        return {one.name: str(value) for one in fields(self) if (value := getattr(self, one.name)) is not None}


def chosen(said: Mapping[str, str]) -> Wanted:
    """The conditions that an address or an export says. Raises WrongCondition."""
    text = {one.name: said.get(one.name) or None for one in fields(Wanted)}
    known = {"state": words.FILTERS, "monthly": MONTHLY_STATES, "interval": INTERVALS}
    if any(text[name] and text[name] not in values for name, values in known.items()):
        raise WrongCondition(text)
    if text["currency"] and not re.fullmatch("[A-Z]{3}", text["currency"]):
        raise WrongCondition(text)
    donor = text.pop("donor")
    if donor and not re.fullmatch("[0-9]{1,18}", donor):
        raise WrongCondition(donor)
    if text["campaign"] and "\0" in text["campaign"]:
        raise WrongCondition("campaign")
    return Wanted(**text, donor=int(donor) if donor else None)


def clauses(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions for a statement over gifts, of those that count now: real ones, or in test mode those of tests."""
    found = [Gift.livemode == switch.livemode()]
    if wanted.campaign:
        found.append(Gift.campaign == wanted.campaign)
    if wanted.state == words.DISPUTED:
        found.append(Gift.id.in_(select(Payment.gift_id).where(Payment.dispute == "open")))
    elif wanted.state == words.REFUNDING:
        waits = select(Refund.payment_id).where(Refund.state == "asked")
        found.append(Gift.id.in_(select(Payment.gift_id).where(Payment.id.in_(waits))))
    elif wanted.state == words.UNRECEIPTED:
        found.append(Gift.id.in_(select(Payment.gift_id).where(*unreceipted())))
    elif wanted.state in GIFT_STATES:
        found.append(Gift.state == wanted.state)
    if wanted.monthly:
        found.append(Gift.monthly_state == wanted.monthly)
    if wanted.interval:
        found.append(Gift.interval == wanted.interval)
    if wanted.currency:
        found.append(Gift.currency == wanted.currency)
    if wanted.donor:
        found.append(_of_the_same_donor(wanted))
    return found


def unreceipted() -> tuple[ColumnElement[bool], ...]:
    """Payments that arrived, of a gift of ours, whose receipt is owed and has not gone out: one that was given back
    before is owed none."""
    owed = Payment.receipt_number.is_not(None) | (Payment.minor > Payment.refunded + Payment.disputed)
    return Payment.receipt_sent_at.is_(None), Payment.paid_at.is_not(None), Payment.gift_id.is_not(None), owed


def _of_the_same_donor(wanted: Wanted) -> ColumnElement[bool]:
    here = Gift.campaign == wanted.campaign if wanted.campaign else true()
    row = db.session.execute(select(Gift.donor_email, Gift.donor_digest).where(Gift.id == wanted.donor, here)).first()
    if row is None or row.donor_digest is None:
        return false()
    return Gift.donor_digest.in_(people.email_digests(row.donor_email) if row.donor_email else [row.donor_digest])


@dataclass(frozen=True)
class Line:
    """One gift of a list; `name` is masked, and None where nobody is known yet."""

    id: int
    campaign: str
    created_at: datetime
    minor: int
    currency: str
    interval: str
    state: str
    monthly_state: str | None
    name: str | None


_COLUMNS = (
    Gift.id,
    Gift.campaign,
    Gift.created_at,
    Gift.minor,
    Gift.currency,
    Gift.interval,
    Gift.state,
    Gift.monthly_state,
    Gift.donor_name,
    Gift.donor_digest.is_not(None).label("known"),
)


def page(wanted: Wanted, cursor: str | None) -> tuple[list[Line], listing.Part]:
    """One page of the gifts that are meant, the newest first. Raises listing.WrongCursor."""
    part = listing.part(select(*_COLUMNS).where(*clauses(wanted)), ORDER, cursor)
    lines = [Line(*row[:-2], masked(row.donor_name) if row.known or row.donor_name else None) for row in part.rows]
    return lines, part


def currencies() -> list[str]:
    """Every currency that a list may be narrowed to: those offered, those asked for and those that came."""
    found = db.session.scalars(select(Total.currency).union(select(Offer.currency)))
    return sorted({*CURRENCIES, *found})


def by_address(campaign: str | None, address: str) -> int | None:
    """The newest gift of an address that `checked_address` returned; None when there is none."""
    wanted = (*clauses(Wanted(campaign)), Gift.donor_digest.in_(people.email_digests(address)))
    return db.session.scalar(select(Gift.id).where(*wanted).order_by(Gift.id.desc()).limit(1))


def by_receipt(campaign: str | None, text: str) -> tuple[str, int] | None:
    """Campaign and number of the gift that a receipt is for; None where there is none, or the text is no number of a
    receipt."""
    said = _RECEIPT.search(text)
    if said is None:
        return None
    which = (Payment.receipt_year == int(said[1]), Payment.receipt_number == int(said[2]))
    statement = select(Gift.campaign, Gift.id).join(Payment, Payment.gift_id == Gift.id)
    row = db.session.execute(statement.where(*which, *clauses(Wanted(campaign)))).first()
    return tuple(row) if row else None


@dataclass(frozen=True)
class Whole:
    """Everything that the desk shows of one gift but who gave it: name and address are masked, a look shows them."""

    id: int
    campaign: str
    minor: int
    currency: str
    interval: str
    language: str
    state: str
    livemode: bool
    monthly_state: str | None
    subscription: str | None
    created_at: datetime
    given_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None
    shown_name: str | None
    name: str
    known: bool
    same_donor: bool


def one(campaign: str, gift_id: int) -> Whole | None:
    """A gift of a campaign; None when there is none."""
    g = db.session.scalar(select(Gift).where(Gift.id == gift_id, Gift.campaign == campaign))
    if g is None:
        return None
    own = {one.name: getattr(g, one.name) for one in fields(Whole) if one.name not in ("name", "known", "same_donor")}
    known = g.donor_name is not None or g.donor_email is not None
    return Whole(**own, name=masked(g.donor_name), known=known, same_donor=g.donor_digest is not None)


@dataclass(frozen=True)
class Clear:
    """Who gave, in the clear."""

    name: str | None
    address: str | None


def in_the_clear(campaign: str, gift_id: int) -> Clear | None:
    """Who gave a gift, for whoever has said why they look; None when there is no such gift."""
    columns = select(Gift.donor_name, Gift.donor_email)
    row = db.session.execute(columns.where(Gift.id == gift_id, Gift.campaign == campaign)).first()
    return Clear(*row) if row else None


@dataclass(frozen=True)
class Paid:
    """A payment with what was asked to be given back of it; `left` is what may still be, in minor units."""

    payment: Payment
    refunds: list[Refund]
    left: int

    @property
    def receipt(self) -> str | None:
        """The number of its receipt."""
        one = self.payment
        return words.receipt(one.receipt_year, one.receipt_number, one.livemode)

    @property
    def refundable(self) -> bool:
        """Whether any of it can be given back now."""
        one, here = self.payment, switch.on() and self.payment.livemode == switch.livemode()
        return bool(here and self.left and one.paid_at and one.dispute not in ("open", "lost"))


def left(payment: Payment, refunds: Iterable[Refund], booked: set[str | None]) -> int:
    """How much of a payment may still be given back. What was asked for and is not yet in the books is gone already:
    `booked` are the refunds (re_) that the ledger has, and so has counted in `payment.refunded`. Pure."""
    on_its_way = sum(
        one.minor for one in refunds if one.state == "asked" or (one.state == "taken" and one.refund not in booked)
    )
    return max(0, payment.minor - payment.refunded - payment.disputed - on_its_way)


def paid(*where: ColumnElement[bool]) -> list[Paid]:
    """The payments that are meant, the newest first, each with its refunds. Three statements."""
    payments = list(db.session.scalars(select(Payment).where(*where).order_by(Payment.id.desc())))
    ids = [one.id for one in payments]
    asked: dict[int, list[Refund]] = {}
    for one in db.session.scalars(select(Refund).where(Refund.payment_id.in_(ids)).order_by(Refund.id)):
        asked.setdefault(one.payment_id, []).append(one)
    booked = set(db.session.scalars(select(Entry.about).where(Entry.payment_id.in_(ids), Entry.kind == "refund")))
    return [Paid(one, asked.get(one.id, []), left(one, asked.get(one.id, []), booked)) for one in payments]


def payments(gift_id: int) -> list[Paid]:
    """The payments of a gift."""
    return paid(Payment.gift_id == gift_id)


def payment(campaign: str | None, payment_id: int) -> tuple[Paid, int | None] | None:
    """A payment of a campaign and the number of its gift; with None one that belongs to no gift. None when there is
    none."""
    mine = Payment.gift_id.is_(None)
    if campaign is not None:
        mine = Payment.gift_id.in_(select(Gift.id).where(Gift.campaign == campaign))
    found = paid(Payment.id == payment_id, mine)
    return (found[0], found[0].payment.gift_id) if found else None


STRAYS = listing.Order((Payment.id,), descending=True)


def strays(cursor: str | None) -> listing.Part:
    """A page of the payments that belong to no gift of ours. Raises listing.WrongCursor."""
    columns = (Payment.id, Payment.charge, Payment.minor, Payment.currency, Payment.paid_at, Payment.created_at)
    more = (Payment.refunded, Payment.dispute, Payment.looked_at)
    mine = (Payment.gift_id.is_(None), Payment.livemode == switch.livemode())
    return listing.part(select(*columns, *more).where(*mine), STRAYS, cursor)


def paid_by_id(ids: Iterable[int]) -> dict[int, Paid]:
    """The same payments with what may be given back of them, by their number."""
    return {one.payment.id: one for one in paid(Payment.id.in_(list(ids)))}
