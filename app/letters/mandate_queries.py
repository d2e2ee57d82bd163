"""What the desk reads of sign-ons whose mandate waits to be looked at. Whoever is not to be named stays masked here:
what they said is given only to who says why they look (`in_the_clear`)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select

from app.campaigns.models import Campaign
from app.kernel.db import db
from app.kernel.listing import Order, Part, part
from app.people.websites import mail_domain

from . import list_queries
from .list_models import Line
from .models import ORGANISATION, PUBLIC, Letter, Signatory
from .record import Record, opened

ORDER = Order((Signatory.since, Signatory.id))
_COLUMNS = (
    Signatory.id,
    Signatory.roll,
    Signatory.state,
    Signatory.visibility,
    Signatory.delayed,
    Signatory.since,
    Signatory.doubts,
    Signatory.sealed,
)


@dataclass(frozen=True)
class Case:
    """A sign-on that waits, as the desk shows it. `name`, `country` and `website` are None where it is not to be named;
    who signs for it is never in here. `language` is what they read, and are asked in; `asked` and `answered`: a
    question was put to them, and they said something."""

    id: int
    roll: str
    state: str
    since: date | None
    doubts: tuple[str, ...]
    is_masked: bool
    name: str | None
    name_language: str | None
    acronym: str | None
    country: str | None
    website: str | None
    domain: str | None
    language: str
    asked: bool
    answered: bool
    with_network: bool


def queue(letter_id: int, cursor: str | None) -> tuple[list[Case], Part]:
    """A page of what waits under a letter, the oldest first. One query. Raises listing.WrongCursor."""
    statement = select(*_COLUMNS).where(Signatory.letter_id == letter_id, Signatory.state == "waiting")
    found = part(statement, ORDER, cursor)
    return [case_of(row) for row in found.rows], found


def one(letter_id: int, signatory_id: int) -> Case | None:
    """One sign-on under a letter that waits or counts; None where there is none."""
    row = _row(letter_id, signatory_id)
    return row and case_of(row)


def in_the_clear(letter_id: int, signatory_id: int) -> Record | None:
    """Everything that was said with it: for who gave a reason, which is logged. None, too, while it is restricted."""
    row = _row(letter_id, signatory_id)
    record = row and opened(row.sealed)
    return record if record and not record.restricted else None


def listed(letter_id: int, search: list_queries.Search, cursor: str | None) -> Part:
    """A page of the public list with the number of each signatory. One query. Raises listing.WrongCursor."""
    columns = (*list_queries.COLUMNS, Line.signatory_id)
    return part(list_queries.found(letter_id, search, columns), list_queries.ORDER, cursor)


def waiting(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """Of each campaign (or of one) in which mandates wait: its slug, how many, and since when. One query."""
    statement = (
        select(Campaign.slug, func.count(), func.min(Signatory.since))
        .join(Letter, Letter.campaign_id == Campaign.id)
        .join(Signatory, Signatory.letter_id == Letter.id)
        .where(Signatory.state == "waiting")
        .group_by(Campaign.slug)
    )
    if campaign is not None:
        statement = statement.where(Campaign.slug == campaign)
    return [(slug, number, datetime.combine(day, time(), UTC)) for slug, number, day in db.session.execute(statement)]


def _row(letter_id: int, signatory_id: int):
    return db.session.execute(
        select(*_COLUMNS).where(
            Signatory.id == signatory_id,
            Signatory.letter_id == letter_id,
            Signatory.state.in_(("waiting", "counted")),
        )
    ).one_or_none()


def case_of(row) -> Case:
    """A signatory (a row with these columns, or the model itself) as the desk shows it."""
    record = opened(row.sealed)
    name = record.named(row.roll)
    masked = row.visibility != PUBLIC or row.delayed or not name or record.restricted
    body = not masked and row.roll == ORGANISATION
    return Case(
        id=row.id,
        roll=row.roll,
        state=row.state,
        since=row.since,
        doubts=tuple(row.doubts),
        is_masked=masked,
        name=None if masked else name,
        name_language=record.name_language or None if body else None,
        acronym=record.acronym or None if body else None,
        country=None if masked else record.country,
        website=record.website or None if body else None,
        domain=mail_domain(record.address) if body and record.address else None,
        language=record.language,
        asked=bool(record.question),
        answered=bool(record.answer),
        with_network=record.told_network is not None,
    )
