"""What must hold for groups, memberships, offices and the places of states in pictures: pure checks over the files."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from datetime import date
from itertools import combinations

from app.kernel.i18n import CODES
from app.states.faults import Fault
from app.states.files import Files, Row, Table
from app.states.membership import ASSOCIATED, FORMER, MEMBER, OBSERVER, STATUSES

KINDS = ("regional", "political", "economic")
# What statements_bind_members says in the file, and in the table.
BINDS = {"yes": "yes", "only states named": "named", "no": "no"}
CONFIDENCES = ("high", "medium", "low")
# The five groups, of which every member is in one, by the counts of the General Assembly (UN DGACM). The United States
# is a member of none; it is an observer of WEOG and counted there for elections.
REGIONAL = {"AFRICAN_GROUP": 54, "ASIA_PACIFIC": 54, "EEG": 23, "GRULAC": 33, "WEOG": 28}
COUNTED_IN = {"USA": "WEOG"}
# How many of a group's members are members of the UN, and how many of the 193 are in either.
UN_MEMBERS = {"NAM": 120, "G77": 133}
EITHER = ("NAM", "G77", 135)
SEATS = 193

NO_DATE, NO_STATUS, LEFT_WHEN, LEFT_BEFORE = "no_date", "no_status", "left_when", "left_before"
LIFTED_BEFORE, SUSPENDED_OUTSIDE, OVERLAPS = "lifted_before", "suspended_outside", "overlaps"
MISSING, NOBODY, NO_STATE, ENDS_BEFORE = "missing", "nobody", "no_state", "ends_before"
# For the command line; the desk says them in the reader's language (states_forms.py).
COMPLAINTS = {
    NO_DATE: "is not a day, a month or a year such as 2024-01-19, 2024-01 or 2024",
    NO_STATUS: f"is not one of {', '.join(STATUSES)}",
    LEFT_WHEN: "is missing: a former member left on some day",
    LEFT_BEFORE: "is before it joined",
    LIFTED_BEFORE: "is before the suspension began",
    SUSPENDED_OUTSIDE: "is while it was not in the group",
    MISSING: "is missing",
    NOBODY: "is missing: an office is held by a state or by a person",
    NO_STATE: "is not in states.csv",
    ENDS_BEFORE: "is before it began",
}

_DATES = ("joined", "left", "suspended_from", "suspended_to")
_NAMES = tuple(part for lang in CODES for part in (f"name_{lang}", f"name_{lang}_source"))
COLUMNS = {
    "groups.csv": (
        "code", "official_name_en", "official_name_source", *_NAMES, "kind", "stated_member_count", "rows_member",
        "rows_associated", "rows_observer", "rows_former", "non_un_members", "statements_bind_members", "as_of",
        "source", "note",
    ),
    "memberships.csv": ("group", "iso3", "status", *_DATES, "joined_known", "confidence", "sources", "note"),
    "offices.csv": ("office", "body", "holder", "person", "from", "to", "source", "confidence", "note"),
    "tilegrid.csv": ("iso3", "col", "row"),
    "hemicycle.csv": ("seat", "row", "angle_deg", "x", "y"),
}  # fmt: skip
UNIQUE = {
    "groups.csv": ("code", "name_en", "official_name_en"),
    "memberships.csv": (),
    "offices.csv": (),
    "tilegrid.csv": ("iso3",),
    "hemicycle.csv": ("seat",),
}
CODE = re.compile("[A-Z][A-Z0-9_]{1,29}")
_ADDRESS = re.compile(r"https?://[^\s/.]+\.\S+")
_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def tables(files: Files) -> tuple[Table, ...]:
    """The files that are judged here."""
    return (files.groups, files.memberships, files.offices, files.tilegrid, files.hemicycle)


def faults(files: Files) -> list[Fault]:
    """Every fault of these files."""
    return [
        *_groups(files),
        *membership_faults(files.memberships, _codes(files.groups, "code"), _codes(files.states, "iso3")),
        *_sources(files),
        *_counts(files),
        *_regional(files),
        *_overlap(files),
        *_offices(files),
        *tile_faults(files.tilegrid, files.states),
        *_seats(files.hemicycle),
    ]


def first_day(written: str) -> date | None:
    """The first day of a year, a month or a day as written; None for an empty text. Raises ValueError for what is
    none, or lies outside 1800 to 2199."""
    if not written:
        return None
    found = _WRITTEN.fullmatch(written)
    if not found or not 1800 <= int(found[1]) < 2200:
        raise ValueError(written)
    return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))


def split(sources: str) -> list[str]:
    """The sources in a text that has them with ; between."""
    return [source.strip() for source in sources.split(";") if source.strip()]


def unknown_sources(sources: str, ids: Container[str]) -> list[str]:
    """Which of these sources are neither one of `ids` nor an address."""
    return [source for source in split(sources) if source not in ids and not _ADDRESS.fullmatch(source)]


def period_complaints(status: str, dates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one period of a membership, as (what it is about, a key of COMPLAINTS): its status and the
    dates of `dates` as written, under joined, left, suspended_from and suspended_to."""
    days = {}
    for name, written in dates.items():
        try:
            days[name] = first_day(written)
        except ValueError:
            yield name, NO_DATE
    if status not in STATUSES:
        yield "status", NO_STATUS
    if len(days) < len(dates):
        return
    joined, left, begun, lifted = (days[name] for name in _DATES)
    if status == FORMER and not left:
        yield "left", LEFT_WHEN
    if joined and left and left <= joined:
        yield "left", LEFT_BEFORE
    if lifted and (not begun or lifted <= begun):
        yield "suspended_to", LIFTED_BEFORE
    if begun and ((joined and begun < joined) or (left and begun >= left)):
        yield "suspended_from", SUSPENDED_OUTSIDE


