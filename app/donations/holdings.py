"""What donations hold about a person, found by their address alone (people/holdings.py), and how they let go of it.

Whoever is erased stays in the books as the law on accounts wants it: amounts, days, the number of each receipt, and
the name on it, sealed. What the page of such a request says of it stands here, too.
"""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import ColumnElement, delete, select, update

from app.kernel import clock, jobs, pagecache
from app.kernel.db import db
from app.people import holdings
from app.people import operations as people
from app.people.holdings import Change, Field, Subject
from app.people.own_holdings import language_name

from . import money, switch
from .books import Event
from .models import Gift, Link, Payment, Statement
from .money import Money
from .receipts import rules

END_TASK = "donors:end"
INTERVALS = {"once": lazy("once"), "monthly": lazy("every month")}
STATES = {
    "begun": lazy("not finished"),
    "held": lazy("not finished"),
    "open": lazy("not finished"),
    "processing": lazy("on its way"),
    "failed": lazy("not paid"),
    "expired": lazy("not finished"),
    "given": lazy("given"),
}
MONTHLY_STATES = {
    "active": lazy("goes on"),
    "past_due": lazy("the last payment failed"),
    "ending": lazy("ends soon"),
    "cancelled": lazy("ended"),
}
KEPT = lazy(
    "If you gave money: the law on accounts makes us keep what was given, on which days, the number of each receipt and"
    " the name on it, encrypted, until ten years after the end of the year. Everything else of it is deleted, and a"
    " monthly gift ends."
)


def gifts(subject: Subject) -> list[dict]:
    """What somebody wished to give."""
    found = db.session.scalars(select(Gift).where(_theirs(subject)).order_by(Gift.id))
    return [
        {
            "campaign": gift.campaign,
            "amount": _plain(gift.minor, gift.currency),
            "interval": gift.interval,
            "state": gift.state,
            "monthly_state": gift.monthly_state,
            "shown_name": gift.shown_name,
            "name": gift.donor_name,
            "address": gift.donor_email,
            "language": gift.language,
            "test": not gift.livemode,
            "customer": gift.customer,
            "created_at": gift.created_at,
            "given_at": gift.given_at,
            "ended_at": gift.ended_at,
        }
        for gift in found
    ]


def payments(subject: Subject) -> list[dict]:
    """Each payment of theirs."""
    found = db.session.execute(
        select(Payment, Gift.campaign)
        .join(Gift, Gift.id == Payment.gift_id)
        .where(_theirs(subject))
        .order_by(Payment.id)
    )
    return [
        {
            "campaign": campaign,
            "amount": _plain(payment.minor, payment.currency),
            "refunded": _plain(payment.refunded, payment.currency),
            "disputed": _plain(payment.disputed, payment.currency),
            "paid_at": payment.paid_at,
            "receipt": payment.receipt_number
            and rules.called(payment.receipt_year, payment.receipt_number, payment.livemode),
            "receipt_sent_at": payment.receipt_sent_at,
            "test": not payment.livemode,
            "charge": payment.charge,
        }
        for payment, campaign in found
    ]


def statements(subject: Subject) -> list[dict]:
    """The years whose statement went to them."""
    mine = Statement.donor_digest.in_(subject.digests)
    rows = db.session.execute(select(Statement.year, Statement.sent_at).where(mine).order_by(Statement.id)).mappings()
    return [dict(row) for row in rows]


def _theirs(subject: Subject) -> ColumnElement[bool]:
    return Gift.donor_digest.in_(subject.digests)


def _plain(minor: int, currency: str) -> str:
    return f"{money.plain(Money(minor, currency))} {currency}"


def erase(digests: list[bytes]) -> None:
    """Let go of whoever has these digests, but for what the law on accounts needs."""
    now = clock.now()
    found = db.session.scalars(select(Gift).where(Gift.donor_digest.in_(digests)).with_for_update()).all()
    if not found:
        return
    ids = [gift.id for gift in found]
    paid = select(Payment.gift_id).where(Payment.gift_id.in_(ids), Payment.paid_at.is_not(None))
    in_books = set(db.session.scalars(paid))
    _forget_payloads(found)
    for gift in found:
        gift.donor_email = gift.donor_digest = gift.person_id = None
        gift.shown_name = gift.network = gift.checkout_url = None
        if gift.id not in in_books:
            gift.donor_name = None
        gift.erased_at = gift.changed_at = now
        if gift.subscription and gift.monthly_state != "cancelled":
            jobs.defer(END_TASK, gift_id=gift.id)
    db.session.execute(delete(Link).where(Link.gift_id.in_(ids)))
    db.session.execute(delete(Statement).where(Statement.donor_digest.in_(digests)))
    db.session.flush()
    pagecache.bump()


