"""Where people of a list belong whose organisation it does not name: by what is here already, and never by a guess."""

from collections import defaultdict

from sqlalchemy import func, select

from app.kernel.db import db

from .. import doubles
from ..import_models import ImportRow
from ..matching import SAME, Match
from ..models import Person
from ..operations import email_digests
from ..org_models import Organisation, OrganisationDomain, Position
from ..org_queries import visible
from . import likeness
from .values import Parsed

# Held by whoever takes lines of a list in: two lists of the same organisations at once would make each twice.
_ONE_LIST = 0x6C697374


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


def since(import_id: int, lines: dict[int, Parsed], networks: tuple[int, ...] | None) -> dict[int, int]:
    """For lines that were new when their list was tried out the organisation (id) that came since and is the same for
    sure, such as by another list; not what this list made. Until the transaction ends no other list makes any."""
    db.session.execute(select(func.pg_advisory_xact_lock(_ONE_LIST)))
    named = {-line: likeness.profile_of(row) for line, row in lines.items() if row.organisation.name}
    if not named:
        return {}
    found = {}
    for line, matches in doubles.find(named, networks).items():
        sure = [organisation_id for organisation_id, match in matches if is_sure(match)]
        if len(sure) == 1:
            found[-line] = sure[0]
    mine = select(ImportRow.organisation_id).where(
        ImportRow.import_id == import_id,
        ImportRow.applied_at.is_not(None),
        ImportRow.organisation_id.in_(set(found.values())),
    )
    ours = set(db.session.scalars(mine)) if found else set()
    return {line: place for line, place in found.items() if place not in ours}


def is_sure(match: Match) -> bool:
    """Whether nobody needs to be asked: the same name, or a close one at the same domain, and nothing against it."""
    return match.verdict == SAME and ("name" in match.reasons or {"domain", "close"} <= set(match.reasons))


def _holders(statement) -> dict[bytes, set[int]]:
    found: dict[bytes, set[int]] = defaultdict(set)
    for digest, organisation_id in db.session.execute(statement):
        found[bytes(digest)].add(organisation_id)
    return found
