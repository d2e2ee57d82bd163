"""Where people of a list belong whose organisation it does not name: by what is here already, and never by a guess."""

from collections import defaultdict

from sqlalchemy import select

from app.kernel.db import db

from .. import doubles
from ..models import Person
from ..operations import email_digests
from ..org_models import Organisation, OrganisationDomain, Position
from ..org_queries import visible


def by_address(addresses: dict[int, str], networks: tuple[int, ...] | None) -> dict[int, int]:
    """For each line with an address the one organisation (id) in which it stands already, or whose domain it has; lines
    of none, or of several, are left out. Only members of `networks` are looked at; None: all. Two queries."""
    if not addresses:
        return {}
    digests = {line: email_digests(address) for line, address in addresses.items()}
    domains = {
        line: [one for each in doubles.domain_digests(None, [a]) for one in each] for line, a in addresses.items()
    }
    stands = _holders(
        select(Person.email_digest, Position.organisation_id)
        .join(Position, Position.person_id == Person.id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Person.email_digest.in_({one for each in digests.values() for one in each}), visible(networks))
    )
    at_domain = _holders(
        select(OrganisationDomain.digest, OrganisationDomain.organisation_id)
        .join(Organisation, Organisation.id == OrganisationDomain.organisation_id)
        .where(OrganisationDomain.digest.in_({one for each in domains.values() for one in each}), visible(networks))
    )
    found = {}
    for line in addresses:
        for holders, keys in ((stands, digests[line]), (at_domain, domains[line])):
            places = {place for key in keys for place in holders.get(key, ())}
            if len(places) == 1:
                found[line] = places.pop()
            if places or line in found:
                break
    return found


def _holders(statement) -> dict[bytes, set[int]]:
    found: dict[bytes, set[int]] = defaultdict(set)
    for digest, organisation_id in db.session.execute(statement):
        found[bytes(digest)].add(organisation_id)
    return found
