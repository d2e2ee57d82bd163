"""The ledger: what Stripe's balance transactions say, in lines that are only added to.

What an event speaks of is asked of Stripe first (asking.py, no lock held), then written in one transaction, one writer
at a time. A balance transaction that has been written is passed over, so that every way here may be gone twice, by two
workers at once, and in any order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import pagecache
from app.kernel.db import db

from . import asking, finding, gateway, intake, lines, rules, switch
from .asking import Found
from .books import COUNTS, Entry, Event
from .models import Gift, Payment

# Any number that nothing else locks: whoever writes into the ledger holds it to the end of the transaction.
LEDGER_LOCK = 0x706C656E0001
SUBSCRIPTION_LOCK = 0x706C656E

# Called with the ids of payments whose money has just arrived, in the transaction that writes it.
_followers: list[Callable[[list[int], datetime], None]] = []


def register_follower(follower: Callable[[list[int], datetime], None]) -> None:
    """Have `follower(payment_ids, now)` called, in the same transaction, whenever money of a gift arrived: once for
    each payment."""
    if follower not in _followers:
        _followers.append(follower)


def book(event_id: int, now: datetime) -> None:
    """Write what an event told of into the books, and that it is done. Commits what it read before it asks Stripe; the
    caller commits the rest. Raises gateway.Away."""
    event = db.session.get(Event, event_id)
    if event is None or event.taken_at is not None or event.livemode is not switch.livemode():
        return
    event_type, about = event.type, event.about
    db.session.commit()
    try:
        if event_type.startswith("customer.subscription."):
            follow_subscription(about, now)
        else:
            found = Found()
            subscription = asking.ask(event_type, about, found)
            if subscription:
                follow_subscription(subscription, now)
                db.session.commit()
            write(found, now)
    except gateway.Refused as refused:
        # It is no longer there, or is none of a kind we know: nothing to write.
        if refused.code != "resource_missing":
            raise
    db.session.execute(update(Event).where(Event.id == event_id).values(taken_at=now))


def book_transactions(transactions: Iterable[Mapping], now: datetime) -> list[str]:
    """Write balance transactions, their `source` expanded, into the books: the ids of those that were new. For the
    reconciliation, page by page; the caller commits. Raises gateway.Away."""
    found = Found()
    for transaction in transactions:
        source = transaction.get("source")
        found.transactions[transaction["id"]] = dict(transaction)
        if isinstance(source, Mapping) and source["object"] == "charge":
            found.charges[source["id"]] = dict(source)
        elif isinstance(source, Mapping) and source["object"] == "dispute":
            found.disputes[source["id"]] = dict(source)
    return write(found, now)


def follow_subscription(subscription_id: str, now: datetime) -> None:
    """Set the state of a monthly gift as Stripe says it is. Who asks holds the subscription, so that an older answer is
    never written over a newer one."""
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:room, hashtext(:id))"), {"room": SUBSCRIPTION_LOCK, "id": subscription_id}
    )
    subscription = gateway.subscription_now(subscription_id)
    gift = intake.gift_of_subscription(subscription)
    if gift is not None and gift.livemode is switch.livemode():
        gift.subscription = gift.subscription or subscription["id"]
        gift.customer = gift.customer or rules.id_of(subscription.get("customer"))
        intake.set_monthly(gift, rules.monthly(subscription), subscription, now)
        db.session.flush()


def write(found: Found, now: datetime) -> list[str]:
    """Write what was found: payments, lines, and what follows for gifts. The ids of balance transactions that were new.
    Raises gateway.Away, as charges that are not known yet are asked for, before anything is locked."""
    finding.complete(found)
    gifts = finding.gifts_of(found.charges.values())
    if not found.disputes and _all_written(found, gifts):
        return []
    told = {gifts[id_]: c for id_, c in found.charges.items() if c["status"] == "succeeded" and id_ in gifts}
    donors = _unnamed(told)
    lock()
    payments, arrived = _write_payments(found.charges, gifts, now)
    payments |= _known_payments({lines.charge_of(t) for t in found.transactions.values()} - set(payments))
    rows = [
        row
        for transaction in found.transactions.values()
        for row in lines.of_transaction(transaction, payments.get(lines.charge_of(transaction)), switch.livemode(), now)
    ]
    new = _append(rows)
    _settle(payments.values(), found.disputes.values())
    _advance_gifts(told, donors, now)
    if arrived:
        pagecache.bump()
        for follower in _followers:
            follower(arrived, now)
    return sorted(new)


def _all_written(found: Found, gifts: Mapping[str, int]) -> bool:
    """Whether the books have all of it: most of what Stripe tells, it has told in other words before. A payment's row,
    its lines and what follows are written in one transaction, so that these speak for the rest."""
    charges = {id_: charge for id_, charge in found.charges.items() if lines.moves_money(charge)}
    rows = db.session.execute(
        select(Payment.charge, Payment.gift_id, Payment.paid_at).where(Payment.charge.in_(list(charges)))
    )
    known = {charge: (gift_id, paid_at is not None) for charge, gift_id, paid_at in rows}
    for id_, charge in charges.items():
        if known.get(id_) not in ((gifts.get(id_), True), (gifts.get(id_), charge["status"] == "succeeded")):
            return False
    there = set(
        db.session.execute(select(Entry.source_id, Entry.kind).where(Entry.source_id.in_(list(found.transactions))))
    )
    return all(
        (row["source_id"], row["kind"]) in there
        for transaction in found.transactions.values()
        for row in lines.of_transaction(transaction, None, switch.livemode(), rules.moment(transaction["created"]))
    )


def lock() -> None:
    """Be the one who writes into the ledger, until the transaction ends."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LEDGER_LOCK})


