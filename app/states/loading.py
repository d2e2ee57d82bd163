"""Bring tables to wanted rows: by one statement a table, without touching a row that did not change or was edited."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, case, delete, exists, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.states.group_models import Group, MembershipPeriod, Office
from app.states.models import Area, CivicSpace, Region, Source, State
from app.states.rows import ARTICLES, EDITED
from app.states.rules import LABELS, NAMES

MODELS = (Source, Region, State, Area, CivicSpace, Group, MembershipPeriod, Office)
# What tells rows of a table apart in the files.
_KEYS = {
    MembershipPeriod: ("group_code", "state_iso3", "period"),
    Office: ("office", "body", "holder", "period"),
}
# What is edited as a whole: once one of its rows was, the files say nothing more about any of them.
_UNITS = {
    CivicSpace: ("state_iso3",),
    Group: ("code",),
    MembershipPeriod: ("group_code", "state_iso3"),
    Office: ("office", "body", "holder"),
}
# Of states and areas only the names are edited; the rest goes on following the files.
_NAMES = (*NAMES, *LABELS, *ARTICLES, "name_source", "names_basis")
# Rows to which none points go before new ones come, so that periods can change places.
_LEAVES = (MembershipPeriod, Office)


@dataclass(frozen=True)
class Changes:
    """What a load did to one table: how many rows the files have, how many of them are new or differ, how many went."""

    rows: int
    inserted: int
    updated: int
    removed: int


def edition(digest: str) -> str:
    """A digest of files and of the columns they fill: a release that adds one fills it although no file changed."""
    columns = [str(column) for model in MODELS for column in model.__table__.columns]
    return hashlib.sha256("\n".join([digest, *columns]).encode()).hexdigest()


def replace(session: Session, world: str, wanted: dict[type, list[dict]]) -> dict[str, Changes]:
    """Make a world's rows of the tables of `wanted` those, in its order of tables; what was edited stays."""
    kept = {model: _edited_units(session, model) for model in wanted}
    rows = {
        model: [row for row in said if tuple(row[name] for name in _UNITS.get(model, ())) not in kept[model]]
        for model, said in wanted.items()
    }
    removed = {model: _remove_others(session, model, rows[model], world) for model in _LEAVES if model in rows}
    written = {model: _upsert(session, model, said) for model, said in rows.items()}
    # What others point to goes after them.
    removed |= {
        model: _remove_others(session, model, rows[model], world) for model in reversed(rows) if model not in removed
    }
    return {model.__table__.name: Changes(len(wanted[model]), *written[model], removed[model]) for model in wanted}


def _edited_units(session: Session, model: type) -> set[tuple]:
    if model not in _UNITS:
        return set()
    columns = [getattr(model, name) for name in _UNITS[model]]
    return {tuple(row) for row in session.execute(select(*columns).where(model.basis == EDITED))}


def _key(model: type) -> list[str]:
    return list(_KEYS.get(model) or [column.name for column in model.__table__.primary_key])


def _upsert(session: Session, model: type, rows: list[dict]) -> tuple[int, int]:
    if not rows:
        return 0, 0
    table: Table = model.__table__
    statement = insert(table).values(rows)
    old = [table.columns[name] for name in rows[0] if name not in _key(model)]
    new = [_new(model, column, statement.excluded[column.name]) for column in old]
    outcome = session.scalars(
        statement.on_conflict_do_update(
            index_elements=_key(model),
            set_={column.name: value for column, value in zip(old, new, strict=True)},
            where=tuple_(*old).is_distinct_from(tuple_(*new)),
        ).returning(literal_column("xmax = 0"))  # PostgreSQL: true for a row this statement inserted
    ).all()
    return sum(outcome), len(outcome) - sum(outcome)


def _new(model: type, column: ColumnElement, value: ColumnElement) -> ColumnElement:
    if model in (State, Area) and column.name in _NAMES:
        return case((model.names_basis == EDITED, column), else_=value)
    return value


def _remove_others(session: Session, model: type, rows: list[dict], world: str) -> int:
    key = [getattr(model, name) for name in _key(model)]
    gone = tuple_(*key).not_in([tuple(row[name] for name in _key(model)) for row in rows])
    if model in _UNITS:
        other = aliased(model)
        same = [getattr(other, name) == getattr(model, name) for name in _UNITS[model]]
        gone &= ~exists().where(other.basis == EDITED, *same)
    if hasattr(model, "world"):
        gone &= model.world == world
    return session.execute(delete(model).where(gone)).rowcount
