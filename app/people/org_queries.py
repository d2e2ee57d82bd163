"""What the desk asks about organisations, their people and their networks.

`networks` is in every question: the ids of those whose members the asker may see (`guard.current().networks`); None
means all. What lies outside does not exist for them: no row, no name, no membership in another network.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, any_, false, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.accounts.models import Staff, StaffRole
from app.kernel.db import db
from app.kernel.listing import Order, Part, part

from .import_models import Import
from .models import Consent, Person
from .naming import asked_words
from .org_models import Double, Joining, Membership, Network, Organisation, OrganisationKey, Position
from .queries import usable
from .websites import asked_domain

SORTS = ("name", "changed")
# So many are told of on the start page; what is more is "more".
MOST_NEEDS = 100


@dataclass(frozen=True)
class Search:
    """What somebody looks for: `words` of a name, an acronym or a domain; each of the others narrows it."""

    words: str = ""
    country: str = ""
    ecosoc: str = ""
    network: int | None = None
    sort: str = "name"

    @property
    def said(self) -> dict[str, str]:
        """What narrows it, as an address says it."""
        network = "" if self.network is None else str(self.network)
        values = {"q": self.words, "country": self.country, "ecosoc": self.ecosoc, "network": network}
        return {name: value for name, value in values.items() if value}


ORDERS = {
    "name": Order((Organisation.sort_key, Organisation.id)),
    "changed": Order((Organisation.changed_at, Organisation.id), descending=True),
}
COLUMNS = (
    Organisation.id,
    Organisation.name,
    Organisation.name_language,
    Organisation.names,
    Organisation.acronym,
    Organisation.country,
    Organisation.works_in,
    Organisation.website,
    Organisation.ecosoc,
    Organisation.sort_key,
    Organisation.changed_at,
)


def visible(networks: tuple[int, ...] | None):
    """The condition under which an organisation exists for who may see these networks."""
    living = Organisation.joined_into.is_(None)
    if networks is None:
        return living
    members = select(Membership.organisation_id).where(Membership.network_id == any_(list(networks)))
    return and_(living, Organisation.id.in_(members)) if networks else false()


def found(search: Search, networks: tuple[int, ...] | None) -> Select:
    """The statement that finds what somebody looks for."""
    statement = select(*COLUMNS).where(visible(networks))
    if search.country:
        statement = statement.where(Organisation.country == search.country)
    if search.ecosoc:
        statement = statement.where(Organisation.ecosoc == search.ecosoc)
    if search.network is not None:
        if networks is not None and search.network not in networks:
            return statement.where(false())
        members = select(Membership.organisation_id).where(Membership.network_id == search.network)
        statement = statement.where(Organisation.id.in_(members))
    if domain := asked_domain(search.words):
        return statement.where(_keyed(OrganisationKey.key == f"d:{domain}"))
    for word in asked_words(search.words):
        start = f"w:{word[:60]}"
        statement = statement.where(
            _keyed(and_(OrganisationKey.key >= start, OrganisationKey.key <= start + "\U0010ffff"))
        )
    return statement


def _keyed(condition):
    return Organisation.id.in_(select(OrganisationKey.organisation_id).where(condition))


def organisations(search: Search, networks: tuple[int, ...] | None, cursor: str | None) -> Part:
    """A page of organisations. Raises listing.WrongCursor."""
    return part(found(search, networks), ORDERS[search.sort], cursor)


def organisation(organisation_id: int, networks: tuple[int, ...] | None) -> Organisation | None:
    """One organisation."""
    return db.session.scalar(select(Organisation).where(Organisation.id == organisation_id, visible(networks)))


def led_to(organisation_id: int, networks: tuple[int, ...] | None) -> int | None:
    """The organisation to which one that was joined leads, over any number of joinings; None: nowhere."""
    way = (
        select(Organisation.id, Organisation.joined_into, literal(0).label("steps"))
        .where(Organisation.id == organisation_id, Organisation.joined_into.is_not(None))
        .cte("way", recursive=True)
    )
    further = aliased(Organisation)
    way = way.union_all(
        select(further.id, further.joined_into, way.c.steps + 1)
        .join(way, further.id == way.c.joined_into)
        .where(way.c.steps < 50)
    )
    return db.session.scalar(select(Organisation.id).where(Organisation.id.in_(select(way.c.id)), visible(networks)))


@dataclass(frozen=True)
class Member:
    """Somebody in an organisation, as its page shows them."""

    id: int
    person_id: int
    name: str
    title: str | None
    roles: tuple[str, ...]
    language: str | None
    second_language: str | None


def people(organisation_id: int) -> list[Member]:
    """Who is in an organisation, in the order in which they were entered."""
    rows = db.session.execute(
        select(
            Position.id,
            Position.person_id,
            Position.name,
            Position.title,
            Position.roles,
            Position.language,
            Position.second_language,
        )
        .where(Position.organisation_id == organisation_id, usable(Position.person_id))
        .order_by(Position.id)
    )
    return [Member(*row[:4], tuple(row[4]), *row[5:]) for row in rows]


def position(organisation_id: int, position_id: int) -> tuple[Position, str] | None:
    """One position with the person's address."""
    row = db.session.execute(
        select(Position, Person.email)
        .join(Person, Person.id == Position.person_id)
        .where(Position.id == position_id, Position.organisation_id == organisation_id)
        .where(Person.email.is_not(None), usable(Person.id))
    ).one_or_none()
    return tuple(row) if row else None


def placed(person_ids: Iterable[int]) -> set[int]:
    """Those of these people who are in an organisation."""
    return set(db.session.scalars(select(Position.person_id).where(Position.person_id.in_(list(person_ids)))))


