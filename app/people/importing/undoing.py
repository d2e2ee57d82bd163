"""An import taken back: what it made goes, what it filled is empty again, what somebody changed since stays.

Batch by batch from its last row to its first, each committed.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, distinct, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.kernel import progress
from app.kernel.db import db

from .. import doubles
from ..import_models import Import, ImportRow
from ..models import Consent, Person
from ..operations import forget_unused, unsuppress_import
from ..org_models import Joining, Membership, Organisation, Position
from ..org_operations import OrganisationData, data_of, plain, write
from ..positions import ledger_rows
from . import consents, shared
from .operations import WrongState, ended, locked

BATCH = 100
# By what else an organisation may be in use: each makes a condition of a column with its id.
_uses: list[Callable[[ColumnElement], ColumnElement[bool]]] = []
_NO_SYNC = {"synchronize_session": False}


def register_use(use: Callable[[ColumnElement], ColumnElement[bool]]) -> None:
    """Have an organisation stay, when the import that made it is taken back, where `use(id)` holds: rooms above say so
    of what only points to it."""
    if use not in _uses:
        _uses.append(use)


def carry_out(import_id: int, work_id: int, now: datetime) -> None:
    """Take back every row that was taken in. Commits each batch. Raises WrongState when it is not under way."""
    taken = (ImportRow.import_id == import_id, ImportRow.undo.is_not(None))
    made = locked(import_id, "undoing")
    work = progress.get(work_id)
    left = db.session.scalar(select(func.count(ImportRow.id)).where(*taken))
    # One that was killed goes on where it was.
    progress.step(work_id, work.done, work.done + left)
    written = consents.moments(made)
    while True:
        made = locked(import_id, "undoing")
        if made.work_id != work_id:
            raise WrongState
        columns = (ImportRow.id, ImportRow.organisation_id, ImportRow.undo)
        others = shared.others(made)
        rows = db.session.execute(select(*columns).where(*taken).order_by(ImportRow.line.desc()).limit(BATCH)).all()
        if not rows:
            break
        _take_back(made, rows, others, written, now)
        progress.further(work_id, len(rows))
        db.session.commit()
    unsuppress_import(import_id)
    made.state = "undone"
    kept = db.session.scalar(
        select(func.count(distinct(ImportRow.organisation_id))).where(
            ImportRow.import_id == import_id, ImportRow.problems.contains(["kept"])
        )
    )
    made.counts = {**made.counts, "kept": kept}
    ended()
    progress.finish(work_id, now, {"kept": kept})
    db.session.commit()


def _take_back(made: Import, rows: Sequence[Row], others: Collection[int], written: set[datetime], now) -> None:
    undone = {row.id: (row.organisation_id, dict(row.undo)) for row in rows}
    _withdraw(made, [said["person"] for _, said in undone.values() if said.get("consent")], written, now)
    shared.hand_on(made, undone.values(), others)
    positions = [said["position"] for _, said in undone.values() if "position" in said]
    people = db.session.scalars(
        delete(Position).where(Position.id.in_(positions)).returning(Position.person_id).execution_options(**_NO_SYNC)
    ).all()
    _empty_positions([said for _, said in undone.values() if "filled" in said])
    memberships = [said["membership"] for _, said in undone.values() if "membership" in said]
    db.session.execute(delete(Membership).where(Membership.id.in_(memberships)).execution_options(**_NO_SYNC))
    forget_unused(sorted(set(people)))
    touched = {organisation_id for organisation_id, _ in undone.values()}
    for organisation_id, said in undone.values():
        if "before" in said:
            _put_back(organisation_id, said, now)
    unwanted = {organisation_id: said["made"] for organisation_id, said in undone.values() if "made" in said}
    gone = _remove(unwanted)
    kept = [row.id for row in rows if row.organisation_id in unwanted and row.organisation_id not in gone]
    _write(kept, undo=None, problems=["kept"])
    _write(undone.keys() - set(kept), undo=None)
    doubles.refresh(touched - gone, now)


def _write(row_ids: Collection[int], **said) -> None:
    if row_ids:
        db.session.execute(
            update(ImportRow).where(ImportRow.id.in_(row_ids)).values(**said).execution_options(**_NO_SYNC)
        )


def _withdraw(made: Import, people: list[int], written: set[datetime], now: datetime) -> None:
    """The ledger is only added to: whoever stays withdraws, in words that say why, from what the import alone gave. It
    stands right behind that, so that a better list can give it again."""
    living = db.session.scalars(select(Person.id).where(Person.id.in_(people), Person.erased_at.is_(None))).all()
    given = consents.agreement_of(made) if living else None
    rows = [
        {**row, "act": consents.TAKEN_BACK[0], "how": consents.TAKEN_BACK[1]}
        for person_id, purpose, at in (consents.only_by(made, living, written) if living else ())
        for row in ledger_rows([person_id], replace(given, purposes=(purpose,), at=at), made.created_by, now)
    ]
    if rows:
        db.session.execute(insert(Consent), rows)


def _empty_positions(filled: list[dict]) -> None:
    if not filled:
        return
    by_id = {said["filled"]: said for said in filled}
    for position in db.session.scalars(select(Position).where(Position.id.in_(by_id))):
        said = by_id[position.id]
        for name in said["empty"]:
            setattr(position, name, None)
        position.roles = [role for role in position.roles if role not in said["roles"]]


def _put_back(organisation_id: int, said: dict, now: datetime) -> None:
    organisation = db.session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        return
    standing = data_of(organisation)
    # What somebody changed since is theirs.
    current = plain(standing)
    back = {name: value for name, value in said["before"].items() if current[name] == said["after"][name]}
    if "works_in" in back:
        back["works_in"] = tuple(back["works_in"])
    if back:
        write(organisation_id, OrganisationData(**{**vars(standing), **back}), now)


def _remove(unwanted: dict[int, dict]) -> set[int]:
    """Delete those that say what the import made them say, and that nobody uses; their ids."""
    if not unwanted:
        return set()
    led = aliased(Organisation)
    unused = select(Organisation).where(
        Organisation.id.in_(unwanted),
        Organisation.joined_into.is_(None),
        ~exists().where(Position.organisation_id == Organisation.id),
        ~exists().where(Membership.organisation_id == Organisation.id),
        ~exists().where(or_(Joining.kept_id == Organisation.id, Joining.gone_id == Organisation.id)),
        ~exists().where(led.joined_into == Organisation.id),
        *(~use(Organisation.id) for use in _uses),
    )
    gone = {
        row.id
        for row in db.session.scalars(unused.with_for_update(of=Organisation))
        if plain(data_of(row)) == unwanted[row.id]
    }
    # What they were found by, and their doubles, go with them.
    db.session.execute(delete(Organisation).where(Organisation.id.in_(gone)).execution_options(**_NO_SYNC))
    db.session.expire_all()
    return gone
