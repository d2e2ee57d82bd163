"""An import taken in: batch by batch, each committed, so that a job that is killed goes on where it was.

A batch asks a constant number of queries, however many rows it has.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, progress
from app.kernel.db import db

from .. import doubles
from ..import_models import Import, ImportRow
from ..operations import email_digests
from ..org_models import Membership, Organisation, Position
from ..org_operations import OrganisationData, changes, data_of, filled, plain, values
from ..org_queries import visible
from ..positions import PersonData, persons, said, suppressed
from . import consents, placing, present
from .operations import WrongState, ended, fates, forget, locked, start, subject
from .values import Parsed

BATCH = 100
UNDO = timedelta(days=30)
_NO_SYNC = {"synchronize_session": False}
# Fates of lines whose organisation is here.
_HERE = ("updated", "duplicate")


def apply(import_id: int, actor: int, now: datetime) -> int:
    """Have an import taken in by a job; the id of the work. Raises WrongState."""
    made = locked(import_id, "checked")
    made.applied_at = now
    audit.record("organisations.import", subject(import_id), actor=actor, now=now, after=dict(made.counts))
    return start(made, "applying", "people.import-apply", "imports:apply", actor, now)


def takes(policy: str) -> tuple[str, ...]:
    """The fates of the rows that are taken in. Pure."""
    return ("new", "updated", "duplicate", "double") if policy == "add" else ("new", "updated", "duplicate")


def carry_out(import_id: int, work_id: int, now: datetime) -> None:
    """Take in every row that is not in yet. Commits each batch. Raises WrongState when it is not under way."""
    made = locked(import_id, "applying")
    wanted = (ImportRow.import_id == import_id, ImportRow.fate.in_(takes(made.policy)))
    total = db.session.scalar(select(func.count(ImportRow.id)).where(*wanted))
    done = db.session.scalar(select(func.count(ImportRow.id)).where(*wanted, ImportRow.applied_at.is_not(None)))
    progress.step(work_id, done, total)
    last = 0
    while True:
        made = locked(import_id, "applying")
        if made.work_id != work_id:
            raise WrongState
        rows = db.session.scalars(
            select(ImportRow)
            .where(*wanted, ImportRow.line > last, ImportRow.applied_at.is_(None), ImportRow.content.is_not(None))
            .order_by(ImportRow.line)
            .limit(BATCH)
        ).all()
        if not rows:
            break
        last = rows[-1].line
        _take_in(made, rows, now)
        progress.further(work_id, len(rows))
        db.session.commit()
    made.state = "applied"
    consents.withdraw_left(made, now)
    consents.silence(made, now)
    forget(import_id)
    ended()
    progress.finish(work_id, now, fates(import_id))
    db.session.commit()


def _take_in(made: Import, rows: list[ImportRow], now: datetime) -> None:
    networks = None if made.networks is None else tuple(made.networks)
    content = {row.line: Parsed.of(json.loads(row.content)) for row in rows}
    unwanted = suppressed({parsed.person.address for parsed in content.values() if parsed.person}, now)
    fresh = []
    for row in rows:
        person = content[row.line].person
        if person and person.address in unwanted:
            # They asked for it after the file was tried out.
            row.fate, row.content, row.email_digest, row.applied_at = "suppressed", None, None, now
        else:
            fresh.append(row)
    undo: dict[int, dict] = {row.line: {} for row in fresh}
    places = _organisations(made, fresh, content, networks, undo, now)
    _memberships(made, places, undo, now)
    withdrew = _people(made, {line: content[line] for line in places}, places, undo, now)
    for row in fresh:
        if row.line not in places:
            # Its organisation has gone since, and the line does not name it.
            row.fate, row.problems, row.content, row.email_digest = "refused", ["no-organisation"], None, None
            row.applied_at = now
            continue
        row.organisation_id, row.applied_at, row.undo = places[row.line], now, undo[row.line]
        if row.line in withdrew:
            row.problems = ["status"] if content[row.line].unsure else ["withdrew"]
    db.session.flush()
    doubles.refresh(places.values(), now)


def _organisations(made, rows, content, networks, undo, now) -> dict[int, int]:
    """The organisation of each line: made, or filled up where something is missing."""
    places = _earlier(made.id, {row.same_as_line for row in rows if row.same_as_line})
    since = placing.since(made.id, {row.line: content[row.line] for row in rows if row.fate == "new"}, networks)
    for row in rows:
        if row.line in since:
            row.fate, row.organisation_id = "updated", since[row.line]
    # What was there when the file was tried out may have gone since, or be seen no more.
    there = {row.organisation_id for row in rows if row.fate in _HERE and row.organisation_id}
    there |= set(places.values())
    standing = {
        found.id: data_of(found)
        for found in db.session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(there), visible(networks))
            .order_by(Organisation.id)
            .with_for_update()
        )
    }
    # Those that this import made for a coordinator are theirs even where no network was chosen.
    first_of: dict[int, int] = {}
    new: list[int] = []
    found: dict[int, int] = {}
    for row in rows:
        known = places.get(row.same_as_line) or since.get(row.same_as_line)
        known = known or (row.organisation_id if row.fate in _HERE else None)
        if row.same_as_line in first_of:
            first_of[row.line] = first_of[row.same_as_line]
        elif known in standing:
            found[row.line] = known
        elif content[row.line].organisation.name:
            new.append(row.line)
            first_of[row.line] = row.line
            if row.same_as_line:
                # That line was left out: the next of its organisation is this one.
                first_of[row.same_as_line] = row.line
    data = {line: content[line].organisation for line in new}
    for row in rows:
        first = first_of.get(row.line)
        if first is not None and first != row.line:
            data[first] = filled(data[first], content[row.line].organisation)
    if new:
        stamp = {"created_at": now, "changed_at": now}
        ids = db.session.scalars(
            insert(Organisation).returning(Organisation.id, sort_by_parameter_order=True),
            [{**values(data[line]), **stamp} for line in new],
        ).all()
        by_line = dict(zip(new, ids, strict=True))
        found |= {row.line: by_line[first_of[row.line]] for row in rows if row.line in first_of}
        for line in new:
            undo[line]["made"] = plain(data[line])
    _fill(found, standing, content, undo, now)
    return found


def _earlier(import_id: int, lines: set[int]) -> dict[int, int]:
    if not lines:
        return {}
    rows = db.session.execute(
        select(ImportRow.line, ImportRow.organisation_id).where(
            ImportRow.import_id == import_id, ImportRow.line.in_(lines), ImportRow.applied_at.is_not(None)
        )
    )
    return {line: organisation_id for line, organisation_id in rows if organisation_id}


def _fill(found: dict[int, int], standing: dict[int, OrganisationData], content, undo, now: datetime) -> None:
    changed = {}
    for line, organisation_id in found.items():
        if organisation_id not in standing:
            continue
        after = filled(standing[organisation_id], content[line].organisation)
        old, new = changes(standing[organisation_id], after)
        if new:
            standing[organisation_id] = after
            changed[organisation_id] = {"id": organisation_id, **values(after), "changed_at": now}
            undo[line] |= {"before": old, "after": new}
    if changed:
        db.session.execute(update(Organisation), list(changed.values()), execution_options=_NO_SYNC)
        # These alone: the rows of the file would be read again one by one.
        for organisation in [one for one in db.session if isinstance(one, Organisation)]:
            db.session.expire(organisation)


def _memberships(made: Import, places: dict[int, int], undo, now: datetime) -> None:
    if made.network_id is None or not places:
        return
    wanted = [
        {"organisation_id": organisation_id, "network_id": made.network_id, "since": now.date()}
        for organisation_id in sorted(set(places.values()))
    ]
    new = dict(
        db.session.execute(
            upsert(Membership)
            .on_conflict_do_nothing(index_elements=["organisation_id", "network_id"])
            .returning(Membership.organisation_id, Membership.id),
            wanted,
        ).all()
    )
    for line, organisation_id in places.items():
        if organisation_id in new:
            undo[line]["membership"] = new.pop(organisation_id)


def _people(made: Import, said_of: dict[int, Parsed], places: dict[int, int], undo, now: datetime) -> set[int]:
    """Put people into their organisations, and into the ledger; the lines of those who had withdrawn."""
    people = _named({line: row.person for line, row in said_of.items() if row.person}, places)
    if not people:
        return set()
    ids = persons(people.values(), now)
    pairs = {line: (places[line], ids[person.address]) for line, person in people.items()}
    there = {
        (position.organisation_id, position.person_id): position
        for position in db.session.scalars(
            select(Position).where(
                Position.organisation_id.in_({pair[0] for pair in pairs.values()}),
                Position.person_id.in_({pair[1] for pair in pairs.values()}),
            )
        )
    }
    new: dict[tuple[int, int], int] = {}
    for line, pair in pairs.items():
        if pair in there:
            undo[line] |= {"there": there[pair].id, **_fill_position(there[pair], people[line], now)}
        else:
            new.setdefault(pair, line)
    if new:
        made_ids = db.session.scalars(
            insert(Position).returning(Position.id, sort_by_parameter_order=True),
            [
                {
                    "organisation_id": pair[0],
                    "person_id": pair[1],
                    **said(people[line]),
                    "created_at": now,
                    "changed_at": now,
                }
                for pair, line in new.items()
            ],
        ).all()
        for line, position_id in zip(new.values(), made_ids, strict=True):
            undo[line] |= {"position": position_id, "person": pairs[line][1]}
    if not made.consent or not made.network_id:
        return set()
    digests = {line: email_digests(person.address) for line, person in people.items()}
    withdrew = consents.withdrawn({one for each in digests.values() for one in each}, made.network_id)
    but = {line: set().union(*(withdrew.get(digest, ()) for digest in each)) for line, each in digests.items()}
    # What the list says of them is not understood: it proves nothing.
    but |= {line: set(made.consent["purposes"]) for line in digests if said_of[line].unsure}
    # Of several lines of one person, the last is the one that agreed.
    lines = {pair[1]: line for line, pair in pairs.items()}
    agreed = {line: (person_id, said_of[line].agreed_on, but[line]) for person_id, line in sorted(lines.items())}
    for line in consents.give(made, agreed, now):
        undo[line] |= {"person": agreed[line][0], "consent": True}
    return {line for line, purposes in but.items() if purposes}


def _named(people: dict[int, PersonData], places: dict[int, int]) -> dict[int, PersonData]:
    """People as they are entered: an address without a name is its organisation's own."""
    nameless = {places[line] for line, person in people.items() if not person.name}
    names = dict(
        db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(nameless))).all()
        if nameless
        else ()
    )
    return {
        line: person if person.name else replace(person, name=names[places[line]]) for line, person in people.items()
    }


