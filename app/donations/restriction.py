"""Gifts of whoever asked that what is held about them is kept and used for nothing (GDPR art. 18)."""

from sqlalchemy import ColumnElement, and_, or_, select

from app.people.models import Suppression
from app.people.queries import usable

from .models import Gift


def free() -> ColumnElement[bool]:
    """The condition under which a gift may be shown to others, and let go of in time: its donor has asked for no such
    thing, whether somebody here has their address or nobody has."""
    restricted = select(Suppression.email_digest).where(Suppression.reason == "restricted")
    return and_(
        or_(Gift.person_id.is_(None), usable(Gift.person_id)),
        or_(Gift.donor_digest.is_(None), Gift.donor_digest.not_in(restricted)),
    )