def memberships(organisation_id: int, networks: tuple[int, ...] | None) -> list:
    """The networks of an organisation (network_id, names, since), as far as the asker may see them."""
    statement = (
        select(Membership.network_id, Network.names, Membership.since)
        .join(Network, Network.id == Membership.network_id)
        .where(Membership.organisation_id == organisation_id, _mine(Network.id, networks))
    )
    return list(db.session.execute(statement.order_by(Network.slug)))


def network_choices(networks: tuple[int, ...] | None) -> list:
    """The networks the asker may see: id, slug, names."""
    statement = select(Network.id, Network.slug, Network.names).where(_mine(Network.id, networks))
    return list(db.session.execute(statement.order_by(Network.slug)))


def network_names(lang: str) -> list[tuple[int, str]]:
    """The id and name of every network, in a language or in English."""
    return [(row.id, row.names.get(lang) or row.names["en"]) for row in network_choices(None)]


def _mine(column, networks: tuple[int, ...] | None):
    return true() if networks is None else column == any_(list(networks))


def ledger(person_id: int, networks: tuple[int, ...] | None) -> list:
    """What somebody agreed to towards networks and took back, newest first. Consent to sign or to get a campaign's news
    is not among it: who is in an organisation and who signed are two questions (people.disclosure)."""
    statement = (
        select(
            Consent.network_id,
            Network.names,
            Consent.purpose,
            Consent.act,
            Consent.language,
            Consent.wording,
            Consent.at,
            Consent.how,
            Consent.place,
            Consent.recorded_by,
            Consent.recorded_at,
        )
        .join(Network, Network.id == Consent.network_id)
        .where(Consent.person_id == person_id, _mine(Consent.network_id, networks))
    )
    return list(db.session.execute(statement.order_by(Consent.at.desc(), Consent.id.desc())))


def agreed(rows: list) -> set[tuple[int, str]]:
    """What holds now of a `ledger`: pairs of network and purpose. Of two acts at one moment the later counts."""
    last: dict[tuple[int, str], str] = {}
    for row in rows:
        last.setdefault((row.network_id, row.purpose), row.act)
    return {key for key, act in last.items() if act == "given"}


def staff_names(ids: set[int]) -> dict[int, str]:
    """The names of colleagues by id."""
    return dict(db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all()) if ids else {}


@dataclass(frozen=True)
class NetworkLine:
    """A network in the list: who coordinates it."""

    id: int
    slug: str
    names: dict[str, str]
    coordinators: tuple[str, ...]


def networks_with_coordinators() -> list[NetworkLine]:
    """Every network, with the names of its coordinators who may still work here."""
    rows = db.session.execute(
        select(Network.id, Network.slug, Network.names, Staff.name)
        .outerjoin(StaffRole, and_(StaffRole.role == "coordinator", Network.id == any_(StaffRole.networks)))
        .outerjoin(Staff, and_(Staff.id == StaffRole.staff_id, Staff.disabled_at.is_(None)))
        .order_by(Network.slug, Staff.id)
    )
    lines: dict[int, tuple] = {}
    for network_id, slug, names, name in rows:
        line = lines.setdefault(network_id, (slug, names, {}))
        if name:
            line[2][name] = True
    return [NetworkLine(key, slug, names, tuple(who)) for key, (slug, names, who) in lines.items()]


def network(network_id: int) -> Network | None:
    """One network."""
    return db.session.get(Network, network_id)


def doubles(cursor: str | None, state: str = "open") -> Part:
    """A page of pairs that may be one, the likeliest first, each with both organisations."""
    first, second = aliased(Organisation), aliased(Organisation)
    statement = (
        select(
            Double.id,
            Double.points,
            Double.verdict,
            Double.reasons,
            Double.first_id,
            Double.second_id,
            first.name.label("first_name"),
            first.name_language.label("first_language"),
            first.country.label("first_country"),
            first.website.label("first_website"),
            second.name.label("second_name"),
            second.name_language.label("second_language"),
            second.country.label("second_country"),
            second.website.label("second_website"),
        )
        .join(first, first.id == Double.first_id)
        .join(second, second.id == Double.second_id)
        .where(Double.state == state)
    )
    return part(statement, Order((Double.points, Double.id), descending=True), cursor)


def double(double_id: int) -> Double | None:
    """One pair."""
    return db.session.get(Double, double_id)


def joinings(organisation_id: int) -> list:
    """What was joined into an organisation, newest first: the joining, and the name of the one that went."""
    return list(
        db.session.execute(
            select(Joining, Organisation.name, Organisation.name_language)
            .join(Organisation, Organisation.id == Joining.gone_id)
            .where(Joining.kept_id == organisation_id)
            .order_by(Joining.id.desc())
        )
    )


def open_doubles_of(organisation_id: int) -> list[int]:
    """The ids of the open pairs that an organisation is in."""
    return list(
        db.session.scalars(
            select(Double.id)
            .where(Double.state == "open", or_(Double.first_id == organisation_id, Double.second_id == organisation_id))
            .order_by(Double.points.desc(), Double.id)
            .limit(MOST_NEEDS)
        )
    )


def waiting_doubles() -> int:
    """How many pairs may be one, at most MOST_NEEDS."""
    return len(db.session.scalars(select(Double.id).where(Double.state == "open").limit(MOST_NEEDS)).all())


def waiting_imports(staff_id: int) -> list[int]:
    """The ids of somebody's imports that wait for a decision, newest first."""
    mine = (Import.created_by == staff_id) & Import.state.in_(("uploaded", "checked"))
    return list(db.session.scalars(select(Import.id).where(mine).order_by(Import.id.desc()).limit(MOST_NEEDS)))
