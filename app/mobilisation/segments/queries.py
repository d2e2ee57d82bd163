"""What pages ask of segments: how many they mean, a sample, why somebody is in or out, and those that have a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, text, tuple_

from app.accounts.models import Staff
from app.kernel.db import db
from app.kernel.listing import Order, Part, part
from app.people.org_models import Organisation, Position
from app.people.org_queries import Search, found

from ..contacts_models import Contact, Kind
from . import counting, sql
from .facts import Viewer
from .models import Segment
from .rule import Rule, conditions, holds

SAMPLE = 20
# Any number: which of the contacts a sample shows stays the same while a rule is worked on.
_SEED = 75
MOST_FOUND = 20
_IN_MEMORY = text(
    "SELECT set_config('random_page_cost', '1.1', true), set_config('work_mem', '32MB', true),"
    " set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('join_collapse_limit', '1', true)"
)


def number(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> int:
    """How many contacts a rule means. Raises rule.Bad, LookupError.

    For the rest of the transaction the planner is told that a page of an index costs little more than the next one,
    as is so where tables are in memory, that what a rule asks for may be kept there, to compile nothing, and to plan
    for the rule as it is, joining in its order."""
    db.session.execute(_IN_MEMORY)
    return int(db.session.scalar(counting.number(rule, viewer, campaign, now)))


@dataclass(frozen=True)
class Place:
    """Somebody in an organisation, as a sample shows them."""

    contact_id: int
    organisation_id: int
    person: str
    names: dict[str, str]
    name: str
    name_language: str
    acronym: str | None
    country: str
    language: str


def sample(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> list[Place]:
    """Some of the contacts that a rule means, drawn by lot, each in one organisation. Raises as `number`."""
    lot = func.hashint8extended(Contact.contact_id, literal(_SEED))
    drawn = sql.places(rule, viewer, campaign, now).order_by(lot, Contact.contact_id, Contact.organisation_id)
    first: dict[int, int] = {}
    # Nobody is in so many organisations; the places of one contact stand together, the first of them first.
    for contact_id, organisation_id in db.session.execute(drawn.limit(SAMPLE * 4)):
        first.setdefault(contact_id, organisation_id)
    pairs = list(first.items())[:SAMPLE]
    wanted = tuple_(Contact.contact_id, Contact.organisation_id).in_(pairs)
    return _places(select(Contact.contact_id, Contact.organisation_id).where(wanted).subquery("drawn")) if pairs else []


def _places(drawn) -> list[Place]:
    statement = (
        select(
            drawn.c.contact_id,
            drawn.c.organisation_id,
            Position.name.label("person"),
            Organisation.name,
            Organisation.name_language,
            Organisation.names,
            Organisation.acronym,
            Organisation.country,
            Position.language,
        )
        .select_from(drawn)
        .join(
            Position,
            (Position.person_id == drawn.c.contact_id) & (Position.organisation_id == drawn.c.organisation_id),
        )
        .join(Organisation, Organisation.id == drawn.c.organisation_id)
        .order_by(Organisation.sort_key, drawn.c.contact_id)
    )
    return [
        Place(
            contact_id=row.contact_id,
            organisation_id=row.organisation_id,
            person=row.person,
            names=row.names,
            name=row.name,
            name_language=row.name_language,
            acronym=row.acronym,
            country=row.country or "",
            language=row.language or "",
        )
        for row in db.session.execute(statement)
    ]


def people_found(words: str, viewer: Viewer) -> list[Place]:
    """Contacts in organisations of a name that the viewer may see: the first few."""
    which = found(Search(words=words), viewer.networks).limit(MOST_FOUND).subquery("organisations")
    drawn = (
        select(Contact.contact_id, Contact.organisation_id)
        .join(which, which.c.id == Contact.organisation_id)
        .order_by(Contact.organisation_id, Contact.contact_id)
        .limit(MOST_FOUND)
        .subquery("drawn")
    )
    return _places(drawn)


@dataclass(frozen=True)
class Answered:
    """What every condition of a rule answers for somebody in one organisation, in the order of rule.conditions; and
    what the organisation and the person are, for the reasons."""

    organisation_id: int
    organisation: str
    organisation_language: str
    answers: tuple[bool, ...]
    country: str
    ecosoc: str
    networks: tuple[int, ...]
    roles: tuple[str, ...]
    languages: tuple[str, ...]


def answered(rule: Rule, contact_id: int, viewer: Viewer, campaign: str, now: datetime) -> list[Answered]:
    """The same for every organisation of a contact that the viewer may see; none: there is no such contact for them.
    One query besides those of the facts. Raises as `number`."""
    asked = list(conditions(rule))
    statement = sql.answers(asked, viewer, campaign, now)
    columns = (Organisation.name, Organisation.name_language, *_KIND)
    statement = statement.add_columns(*columns).join(Organisation, Organisation.id == Contact.organisation_id)
    rows = db.session.execute(statement.where(Contact.contact_id == contact_id).order_by(Contact.organisation_id))
    return [
        Answered(
            organisation_id=row.organisation_id,
            organisation=row.name,
            organisation_language=row.name_language,
            answers=tuple(bool(row._mapping[f"answer_{place}"]) for place in range(len(asked))),
            country=row.country,
            ecosoc=row.ecosoc,
            networks=tuple(row.networks),
            roles=tuple(row.roles),
            languages=tuple(filter(None, (row.language, row.second_language))),
        )
        for row in rows
    ]


_KIND = (Kind.country, Kind.ecosoc, Kind.networks, Kind.roles, Kind.language, Kind.second_language)


def person_name(contact_id: int, organisation_ids: Iterable[int]) -> str | None:
    """What somebody is called in the first of these organisations."""
    statement = (
        select(Position.name)
        .join(
            Contact, (Contact.contact_id == Position.person_id) & (Contact.organisation_id == Position.organisation_id)
        )
        .where(Position.person_id == contact_id, Position.organisation_id.in_(list(organisation_ids)))
    )
    return db.session.scalar(statement.order_by(Position.organisation_id).limit(1))


_ORDER = Order((Segment.changed_at, Segment.id), descending=True)


def _mine(campaign: str, staff_id: int, viewer: Viewer):
    """A coordinator's rules are theirs alone, and they see no others: a rule may name networks."""
    here = Segment.campaign == campaign
    return here if viewer.networks is None else here & (Segment.created_by == staff_id)


def saved(campaign: str, staff_id: int, viewer: Viewer, words: str, cursor: str | None) -> Part:
    """A page of the segments that have a name, last changed first, with who made each. Raises listing.WrongCursor."""
    statement = (
        select(Segment.id, Segment.name, Segment.rule, Segment.changed_at, Staff.name.label("by"))
        .outerjoin(Staff, Staff.id == Segment.created_by)
        .where(_mine(campaign, staff_id, viewer))
    )
    if words:
        statement = statement.where(func.strpos(func.lower(Segment.name), words.lower()) > 0)
    return part(statement, _ORDER, cursor)


def segment(segment_id: int, campaign: str, staff_id: int, viewer: Viewer) -> Segment | None:
    """One of them."""
    return db.session.scalar(select(Segment).where(Segment.id == segment_id, _mine(campaign, staff_id, viewer)))


def is_in(rule: Rule, row: Answered) -> bool:
    """Whether a rule holds in an organisation, by what its conditions answered there."""
    return holds(rule, dict(zip(conditions(rule), row.answers, strict=True)).__getitem__)