def overlaps(one, other) -> bool:
    """Whether two periods, as (first day or None, first day after it or None), share a day."""
    return (other[1] is None or one[0] is None or one[0] < other[1]) and (
        one[1] is None or other[0] is None or other[0] < one[1]
    )


def membership_faults(table: Table, groups: Container[str], states: Container[str]) -> Iterator[Fault]:
    """The faults of a table of memberships: unknown codes, dates out of order, periods that overlap."""
    periods = defaultdict(list)
    for row in table.rows:
        if row["group"] not in groups:
            yield Fault(table.file, row.line, f"group {row['group']!r} is not in groups.csv")
        if row["iso3"] not in states:
            yield Fault(table.file, row.line, f"{row['iso3']!r} is not in states.csv")
        complaints = list(period_complaints(row["status"], {name: row[name] for name in _DATES}))
        yield from (Fault(table.file, row.line, f"{name} {row[name]!r} {COMPLAINTS[why]}") for name, why in complaints)
        if not complaints:
            when = (first_day(row["joined"]), first_day(row["left"]))
            periods[row["group"], row["iso3"]].append((when, row.line))
    for (group, iso3), own in periods.items():
        for (one, line), (other, later) in combinations(own, 2):
            if overlaps(one, other):
                yield Fault(table.file, later, f"{iso3} is in {group} already by line {line}")


def tile_faults(grid: Table, states: Table) -> Iterator[Fault]:
    """The faults of a grid of tiles: every state has one tile, and no two the same."""
    codes = _codes(states, "iso3")
    places: dict[tuple[str, str], int] = {}
    for row in grid.rows:
        if row["iso3"] not in codes:
            yield Fault(grid.file, row.line, f"{row['iso3']!r} is not in {states.file}")
        if not (row["col"].isdigit() and row["row"].isdigit()):
            yield Fault(grid.file, row.line, "a place is two whole numbers")
        first = places.setdefault((row["col"], row["row"]), row.line)
        if first != row.line:
            yield Fault(grid.file, row.line, f"the tile lies on that of line {first}")
    for code in sorted(codes - _codes(grid, "iso3")):
        yield Fault(grid.file, 1, f"{code} has no tile")


def _codes(table: Table, column: str) -> set[str]:
    return {row[column] for row in table.rows}


def _groups(files: Files) -> Iterator[Fault]:
    file = files.groups.file
    for row in files.groups.rows:
        if not CODE.fullmatch(row["code"]) or row["code"] == "UN":
            yield Fault(file, row.line, f"code {row['code']!r} is not capital letters, digits and _")
        if row["kind"] not in KINDS:
            yield Fault(file, row.line, f"kind {row['kind']!r} is not one of {', '.join(KINDS)}")
        if row["statements_bind_members"] not in BINDS:
            yield Fault(file, row.line, f"statements_bind_members {row['statements_bind_members']!r} is not known")
        for name in (*(f"name_{lang}" for lang in CODES), "official_name"):
            said = row["official_name_en" if name == "official_name" else name]
            if bool(said) != bool(row[f"{name}_source"]):
                yield Fault(file, row.line, f"{name} needs a source, and a source a name")


def _sources(files: Files) -> Iterator[Fault]:
    ids = _codes(files.sources, "id")
    named = [column for column in COLUMNS["groups.csv"] if column.endswith("_source")]
    for table, columns in (
        (files.groups, ("source", *named)),
        (files.memberships, ("sources",)),
        (files.offices, ("source",)),
    ):
        for row in table.rows:
            for column in columns:
                for source in unknown_sources(row[column], ids):
                    yield Fault(table.file, row.line, f"source {source!r} is neither in sources.csv nor an address")
                if not row[column] and not column.endswith("_source"):
                    yield Fault(table.file, row.line, "a source is missing")
            if "confidence" in table.header and row["confidence"] not in CONFIDENCES:
                yield Fault(table.file, row.line, f"confidence {row['confidence']!r} is not known")
    for row in files.memberships.rows:
        if row["joined_known"] != ("yes" if row["joined"] else "no"):
            yield Fault(files.memberships.file, row.line, "joined_known does not fit joined")