def _forget_payloads(found: list[Gift]) -> None:
    """Drop what Stripe told of these gifts and is kept for a month: names and addresses stand in it."""
    charges = db.session.scalars(select(Payment.charge).where(Payment.gift_id.in_([gift.id for gift in found])))
    words = {word for gift in found for word in _words(gift)} | set(charges)
    told = select(Event.id, Event.payload).where(Event.payload.is_not(None), Event.taken_at.is_not(None))
    rows = db.session.execute(told.execution_options(yield_per=500))
    theirs = [row.id for row in rows if any(word in row.payload for word in words)]
    if theirs:
        db.session.execute(update(Event).where(Event.id.in_(theirs)).values(payload=None))


def _words(gift: Gift) -> list[str]:
    ids = (gift.session, gift.payment_intent, gift.customer, gift.subscription, str(gift.key))
    return [word for word in ids if word]


def hold(digests: list[bytes], restricted: bool) -> bool:
    """Whether there is anything of whoever has these digests to be restricted: lists, mails and sweeps ask
    people_suppression for it."""
    return db.session.scalar(select(Gift.id).where(Gift.donor_digest.in_(digests)).limit(1)) is not None


def correct(person_id: int, change: Change) -> None:
    """Correct the language that receipts come in. The name on a receipt is what Stripe was told, and stays in the
    books as it went out."""
    if change.language is not None:
        mine = update(Gift).where(Gift.person_id == person_id)
        db.session.execute(mine.values(language=change.language, changed_at=clock.now()))


def holds() -> bool:
    """Whether anybody can have given anything here."""
    return switch.on() or db.session.scalar(select(Payment.id).limit(1)) is not None


def _said(words: dict):
    return lambda value, lang: str(words[value])


def register() -> None:
    """Have it stand in what a person is given, go when they are erased, and have said what does not."""
    people.register_address_eraser(erase)
    people.register_address_keeper(hold)
    holdings.register_corrector(correct)
    holdings.register_remainder(KEPT, holds)
    holdings.register_holding(
        "gifts",
        gifts,
        label=lazy("What you gave"),
        fields={
            "campaign": Field(lazy("Campaign")),
            "amount": Field(lazy("Amount")),
            "interval": Field(lazy("How often"), _said(INTERVALS)),
            "state": Field(lazy("State"), _said(STATES)),
            "monthly_state": Field(lazy("Monthly gift"), _said(MONTHLY_STATES)),
            "shown_name": Field(lazy("Name that is shown")),
            "name": Field(lazy("Name on receipts")),
            "address": Field(lazy("E-mail address")),
            "language": Field(lazy("Language"), language_name),
            "test": Field(lazy("Test mode: no money has moved")),
            "customer": Field(lazy("What Stripe calls you")),
            "created_at": Field(lazy("Begun")),
            "given_at": Field(lazy("Given")),
            "ended_at": Field(lazy("Ended")),
        },
    )
    holdings.register_holding(
        "payments",
        payments,
        label=lazy("Payments of yours"),
        fields={
            "campaign": Field(lazy("Campaign")),
            "amount": Field(lazy("Amount")),
            "refunded": Field(lazy("Given back")),
            "disputed": Field(lazy("Taken back by the bank")),
            "paid_at": Field(lazy("Day")),
            "receipt": Field(lazy("Receipt number")),
            "receipt_sent_at": Field(lazy("Receipt sent")),
            "test": Field(lazy("Test mode: no money has moved")),
            "charge": Field(lazy("What Stripe calls it")),
        },
    )
    holdings.register_holding(
        "statements",
        statements,
        label=lazy("Yearly statements that went to you"),
        fields={"year": Field(lazy("Year")), "sent_at": Field(lazy("Mail sent"))},
    )
