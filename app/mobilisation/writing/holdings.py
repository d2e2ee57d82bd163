"""What this room holds about a person: the letters that they wrote, until they are deleted. What went through a trusted
organisation has no name and cannot be found."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.kernel.db import db
from app.people.holdings import Field, Subject, register_holding

from .models import MissionLetter


def letters(subject: Subject) -> list[dict]:
    """Letters to missions."""
    columns = (
        MissionLetter.state,
        MissionLetter.ask,
        MissionLetter.subject,
        MissionLetter.own,
        MissionLetter.body,
        MissionLetter.name,
        MissionLetter.email.label("address"),
        MissionLetter.language,
        MissionLetter.lives_there,
        MissionLetter.asked_at,
        MissionLetter.done_at,
    )
    mine = MissionLetter.email_digest.in_(subject.digests)
    rows = db.session.execute(select(*columns).where(mine).order_by(MissionLetter.id)).mappings()
    return [dict(row) for row in rows]


def register() -> None:
    """Have them stand in what a person is given."""
    register_holding(
        "mission-letters",
        letters,
        label=lazy("Letters to missions that you wrote"),
        fields={
            "state": Field(lazy("Which state")),
            "ask": Field(lazy("Ask")),
            "subject": Field(lazy("Subject")),
            "own": Field(lazy("Your own words")),
            "body": Field(lazy("The letter")),
            "name": Field(lazy("Name")),
            "address": Field(lazy("E-mail address")),
            "language": Field(lazy("Language")),
            "lives_there": Field(lazy("You said that you live there")),
            "asked_at": Field(lazy("Written on")),
            "done_at": Field(lazy("Done with on")),
        },
    )
