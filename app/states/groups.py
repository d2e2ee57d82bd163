"""What pages and derivations ask about groups, memberships, offices and sources. Everything is kept in the process and
read again after a change (cache.py); the records are shared and must not be changed."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states.cache import kept
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.group_rules import split
from app.states.membership import Membership, status_on, suspended_on
from app.states.models import UN_WORLD, Source
from app.states.records import GroupRecord, OfficeRecord, Period, SourceRecord, Standing, Written


def memberships(world: str = UN_WORLD) -> list[Membership]:
    """Every period of every state in every group of a world, by group and state: what derivations go by."""
    return list(kept(f"memberships {world}", lambda: read_memberships(db.session, world)))


def read_memberships(session: Session, world: str) -> list[Membership]:
    """The same, asked of the database."""
    columns = (
        MembershipPeriod.group_code,
        MembershipPeriod.state_iso3,
        MembershipPeriod.status,
        MembershipPeriod.joined,
        MembershipPeriod.left_on,
        MembershipPeriod.suspended_from,
        MembershipPeriod.suspended_to,
        Group.binds == "yes",
    )
    statement = select(*columns).join(Group, Group.code == MembershipPeriod.group_code)
    statement = statement.where(MembershipPeriod.world == world, ~MembershipPeriod.struck)
    order = (MembershipPeriod.group_code, MembershipPeriod.state_iso3, MembershipPeriod.joined.nulls_first())
    return [Membership(*row) for row in session.execute(statement.order_by(*order))]


def groups(world: str = UN_WORLD) -> dict[str, GroupRecord]:
    """Every group of a world by its code, in the order of codes."""
    return {code: group for code, group in _all_groups().items() if group.world == world}


def group(code: str) -> GroupRecord | None:
    """A group by its code, of whatever world."""
    return _all_groups().get(code)


def members_on(code: str, day: date) -> dict[str, Standing]:
    """Who is what in a group on a day, by state: members, associated and observers, suspended ones too."""
    found = {}
    for period in periods_of_group(code):
        if status := status_on(period, day):
            found[period.state] = Standing(status, suspended_on(period, day), period)
    return found


def groups_on(state: str, day: date) -> dict[str, Standing]:
    """What a state is in which groups on a day, by group."""
    found = {}
    for period in periods_of_state(state):
        if status := status_on(period, day):
            found[period.group] = Standing(status, suspended_on(period, day), period)
    return found


def periods_of_group(code: str) -> list[Period]:
    """All periods of all states in a group, by state and then by time."""
    return list(_periods()[0].get(code, ()))


def periods_of_state(state: str) -> list[Period]:
    """All periods of a state in all groups, by group and then by time."""
    return list(_periods()[1].get(state, ()))


def offices(world: str = UN_WORLD) -> list[OfficeRecord]:
    """Every office of a world with its holders, by body, office and time."""
    return list(kept(f"offices {world}", lambda: _read_offices(world)))


def offices_on(day: date, world: str = UN_WORLD) -> list[OfficeRecord]:
    """Who holds which office on a day. On the day of a handover it is the one who takes over."""
    begun = [office for office in offices(world) if office.since is None or office.since.day <= day]
    handed = {(office.office, office.body) for office in begun if office.since and office.since.day == day}
    return [office for office in begun if not _over(office, day, (office.office, office.body) in handed)]


def _over(office: OfficeRecord, day: date, handed: bool) -> bool:
    if office.until is None or office.until.day > day:
        return False
    # A day is the last one in office, if nobody took over on it; a month or a year is the one of the handover.
    return office.until.day < day or office.until.precision != "day" or (handed and office.since.day != day)


def sources(said: str) -> list[SourceRecord]:
    """The sources behind a text that has ids or addresses with ; between."""
    known = kept("sources", lambda: {row.id: _source(row) for row in db.session.scalars(select(Source))})
    return [known.get(one) or SourceRecord(one, one if one.startswith("http") else None) for one in split(said)]


def source_ids() -> frozenset[str]:
    """The ids of all sources that are described."""
    return kept("source ids", lambda: frozenset(db.session.scalars(select(Source.id))))


def _source(row: Source) -> SourceRecord:
    url = row.place if row.place.startswith(("https://", "http://")) and " " not in row.place else None
    return SourceRecord(row.title, url, row.place, row.note)


def _all_groups() -> dict[str, GroupRecord]:
    return kept("groups", lambda: {g.code: _group(g) for g in db.session.scalars(select(Group).order_by(Group.code))})


def _group(row: Group) -> GroupRecord:
    said = {lang: getattr(row, f"name_{lang}") for lang in CODES}
    return GroupRecord(
        code=row.code,
        world=row.world,
        names={lang: name for lang, name in said.items() if name},
        name_sources={lang: getattr(row, f"name_{lang}_source") for lang, name in said.items() if name},
        official_name_en=row.official_name_en,
        kind=row.kind,
        binds=row.binds,
        stated_count=row.stated_count,
        outside_un=tuple(split(row.outside_un)),
        as_of=row.as_of,
        source=row.source,
        note=row.note,
        edited=row.basis == "edited",
    )


def _periods() -> tuple[dict[str, list[Period]], dict[str, list[Period]]]:
    return kept("periods", _read_periods)


def _read_periods() -> tuple[dict[str, list[Period]], dict[str, list[Period]]]:
    order = (MembershipPeriod.group_code, MembershipPeriod.state_iso3, MembershipPeriod.joined.nulls_first())
    by_group, by_state = defaultdict(list), defaultdict(list)
    for row in db.session.scalars(select(MembershipPeriod).where(~MembershipPeriod.struck).order_by(*order)):
        period = _period(row)
        by_group[period.group].append(period)
        by_state[period.state].append(period)
    return dict(by_group), dict(by_state)


def _period(row: MembershipPeriod) -> Period:
    return Period(
        id=row.id,
        group=row.group_code,
        state=row.state_iso3,
        status=row.status,
        joined=row.joined,
        left=row.left_on,
        suspended_from=row.suspended_from,
        suspended_to=row.suspended_to,
        joined_written=row.joined_written,
        left_written=row.left_written,
        suspended_from_written=row.suspended_from_written,
        suspended_to_written=row.suspended_to_written,
        joined_known=row.joined_known,
        confidence=row.confidence,
        sources=row.sources,
        note=row.note,
        edited=row.basis == "edited",
    )


def _read_offices(world: str) -> list[OfficeRecord]:
    order = (Office.body, Office.office, Office.from_on.nulls_first(), Office.holder, Office.id)
    rows = db.session.scalars(select(Office).where(Office.world == world, ~Office.struck).order_by(*order))
    return [
        OfficeRecord(
            id=row.id,
            office=row.office,
            body=row.body,
            holder=row.holder,
            person=row.person,
            since=Written(row.from_written) if row.from_written else None,
            until=Written(row.to_written) if row.to_written else None,
            source=row.source,
            confidence=row.confidence,
            note=row.note,
            edited=row.basis == "edited",
        )
        for row in rows
    ]
