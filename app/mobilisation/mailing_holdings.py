"""What is held of mailings about a person (people/holdings.py): which went to them, and what became of each. For as
long as that is known, they are."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select, update

from app.kernel.db import db
from app.people.holdings import Field, Subject, register_holding
from app.people.operations import register_need
from app.people.org_models import Organisation
from app.people.org_queries import placed

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


def written_to(person_ids: list[int]) -> set[int]:
    """Those of these people to whom a mail went, or goes at this moment, while it is known that it did: it can come
    back, and its link ends mails. What waits for somebody who is in no organisation any more is not sent."""
    on_their_way = ("queued", "sending")
    rows = db.session.execute(
        select(Delivery.id, Delivery.contact_id, Delivery.state)
        .where(Delivery.contact_id.in_(person_ids), Delivery.state.in_((*on_their_way, "sent", "uncertain")))
        .order_by(Delivery.id)
        .with_for_update()
    ).all()
    waiting = {row.contact_id for row in rows if row.state in on_their_way}
    if waiting:
        there = placed(waiting)
        out = [row.id for row in rows if row.state in on_their_way and row.contact_id not in there]
        values = {"state": "excluded", "reason": "erased", "next_try": None}
        stop = update(Delivery).where(Delivery.id.in_(out)).values(**values)
        db.session.execute(stop.execution_options(synchronize_session=False))
    return {row.contact_id for row in rows if row.state != "queued"}


register_need(written_to)
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
