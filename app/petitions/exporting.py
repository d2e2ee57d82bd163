"""Signatures as rows of a table that leaves the house: columns that are safe, and columns that name people.

Which of them somebody may have, and that the export is written down, is for whoever calls this.
"""

from collections.abc import Iterator

from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Person

from . import selecting
from .models import Signature
from .selecting import Chosen

BATCH = 1000
SAFE = (
    "number",
    "signed_on",
    "confirmed_on",
    "state",
    "held",
    "shown",
    "language",
    "text_version",
    "source",
    "on_public_list_as",
    "comment",
)
PERSONAL = ("area", "name", "email", "updates")
_READ = (
    Signature.id,
    Signature.signed_at,
    Signature.confirmed_at,
    Signature.state,
    Signature.held,
    Signature.shown,
    Signature.language,
    Signature.text_version,
    Signature.source,
    Signature.name,
    Signature.comment,
    Signature.comment_state,
    Signature.area,
    Signature.updates,
)


def columns(personal: bool) -> tuple[str, ...]:
    """The heads of the columns, without or with those that are personal.

    The country or area is one of the latter: beside a day and a language it may name whoever is alone there.
    """
    return SAFE + PERSONAL if personal else SAFE


def rows(petition_id: int, wanted: Chosen, personal: bool) -> Iterator[tuple]:
    """The signatures that are meant, by their number, as rows of `columns`, read a batch at a time.

    Safe rows hold a name, and what was said beside it, only where everybody can read it on the public list.
    """
    statement = (
        select(*_READ, *((Person.email,) if personal else ()))
        .join(Person, Person.id == Signature.person_id)
        .where(*selecting.clauses(petition_id, wanted))
        .order_by(Signature.id)
        .limit(BATCH)
    )
    last = 0
    while True:
        found = db.session.execute(statement.where(Signature.id > last)).all()
        for row in found:
            yield _row(row, personal)
        if len(found) < BATCH:
            return
        last = found[-1].id


def _row(row, personal: bool) -> tuple:
    public = row.state == "confirmed" and row.shown == "name"
    safe = (
        row.id,
        row.signed_at.date(),
        row.confirmed_at and row.confirmed_at.date(),
        row.state,
        row.held,
        row.shown,
        row.language,
        row.text_version,
        row.source,
        row.name if public else None,
        row.comment if public and row.comment_state == "let" else None,
    )
    return (*safe, row.area, row.name, row.email, row.updates) if personal else safe
