"""What follows from what came back: an address that is no good, or whose owner complains, gets no more mail.

Each verb works in the caller's transaction, and an event that was taken changes nothing when it comes again.
"""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import i18n, retention
from app.kernel.db import db
from app.people import operations as people
from app.people.addresses import InvalidAddress, checked_address
from app.people.models import Person

from .. import balance, leaving, stamps
from ..engine import aftermath
from ..models import Delivery, Mailing
from . import rules, worn
from .model import COMPLAINED, HARD, KINDS, SOFT, UNSUBSCRIBED, Event
from .models import MailEvent

# As long as who was written to is known (mobilisation/retention.py); no provider tells again what is older.
KEEP = timedelta(days=90)
_MOMENTS = {HARD: "bounced_at", COMPLAINED: "complained_at"}
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
    mailing, delivery = _locked(event.token)
    addresses = _addresses(event.about)
    if delivery is None and not (event.vouched and addresses):
        return None
    person = delivery and delivery.contact_id and _person(delivery.contact_id)
    kind = event.kind
    if kind == HARD and person and addresses and not _is_one_of(person, addresses):
        kind = SOFT
    written = _written(event, kind, delivery, now)
    if written is None:
        return None
    if delivery is not None and kind != UNSUBSCRIBED:
        _note(delivery, kind, event.at)
    reason = _REASONS.get(kind)
    if kind == UNSUBSCRIBED and person:
        _leave(event.token, now)
    elif reason and person:
        people.suppress(person.email_digest, reason, now)
        leaving.take_out(delivery.contact_id, now)
    elif reason and event.vouched and addresses:
        people.suppress(people.email_digests(addresses[0])[0], reason, now)
    elif kind == SOFT and person:
        worn.look(delivery.contact_id, now)
    if mailing is not None and kind in (HARD, COMPLAINED):
        _stop_if_too_many(mailing, written, now)
    return kind


def counts(mailing_id: int, after: int = 0) -> dict[str, int]:
    """How many deliveries of a mailing had each kind of event, of those that are still kept, with a number above
    `after`."""
    rows = db.session.execute(
        select(MailEvent.kind, func.count(MailEvent.delivery_id.distinct()))
        .where(MailEvent.mailing_id == mailing_id, MailEvent.id > after)
        .group_by(MailEvent.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in KINDS}


def forget(now: datetime, batch: int) -> int:
    """Delete what came back 90 days ago; the deliveries keep their moments. Returns how many of this batch."""
    return retention.delete_some(MailEvent.id, MailEvent.taken_at <= now - KEEP, batch)


def _locked(token: bytes | None):
    """The mailing and the delivery of a token, locked in the order in which the desk locks them, so that of two events
    at once each sees what the other wrote; (None, None) where there is none."""
    found = (
        token
        and db.session.execute(select(Delivery.id, Delivery.mailing_id).where(Delivery.token == token)).one_or_none()
    )
    if not found:
        return None, None
    mine = select(Mailing).where(Mailing.id == found.mailing_id).with_for_update(key_share=True)
    mailing = db.session.scalar(mine.execution_options(populate_existing=True))
    delivery = db.session.execute(
        select(Delivery.id, Delivery.mailing_id, Delivery.contact_id)
        .where(Delivery.id == found.id)
        .with_for_update(key_share=True)
    ).one_or_none()
    return (mailing, delivery) if delivery else (None, None)


def _person(person_id: int):
    return db.session.execute(select(Person.email, Person.email_digest).where(Person.id == person_id)).one_or_none()


def _addresses(about: tuple[str, ...]) -> list[str]:
    found = []
    for text in about:
        with suppress(InvalidAddress):
            found.append(checked_address(text.strip().strip("<>")))
    return found


def _is_one_of(person, addresses: list[str]) -> bool:
    digests = {*people.digests_of(person), person.email_digest}
    return any(digests & set(people.email_digests(address)) for address in addresses)


def _written(event: Event, kind: str, delivery, now: datetime) -> int | None:
    """The number of the row; None where the event was there."""
    number = event.outside_id
    if len(number) > 200 or not number.isprintable():
        number = hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()
    return db.session.scalar(
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


def _note(delivery, kind: str, at: datetime) -> None:
    column = _MOMENTS.get(kind)
    if column:
        first = getattr(Delivery, column).is_(None)
        statement = update(Delivery).where(Delivery.id == delivery.id, first).values({column: at})
        db.session.execute(statement.execution_options(synchronize_session=False))


def _leave(token: bytes, now: datetime) -> None:
    """They told a provider that they want no more: as if they had said so on the page of the mail's link."""
    found = leaving.find(stamps.link_word(token))
    language = found.language if found.language in i18n.BY_CODE else i18n.FALLBACK
    with force_locale(language):
        wording = _("No more mails from this site at all")
    leaving.leave(found, leaving.ALL, wording, language, now, how="mail")


def _stop_if_too_many(mailing: Mailing, event_id: int, now: datetime) -> None:
    """Pause a mailing that runs. One that was paused so and that somebody let go on is judged by what came since."""
    if mailing.state != "running":
        return
    before = db.session.scalar(
        select(func.max(MailEvent.id)).where(MailEvent.mailing_id == mailing.id, MailEvent.paused)
    )
    found = counts(mailing.id, before or 0)
    why = rules.too_many(balance.of([mailing.id])[mailing.id].sent, found[HARD], found[COMPLAINED])
    if why is None:
        return
    aftermath.pause(mailing.id, why, now)
    db.session.execute(
        update(MailEvent)
        .where(MailEvent.id == event_id)
        .values(paused=True)
        .execution_options(synchronize_session=False)
    )


retention.register("mobilisation.events", forget)
