"""What other rooms may ask about people."""

from datetime import datetime

from sqlalchemy import or_, select

from app.kernel.db import db

from .models import Suppression
from .operations import email_digests


def is_suppressed(address: str, now: datetime) -> bool:
    """Whether no mail may go to this address, looked up under every digest key."""
    statement = select(Suppression.email_digest).where(
        Suppression.email_digest.in_(email_digests(address)),
        or_(Suppression.until.is_(None), Suppression.until > now),
    )
    return db.session.execute(statement.limit(1)).first() is not None
