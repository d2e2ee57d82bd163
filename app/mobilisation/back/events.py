"""What follows from what came back: an address that is no good, or whose owner complains, gets no more mail.

Each verb works in the caller's transaction, and an event that was taken changes nothing when it comes again.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import retention
from app.kernel.db import db
from app.kernel.logs import log
from app.people import operations as people
from app.people.addresses import InvalidAddress, checked_address
from app.people.models import Person

from .. import balance
from ..models import Delivery, Mailing
from . import rules
from .model import COMPLAINED, HARD, KINDS, SOFT, UNSUBSCRIBED, Event
from .models import MailEvent

# As long as who was written to is known (mobilisation/retention.py); no provider tells again what is older.
KEEP = timedelta(days=90)
_MOMENTS = {HARD: "bounced_at", COMPLAINED: "complained_at", UNSUBSCRIBED: "unsubscribed_at"}
_REASONS = {HARD: "bounced", COMPLAINED: "complained", UNSUBSCRIBED: "unsubscribed"}


def take(event: Event, now: datetime) -> str | None:
    """Take an event: write it down, note its moment at the delivery, suppress the address where it calls for that, and
    pause a mailing of which too much comes back. The kind it was taken as; None where it was taken before, or nothing
    follows from it.

    An address that a report names and that is not the one we wrote to was forwarded to: that it is no good is a soft
    bounce of ours. An event without a delivery counts only where a provider vouches for it.
    """
    if event.kind not in KINDS:
        return None
    delivery = _delivery(event.token)
    digests = _digests(event.about)
    person = delivery and delivery.contact_id and _person(delivery.contact_id)
    kind = event.kind
    if kind == HARD and person and digests and not digests & {*people.digests_of(person), person.email_digest}:
        kind = SOFT
    if delivery is None and not (event.vouched and digests):
        return None
    if not _written(event, kind, delivery, now):
        return None
    if delivery is not None:
        _note(delivery, kind, event.at)
    if kind in _REASONS:
        if person:
            people.suppress(person.email_digest, _REASONS[kind], now)
        elif event.vouched and event.about:
            people.suppress(people.email_digests(_address(event.about[0]))[0], _REASONS[kind], now)
        if delivery is not None:
            _stop_if_too_many(delivery.mailing_id, now)
    return kind


def counts(mailing_id: int) -> dict[str, int]:
    """How many deliveries of a mailing had each kind of event, of those that are still kept."""
    rows = db.session.execute(
        select(MailEvent.kind, func.count(MailEvent.delivery_id.distinct()))
        .where(MailEvent.mailing_id == mailing_id)
        .group_by(MailEvent.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in KINDS}


def forget(now: datetime, batch: int) -> int:
    """Delete what came back 90 days ago; the deliveries keep their moments. Returns how many of this batch."""
    return retention.delete_some(MailEvent.id, MailEvent.taken_at <= now - KEEP, batch)


def _delivery(token: bytes | None):
    if token is None:
        return None
    # Locked, so that of two events at once each sees what the other wrote.
    return db.session.execute(
        select(Delivery.id, Delivery.mailing_id, Delivery.contact_id)
        .where(Delivery.token == token)
        .with_for_update(key_share=True)
    ).one_or_none()


def _person(person_id: int):
    return db.session.execute(select(Person.email, Person.email_digest).where(Person.id == person_id)).one_or_none()


def _address(text: str) -> str:
    return checked_address(text.strip().strip("<>"))


def _digests(about: tuple[str, ...]) -> set[bytes]:
    found: set[bytes] = set()
    for text in about:
        try:
            found.update(people.email_digests(_address(text)))
        except InvalidAddress:
            continue
    return found


def _written(event: Event, kind: str, delivery, now: datetime) -> bool:
    number = event.outside_id
    if len(number) > 200 or not number.isprintable():
        number = hashlib.sha256(number.encode()).hexdigest()
    written = db.session.execute(
        insert(MailEvent)
        .values(
            source=event.source,
            outside_id=number,
            kind=kind,
            status=event.status,
            mailing_id=delivery and delivery.mailing_id,
            delivery_id=delivery and delivery.id,
            at=event.at,
            taken_at=now,
        )
        .on_conflict_do_nothing()
        .returning(MailEvent.id)
    )
    return written.first() is not None


def _note(delivery, kind: str, at: datetime) -> None:
    column = _MOMENTS.get(kind)
    if column:
        first = getattr(Delivery, column).is_(None)
        statement = update(Delivery).where(Delivery.id == delivery.id, first).values({column: at})
        db.session.execute(statement.execution_options(synchronize_session=False))


def _stop_if_too_many(mailing_id: int, now: datetime) -> None:
    found = counts(mailing_id)
    sent = balance.of([mailing_id])[mailing_id].sent
    why = rules.too_many(sent, found[HARD], found[COMPLAINED])
    if why is None:
        return
    paused = db.session.execute(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state == "running")
        .values(state="paused", paused_for=why, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    if paused.rowcount:
        log.error("mailing paused by itself", extra={"mailing": mailing_id, "why": why})


retention.register("mobilisation.events", forget)
