"""What pages ask about requests of people about their own data."""

from datetime import date, datetime

from sqlalchemy import func, select

from app.kernel import listing, tokens
from app.kernel.db import db

from . import holdings
from .models import Person, Suppression
from .privacy_models import PrivacyLink, PrivacyRequest

_ORDER = listing.Order((PrivacyRequest.due_on, PrivacyRequest.id))
_ENDED = listing.Order((PrivacyRequest.created_at, PrivacyRequest.id), descending=True)


def requests(ended: bool, kind: str | None, cursor: str | None) -> listing.Part:
    """Open requests, the most urgent first; or those that have ended, the newest first. Raises listing.WrongCursor."""
    columns = (
        PrivacyRequest.id,
        PrivacyRequest.kind,
        PrivacyRequest.state,
        PrivacyRequest.received_on,
        PrivacyRequest.due_on,
        PrivacyRequest.created_at,
        PrivacyRequest.ended_at,
    )
    state = PrivacyRequest.ended_at.is_not(None) if ended else PrivacyRequest.ended_at.is_(None)
    statement = select(*columns).where(state)
    if kind:
        statement = statement.where(PrivacyRequest.kind == kind)
    return listing.part(statement, _ENDED if ended else _ORDER, cursor)


def requests_of(address: str) -> list[PrivacyRequest]:
    """Every request of an address whose content has not been forgotten yet, the newest first."""
    digests = holdings.subject_of(address).digests
    return list(
        db.session.scalars(
            select(PrivacyRequest)
            .where(PrivacyRequest.email_digest.in_(digests))
            .order_by(PrivacyRequest.id.desc())
            .limit(listing.SIZE)
        )
    )


def request_of(request_id: int) -> PrivacyRequest | None:
    """One request; None when there is none."""
    return db.session.get(PrivacyRequest, request_id)


def restricted_since(address: str) -> datetime | None:
    """Since when what is held under an address is kept and not used; None when it is not restricted."""
    subject = holdings.subject_of(address)
    if subject.person_id:
        return db.session.scalar(select(Person.restricted_at).where(Person.id == subject.person_id))
    mine = (Suppression.email_digest.in_(subject.digests), Suppression.reason == "restricted")
    return db.session.scalar(select(Suppression.created_at).where(*mine).limit(1))


def by_link(token: str, now: datetime) -> PrivacyRequest | None:
    """The request that a link from a mail leads to; None when it has expired, or never was."""
    return db.session.scalar(
        select(PrivacyRequest)
        .join(PrivacyLink, PrivacyLink.request_id == PrivacyRequest.id)
        .where(PrivacyLink.token_digest == tokens.token_digest(token), PrivacyLink.expires_at > now)
    )


def open_requests() -> tuple[int, date | None, datetime | None]:
    """How many requests are open, the day on which the first has to be answered, and when the oldest came."""
    return tuple(
        db.session.execute(
            select(func.count(), func.min(PrivacyRequest.due_on), func.min(PrivacyRequest.created_at)).where(
                PrivacyRequest.ended_at.is_(None)
            )
        ).one()
    )
