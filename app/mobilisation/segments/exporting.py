"""The contacts of a segment as rows of a table: what names nobody, and what does, kept apart."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports
from app.kernel import clock
from app.kernel.db import db
from app.people import words
from app.people.models import Person
from app.people.org_models import Organisation, Position

from . import sql
from .facts import Viewer
from .rule import Bad, parse

_BATCH = 2000
_LABELS = words.COLUMN_WORDS
SAFE = {
    "contact": words.EXPORT_WORDS["id"],
    "organisation": _LABELS["name"],
    "country": _LABELS["country"],
    "ecosoc": _LABELS["ecosoc"],
}
PERSONAL = {name: _LABELS[name] for name in ("person", "address", "title", "roles", "language", "second_language")}


def exported(filters: dict[str, str], personal: bool) -> Iterator[list[object]]:
    """The contacts that a rule means, each with the organisation to write to them for, within the networks whose
    members the asker may see. Read by key, batch by batch. Raises rule.Bad for a rule that says nothing any more."""
    mine = filters.get("networks")
    viewer = Viewer(None if mine is None else tuple(int(number) for number in mine.split(",") if number))
    meant = sql.audience(parse(filters.get("rule", "")), viewer, filters["campaign"], clock.now()).subquery("meant")
    statement = (
        select(
            meant.c.contact_id,
            Organisation.name,
            Organisation.country,
            Organisation.ecosoc,
            Position.name.label("person"),
            Person.email,
            Position.title,
            Position.roles,
            Position.language,
            Position.second_language,
        )
        .select_from(meant)
        .join(Organisation, Organisation.id == meant.c.organisation_id)
        .join(
            Position,
            (Position.person_id == meant.c.contact_id) & (Position.organisation_id == meant.c.organisation_id),
        )
        .join(Person, Person.id == meant.c.contact_id)
    )
    last = 0
    while True:
        part = statement.where(meant.c.contact_id > last).order_by(meant.c.contact_id).limit(_BATCH)
        rows = db.session.execute(part).all()
        for row in rows:
            safe = [row.contact_id, row.name, row.country, row.ecosoc]
            said = [row.person, row.email, row.title, " ".join(row.roles), row.language, row.second_language]
            yield safe + said if personal else safe
        if len(rows) < _BATCH:
            return
        last = rows[-1].contact_id


def _said(text: str) -> str | None:
    """A rule that the link of a segment brought along; None for what is none."""
    try:
        return str(parse(text)) or None
    except Bad:
        return None


exports.register(
    "segment",
    lazy("Contacts of a segment"),
    SAFE,
    PERSONAL,
    exported,
    action="segments.export",
    personal_action="segments.export",
    filters=(exports.Filter("rule", lazy("Rule"), brought=_said),),
)
