"""What this room holds about a person: what they asked to be corrected. What we were told by people at a mission cannot
be found by an address; it goes on its day."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import exists, select

from app.kernel.db import db
from app.people.holdings import Field, Subject, register_holding
from app.people.importing import undoing

from .contact_models import StateWork
from .correction_models import Correction, Mission


def corrections(subject: Subject) -> list[dict]:
    """Requests to correct a claim."""
    columns = (
        Correction.evidence,
        Correction.wrong,
        Correction.source,
        Correction.name,
        Correction.email.label("address"),
        Correction.language,
        Correction.asked_at,
        Correction.confirmed_at,
        Correction.decided_at,
        Correction.reason,
    )
    mine = Correction.email_digest.in_(subject.digests)
    rows = db.session.execute(select(*columns).where(mine).order_by(Correction.id)).mappings()
    return [dict(row) for row in rows]


def missions(subject: Subject) -> list[dict]:
    """The address as the official one of a mission."""
    columns = (Mission.email.label("address"), Mission.state, Mission.source, Mission.entered_at)
    mine = Mission.email_digest.in_(subject.digests)
    rows = db.session.execute(select(*columns).where(mine).order_by(Mission.id)).mappings()
    return [dict(row) for row in rows]


def _owns(organisation_id):
    return exists().where(StateWork.owner_organisation == organisation_id)


def register() -> None:
    """Have both stand in what a person is given; and have an organisation stay that works on a state, whatever list it
    came by."""
    undoing.register_use(_owns)
    register_holding(
        "corrections",
        corrections,
        label=lazy("Corrections that you asked for"),
        fields={
            "evidence": Field(lazy("Ref of the claim")),
            "wrong": Field(lazy("What is wrong")),
            "source": Field(lazy("Source")),
            "name": Field(lazy("Name")),
            "address": Field(lazy("E-mail address")),
            "language": Field(lazy("Language")),
            "asked_at": Field(lazy("Asked on")),
            "confirmed_at": Field(lazy("Confirmed")),
            "decided_at": Field(lazy("Decided on")),
            "reason": Field(lazy("Our answer")),
        },
    )
    register_holding(
        "missions",
        missions,
        label=lazy("Official addresses of missions"),
        fields={
            "address": Field(lazy("E-mail address")),
            "state": Field(lazy("Which state")),
            "source": Field(lazy("Where it is published")),
            "entered_at": Field(lazy("Since")),
        },
    )
