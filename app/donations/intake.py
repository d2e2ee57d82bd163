"""What Stripe tells: each event is written down once, moves its gift, and gives the books a job; one transaction, in
which Stripe is not asked anything. The webhook and the reconciliation both come this way."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.kernel import jobs
from app.kernel.db import db
from app.people import operations as people
from app.people.addresses import InvalidAddress, checked_address
from app.people.models import Person

from . import rules, switch
from .books import Event
from .models import Gift

BOOK_TASK = "donations:book"
LONGEST_NAME = 200
# What the books have a look at; every other type is written down, and that is all.
BOOKED = frozenset(
    [
        "charge.pending",
        "charge.succeeded",
        "charge.failed",
        "charge.updated",
        "charge.refunded",
        "charge.refund.updated",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "invoice.paid",
        "invoice.payment_failed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "payout.created",
        "payout.updated",
        "payout.paid",
        "payout.failed",
        "payout.canceled",
    ]
)
MOVING = frozenset(
    f"checkout.session.{word}" for word in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)

ACTED_ON = BOOKED | MOVING


def take(event: Mapping, now: datetime) -> int | None:
    """Take an event, as parsed: the id of its row, or None where it had come before, and nothing is done.

    Two at once wait for each other in the database, and one of them gets None. What is of another livemode than the
    site's key is written down and changes nothing. Raises KeyError, TypeError or ValueError for what is no event.
    """
    about = event["data"]["object"]
    ours = event["livemode"] is switch.livemode()
    looks = ours and event["type"] in BOOKED
    values = {
        "stripe_id": str(event["id"]),
        "type": str(event["type"]),
        "about": about.get("id"),
        "livemode": bool(event["livemode"]),
        "created": rules.moment(int(event["created"])),
        "payload": json.dumps(event, default=str, ensure_ascii=False),
        "received_at": now,
        "taken_at": None if looks else now,
    }
    event_id = db.session.scalar(
        insert(Event).values(values).on_conflict_do_nothing(index_elements=["stripe_id"]).returning(Event.id)
    )
    if event_id is None:
        return None
    if ours:
        if event["type"] in MOVING:
            _move(event["type"], about, now)
        elif event["type"] == "customer.subscription.deleted":
            _end(about, now)
    if looks:
        jobs.defer(BOOK_TASK, event_id=event_id)
    return event_id


def gift_of(key: str | None, *places) -> Gift | None:
    """The gift with this key, else the one that `places` (conditions) find, locked; None where there is none."""
    found = None
    if key:
        try:
            found = db.session.scalar(_locked(Gift.key == uuid.UUID(key)))
        except (ValueError, TypeError, AttributeError):
            found = None
    if found is None and places:
        found = db.session.scalar(_locked(or_(*places)).order_by(Gift.id).limit(1))
    return found


def _locked(condition):
    return select(Gift).where(condition).with_for_update().execution_options(populate_existing=True)


def _move(event_type: str, session: Mapping, now: datetime) -> None:
    donor = donor_of(session.get("customer_details") or {})
    gift = gift_of(session.get("client_reference_id"), Gift.session == session["id"])
    told = rules.told_by_session(event_type, session)
    if gift is None or told is None or gift.livemode is not switch.livemode():
        return
    if gift.session is not None and gift.session != session["id"] and told in ("expired", "failed"):
        # Another one of the same gift, that nobody was shown.
        return
    gift.session = gift.session or session["id"]
    if told != "expired":
        gift.customer = gift.customer or rules.id_of(session.get("customer"))
        gift.payment_intent = gift.payment_intent or rules.id_of(session.get("payment_intent"))
        if gift.interval == "monthly":
            gift.subscription = gift.subscription or rules.id_of(session.get("subscription"))
        name_donor(gift, donor)
    advance(gift, told, now)


def advance(gift: Gift, told: str, now: datetime) -> None:
    """Move a gift that is locked to the state Stripe told, if that is a later one."""
    state = rules.moved(gift.state, told)
    if state == gift.state:
        return
    gift.state, gift.changed_at = state, now
    gift.checkout_url = None
    if state == "given":
        gift.given_at = now
        if gift.interval == "monthly" and gift.monthly_state is None:
            gift.monthly_state = "active"


def set_monthly(gift: Gift, state: str | None, subscription: Mapping, now: datetime) -> None:
    """Set the state of a monthly gift that is locked. One that is over stays so."""
    if state is None or gift.interval != "monthly" or gift.monthly_state in ("cancelled", state):
        return
    gift.monthly_state, gift.changed_at = state, now
    if state == "cancelled":
        ended = subscription.get("ended_at") or subscription.get("canceled_at")
        gift.ended_at = rules.moment(ended) if ended else now


@dataclass(frozen=True)
class Donor:
    """Who gave, as they told Stripe, and the person here who has that address."""

    name: str | None
    email: str | None = None
    digest: bytes | None = None
    person_id: int | None = None


def donor_of(details: Mapping) -> Donor:
    """The donor by what they told Stripe (`name`, `email`); an address that nobody can write to is none.

    To be asked before a gift is locked: whoever is being erased is locked before their gifts are.
    """
    name = (details.get("name") or "").strip()[:LONGEST_NAME] or None
    try:
        address = checked_address(details.get("email") or "")
    except InvalidAddress:
        return Donor(name)
    digests = people.email_digests(address)
    person_id = db.session.scalar(
        select(Person.id)
        .where(Person.email_digest.in_(digests), Person.erased_at.is_(None))
        .limit(1)
        .with_for_update(read=True, key_share=True)
    )
    return Donor(name, address, digests[0], person_id)


def name_donor(gift: Gift, donor: Donor) -> None:
    """Write down who gave a gift that is locked: once, and never again of somebody who was erased."""
    if gift.erased_at or gift.donor_email:
        return
    gift.donor_name = gift.donor_name or donor.name
    gift.donor_email, gift.donor_digest, gift.person_id = donor.email, donor.digest, donor.person_id


def gift_of_subscription(subscription: Mapping) -> Gift | None:
    """The monthly gift of a Subscription, locked."""
    told = subscription.get("metadata") or {}
    customer = rules.id_of(subscription.get("customer"))
    places = [Gift.subscription == subscription["id"], *([Gift.customer == customer] if customer else [])]
    return gift_of(told.get("gift"), *places)


def _end(subscription: Mapping, now: datetime) -> None:
    gift = gift_of_subscription(subscription)
    if gift is not None and gift.livemode is switch.livemode():
        gift.subscription = gift.subscription or subscription["id"]
        set_monthly(gift, "cancelled", subscription, now)