def _counts(files: Files) -> Iterator[Fault]:
    """A group's rows are as many as its source counts, less the members that are no states of the UN."""
    rows = Counter((row["group"], row["status"]) for row in files.memberships.rows)
    for group in files.groups.rows:
        code = group["code"]
        for status in STATUSES:
            if group[f"rows_{status}"] != str(rows[code, status]):
                words = f"rows_{status} is {group[f'rows_{status}']}, memberships.csv has {rows[code, status]}"
                yield Fault(files.groups.file, group.line, words)
        stated = group["stated_member_count"]
        # A group without a list of members has no rows; it speaks only for those it names.
        if not stated or not any(rows[code, status] for status in STATUSES):
            continue
        counted = rows[code, MEMBER] + len(split(group["non_un_members"]))
        if code == "G77":
            counted += rows[code, ASSOCIATED]
        if stated != str(counted):
            yield Fault(files.groups.file, group.line, f"{code} has {counted} members, its source counts {stated}")


def _members(files: Files, group: str, *statuses: str) -> set[str]:
    return {row["iso3"] for row in files.memberships.rows if row["group"] == group and row["status"] in statuses}


def _regional(files: Files) -> Iterator[Fault]:
    file = files.memberships.file
    members = {group: _members(files, group, MEMBER) for group in REGIONAL}
    for group, expected in REGIONAL.items():
        if len(members[group]) != expected:
            yield Fault(file, 1, f"{group} has {len(members[group])} members, not {expected}")
    for row in files.states.rows:
        own = {group for group in REGIONAL if row["iso3"] in members[group]}
        counted = COUNTED_IN.get(row["iso3"])
        if counted and (own or row["iso3"] not in _members(files, counted, OBSERVER)):
            yield Fault(file, 1, f"{row['iso3']} is an observer of {counted} and a member of no regional group")
        if (own or {counted} - {None}) != ({row["regional_group"]} - {""}):
            yield Fault(file, 1, f"the regional groups of {row['iso3']} are not that of {files.states.file}")


def _overlap(files: Files) -> Iterator[Fault]:
    un = {row["iso3"] for row in files.states.rows if row["un_membership"] == "member"}
    counted = {group: _members(files, group, MEMBER, ASSOCIATED) & un for group in UN_MEMBERS}
    for group, expected in UN_MEMBERS.items():
        # China is counted among the 134 of the G77 and associated with it.
        if len(counted[group]) != expected:
            yield Fault(
                files.memberships.file, 1, f"{group} has {len(counted[group])} members of the UN, not {expected}"
            )
    one, other, expected = EITHER
    if len(counted[one] | counted[other]) != expected:
        yield Fault(files.memberships.file, 1, f"{len(counted[one] | counted[other])} of 193 are in {one} or {other}")


def _offices(files: Files) -> Iterator[Fault]:
    file, states = files.offices.file, _codes(files.states, "iso3")
    for row in files.offices.rows:
        for name, why in office_complaints(row.values, states):
            yield Fault(file, row.line, f"{name} {row[name]!r} {COMPLAINTS[why]}")


def office_complaints(said: Mapping[str, str], states: Container[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with an office, as of a period: `said` has office, body, holder, person, from and to as in the
    file."""
    for name in ("office", "body"):
        if not said[name]:
            yield name, MISSING
    if not said["holder"] and not said["person"]:
        yield "holder", NOBODY
    if said["holder"] and said["holder"] not in states:
        yield "holder", NO_STATE
    days = []
    for name in ("from", "to"):
        try:
            days.append(first_day(said[name]))
        except ValueError:
            yield name, NO_DATE
    if (
        len(days) == 2
        and None not in days
        and (days[1] < days[0] or (days[1] == days[0] and said["from"] != said["to"]))
    ):
        yield "to", ENDS_BEFORE


def _seats(table: Table) -> Iterator[Fault]:
    if _codes(table, "seat") != {str(number) for number in range(1, SEATS + 1)}:
        yield Fault(table.file, 1, f"the seats are not 1 to {SEATS}")
    seen: dict[tuple[str, str], Row] = {}
    for row in table.rows:
        first = seen.setdefault((row["x"], row["y"]), row)
        if first is not row:
            yield Fault(table.file, row.line, f"the seat lies on that of line {first.line}")
