"""What is corrected at the desk: names, groups, periods of memberships, offices. Each change says its source, is
entered in the audit log, and stays through later editions of the files.

Who changes memberships locks the group first, so that two do not write periods that overlap. Reads go to the database,
never to what the process keeps. In the caller's transaction.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import NoResultFound

from app.kernel import audit
from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states import changes
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.group_rules import (
    CODE,
    MISSING,
    OVERLAPS,
    first_day,
    office_complaints,
    overlaps,
    period_complaints,
    split,
    unknown_sources,
)
from app.states.models import Area, Source, State
from app.states.rows import ARTICLES, EDITED

NO_SOURCE, TAKEN, NO_CODE, NO_GROUP = "no_source", "taken", "no_code", "no_group"


class Unfit(ValueError):
    """What cannot be taken: (what it is about, why), a key of group_rules.COMPLAINTS or one of this module."""

    def __init__(self, complaints: list[tuple[str, str]]):
        super().__init__(", ".join(f"{name}: {why}" for name, why in complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class PeriodData:
    """One period as it is entered: dates as written, empty where nobody knows; `source` ids or addresses."""

    status: str
    joined: str
    left: str
    suspended_from: str
    suspended_to: str
    confidence: str
    source: str
    note: str

    @property
    def dates(self) -> dict[str, str]:
        """The four dates."""
        return {name: getattr(self, name) for name in ("joined", "left", "suspended_from", "suspended_to")}


@dataclass(frozen=True)
class GroupData:
    """A group as it is entered: its names by language, English among them; `source` is that of what was changed."""

    names: dict[str, str]
    official_name_en: str
    kind: str
    binds: str
    stated_count: int | None
    outside_un: str
    as_of: str
    source: str
    note: str


@dataclass(frozen=True)
class OfficeData:
    """An office as it is entered; as PeriodData."""

    office: str
    body: str
    holder: str
    person: str
    since: str
    until: str
    confidence: str
    source: str
    note: str


def name_state(iso3: str, said: dict[str, str], source: str, actor: int | None, now: datetime) -> None:
    """Correct what a state is called: `said` has name_*, label_* and article_* as the columns of State. The area of the
    same code is called the same. Raises NoResultFound, Unfit (a name missing, or that of another state)."""
    state = db.session.scalars(select(State).where(State.iso3 == iso3).with_for_update()).one()
    before = {name: getattr(state, name) for name in said}
    changed = {name: text for name, text in said.items() if text != before[name]}
    complaints = [(name, MISSING) for name, text in said.items() if not text and name not in ARTICLES]
    complaints += _source_complaints(source)
    for name in changed:
        same = select(State.iso3).where(getattr(State, name) == changed[name], State.iso3 != iso3).limit(1)
        if name not in ARTICLES and db.session.scalar(same):
            complaints.append((name, TAKEN))
    if complaints:
        raise Unfit(complaints)
    if not changed:
        return
    for name, text in changed.items():
        setattr(state, name, text)
    state.name_source, state.names_basis = source, EDITED
    names = {name: text for name, text in changed.items() if name.startswith("name_")}
    db.session.execute(update(Area).where(Area.code == iso3).values(**names, names_basis=EDITED))
    after = {**changed, "source": source}
    _record("states.name", f"state:{iso3}", actor, now, {name: before[name] for name in changed}, after)


def add_group(code: str, data: GroupData, world: str, actor: int | None, now: datetime) -> None:
    """Enter a group. Raises Unfit: its code is none or taken, a name or a source is missing."""
    complaints = _group_complaints(data)
    if not CODE.fullmatch(code) or code == "UN":
        complaints.append(("code", NO_CODE))
    elif db.session.get(Group, code):
        complaints.append(("code", TAKEN))
    if complaints:
        raise Unfit(complaints)
    group = Group(code=code, world=world, source=data.source, basis=EDITED)
    _put(group, data)
    db.session.add(group)
    _record("states.add-group", f"group:{code}", actor, now, None, _said(data))


def change_group(code: str, data: GroupData, actor: int | None, now: datetime) -> None:
    """Correct a group; each name that changes has the source given. Raises NoResultFound, Unfit."""
    group = _locked(code)
    if complaints := _group_complaints(data):
        raise Unfit(complaints)
    names = {lang: getattr(group, f"name_{lang}") or "" for lang in CODES}
    columns = ("official_name_en", "kind", "binds", "stated_count", "outside_un", "as_of", "note")
    was = {**{f"name_{lang}": name for lang, name in names.items()}, **{name: getattr(group, name) for name in columns}}
    said = {**_said(data)}
    changed = {name for name in was if said[name] != was[name]}
    if not changed:
        return
    _put(group, data)
    if changed & {"stated_count", "outside_un", "as_of"}:
        group.source = data.source
    group.basis = EDITED
    after = {**{name: said[name] for name in changed}, "source": data.source}
    _record("states.change-group", f"group:{code}", actor, now, {name: was[name] for name in changed}, after)
    if "binds" in changed:
        members = select(MembershipPeriod.state_iso3).where(
            MembershipPeriod.group_code == code, ~MembershipPeriod.struck
        )
        changes.follow(frozenset(db.session.scalars(members)), now)


def set_period(code: str, iso3: str, period_id: int | None, data: PeriodData, actor: int | None, now: datetime) -> None:
    """Enter a period of a state in a group, or correct the one of this id. Raises NoResultFound (no such group, state
    or period), Unfit."""
    group = _locked(code)
    state = db.session.scalars(select(State).where(State.iso3 == iso3, State.world == group.world)).one()
    mine = (MembershipPeriod.group_code == code, MembershipPeriod.state_iso3 == iso3)
    rows = list(db.session.scalars(select(MembershipPeriod).where(*mine).order_by(MembershipPeriod.period)))
    row = next((row for row in rows if row.id == period_id and not row.struck), None)
    if period_id is not None and row is None:
        raise NoResultFound(period_id)
    complaints = [*period_complaints(data.status, data.dates), *_source_complaints(data.source)]
    if not complaints:
        when = (first_day(data.joined), first_day(data.left))
        others = [other for other in rows if other is not row and not other.struck]
        if any(overlaps(when, (other.joined, other.left_on)) for other in others):
            complaints.append(("joined", OVERLAPS))
    if complaints:
        raise Unfit(complaints)
    before = _period_said(row) if row else None
    if row is None:
        row = MembershipPeriod(group_code=code, state_iso3=state.iso3, world=group.world)
        row.period = rows[-1].period + 1 if rows else 1
        db.session.add(row)
    row.status, row.confidence, row.sources, row.note = data.status, data.confidence, data.source, data.note
    for name, written in data.dates.items():
        setattr(row, f"{name}_written", written or None)
    row.joined_known, row.basis = bool(data.joined), EDITED
    subject = f"membership:{code}/{iso3}"
    _record("states.date-membership", subject, actor, now, before, _period_said(row))
    changes.follow(frozenset({iso3}), now)


def strike_period(code: str, period_id: int, reason: str, actor: int | None, now: datetime) -> None:
    """Take out a period that never was. Raises NoResultFound."""
    _locked(code)
    wanted = (MembershipPeriod.id == period_id, MembershipPeriod.group_code == code, ~MembershipPeriod.struck)
    row = db.session.scalars(select(MembershipPeriod).where(*wanted)).one()
    row.struck, row.basis = True, EDITED
    subject = f"membership:{code}/{row.state_iso3}"
    _record("states.strike-membership", subject, actor, now, _period_said(row), None, reason)
    changes.follow(frozenset({row.state_iso3}), now)


def set_office(office_id: int | None, data: OfficeData, world: str, actor: int | None, now: datetime) -> None:
    """Enter who holds an office, or correct the entry of this id. Raises NoResultFound, Unfit."""
    row = _office(office_id) if office_id is not None else None
    known = set(db.session.scalars(select(State.iso3).where(State.world == world)))
    said = {**asdict(data), "from": data.since, "to": data.until}
    complaints = [*office_complaints(said, known), *_source_complaints(data.source)]
    if complaints:
        raise Unfit([({"from": "since", "to": "until"}.get(name, name), why) for name, why in complaints])
    before = _office_said(row) if row else None
    unit = (data.office, data.body, data.holder or None)
    if row is None or (row.office, row.body, row.holder) != unit:
        same = (Office.office == data.office, Office.body == data.body, Office.holder == unit[2])
        last = db.session.scalar(select(func.max(Office.period)).where(*same)) or 0
        if row is not None:
            # The files know the entry by what it was: it stays there, struck out.
            row.struck, row.basis = True, EDITED
        row = Office(office=data.office, body=data.body, holder=unit[2], world=world, period=last + 1)
        db.session.add(row)
    row.person, row.from_written, row.to_written = data.person, data.since or None, data.until or None
    row.confidence, row.source, row.note, row.basis = data.confidence, data.source, data.note, EDITED
    db.session.flush()
    _record("states.set-office", f"office:{row.id}", actor, now, before, _office_said(row))


def strike_office(office_id: int, reason: str, actor: int | None, now: datetime) -> None:
    """Take out an entry that is wrong. Raises NoResultFound."""
    row = _office(office_id)
    row.struck, row.basis = True, EDITED
    _record("states.strike-office", f"office:{row.id}", actor, now, _office_said(row), None, reason)


def _locked(code: str) -> Group:
    return db.session.scalars(select(Group).where(Group.code == code).with_for_update()).one()


def _office(office_id: int) -> Office:
    wanted = select(Office).where(Office.id == office_id, ~Office.struck).with_for_update()
    return db.session.scalars(wanted).one()


def _source_complaints(source: str) -> list[tuple[str, str]]:
    ids = set(db.session.scalars(select(Source.id)))
    return [] if split(source) and not unknown_sources(source, ids) else [("source", NO_SOURCE)]


def _group_complaints(data: GroupData) -> list[tuple[str, str]]:
    missing = [] if data.names.get("en") else [("name_en", MISSING)]
    return missing + _source_complaints(data.source)


def _put(group: Group, data: GroupData) -> None:
    for lang in CODES:
        name = data.names.get(lang) or None
        if name != getattr(group, f"name_{lang}"):
            setattr(group, f"name_{lang}", name)
            setattr(group, f"name_{lang}_source", data.source if name else None)
    for name in ("official_name_en", "kind", "binds", "stated_count", "outside_un", "as_of", "note"):
        setattr(group, name, getattr(data, name))


def _said(data: GroupData) -> dict:
    values = asdict(data)
    names = values.pop("names")
    return {**{f"name_{lang}": names.get(lang, "") for lang in CODES}, **values}


def _period_said(row: MembershipPeriod) -> dict:
    dates = {name: getattr(row, f"{name}_written") for name in ("joined", "left", "suspended_from", "suspended_to")}
    return {"status": row.status, **dates, "confidence": row.confidence, "sources": row.sources}


def _office_said(row: Office) -> dict:
    said = {"office": row.office, "body": row.body, "holder": row.holder, "source": row.source}
    return {**said, "from": row.from_written, "to": row.to_written, "confidence": row.confidence}


def _record(action: str, subject: str, actor, now: datetime, before, after, reason: str | None = None) -> None:
    audit.record(action, subject, actor=actor, now=now, before=before, after=after, reason=reason)
    changes.tell(db.session)
