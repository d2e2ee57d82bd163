"""Bring the tables to what the files say; and the one thing in them that may be edited, ratings of civic space."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Table, delete, func, literal_column, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel.i18n import CODES
from app.states import queries
from app.states.files import Files, Row, read
from app.states.models import Area, CivicSpace, Load, Region, State
from app.states.rules import FLAGS, LABELS, NAMES, Fault, faults, rating_complaints

EDITED = "edited"
# By table: which of its rows the files may change; all of them where nothing is said.
_OF_THE_FILES = {CivicSpace.__table__: CivicSpace.basis != EDITED}


class FaultyData(Exception):
    """The files break a rule; `faults` lists every breach."""

    def __init__(self, found: list[Fault]):
        super().__init__("\n".join(map(str, found)))
        self.faults = found


@dataclass(frozen=True)
class Changes:
    """What a load did to one table: how many rows it holds now, how many of them are new or differ, how many went."""

    rows: int
    inserted: int
    updated: int
    removed: int


@dataclass(frozen=True)
class LoadReport:
    """What a load did, by table; `tables` is empty when this edition of the files was loaded before."""

    digest: str
    tables: dict[str, Changes] = field(default_factory=dict)

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
    """Make states, areas, regions and civic space equal to the files, inside the caller's transaction.

    A rating of civic space that was edited stays as it is. Does nothing when this edition of the files was loaded
    before, and never rewrites a row that did not change. Two loads at once wait for each other. Raises UnreadableFile
    or FaultyData before anything is written, and IntegrityError when a row that left the files is still referred to.
    """
    files = read()
    digest = _edition(files)
    session.execute(text("LOCK TABLE states_load IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(Load.digest)) == digest:
        return LoadReport(digest)
    if found := faults(files):
        raise FaultyData(found)
    ranks = {row["code"]: row for row in files.sort_keys.rows}
    wanted = {
        Region.__table__: [_region(row) for row in files.regions.rows],
        State.__table__: [_state(row) for row in files.states.rows],
        Area.__table__: [_area(row, ranks[row["iso3"]]) for row in files.areas.rows],
        CivicSpace.__table__: [_civic_space(row) for row in files.civic_space.rows if row["rating"]],
    }
    written = {table: _upsert(session, table, rows) for table, rows in wanted.items()}
    # Areas point to states and both to regions: what left the files goes in the opposite order.
    removed = {table: _remove_others(session, table, wanted[table]) for table in reversed(wanted)}
    record = insert(Load).values(id=1, digest=digest)
    session.execute(
        record.on_conflict_do_update(index_elements=[Load.id], set_={"digest": digest, "loaded_at": func.now()})
    )
    queries.clear_cache()
    return LoadReport(
        digest, {table.name: Changes(len(rows), *written[table], removed[table]) for table, rows in wanted.items()}
    )


def _edition(files: Files) -> str:
    # With the columns in it, a release that adds one fills it although no file changed.
    columns = [str(column) for model in (Region, State, Area, CivicSpace) for column in model.__table__.columns]
    return hashlib.sha256("\n".join([files.digest, *columns]).encode()).hexdigest()


def _upsert(session: Session, table: Table, rows: list[dict]) -> tuple[int, int]:
    statement = insert(table).values(rows)
    old = [column for column in table.columns if not column.primary_key]
    new = [statement.excluded[column.name] for column in old]
    outcome = session.scalars(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={column.name: value for column, value in zip(old, new, strict=True)},
            where=tuple_(*old).is_distinct_from(tuple_(*new)) & _OF_THE_FILES.get(table, true()),
        ).returning(literal_column("xmax = 0"))  # PostgreSQL: true for a row this statement inserted
    ).all()
    return sum(outcome), len(outcome) - sum(outcome)


def _remove_others(session: Session, table: Table, rows: list[dict]) -> int:
    key = table.primary_key.columns[0]
    gone = key.not_in([row[key.name] for row in rows])
    return session.execute(delete(table).where(gone, _OF_THE_FILES.get(table, true()))).rowcount


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
    row = {"rating": rating, "as_of": date.fromisoformat(as_of), "source": source, "basis": EDITED, "note": note}
    statement = insert(CivicSpace).values(state_iso3=iso3, **row)
    session.execute(statement.on_conflict_do_update(index_elements=[CivicSpace.state_iso3], set_=row))


def _region(row: Row) -> dict:
    return {"code": row["code"], **{column: row[column] for column in NAMES}}


def _state(row: Row) -> dict:
    return {
        "iso3": row["iso3"],
        "iso2": row["iso2"],
        "m49": row["m49"],
        "membership": row["un_membership"],
        "admitted": int(row["admitted"]),
        "regional_group": row["regional_group"] or None,
        "region_code": row["m49_region_code"],
        **{flag: row[flag] == "1" for flag in FLAGS},
        **{column: row[column] for column in (*NAMES, *LABELS)},
    }


def _area(row: Row, ranks: Row) -> dict:
    return {
        "code": row["iso3"],
        "iso2": row["iso2"],
        "m49": row["m49"] or None,
        "region_code": row["region_code"] or None,
        "fold_to": row["fold_to_iso3"] or None,
        **{f"sort_{lang}": int(ranks[lang]) for lang in CODES},
        **{column: row[column] for column in NAMES},
    }


def _civic_space(row: Row) -> dict:
    return {
        "state_iso3": row["iso3"],
        "rating": row["rating"],
        "as_of": date.fromisoformat(row["as_of"]),
        "source": row["source"],
        "basis": row["basis"],
        "note": row["note"],
    }
