"""What must hold in the reference data: pure checks over the files, each fault with file, line and words."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator
from datetime import date

from app.kernel.i18n import CODES
from app.states import group_rules
from app.states.faults import Fault
from app.states.files import Files, Row, Table

# Members of the United Nations since South Sudan's admission (A/RES/65/308); Holy See and State of Palestine observe.
MEMBERS = 193
OBSERVERS = 2
FIRST_ADMISSION = 1945
MEMBERSHIPS = ("member", "observer")
# The five regional groups, whose members are disjoint (UN DGACM). Observer States are in none.
REGIONAL_GROUPS = ("AFRICAN_GROUP", "ASIA_PACIFIC", "EEG", "GRULAC", "WEOG")
FLAGS = ("ldc", "sids", "lldc")
# The macro regions of the UN Statistics Division's standard M49.
REGIONS = ("002", "009", "019", "142", "150")
# CIVICUS Monitor's scale, from the best to the worst.
RATINGS = ("open", "narrowed", "obstructed", "repressed", "closed")
BASES = ("stated", "derived")

NAMES = tuple(f"name_{lang}" for lang in CODES)
LABELS = tuple(f"label_{lang}" for lang in CODES)
COLUMNS = {
    "states.csv": (
        "iso3", "iso2", "m49", "un_membership", "admitted", "un_order_en", "regional_group", "m49_region_code",
        "article_en", "article_fr", "article_es", "name_source", *FLAGS, *NAMES, *LABELS,
    ),
    "areas.csv": ("iso3", "iso2", "m49", "fold_to_iso3", "region_code", "note", *NAMES),
    "regions.csv": ("code", *NAMES),
    "sort_keys.csv": ("code", *CODES, "names_sha256"),
    "civic_space.csv": ("iso3", "rating", "as_of", "source", "basis", "note"),
    "sources.csv": ("id", "title", "where", "licence", "note"),
    **group_rules.COLUMNS,
}  # fmt: skip
UNIQUE = {
    "states.csv": ("iso3", "iso2", "m49", *NAMES, *LABELS),
    "areas.csv": ("iso3", "iso2", "m49", *NAMES),
    "regions.csv": ("code", *NAMES),
    "sort_keys.csv": ("code",),
    "civic_space.csv": ("iso3",),
    "sources.csv": ("id",),
    **group_rules.UNIQUE,
}
FORMS = {
    "iso3": (re.compile("[A-Z]{3}"), "not an ISO 3166-1 alpha-3 code"),
    "iso2": (re.compile("[A-Z]{2}"), "not an ISO 3166-1 alpha-2 code"),
    "m49": (re.compile("[0-9]{3}"), "not an M49 code of three digits"),
}


# A name that was not found in a language is missing from a group only; readers are then shown the English one.
MUST = {**COLUMNS, "groups.csv": ("name_en",)}
_ADDRESS = re.compile(r"https://[^\s/.]+\.\S+")


def faults(files: Files) -> list[Fault]:
    """Every fault of the files in the order of files and lines; empty if they may be loaded."""
    tables = (files.states, files.areas, files.regions, files.sort_keys, files.civic_space, files.sources)
    tables += group_rules.tables(files)
    missing = [
        Fault(table.file, 1, f"column {column!r} is missing")
        for table in tables
        for column in COLUMNS[table.file]
        if column not in table.header
    ]
    if missing:
        return missing
    found = [fault for table in tables for fault in (*_texts(table), *_forms(table), *_duplicates(table))]
    found += group_rules.faults(files)
    found += [*_regions(files.regions), *_states(files), *_areas(files), *_sort_keys(files), *_civic_space(files)]
    return sorted(set(found))


def names_fingerprint(row: Row) -> str:
    """A short digest of an area's six names, as `make_sort_keys.mjs` writes it beside the ranks made from them."""
    return hashlib.sha256("\n".join(row[column] for column in NAMES).encode()).hexdigest()[:12]


def _texts(table: Table) -> Iterator[Fault]:
    for row in table.rows:
        for column, text in row.values.items():
            if not unicodedata.is_normalized("NFC", text):
                yield Fault(table.file, row.line, f"{column} is not in Unicode normal form C")
            if text != " ".join(text.split()) or any(unicodedata.category(char) in ("Cc", "Cf") for char in text):
                yield Fault(table.file, row.line, f"{column} has spaces or invisible characters that do not belong")
            if not text and column in (*NAMES, *LABELS, "name_source") and column in MUST[table.file]:
                yield Fault(table.file, row.line, f"{column} is empty")


def _forms(table: Table) -> Iterator[Fault]:
    for row in table.rows:
        for column, (form, complaint) in FORMS.items():
            if column not in COLUMNS[table.file] or form.fullmatch(row[column]):
                continue
            # A place that the UN does not list has no number; the note must say so.
            if column == "m49" and table.file == "areas.csv" and not row["m49"] and row["note"]:
                continue
            yield Fault(table.file, row.line, f"{column} {row[column]!r} is {complaint}")


def _duplicates(table: Table) -> Iterator[Fault]:
    for column in UNIQUE[table.file]:
        seen: dict[str, int] = {}
        for row in table.rows:
            first = seen.setdefault(row[column], row.line)
            if first != row.line and row[column]:
                yield Fault(table.file, row.line, f"{column} {row[column]!r} is already on line {first}")


def _regions(regions: Table) -> Iterator[Fault]:
    codes = {row["code"] for row in regions.rows}
    for code in REGIONS:
        if code not in codes:
            yield Fault(regions.file, 1, f"M49 region {code} is missing")
    for row in regions.rows:
        if row["code"] not in REGIONS:
            yield Fault(regions.file, row.line, f"{row['code']!r} is not one of the five M49 regions")