def append(rows: list[dict]) -> set[str]:
    """Add lines; those that are there (by source, kind and its id) are passed over. The `source_id`s that were new."""
    lock()
    return _append(rows)


def _append(rows: list[dict]) -> set[str]:
    if not rows:
        return set()
    columns = {name for row in rows for name in row}
    filled = [{**dict.fromkeys(columns), **row} for row in rows]
    new = db.session.scalars(
        insert(Entry)
        .values(filled)
        .on_conflict_do_nothing(index_elements=["source_id", "kind", "source"])
        .returning(Entry.source_id)
    ).all()
    # Goal bars show these.
    if any(row["source_id"] in new and row["campaign"] and row["kind"] in COUNTS for row in rows):
        pagecache.bump()
    return set(new)


@dataclass(frozen=True)
class Place:
    """Where the lines of a charge belong."""

    payment_id: int
    campaign: str | None


def _known_payments(charges: set[str | None]) -> dict[str, Place]:
    wanted = sorted(charge for charge in charges if charge)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Payment.charge, Payment.id, Gift.campaign)
        .join(Gift, Gift.id == Payment.gift_id, isouter=True)
        .where(Payment.charge.in_(wanted))
    )
    return {charge: Place(payment_id, campaign) for charge, payment_id, campaign in rows}


def _write_payments(
    charges: Mapping[str, Mapping], gifts: Mapping[str, int], now
) -> tuple[dict[str, Place], list[int]]:
    """The place of each charge's lines, and the payments of gifts whose money has arrived just now."""
    there = set(
        db.session.scalars(
            select(Payment.charge).where(Payment.charge.in_(list(charges)), Payment.paid_at.is_not(None))
        )
        if charges
        else ()
    )
    rows = [lines.payment_of(c, gifts.get(c["id"])) for c in charges.values() if lines.moves_money(c)]
    if rows:
        made = insert(Payment).values(rows)
        later = {name: func.coalesce(getattr(Payment, name), made.excluded[name]) for name in ("paid_at", "gift_id")}
        db.session.execute(made.on_conflict_do_update(index_elements=["charge"], set_=later))
    places = _known_payments(set(charges))
    paid = {c["id"] for c in charges.values() if c["status"] == "succeeded" and c["id"] in places} - there
    arrived = [places[charge].payment_id for charge in sorted(paid) if places[charge].campaign is not None]
    return places, arrived


def _settle(places: Iterable[Place], disputes: Iterable[Mapping]) -> None:
    """Have payments say what the ledger says was given back, and how their disputes stand."""
    ids = sorted({place.payment_id for place in places})
    back = {
        kind: select(func.coalesce(-func.sum(Entry.minor), 0))
        .where(Entry.payment_id == Payment.id, Entry.kind == kind)
        .scalar_subquery()
        for kind in ("refund", "dispute")
    }
    quiet = {"synchronize_session": False}
    if ids:
        db.session.execute(
            update(Payment)
            .where(Payment.id.in_(ids))
            .values(refunded=back["refund"], disputed=back["dispute"])
            .execution_options(**quiet)
        )
    for dispute in sorted(disputes, key=lambda one: one["created"]):
        word, opened = rules.dispute(dispute["status"]), rules.moment(dispute["created"])
        which = Payment.charge == rules.id_of(dispute["charge"])
        if word == "open":
            # An older answer does not open again what is decided; a later dispute does.
            which &= Payment.dispute.is_(None) | (Payment.disputed_at < opened)
        else:
            which &= Payment.disputed_at.is_(None) | (Payment.disputed_at <= opened)
        change = update(Payment).where(which).values(dispute=word, disputed_at=opened)
        db.session.execute(change.execution_options(**quiet))


def _unnamed(told: Mapping[int, Mapping]) -> dict[int, intake.Donor]:
    """Who gave what nobody is known of, by its charge: a gift's session tells, but that may be lost."""
    if not told:
        return {}
    ids = db.session.scalars(
        select(Gift.id).where(Gift.id.in_(sorted(told)), Gift.donor_email.is_(None), Gift.erased_at.is_(None))
    )
    return {id_: intake.donor_of(told[id_].get("billing_details") or {}) for id_ in ids.all()}


def _advance_gifts(told: Mapping[int, Mapping], donors: Mapping[int, intake.Donor], now: datetime) -> None:
    if not told:
        return
    rows = db.session.scalars(
        select(Gift)
        .where(Gift.id.in_(sorted(told)))
        .order_by(Gift.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for gift in rows:
        charge = told[gift.id]
        if gift.interval == "once":
            gift.payment_intent = gift.payment_intent or rules.id_of(charge.get("payment_intent"))
        else:
            gift.customer = gift.customer or rules.id_of(charge.get("customer"))
        if gift.id in donors:
            intake.name_donor(gift, donors[gift.id])
        intake.advance(gift, "given", now)
    db.session.flush()
