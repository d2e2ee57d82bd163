"""Which lines of a list say only what is here already: nothing becomes of them. A constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select

from app.kernel.db import db

from ..models import Consent, Person
from ..operations import email_digests
from ..org_models import Membership, Organisation, Position
from ..org_operations import OrganisationData, data_of, filled
from ..positions import PersonData
from .values import Parsed


def lacking(position: Position, person: PersonData) -> tuple[list[str], list[str]]:
    """What a list can add to somebody who is there already: fields that are empty, and roles. Pure."""
    fields = ("title", "language", "second_language")
    empty = [name for name in fields if not getattr(position, name) and getattr(person, name)]
    return empty, sorted(set(person.roles) - set(position.roles))


def known(
    lines: dict[int, tuple[Parsed, int]], network_id: int | None, purposes: dict[int, Collection[str]]
) -> set[int]:
    """The lines, each with its organisation (id), that add nothing: what they say of it stands, it is in the network,
    their person is in it, and agreed already to the line's `purposes` towards the network."""
    if not lines:
        return set()
    standing = _organisations({organisation_id for _, organisation_id in lines.values()})
    members = _members(standing, network_id)
    digests = {line: email_digests(row.person.address) for line, (row, _) in lines.items() if row.person}
    people = _positions(standing, {one for each in digests.values() for one in each})
    agreed = _agreed({one.person_id for one in people.values()} if any(purposes.values()) else (), network_id)
    found = set()
    for line, (row, organisation_id) in lines.items():
        there = standing.get(organisation_id)
        if there is None or filled(there, row.organisation) != there:
            continue
        if network_id is not None and organisation_id not in members:
            continue
        if row.person:
            places = [people[organisation_id, one] for one in digests[line] if (organisation_id, one) in people]
            if not places or any(lacking(places[0], row.person)):
                continue
            if set(purposes.get(line, ())) - agreed[places[0].person_id]:
                continue
        found.add(line)
    return found


def _organisations(ids: set[int]) -> dict[int, OrganisationData]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    # As `filled` says it.
    return {row.id: filled(data_of(row), data_of(row)) for row in rows}


def _members(ids: Iterable[int], network_id: int | None) -> set[int]:
    if network_id is None:
        return set()
    mine = (Membership.network_id == network_id, Membership.organisation_id.in_(list(ids)))
    return set(db.session.scalars(select(Membership.organisation_id).where(*mine)))


def _positions(ids: Iterable[int], digests: set[bytes]) -> dict[tuple[int, bytes], Position]:
    if not digests:
        return {}
    rows = db.session.execute(
        select(Position, Person.email_digest)
        .join(Person, Person.id == Position.person_id)
        .where(Position.organisation_id.in_(list(ids)), Person.email_digest.in_(digests))
    )
    return {(position.organisation_id, bytes(digest)): position for position, digest in rows}


def _agreed(person_ids: Iterable[int], network_id: int | None) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    if network_id is None or not person_ids:
        return found
    rows = db.session.execute(
        select(Consent.person_id, Consent.purpose, Consent.act)
        .where(Consent.person_id.in_(list(person_ids)), Consent.network_id == network_id)
        .order_by(Consent.at, Consent.id)
    )
    for person_id, purpose, act in rows:
        (found[person_id].add if act == "given" else found[person_id].discard)(purpose)
    return found
