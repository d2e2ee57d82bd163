"""What is held of invitations about a person, and how long (people/holdings.py, kernel/retention.py)."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.kernel import retention
from app.kernel.db import db
from app.people.holdings import Field, Subject, register_holding
from app.people.org_models import Organisation, Position

from .invitation_models import Invitation
from .models import Letter

# An invitation is of use as long as its letter can be signed, and a while to say who was invited.
KEEP = timedelta(days=30)


def invitations(subject: Subject) -> list[dict]:
    """The letters that somebody was invited to sign, for which organisation, and whether the mail went out."""
    rows = db.session.execute(
        select(
            Letter.slug.label("letter"), Organisation.name.label("organisation"), Invitation.asked_on, Invitation.sent
        )
        .select_from(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .join(Position, Position.id == Invitation.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.person_id == subject.person_id)
        .order_by(Invitation.id)
    ).mappings()
    return [dict(row) for row in rows]


def forget_old(now: datetime, batch: int) -> int:
    """Delete invitations to letters that ended a month ago. Returns how many of this batch."""
    over = select(Letter.id).where(Letter.closes_at <= now - KEEP)
    return retention.delete_some(Invitation.id, Invitation.letter_id.in_(over), batch)


register_holding(
    "letter_invitations",
    invitations,
    label=lazy("Letters you were invited to sign"),
    fields={
        "letter": Field(lazy("Letter")),
        "organisation": Field(lazy("Organisation")),
        "asked_on": Field(lazy("Asked on")),
        "sent": Field(lazy("Mail sent")),
    },
)
retention.register("letters.invitations", forget_old)
