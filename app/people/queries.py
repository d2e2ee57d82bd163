"""What other rooms may ask about people."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from app.kernel.db import db

from .models import Person, Suppression
from .operations import email_digests

# For what reasons no mail goes out even of what somebody has a right to, such as the receipt of a payment: the address
# is no good, or its person was promised that none comes. Leaving a mailing, or complaining of one, stops no receipt.
SILENT = ("restricted", "bounced", "objected", "erased")


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


def is_silent(address: str) -> bool:
    """Whether not even what its person is owed may go to this address, looked up under every digest key."""
    mine = Suppression.email_digest.in_(email_digests(address))
    return (
        db.session.scalar(select(Suppression.reason).where(mine, Suppression.reason.in_(SILENT)).limit(1)) is not None
    )


def silent_digests() -> Select:
    """The digests of those addresses, as a part of another statement."""
    return select(Suppression.email_digest).where(Suppression.reason.in_(SILENT))
