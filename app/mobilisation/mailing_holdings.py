"""What is held of mailings about a person (people/holdings.py): which went to them, and what became of each."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.kernel.db import db
from app.people.holdings import Field, Subject, register_holding
from app.people.org_models import Organisation

from .models import Delivery, Mailing


def mailings(subject: Subject) -> list[dict]:
    """The mailings that somebody was meant to get while it is known that they were, what stands in the places of their
    text, and what came back."""
    rows = db.session.execute(
        select(
            Mailing.campaign,
            Organisation.name.label("organisation"),
            Delivery.language,
            Delivery.state,
            Delivery.reason,
            Delivery.slots,
            Delivery.sent_at,
            Delivery.bounced_at,
            Delivery.complained_at,
            Delivery.unsubscribed_at,
        )
        .select_from(Delivery)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Organisation, Organisation.id == Delivery.organisation_id)
        .where(Delivery.contact_id == subject.person_id)
        .order_by(Delivery.id)
    ).mappings()
    return [dict(row) for row in rows]


register_holding(
    "mailings",
    mailings,
    label=lazy("Mailings that were meant for you"),
    fields={
        "campaign": Field(lazy("Campaign")),
        "organisation": Field(lazy("Organisation")),
        "language": Field(lazy("Language")),
        "state": Field(lazy("State")),
        "reason": Field(lazy("Reason")),
        "slots": Field(lazy("What was filled in for you")),
        "sent_at": Field(lazy("Mail sent")),
        "bounced_at": Field(lazy("Came back")),
        "complained_at": Field(lazy("Reported as unwanted")),
        "unsubscribed_at": Field(lazy("Left by it")),
    },
)