def _fill_position(position: Position, person: PersonData, now: datetime) -> dict:
    """Fill what is missing of somebody who is there already; what that was."""
    empty, roles = present.lacking(position, person)
    for name in empty:
        setattr(position, name, getattr(person, name))
    if roles:
        position.roles = sorted({*position.roles, *roles})
    if not empty and not roles:
        return {}
    position.changed_at = now
    return {"filled": position.id, "empty": empty, "roles": roles}


def can_undo(made: Import, now: datetime) -> bool:
    """Whether it can still be taken back. Pure."""
    return made.state == "applied" and made.applied_at is not None and made.applied_at > now - UNDO


def undo(import_id: int, actor: int, now: datetime) -> int:
    """Have an import taken back by a job; the id of the work. Raises WrongState."""
    made = locked(import_id, "applied")
    if not can_undo(made, now):
        raise WrongState
    audit.record("organisations.import-undo", subject(import_id), actor=actor, now=now)
    return start(made, "undoing", "people.import-undo", "imports:undo", actor, now)


def forget_undo(now: datetime) -> bool:
    """Delete what one import remembers for being taken back, once that time is over; True when there may be more."""
    made_id = db.session.scalar(
        select(ImportRow.import_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(Import.applied_at <= now - UNDO, Import.state == "applied", ImportRow.undo.is_not(None))
        .limit(1)
    )
    if made_id is None:
        return False
    db.session.execute(
        update(ImportRow).where(ImportRow.import_id == made_id).values(undo=None).execution_options(**_NO_SYNC)
    )
    return True
