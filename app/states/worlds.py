"""Fictional worlds: states, groups, memberships and offices that a campaign pack brings along, in its folder `world/`.

They stand in the same tables as the real ones, under the name of their world, and no count of the 193 sees them: their
states have codes that ISO 3166-1 leaves to its users, their groups other codes than the real ones, and everything has
the source `fictional`.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states import files, group_rules, groups, members, operations, rows
from app.states.faults import Fault
from app.states.files import Row, Table
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.models import FICTIONAL, UN_WORLD, State
from app.states.rules import LABELS, MEMBERSHIPS, NAMES

NAME = re.compile("[a-z][a-z0-9-]{1,29}")
SOURCE = "fictional"
BINDS = ("yes", "named", "no")
COLUMNS = {
    "states.csv": ("iso3", "membership", "order", "col", "row", *NAMES, *LABELS),
    "groups.csv": ("code", "kind", "binds", *NAMES, "note"),
    "memberships.csv": ("group", "iso3", "status", "joined", "left", "suspended_from", "suspended_to", "note"),
    "offices.csv": ("office", "body", "holder", "person", "from", "to", "note"),
}
# In this order the rows of a file stand.
ORDER = {
    "states.csv": ("iso3",),
    "groups.csv": ("code",),
    "memberships.csv": ("group", "iso3", "joined"),
    "offices.csv": ("body", "office", "from", "holder", "person"),
}


@dataclass(frozen=True)
class World:
    """The files of a world, without fault, and their digest."""

    name: str
    states: Table
    groups: Table
    memberships: Table
    offices: Table
    digest: str


def read(name: str, folder: Path) -> tuple[World | None, list[Fault]]:
    """The world in a folder, or what is wrong with its files."""
    try:
        tables, digest = files.read_tables(folder, list(COLUMNS))
    except files.UnreadableFile as error:
        return None, [Fault(folder.name, 1, str(error))]
    if wrong := [Fault(t.file, 1, f"the columns are {', '.join(COLUMNS[t.file])}") for t in tables if _header(t)]:
        return None, wrong
    world = World(name, *tables, digest)
    return world, sorted(set(_faults(world)))


def load(session: Session, world: World) -> operations.LoadReport:
    """Make the world in the database that of the files; what was edited stays. Raises operations.FaultyData where a
    code is that of another world."""
    taken = [
        Fault(table.file, row.line, f"{row[column]} is there already, in another world")
        for table, column, key, of in (
            (world.states, "iso3", State.iso3, State.world),
            (world.groups, "code", Group.code, Group.world),
        )
        for codes in [set(session.scalars(select(key).where(of != world.name)))]
        for row in table.rows
        if row[column] in codes
    ]
    if taken:
        raise operations.FaultyData(taken)
    return operations.load_world(session, world.name, world.digest, lambda: _wanted(world))


def files_of(world: str) -> dict[str, str]:
    """The files of a world as it stands in the database, by name."""
    states, found = members.states(world), groups.groups(world)
    said = {
        "states.csv": [
            {
                "iso3": state.iso3,
                "membership": state.membership,
                "order": state.un_order,
                "col": state.tile[0],
                "row": state.tile[1],
                **{f"name_{lang}": name for lang, name in state.names.items()},
                **{f"label_{lang}": label for lang, label in state.labels.items()},
            }
            for state in states.values()
        ],
        "groups.csv": [
            {
                "code": group.code,
                "kind": group.kind,
                "binds": group.binds,
                **{f"name_{lang}": group.names.get(lang, "") for lang in CODES},
                "note": group.note,
            }
            for group in found.values()
        ],
        "memberships.csv": [
            {
                "group": period.group,
                "iso3": period.state,
                "status": period.status,
                "joined": period.joined_written or "",
                "left": period.left_written or "",
                "suspended_from": period.suspended_from_written or "",
                "suspended_to": period.suspended_to_written or "",
                "note": period.note,
            }
            for code in found
            for period in groups.periods_of_group(code)
        ],
        "offices.csv": [
            {
                "office": office.office,
                "body": office.body,
                "holder": office.holder or "",
                "person": office.person,
                "from": office.since.text if office.since else "",
                "to": office.until.text if office.until else "",
                "note": office.note,
            }
            for office in groups.offices(world)
        ],
    }
    return {name: _write(name, records) for name, records in said.items()}


def exists(world: str) -> bool:
    """Whether this world is loaded."""
    return world == UN_WORLD or db.session.scalar(select(State.iso3).where(State.world == world).limit(1)) is not None


def _write(name: str, records: list[dict]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS[name], lineterminator="\n")
    table.writeheader()
    table.writerows(sorted(records, key=lambda record: tuple(record[column] for column in ORDER[name])))
    return text.getvalue()


def _header(table: Table) -> bool:
    return table.header != COLUMNS[table.file]


def _faults(world: World) -> Iterator[Fault]:
    for table in (world.states, world.groups, world.memberships, world.offices):
        order = [tuple(row[column] for column in ORDER[table.file]) for row in table.rows]
        if order != sorted(order):
            yield Fault(table.file, 1, f"the rows stand in the order of {', '.join(ORDER[table.file])}")
        for row in table.rows:
            if any(text != " ".join(text.split()) for text in row.values.values()):
                yield Fault(table.file, row.line, "there are spaces that do not belong")
    yield from _states(world.states)
    yield from _groups(world.groups)
    states = {row["iso3"] for row in world.states.rows}
    yield from group_rules.membership_faults(world.memberships, {row["code"] for row in world.groups.rows}, states)
    for row in world.offices.rows:
        for name, why in group_rules.office_complaints(row.values, states):
            yield Fault(world.offices.file, row.line, f"{name} {row[name]!r} {group_rules.COMPLAINTS[why]}")
    yield from group_rules.tile_faults(world.states, world.states)


def _states(table: Table) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        if not re.fullmatch(FICTIONAL, row["iso3"]) or row["iso3"] == "XKX":
            yield Fault(table.file, row.line, f"{row['iso3']!r} is not a code from QMA to QZZ or XAA to XZZ")
        if row["membership"] not in MEMBERSHIPS:
            yield Fault(table.file, row.line, f"membership {row['membership']!r} is neither member nor observer")
        if not row["order"].isdigit():
            yield Fault(table.file, row.line, f"order {row['order']!r} is not a number")
        for column in ("iso3", *NAMES, *LABELS):
            if not row[column]:
                yield Fault(table.file, row.line, f"{column} is empty")
            elif seen.setdefault((column, row[column]), row.line) != row.line:
                yield Fault(table.file, row.line, f"{column} {row[column]!r} is there twice")


def _groups(table: Table) -> Iterator[Fault]:
    real = {row["code"] for row in files.read().groups.rows}
    codes = [row["code"] for row in table.rows]
    for row in table.rows:
        if not group_rules.CODE.fullmatch(row["code"]) or row["code"] in {*real, "UN"}:
            yield Fault(table.file, row.line, f"code {row['code']!r} is that of a real group, or none")
        if codes.count(row["code"]) > 1:
            yield Fault(table.file, row.line, f"code {row['code']!r} is there twice")
        if row["kind"] not in group_rules.KINDS or row["binds"] not in BINDS:
            yield Fault(table.file, row.line, "kind or binds is not known")
        if not row["name_en"]:
            yield Fault(table.file, row.line, "name_en is empty")


def _wanted(world: World) -> dict[type, list[dict]]:
    return {
        State: [_state(row, world.name) for row in world.states.rows],
        Group: [_group(row, world.name) for row in world.groups.rows],
        MembershipPeriod: rows.memberships(map(_sourced, world.memberships.rows), world.name),
        Office: rows.offices(map(_sourced, world.offices.rows), world.name),
    }


def _state(row: Row, world: str) -> dict:
    return {
        "iso3": row["iso3"],
        "world": world,
        "membership": row["membership"],
        "un_order": int(row["order"]),
        "tile_col": int(row["col"]),
        "tile_row": int(row["row"]),
        "name_source": SOURCE,
        "names_basis": rows.FILE,
        "ldc": False,
        "sids": False,
        "lldc": False,
        **{column: row[column] for column in (*NAMES, *LABELS)},
    }


def _group(row: Row, world: str) -> dict:
    names = {
        key: value
        for lang in CODES
        for key, value in (
            (f"name_{lang}", row[f"name_{lang}"] or None),
            (f"name_{lang}_source", SOURCE if row[f"name_{lang}"] else None),
        )
    }
    return {
        "code": row["code"],
        "world": world,
        **names,
        "official_name_en": "",
        "kind": row["kind"],
        "binds": row["binds"],
        "stated_count": None,
        "outside_un": "",
        "as_of": "",
        "source": SOURCE,
        "note": row["note"],
        "basis": rows.FILE,
    }


def _sourced(row: Row) -> Row:
    known = "yes" if row.values.get("joined") else "no"
    more = {"confidence": "high", "sources": SOURCE, "source": SOURCE, "joined_known": known}
    return Row(row.line, {**row.values, **more})
