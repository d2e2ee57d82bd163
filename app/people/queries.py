"""What other rooms may ask about people."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from app.kernel.db import db

from .models import Person, Suppression
from .operations import email_digests


def usable(person_id) -> ColumnElement[bool]:
    """The condition under which what is held about a person (a column with their id) may be shown, mailed, exported and
    swept: it is not restricted. Whatever reads about people for others asks it."""
    return person_id.not_in(select(Person.id).where(Person.restricted_at.is_not(None)))


def is_suppressed(address: str, now: datetime) -> bool:
    """Whether no mail may go to this address, looked up under every digest key. Whoever wants no mailings still gets
    what they ask for themselves: the link that confirms a signature, news that they agreed to anew."""
    statement = select(Suppression.email_digest).where(
        Suppression.email_digest.in_(email_digests(address)),
        Suppression.reason != "unsubscribed",
        or_(Suppression.until.is_(None), Suppression.until > now),
    )
    return db.session.execute(statement.limit(1)).first() is not None
