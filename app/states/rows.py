"""A record of the files as the values of a row of a table. The files were judged before."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from app.kernel.i18n import CODES
from app.states.files import Files, Row
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.group_rules import BINDS
from app.states.models import UN_WORLD, Area, CivicSpace, Region, Source, State
from app.states.rules import FLAGS, LABELS, NAMES

FILE, EDITED = "file", "edited"
ARTICLES = ("article_en", "article_fr", "article_es")


def of_files(files: Files) -> dict[type, list[dict]]:
    """What the files say, by table; tables that others point to come first."""
    ranks = {row["code"]: row for row in files.sort_keys.rows}
    tiles = {row["iso3"]: row for row in files.tilegrid.rows}
    return {
        Source: [_source(row) for row in files.sources.rows],
        Region: [_region(row) for row in files.regions.rows],
        State: [_state(row, tiles[row["iso3"]]) for row in files.states.rows],
        Area: [_area(row, ranks[row["iso3"]]) for row in files.areas.rows],
        CivicSpace: [_civic_space(row) for row in files.civic_space.rows if row["rating"]],
        Group: [group(row, UN_WORLD) for row in files.groups.rows],
        MembershipPeriod: memberships(files.memberships.rows, UN_WORLD),
        Office: offices(files.offices.rows, UN_WORLD),
    }


def group(row: Row, world: str) -> dict:
    """A row of groups.csv."""
    names = {name: row[name] or None for lang in CODES for name in (f"name_{lang}", f"name_{lang}_source")}
    return {
        "code": row["code"],
        "world": world,
        **names,
        "official_name_en": row["official_name_en"],
        "kind": row["kind"],
        "binds": BINDS[row["statements_bind_members"]],
        "stated_count": int(row["stated_member_count"]) if row["stated_member_count"] else None,
        "outside_un": row["non_un_members"],
        "as_of": row["as_of"],
        "source": row["source"],
        "note": row["note"],
        "basis": FILE,
    }


def memberships(rows: Iterable[Row], world: str) -> list[dict]:
    """The rows of memberships.csv, the periods of each state in each group numbered as they come."""
    number: Counter = Counter()
    found = []
    for row in rows:
        number[row["group"], row["iso3"]] += 1
        found.append(
            {
                "group_code": row["group"],
                "state_iso3": row["iso3"],
                "world": world,
                "period": number[row["group"], row["iso3"]],
                "status": row["status"],
                "joined_written": row["joined"] or None,
                "left_written": row["left"] or None,
                "suspended_from_written": row["suspended_from"] or None,
                "suspended_to_written": row["suspended_to"] or None,
                "joined_known": row["joined_known"] == "yes",
                "confidence": row["confidence"],
                "sources": row["sources"],
                "note": row["note"],
                "basis": FILE,
            }
        )
    return found


def offices(rows: Iterable[Row], world: str) -> list[dict]:
    """The rows of offices.csv, the times of each holder of each office numbered as they come."""
    number: Counter = Counter()
    found = []
    for row in rows:
        unit = (row["office"], row["body"], row["holder"])
        number[unit] += 1
        found.append(
            {
                "office": row["office"],
                "body": row["body"],
                "holder": row["holder"] or None,
                "world": world,
                "person": row["person"],
                "period": number[unit],
                "from_written": row["from"] or None,
                "to_written": row["to"] or None,
                "source": row["source"],
                "confidence": row["confidence"],
                "note": row["note"],
                "basis": FILE,
            }
        )
    return found


def _source(row: Row) -> dict:
    return {
        "id": row["id"],
        "title": row["title"],
        "place": row["where"],
        "licence": row["licence"],
        "note": row["note"],
    }


def _region(row: Row) -> dict:
    return {"code": row["code"], **{column: row[column] for column in NAMES}}


def _state(row: Row, tile: Row) -> dict:
    return {
        "iso3": row["iso3"],
        "world": UN_WORLD,
        "iso2": row["iso2"],
        "m49": row["m49"],
        "membership": row["un_membership"],
        "admitted": int(row["admitted"]),
        "regional_group": row["regional_group"] or None,
        "region_code": row["m49_region_code"],
        "un_order": int(row["un_order_en"]) if row["un_order_en"] else None,
        "tile_col": int(tile["col"]),
        "tile_row": int(tile["row"]),
        "name_source": row["name_source"],
        "names_basis": FILE,
        **{column: row[column] for column in ARTICLES},
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
        "names_basis": FILE,
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
