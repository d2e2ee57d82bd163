"""Bring the tables to what the files say; and rate civic space. What else is edited is in editing.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import clock
from app.states import changes, groups, loading, rows
from app.states.faults import Fault
from app.states.files import Files, read
from app.states.models import UN_WORLD, CivicSpace, Load, State
from app.states.rules import faults, rating_complaints


class FaultyData(Exception):
    """The files break a rule; `faults` lists every breach."""

    def __init__(self, found: list[Fault]):
        super().__init__("\n".join(map(str, found)))
        self.faults = found


@dataclass(frozen=True)
class LoadReport:
    """What a load did, by table; `tables` is empty when this edition of the files was loaded before."""

    digest: str
    tables: dict[str, loading.Changes] = field(default_factory=dict)

    @property
    def skipped(self) -> bool:
        return not self.tables

    def __str__(self) -> str:
        if self.skipped:
            return "states: up to date"
        return "; ".join(
            f"{name}: {done.rows} rows, {done.inserted} new, {done.updated} changed, {done.removed} removed"
            for name, done in self.tables.items()
        )


def load(session: Session) -> LoadReport:
    """Make the reference data of the world `un` equal to the files, inside the caller's transaction.

    What was edited stays as it is. Does nothing when this edition of the files was loaded before, and never rewrites a
    row that did not change. Two loads at once wait for each other. Raises UnreadableFile or FaultyData before anything
    is written, and IntegrityError when a row that left the files is still referred to.
    """
    files = read()
    return load_world(session, UN_WORLD, files.digest, lambda: rows.of_files(_sound(files)))


def load_world(session: Session, world: str, digest: str, wanted: Callable[[], dict[type, list[dict]]]) -> LoadReport:
    """Make one world's rows those that `wanted` says by table, unless this edition of them was loaded before."""
    edition = loading.edition(digest)
    session.execute(text("LOCK TABLE states_load IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(Load.digest).where(Load.world == world)) == edition:
        return LoadReport(edition)
    before = set(groups.read_memberships(session, world))
    done = loading.replace(session, world, wanted())
    record = insert(Load).values(world=world, digest=edition)
    session.execute(
        record.on_conflict_do_update(index_elements=[Load.world], set_={"digest": edition, "loaded_at": func.now()})
    )
    changes.tell(session)
    moved = before ^ set(groups.read_memberships(session, world))
    changes.follow(frozenset(membership.state for membership in moved), clock.now())
    return LoadReport(edition, done)


def _sound(files: Files) -> Files:
    if found := faults(files):
        raise FaultyData(found)
    return files


class UnfitRating(Exception):
    """A rating of civic space that cannot be taken; the message says why."""


def rate_civic_space(session: Session, iso3: str, rating: str, as_of: str, source: str, note: str, today: date) -> None:
    """Edit how free civil society is in a state; no later edition of the files changes it back.

    `as_of` is the ISO day of the rating, not after `today`; `source` an id of sources.csv or an https address. Raises
    UnfitRating when there is no such state or a value does not fit.
    """
    complaints = list(rating_complaints(rating, as_of, source, {row["id"] for row in read().sources.rows}))
    if session.get(State, iso3) is None:
        complaints.append(f"{iso3!r} is not the ISO 3166-1 alpha-3 code of a state")
    if not complaints and date.fromisoformat(as_of) > today:
        complaints.append(f"as_of {as_of} has not come yet")
    if complaints:
        raise UnfitRating("; ".join(complaints))
    row = {"rating": rating, "as_of": date.fromisoformat(as_of), "source": source, "basis": rows.EDITED, "note": note}
    statement = insert(CivicSpace).values(state_iso3=iso3, **row)
    session.execute(statement.on_conflict_do_update(index_elements=[CivicSpace.state_iso3], set_=row))
