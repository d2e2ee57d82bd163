"""Everything that writes organisations and networks. Each verb works in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit
from app.kernel.db import db

from . import doubles
from .naming import sort_key
from .org_models import Membership, Network, Organisation

LONGEST_NAME = 300
_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class OrganisationData:
    """What is known of an organisation, checked: `country` and `works_in` are codes of areas, `website` an address of
    `websites.checked_website`, `names` by code of language without that of `name`."""

    name: str
    name_language: str
    names: dict[str, str] = field(default_factory=dict)
    acronym: str | None = None
    country: str | None = None
    works_in: tuple[str, ...] = ()
    website: str | None = None
    ecosoc: str = "none"


FIELDS = tuple(OrganisationData.__dataclass_fields__)


def data_of(organisation: Organisation) -> OrganisationData:
    """What stands of an organisation (a row with all of FIELDS)."""
    said = {name: getattr(organisation, name) for name in FIELDS}
    return OrganisationData(**{**said, "names": dict(said["names"]), "works_in": tuple(said["works_in"])})


def values(data: OrganisationData) -> dict:
    """The columns of the table that hold this, the sort key among them."""
    return {**asdict(data), "works_in": sorted(set(data.works_in)), "sort_key": sort_key(data.name)}


def filled(standing: OrganisationData, more: OrganisationData) -> OrganisationData:
    """What stands, with its empty fields filled from `more`; nothing that stands is overwritten. Pure."""
    names = dict(more.names)
    if more.name and more.name != standing.name:
        names[more.name_language] = more.name
    names.pop(standing.name_language, None)
    return replace(
        standing,
        names={**names, **standing.names},
        acronym=standing.acronym or more.acronym,
        country=standing.country or more.country,
        works_in=tuple(sorted({*standing.works_in, *more.works_in})),
        website=standing.website or more.website,
        ecosoc=more.ecosoc if standing.ecosoc == "none" else standing.ecosoc,
    )


def changes(before: OrganisationData, after: OrganisationData) -> tuple[dict, dict]:
    """The fields that differ, as they were and as they are, for the audit log and for taking back. Pure."""
    old, new = plain(before), plain(after)
    differing = [name for name in FIELDS if old[name] != new[name]]
    return {name: old[name] for name in differing}, {name: new[name] for name in differing}


def plain(data: OrganisationData) -> dict:
    """The fields as JSON holds them. Pure."""
    return {**asdict(data), "works_in": sorted(set(data.works_in))}


def create(data: OrganisationData, networks: Iterable[int], actor: int, now: datetime) -> int:
    """Enter an organisation, a member of these networks from today on; its id."""
    organisation = Organisation(**values(data), created_at=now, changed_at=now)
    db.session.add(organisation)
    db.session.flush()
    for network_id in networks:
        db.session.add(Membership(organisation_id=organisation.id, network_id=network_id, since=now.date()))
    doubles.refresh([organisation.id], now)
    after = {**plain(data), "networks": list(networks)}
    audit.record("organisations.enter", _subject(organisation.id), actor=actor, now=now, after=after)
    return organisation.id


def change(organisation_id: int, data: OrganisationData, actor: int, now: datetime) -> bool:
    """Have an organisation say this instead. True when that changes anything."""
    organisation = db.session.get_one(Organisation, organisation_id, with_for_update=True)
    before, after = changes(data_of(organisation), data)
    if not after:
        return False
    write(organisation_id, data, now)
    doubles.refresh([organisation_id], now)
    audit.record("organisations.change", _subject(organisation_id), actor=actor, now=now, before=before, after=after)
    return True


def write(organisation_id: int, data: OrganisationData, now: datetime) -> None:
    """Write an organisation's fields, and nothing else."""
    db.session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(**values(data), changed_at=now)
        .execution_options(**_NO_SYNC)
    )
    db.session.expire_all()


def join_network(organisation_id: int, network_id: int, since: date, actor: int, now: datetime) -> None:
    """Make an organisation a member of a network, or say anew since when it is one."""
    statement = upsert(Membership).values(organisation_id=organisation_id, network_id=network_id, since=since)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["organisation_id", "network_id"], set_={"since": since})
    )
    after = {"network": network_id, "since": since.isoformat()}
    audit.record("organisations.join-network", _subject(organisation_id), actor=actor, now=now, after=after)


def leave_network(organisation_id: int, network_id: int, actor: int, now: datetime) -> None:
    """End a membership."""
    ended = db.session.scalar(
        delete(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.network_id == network_id)
        .returning(Membership.since)
        .execution_options(**_NO_SYNC)
    )
    if ended is not None:
        before = {"network": network_id, "since": ended.isoformat()}
        audit.record("organisations.leave-network", _subject(organisation_id), actor=actor, now=now, before=before)


class SlugTaken(ValueError):
    """Another network has this name in addresses."""


def create_network(slug: str, names: dict[str, str], actor: int, now: datetime) -> int:
    """Start a network; its id. Raises SlugTaken."""
    network_id = db.session.scalar(
        upsert(Network)
        .values(slug=slug, names=names, created_at=now)
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Network.id)
    )
    if network_id is None:
        raise SlugTaken(slug)
    after = {"slug": slug, "names": names}
    audit.record("networks.start", f"network:{network_id}", actor=actor, now=now, after=after)
    return network_id


def change_network(network_id: int, slug: str, names: dict[str, str], actor: int, now: datetime) -> None:
    """Have a network be called so. Raises SlugTaken."""
    network = db.session.get_one(Network, network_id, with_for_update=True)
    before = {"slug": network.slug, "names": network.names}
    if db.session.scalar(select(Network.id).where(Network.slug == slug, Network.id != network_id)):
        raise SlugTaken(slug)
    network.slug, network.names = slug, names
    after = {"slug": slug, "names": names}
    if before != after:
        audit.record("networks.change", f"network:{network_id}", actor=actor, now=now, before=before, after=after)


def _subject(organisation_id: int) -> str:
    return f"organisation:{organisation_id}"
