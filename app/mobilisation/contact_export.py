"""Contacts with what they agreed to, as rows of a table: what names nobody, and what does, kept apart. Read by key, a
batch at a time, so that a million are never held."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports, guard
from app.kernel.db import db
from app.kernel.i18n import current_language
from app.people import words
from app.people.models import NETWORK_PURPOSES, Consent, Person
from app.people.org_models import Membership, Network, Organisation, Position
from app.people.org_queries import network_choices, visible
from app.people.queries import usable
from app.states import queries as states

BATCH = 1000
SAFE = {
    "id": words.EXPORT_WORDS["id"],
    "organisation": words.COLUMN_WORDS["name"],
    "country": words.COLUMN_WORDS["country"],
    "ecosoc": words.COLUMN_WORDS["ecosoc"],
    "networks": words.EXPORT_WORDS["networks"],
    "agreed": words.EXPORT_WORDS["agreed"],
    "withdrew": words.EXPORT_WORDS["withdrew"],
}
PERSONAL = {
    "person": words.COLUMN_WORDS["person"],
    "address": words.COLUMN_WORDS["address"],
    "title": words.COLUMN_WORDS["title"],
    "roles": words.COLUMN_WORDS["roles"],
    "language": words.COLUMN_WORDS["language"],
    "second_language": words.COLUMN_WORDS["second_language"],
    "proof": words.EXPORT_WORDS["proof"],
}


def exported(filters: dict[str, str], personal: bool) -> Iterator[list[object]]:
    """Whoever stands in an organisation, once for each, with what they said to the networks that the asker may see."""
    mine = filters.get("networks")
    networks = None if mine is None else tuple(int(number) for number in mine.split(",") if number)
    statement = (
        select(
            Position.id,
            Position.person_id,
            Position.organisation_id,
            Position.name.label("person"),
            Person.email.label("address"),
            Position.title,
            Position.roles,
            Position.language,
            Position.second_language,
            Organisation.name.label("organisation"),
            Organisation.country,
            Organisation.ecosoc,
        )
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Person, Person.id == Position.person_id)
        .where(visible(networks), Person.email.is_not(None), usable(Person.id))
    )
    if filters.get("network"):
        members = select(Membership.organisation_id).where(Membership.network_id == int(filters["network"]))
        statement = statement.where(Organisation.id.in_(members))
    if filters.get("country"):
        statement = statement.where(Organisation.country == filters["country"])
    last = 0
    while True:
        batch = db.session.execute(statement.where(Position.id > last).order_by(Position.id).limit(BATCH)).all()
        if not batch:
            return
        last = batch[-1].id
        yield from _lines(batch, networks, personal)


def _lines(batch, networks: tuple[int, ...] | None, personal: bool) -> Iterator[list[object]]:
    said = _said({row.person_id for row in batch}, networks)
    of_organisations = _networks({row.organisation_id for row in batch}, networks)
    for row in batch:
        acts = said.get(row.person_id, {})
        line = [
            row.id,
            row.organisation,
            row.country,
            row.ecosoc,
            " ".join(of_organisations.get(row.organisation_id, ())),
            " ".join(f"{slug}:{purpose}" for (slug, purpose), act in acts.items() if act.act == "given"),
            " ".join(f"{slug}:{purpose}" for (slug, purpose), act in acts.items() if act.act == "withdrawn"),
        ]
        if personal:
            languages = [row.language, row.second_language]
            line += [row.person, row.address, row.title, " ".join(row.roles), *languages, _proof(acts)]
        yield line


def _proof(acts: dict) -> str:
    return "\n".join(
        " · ".join(
            filter(None, (f"{slug}:{purpose} {act.act} {act.at.date().isoformat()}", act.how, act.place, act.wording))
        )
        for (slug, purpose), act in acts.items()
    )


def _said(person_ids: set[int], networks: tuple[int, ...] | None) -> dict[int, dict]:
    """The last thing each person said to each network about each purpose. One query."""
    columns = (Consent.person_id, Network.slug, Consent.purpose, Consent.act, Consent.at, Consent.how, Consent.place)
    statement = (
        select(*columns, Consent.wording)
        .join(Network, Network.id == Consent.network_id)
        .where(Consent.person_id.in_(person_ids), Consent.purpose.in_(NETWORK_PURPOSES))
        .order_by(Network.slug, Consent.purpose, Consent.at, Consent.id)
    )
    if networks is not None:
        statement = statement.where(Network.id.in_(networks))
    found: dict[int, dict] = defaultdict(dict)
    for row in db.session.execute(statement):
        found[row.person_id][row.slug, row.purpose] = row
    return found


def _networks(organisation_ids: set[int], networks: tuple[int, ...] | None) -> dict[int, list[str]]:
    statement = (
        select(Membership.organisation_id, Network.slug)
        .join(Network, Network.id == Membership.network_id)
        .where(Membership.organisation_id.in_(organisation_ids))
        .order_by(Network.slug)
    )
    if networks is not None:
        statement = statement.where(Network.id.in_(networks))
    found: dict[int, list[str]] = defaultdict(list)
    for organisation_id, slug in db.session.execute(statement):
        found[organisation_id].append(slug)
    return found


def _areas(campaign: str | None) -> list[tuple[str, str]]:
    return list(states.area_names(current_language()).items())


def _named(campaign: str | None) -> list[tuple[str, str]]:
    lang = current_language()
    return [(str(row.id), row.names.get(lang) or row.names["en"]) for row in network_choices(guard.current().networks)]


exports.register(
    "contacts",
    lazy("Contacts, with what they agreed to"),
    SAFE,
    PERSONAL,
    exported,
    action="organisations.export",
    personal_action="organisations.export",
    campaign=False,
    filters=(
        exports.Filter("country", lazy("Country"), _areas),
        exports.Filter("network", lazy("Network"), _named),
    ),
)
