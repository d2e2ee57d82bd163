"""Addresses that take no mail for long: none comes back for good, and none arrives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import exists, func, or_, select

from app.kernel.db import db
from app.people import operations as people
from app.people.models import Person, Suppression

from .. import leaving
from ..models import Delivery, Mailing
from .model import SOFT
from .models import MailEvent
from .rules import of_the_address

# As long as what came back is known.
LOOKS_BACK = timedelta(days=90)
# A server tries for up to five days before it reports (RFC 5321, 4.5.4.1): until then a mail has not arrived for sure.
REPORTS_WITHIN = timedelta(days=5)
# What a server said at once, of deliveries that failed: the mailbox takes nothing, or it put us off until we gave up.
REFUSED = ("mailbox", "gave-up")


@dataclass(frozen=True)
class Try:
    """One mail to an address: when, and whether it came back for now (None: it says nothing about the address)."""

    at: datetime
    came_back: bool | None


def worn_out(tries: Iterable[Try], number: int, days: int, now: datetime) -> bool:
    """Whether so many mails at the end of all came back, over at least so many days, and none arrived in between. Pure.

    What may still come back counts neither way.
    """
    told = sorted((one for one in tries if one.came_back is not None), key=lambda one: one.at)
    while told and not told[-1].came_back and told[-1].at > now - REPORTS_WITHIN:
        told.pop()
    last = []
    for one in reversed(told):
        if not one.came_back:
            break
        last.append(one.at)
    return len(last) >= number and last[0] - last[-1] >= timedelta(days=days)


def look(person_id: int, now: datetime) -> bool:
    """Write to somebody no more whose address has taken nothing for long, in the caller's transaction. Says whether
    that is so."""
    number, days = current_app.config["MAIL_SOFT_BOUNCES"], current_app.config["MAIL_SOFT_DAYS"]
    if not worn_out(_tries(person_id, now), number, days, now):
        return False
    people.suppress_person(person_id, "bounced", now)
    leaving.take_out(person_id, now)
    return True


def look_at_all(now: datetime) -> int:
    """The same for everybody whom a server refused of late while we spoke with it: no report comes of that. How many
    are written to no more. Commits after each."""
    mailings = select(Mailing.id).where(Mailing.frozen_at > now - LOOKS_BACK)
    silent = exists().where(Suppression.email_digest == Person.email_digest)
    asked = (
        select(Delivery.contact_id)
        .join(Person, Person.id == Delivery.contact_id)
        .where(Delivery.mailing_id.in_(mailings), Delivery.state == "failed", Delivery.reason.in_(REFUSED), ~silent)
        .distinct()
    )
    done = 0
    for person_id in db.session.scalars(asked).all():
        done += look(person_id, now)
        db.session.commit()
    return done


def _tries(person_id: int, now: datetime) -> list[Try]:
    soft = select(func.array_agg(func.coalesce(MailEvent.status, ""))).where(
        MailEvent.delivery_id == Delivery.id, MailEvent.kind == SOFT
    )
    at = func.coalesce(Delivery.sent_at, Mailing.frozen_at)
    rows = db.session.execute(
        select(at, Delivery.state, soft.scalar_subquery())
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.contact_id == person_id, at > now - LOOKS_BACK)
        .where(or_(Delivery.state == "sent", Delivery.reason.in_(REFUSED) & (Delivery.state == "failed")))
    )
    return [Try(moment, _came_back(state, statuses)) for moment, state, statuses in rows]


def _came_back(state: str, statuses: list[str] | None) -> bool | None:
    if state == "failed":
        return True
    if not statuses:
        return False
    # Whoever refuses us or what we say tells nothing of whether others' mail arrives.
    return True if any(of_the_address(status or None) for status in statuses) else None
