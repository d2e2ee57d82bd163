"""What organisations are found by, and which may be one: kept up to date by whatever writes, in its transaction.

Each call takes a batch and asks a constant number of queries, however many organisations there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import any_, delete, func, insert, lateral, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit
from app.kernel.crypto import keyring
from app.kernel.db import db

from . import matching
from .matching import Match, Profile
from .models import Person
from .naming import search_words
from .org_models import (
    DOMAIN_DIGEST_PURPOSE,
    Double,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationKey,
    Position,
)
from .websites import mail_domain, website_domain

# A key that more organisations than these share tells nothing, and costs much.
MOST_FOR_A_KEY = 40


def domain_digests(website: str | None, addresses: Iterable[str]) -> list[list[bytes]]:
    """The digests of each domain that tells whose a website and addresses are, each newest key first."""
    found = {website_domain(website), *map(mail_domain, addresses)} - {None}
    return [keyring().digests(domain, DOMAIN_DIGEST_PURPOSE) for domain in sorted(found)]


def refresh(ids: Iterable[int], now: datetime) -> None:
    """Write anew what these organisations are found by, and look for their doubles."""
    ids = sorted(set(ids))
    if not ids:
        return
    db.session.flush()
    rows = db.session.execute(
        select(*_COLUMNS, Organisation.joined_into)
        .where(or_(Organisation.id.in_(ids), Organisation.joined_into.in_(ids)))
        .order_by(Organisation.id)
    ).all()
    addresses = _addresses(ids)
    profiles: dict[int, Profile] = {}
    keys: list[dict] = []
    domains: list[dict] = []
    # An organisation that was found to be another is still found by its names, and leads there.
    former: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.joined_into in ids:
            former[row.joined_into] += [*_names(row), *filter(None, [row.acronym])]
    for row in rows:
        if row.joined_into is not None or row.id not in ids:
            continue
        digests = domain_digests(row.website, addresses[row.id])
        profiles[row.id] = _profile(row, frozenset(digest for each in digests for digest in each))
        domains += [{"organisation_id": row.id, "digest": each[0]} for each in digests]
        keys += [{"organisation_id": row.id, "key": key} for key in _keys(row, former[row.id], profiles[row.id])]
    for table in (OrganisationKey, OrganisationDomain):
        db.session.execute(delete(table).where(table.organisation_id.in_(ids)).execution_options(**_NO_SYNC))
    if keys:
        db.session.execute(insert(OrganisationKey), keys)
    if domains:
        db.session.execute(insert(OrganisationDomain), domains)
    _note(ids, find(profiles), now)


_NO_SYNC = {"synchronize_session": False}
_COLUMNS = (
    Organisation.id,
    Organisation.name,
    Organisation.names,
    Organisation.acronym,
    Organisation.country,
    Organisation.website,
)


def _addresses(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for organisation_id, email in db.session.execute(
        select(Position.organisation_id, Person.email)
        .join(Person, Person.id == Position.person_id)
        .where(Position.organisation_id.in_(ids), Person.email.is_not(None))
    ):
        found[organisation_id].append(email)
    return found


def _names(row) -> tuple[str, ...]:
    return (row.name, *row.names.values())


def _profile(row, domains: frozenset) -> Profile:
    return Profile(_names(row), row.acronym, row.country, domains)


def _keys(row, former: list[str], profile: Profile) -> set[str]:
    words = search_words([*_names(row), *filter(None, [row.acronym]), *former])
    domain = website_domain(row.website)
    return {f"w:{word[:60]}" for word in words} | ({f"d:{domain}"} if domain else set()) | matching.keys(profile)


def find(profiles: dict[int, Profile], networks: tuple[int, ...] | None = None) -> dict[int, list[tuple[int, Match]]]:
    """For each profile, the living organisations that may be it, best first; `profiles` are known by any number, and an
    organisation of that very number is not told of itself. `networks`: only their members are told of; None: all."""
    wanted = {identity: matching.asked(profile) for identity, profile in profiles.items()}
    partners: dict[int, set[int]] = defaultdict(set)
    by_key = _holders(OrganisationKey.key, TEXT, set().union(*wanted.values()))
    by_domain = _holders(OrganisationDomain.digest, BYTEA, set().union(*(p.domains for p in profiles.values())))
    for identity, profile in profiles.items():
        for key in wanted[identity]:
            partners[identity].update(by_key.get(key, ()))
        for digest in profile.domains:
            partners[identity].update(by_domain.get(digest, ()))
        partners[identity].discard(identity)
    others = _others(set().union(*partners.values()), networks)
    found = {}
    for identity, profile in profiles.items():
        matches = [(other, matching.compare(profile, others[other])) for other in partners[identity] if other in others]
        kept = [(other, match) for other, match in matches if match is not None]
        found[identity] = sorted(kept, key=lambda pair: (-pair[1].points, pair[0]))
    return found


def _holders(column, of_type, values: set) -> dict:
    """The organisations that hold each of these values, without values that too many hold."""
    if not values:
        return {}
    asked = func.unnest(func.cast(sorted(values), ARRAY(of_type))).table_valued("value").render_derived(name="asked")
    # In the order of the index, so that no plan reads the table until it has found enough.
    holder = lateral(
        select(column.class_.organisation_id)
        .where(column == asked.c.value)
        .order_by(column.class_.organisation_id)
        .limit(MOST_FOR_A_KEY + 1)
    ).alias("holder")
    found: dict = defaultdict(list)
    for value, organisation_id in db.session.execute(
        select(asked.c.value, holder.c.organisation_id).select_from(asked).join(holder, true())
    ):
        found[bytes(value) if of_type is BYTEA else value].append(organisation_id)
    return {value: ids for value, ids in found.items() if len(ids) <= MOST_FOR_A_KEY}


def _others(ids: set[int], networks: tuple[int, ...] | None) -> dict[int, Profile]:
    if not ids:
        return {}
    statement = select(*_COLUMNS).where(Organisation.id.in_(ids), Organisation.joined_into.is_(None))
    if networks is not None:
        members = select(Membership.organisation_id).where(Membership.network_id == any_(list(networks)))
        statement = statement.where(Organisation.id.in_(members))
    rows = db.session.execute(statement).all()
    domains: dict[int, set[bytes]] = defaultdict(set)
    for organisation_id, digest in db.session.execute(
        select(OrganisationDomain.organisation_id, OrganisationDomain.digest).where(
            OrganisationDomain.organisation_id.in_([row.id for row in rows])
        )
    ):
        domains[organisation_id].add(bytes(digest))
    return {row.id: _profile(row, frozenset(domains[row.id])) for row in rows}


def _note(ids: list[int], found: dict[int, list[tuple[int, Match]]], now: datetime) -> None:
    pairs = {(min(one, other), max(one, other)): match for one, matches in found.items() for other, match in matches}
    gone = select(Double.id).where(Double.state == "open", or_(Double.first_id.in_(ids), Double.second_id.in_(ids)))
    kept = {(row.first_id, row.second_id): row.id for row in db.session.execute(gone.add_columns(*_PAIR))}
    outdated = [identity for pair, identity in kept.items() if pair not in pairs]
    if outdated:
        db.session.execute(delete(Double).where(Double.id.in_(outdated)).execution_options(**_NO_SYNC))
    if not pairs:
        return
    rows = [
        {
            "first_id": first,
            "second_id": second,
            "points": match.points,
            "verdict": match.verdict,
            "reasons": list(match.reasons),
            "state": "open",
            "found_at": now,
        }
        for (first, second), match in sorted(pairs.items())
    ]
    statement = upsert(Double)
    changes = {name: statement.excluded[name] for name in ("points", "verdict", "reasons")}
    # What was decided stays decided.
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["first_id", "second_id"], set_=changes, where=Double.state == "open"
        ),
        rows,
    )


_PAIR = (Double.first_id, Double.second_id)


def keep_apart(double_id: int, actor: int, now: datetime) -> None:
    """Remember that two are not one: they are never offered again."""
    db.session.execute(
        update(Double)
        .where(Double.id == double_id, Double.state == "open")
        .values(state="apart", decided_at=now, decided_by=actor)
        .execution_options(**_NO_SYNC)
    )
    audit.record("organisations.keep-apart", f"double:{double_id}", actor=actor, now=now)


def propose(one: int, other: int, now: datetime) -> int:
    """Put two organisations before somebody who decides, because a person saw that they may be one; the pair's id."""
    first, second = sorted((one, other))
    statement = upsert(Double).values(
        first_id=first,
        second_id=second,
        points=matching.MAYBE_FROM,
        verdict="maybe",
        reasons=[],
        state="open",
        found_at=now,
    )
    return db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["first_id", "second_id"], set_={"state": "open", "decided_at": None, "decided_by": None}
        ).returning(Double.id)
    )