def _states(files: Files) -> Iterator[Fault]:
    file = files.states.file
    counted = Counter(row["un_membership"] for row in files.states.rows)
    for membership, expected in zip(MEMBERSHIPS, (MEMBERS, OBSERVERS), strict=True):
        if counted[membership] != expected:
            yield Fault(file, 1, f"{counted[membership]} states are {membership}, not {expected}")
    areas = {row["iso3"]: row for row in files.areas.rows}
    for row in files.states.rows:
        observer = row["un_membership"] == "observer"
        if row["un_membership"] not in MEMBERSHIPS:
            yield Fault(file, row.line, f"un_membership {row['un_membership']!r} is neither member nor observer")
        if not re.fullmatch("[0-9]{4}", row["admitted"]) or int(row["admitted"]) < FIRST_ADMISSION:
            yield Fault(file, row.line, f"admitted {row['admitted']!r} is not a year from {FIRST_ADMISSION} on")
        if not row["un_order_en"].isdigit() and not observer:
            yield Fault(file, row.line, f"un_order_en {row['un_order_en']!r} is not a number")
        if row["regional_group"] not in (("",) if observer else REGIONAL_GROUPS):
            yield Fault(file, row.line, f"regional_group {row['regional_group']!r} does not fit")
        if row["m49_region_code"] not in REGIONS:
            yield Fault(file, row.line, f"m49_region_code {row['m49_region_code']!r} is not an M49 region")
        for flag in FLAGS:
            if row[flag] not in ("0", "1"):
                yield Fault(file, row.line, f"{flag} {row[flag]!r} is neither 0 nor 1")
        area = areas.get(row["iso3"])
        if area is None:
            yield Fault(file, row.line, f"{row['iso3']} is not in {files.areas.file}")
            continue
        for column in ("iso2", "m49", *NAMES):
            if row[column] != area[column]:
                yield Fault(file, row.line, f"{column} differs from {files.areas.file}:{area.line}")
        if row["m49_region_code"] != area["region_code"]:
            yield Fault(file, row.line, f"the region differs from {files.areas.file}:{area.line}")


def _areas(files: Files) -> Iterator[Fault]:
    file = files.areas.file
    membership = {row["iso3"]: row["un_membership"] for row in files.states.rows}
    for row in files.areas.rows:
        code, target = row["iso3"], row["fold_to_iso3"]
        if not row["region_code"] and not row["note"]:
            yield Fault(file, row.line, f"{code} has neither a region nor a note that says why")
        if row["region_code"] and row["region_code"] not in REGIONS:
            yield Fault(file, row.line, f"region_code {row['region_code']!r} is not an M49 region")
        if target and membership.get(target) != "member":
            yield Fault(file, row.line, f"fold_to_iso3 {target!r} is not a member state")
        if not target and not row["note"]:
            yield Fault(file, row.line, f"{code} folds into no state and no note says why")
        if membership.get(code) == "member" and target != code:
            yield Fault(file, row.line, f"{code} is a member state and must fold into itself")


def _sort_keys(files: Files) -> Iterator[Fault]:
    table = files.sort_keys
    areas = {row["iso3"]: row for row in files.areas.rows}
    keyed = {row["code"] for row in table.rows}
    for code in areas.keys() - keyed:
        yield Fault(table.file, 1, f"{code} has no sort keys: run make_sort_keys.mjs")
    for row in table.rows:
        if row["code"] not in areas:
            yield Fault(table.file, row.line, f"{row['code']} is not in {files.areas.file}: run make_sort_keys.mjs")
        elif row["names_sha256"] != names_fingerprint(areas[row["code"]]):
            yield Fault(table.file, row.line, f"a name of {row['code']} has changed since: run make_sort_keys.mjs")
    for lang in CODES:
        if {row[lang] for row in table.rows} != {str(rank) for rank in range(1, len(table.rows) + 1)}:
            yield Fault(table.file, 1, f"the ranks of {lang} are not 1 to {len(table.rows)}: run make_sort_keys.mjs")


def _civic_space(files: Files) -> Iterator[Fault]:
    table = files.civic_space
    states = {row["iso3"] for row in files.states.rows}
    sources = {row["id"] for row in files.sources.rows}
    for code in sorted(states - {row["iso3"] for row in table.rows}):
        yield Fault(table.file, 1, f"{code} is missing: where nothing is known, its rating stays empty")
    for row in table.rows:
        if row["iso3"] not in states:
            yield Fault(table.file, row.line, f"{row['iso3']} is not in {files.states.file}")
        if bool(row["rating"]) != bool(row["basis"]):
            yield Fault(table.file, row.line, "a rating needs a basis, and no rating has none")
        if row["basis"] not in ("", *BASES):
            yield Fault(table.file, row.line, f"basis {row['basis']!r} is neither {' nor '.join(BASES)}")
        complaints = rating_complaints(row["rating"], row["as_of"], row["source"], sources) if row["rating"] else ()
        for complaint in complaints:
            yield Fault(table.file, row.line, complaint)


def rating_complaints(rating: str, as_of: str, source: str, sources: Container[str]) -> Iterator[str]:
    """What is wrong with a rating of civic space, in words: its step, its day, its source (an id of `sources` or an
    https address)."""
    if rating not in RATINGS:
        yield f"rating {rating!r} is not one of {', '.join(RATINGS)}"
    try:
        date.fromisoformat(as_of)
    except ValueError:
        yield f"as_of {as_of!r} is not a day such as 2025-12-09"
    if source not in sources and not _ADDRESS.fullmatch(source):
        yield f"source {source!r} is neither in sources.csv nor an https address"
