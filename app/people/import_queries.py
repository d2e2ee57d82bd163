"""What the desk asks about imports. Each is its owner's alone."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.listing import Order, Part, part

from .import_models import Import, ImportRow
from .importing.values import Parsed
from .org_models import Organisation
from .org_queries import visible


def imports(staff_id: int, cursor: str | None) -> Part:
    """A page of somebody's imports, newest first."""
    statement = select(Import.id, Import.format, Import.state, Import.counts, Import.created_at, Import.work_id).where(
        Import.created_by == staff_id
    )
    return part(statement, Order((Import.id,), descending=True), cursor)


def one(import_id: int, staff_id: int) -> Import | None:
    """One of somebody's imports."""
    return db.session.scalar(select(Import).where(Import.id == import_id, Import.created_by == staff_id))


@dataclass(frozen=True)
class RowLine:
    """A row as the dry run shows it. `known` is the name of the organisation it is or may be, as far as the reader may
    see it; `parsed` is None once the import is over."""

    line: int
    fate: str
    problems: tuple[str, ...]
    organisation_id: int | None
    known: str | None
    same_as_line: int | None
    parsed: Parsed | None


def rows(import_id: int, fate: str | None, networks: tuple[int, ...] | None, cursor: str | None) -> tuple[Part, list]:
    """A page of an import's rows, in the order of the file, as they stand and as RowLine. Two queries."""
    statement = select(
        ImportRow.line,
        ImportRow.content,
        ImportRow.fate,
        ImportRow.problems,
        ImportRow.organisation_id,
        ImportRow.same_as_line,
    ).where(ImportRow.import_id == import_id)
    if fate:
        statement = statement.where(ImportRow.fate == fate)
    found = part(statement, Order((ImportRow.line,)), cursor)
    ids = {row.organisation_id for row in found.rows if row.organisation_id}
    names = dict(
        db.session.execute(
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids), visible(networks))
        ).all()
    )
    lines = [
        RowLine(
            row.line,
            row.fate,
            tuple(row.problems),
            row.organisation_id if row.organisation_id in names else None,
            names.get(row.organisation_id),
            row.same_as_line,
            Parsed.of(json.loads(row.content)) if row.content else None,
        )
        for row in found.rows
    ]
    return found, lines
