"""Two organisations that are one: joined, and taken apart again. Works in the caller's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.kernel import audit
from app.kernel.db import db

from . import doubles
from .operations import forget_if_unused
from .org_models import Double, Joining, Membership, Organisation, Position
from .org_operations import OrganisationData, changes, data_of, plain, write

UNDO = timedelta(days=30)
# The fields of which one side is chosen; names in other languages and areas of work are taken from both.
CHOSEN = ("name", "acronym", "country", "website", "ecosoc")
BATCH = 200
_NO_SYNC = {"synchronize_session": False}


class CannotJoin(ValueError):
    """One of the two is not there any more, or they are one already."""


class CannotUndo(ValueError):
    """It was taken back already, it is too long ago, or the one that was kept is gone itself."""


def merged(kept: OrganisationData, gone: OrganisationData, from_gone: frozenset[str]) -> OrganisationData:
    """What the joined organisation says: the fields of CHOSEN in `from_gone` from the one that goes,
    the others from the one that stays. A name that was not chosen stays as the name in its language,
    if there is none yet. Pure."""
    main, other = (gone, kept) if "name" in from_gone else (kept, gone)
    names = {**other.names, other.name_language: other.name, **main.names}
    if names.get(main.name_language) is not None:
        names.pop(main.name_language)
    chosen = {field: getattr(gone if field in from_gone else kept, field) for field in CHOSEN}
    return OrganisationData(
        **chosen,
        name_language=main.name_language,
        names=names,
        works_in=tuple(sorted({*kept.works_in, *gone.works_in})),
    )


def join(kept_id: int, gone_id: int, from_gone: frozenset[str], actor: int, now: datetime) -> int:
    """Make two organisations one: fields as `merged` says, people and memberships move to the one that stays; who is in
    both, or a network that has both, stays as the kept one has it. The id of the joining. Raises CannotJoin."""
    found = {
        row.id: row
        for row in db.session.scalars(
            select(Organisation)
            .where(Organisation.id.in_((kept_id, gone_id)))
            .order_by(Organisation.id)
            .with_for_update()
        )
    }
    if len(found) != 2 or any(row.joined_into is not None for row in found.values()):
        raise CannotJoin
    standing = data_of(found[kept_id])
    result = merged(standing, data_of(found[gone_id]), from_gone)
    before, after = changes(standing, result)
    write(kept_id, result, now)
    moved = {
        "positions": _move(Position, Position.person_id, gone_id, kept_id),
        "memberships": _move(Membership, Membership.network_id, gone_id, kept_id),
    }
    db.session.execute(
        update(Organisation)
        .where(Organisation.id == gone_id)
        .values(joined_into=kept_id, joined_at=now)
        .execution_options(**_NO_SYNC)
    )
    joining = Joining(kept_id=kept_id, gone_id=gone_id, before=before, after=after, moved=moved, at=now, by=actor)
    db.session.add(joining)
    _decide(kept_id, gone_id, "joined", actor, now)
    db.session.expire_all()
    doubles.refresh([kept_id, gone_id], now)
    audit.record(
        "organisations.join",
        f"organisation:{kept_id}",
        actor=actor,
        now=now,
        before={**before, "joined": None},
        after={**after, "joined": gone_id},
    )
    return joining.id


def _move(table, of, gone_id: int, kept_id: int) -> list[int]:
    there = select(of).where(table.organisation_id == kept_id)
    moving = select(table.id).where(table.organisation_id == gone_id, of.not_in(there))
    ids = list(db.session.scalars(moving))
    _place(table, ids, gone_id, kept_id)
    return ids


def _place(table, ids: list[int], from_id: int, to_id: int) -> None:
    db.session.execute(
        update(table)
        .where(table.id.in_(ids), table.organisation_id == from_id)
        .values(organisation_id=to_id)
        .execution_options(**_NO_SYNC)
    )


def _decide(one: int, other: int, state: str, actor: int | None, now: datetime) -> None:
    first, second = sorted((one, other))
    db.session.execute(
        update(Double)
        .where(Double.first_id == first, Double.second_id == second)
        .values(state=state, decided_at=now, decided_by=actor)
        .execution_options(**_NO_SYNC)
    )


def undo(joining_id: int, actor: int, now: datetime) -> int:
    """Take a joining back: what moved goes back as far as it is still there, fields that were changed since stay.
    The id of the organisation that comes back. Raises CannotUndo."""
    joining = db.session.get(Joining, joining_id, with_for_update=True)
    if joining is None or not can_undo(joining, now):
        raise CannotUndo
    kept = db.session.get_one(Organisation, joining.kept_id, with_for_update=True)
    if kept.joined_into is not None:
        raise CannotUndo
    standing = data_of(kept)
    now_said = plain(standing)
    untouched = {name: value for name, value in joining.before.items() if now_said[name] == joining.after[name]}
    if "works_in" in untouched:
        untouched["works_in"] = tuple(untouched["works_in"])
    write(joining.kept_id, OrganisationData(**{**vars(standing), **untouched}), now)
    for name, table in (("positions", Position), ("memberships", Membership)):
        _place(table, joining.moved[name], joining.kept_id, joining.gone_id)
    db.session.execute(
        update(Organisation)
        .where(Organisation.id == joining.gone_id)
        .values(joined_into=None, joined_at=None, changed_at=now)
        .execution_options(**_NO_SYNC)
    )
    db.session.execute(
        update(Joining).where(Joining.id == joining_id).values(undone_at=now).execution_options(**_NO_SYNC)
    )
    # Whoever takes it back says that they are two.
    _decide(joining.kept_id, joining.gone_id, "apart", actor, now)
    db.session.expire_all()
    kept_id, gone_id = joining.kept_id, joining.gone_id
    doubles.refresh([kept_id, gone_id], now)
    audit.record("organisations.undo-join", f"organisation:{kept_id}", actor=actor, now=now, before={"joined": gone_id})
    return gone_id


def can_undo(joining: Joining, now: datetime) -> bool:
    """Whether there is still time to take it back. Pure."""
    return joining.undone_at is None and joining.settled_at is None and joining.at > now - UNDO


def settle(now: datetime) -> bool:
    """Clear what joinings left behind whose time to be taken back is over: people and memberships that were in both.
    One batch; True when there may be more."""
    over = db.session.execute(
        select(Joining.id, Joining.gone_id)
        .where(Joining.at <= now - UNDO, Joining.undone_at.is_(None), Joining.settled_at.is_(None))
        .order_by(Joining.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    gone = [row.gone_id for row in over]
    people = db.session.scalars(
        delete(Position)
        .where(Position.organisation_id.in_(gone))
        .returning(Position.person_id)
        .execution_options(**_NO_SYNC)
    ).all()
    db.session.execute(delete(Membership).where(Membership.organisation_id.in_(gone)).execution_options(**_NO_SYNC))
    for person_id in people:
        forget_if_unused(person_id)
    db.session.execute(
        update(Joining)
        .where(Joining.id.in_([row.id for row in over]))
        .values(settled_at=now)
        .execution_options(**_NO_SYNC)
    )
    return len(over) == BATCH
