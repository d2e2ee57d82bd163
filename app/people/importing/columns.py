"""What the columns of a file are: guessed from their headers in six languages (`data/import_headers.csv`), and from
those that other programs (`data/import_products.csv`) and we ourselves (own.py) write into exports."""

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from ..naming import DATA
from . import own
from .own import folded

# In the order in which pages offer them.
COLUMNS = (
    "name",
    "name_language",
    *("name_ar", "name_zh", "name_en", "name_fr", "name_ru", "name_es"),
    *("acronym", "country", "works_in", "website", "ecosoc"),
    *("person", "first_name", "last_name", "address", "title", "roles", "language", "second_language"),
    *("agreed_on", "status", "left_on", "bounced_on", "attributes"),
)
# What heads people in lists of people, and organisations in lists of organisations.
_EITHER = frozenset(("name", "full name", "nom", "nombre", "имя", "الاسم", "姓名"))
# A cell that is an address, also as mail programs write it, and not one that speaks of addresses.
_ADDRESS = re.compile(r"(?:[^<>@]*<)?(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_HALVES = frozenset(("first_name", "last_name"))
PRODUCTS = {
    "listmonk": "listmonk",
    "mailchimp": "Mailchimp",
    "action-network": "Action Network",
    "google": "Google Contacts",
}


@cache
def _known() -> dict[str, str]:
    with (DATA / "import_headers.csv").open(encoding="utf-8", newline="") as file:
        found = {folded(row["header"]): row["column"] for row in csv.DictReader(file)}
    return found | {folded(column): column for column in COLUMNS}


@cache
def _products() -> dict[str, tuple[dict[str, str | None], list[str]]]:
    """Of each product what its headers are, and those by which its exports are known; `x*` begins with x."""
    headers: dict[str, dict[str, str | None]] = defaultdict(dict)
    signs: dict[str, list[str]] = defaultdict(list)
    with (DATA / "import_products.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            headers[row["product"]][row["header"].casefold()] = row["column"] or None
            if row["sign"]:
                signs[row["product"]].append(row["header"].casefold())
    return {product: (headers[product], signs[product]) for product in headers}


def product_of(header: Sequence[str]) -> str | None:
    """The program whose export this is, by its headers: a key of PRODUCTS, or None."""
    said = [cell.strip().casefold() for cell in header]
    for product, (_, signs) in _products().items():
        if all(any(cell == sign or _begins(cell, sign) for cell in said) for sign in signs):
            return product
    return None


def _begins(cell: str, sign: str) -> bool:
    return sign.endswith("*") and cell.startswith(sign[:-1])


def column_of(header: str) -> str | None:
    """What a column with this header is, as far as headers of any list say so."""
    return _known().get(folded(header)) or own.column_of(header)


def guessed(header: Sequence[str]) -> list[str | None]:
    """What each column is, by its header, or None; each thing at most once, the first that says so. What an export of
    ours, or of a known program, holds is known; its other columns are what somebody there called so."""
    product = product_of(header)
    theirs = _products()[product][0] if product else own.columns_of(header)
    said = [theirs.get(name, column_of(name)) for name in (cell.strip().casefold() for cell in header)]
    either = [cell.strip().casefold() in _EITHER and cell.strip().casefold() not in theirs for cell in header]
    others = {column for column, both in zip(said, either, strict=True) if not both}
    halves = _HALVES - others
    if len(halves) == 1:
        # Beside a first name, a name is the last one, and the other way round.
        said = [min(halves) if both else column for column, both in zip(said, either, strict=True)]
    elif "name" in others:
        # Beside the organisation's name, a name is the person's; where that stands elsewhere, it is nobody's.
        person = None if others & {"person", *_HALVES} else "person"
        said = [person if both else column for column, both in zip(said, either, strict=True)]
    found: list[str | None] = []
    for column in said:
        found.append(column if column not in found else None)
    return found


def header_of(lines: Sequence[Sequence[str]]) -> int | None:
    """Which of a list's first lines says what the columns are: the first, unless titles of one cell stand above one
    that says so. None where the first line is somebody's already, as it has an e-mail address: no header is there."""
    titled = 0
    while titled < len(lines) and sum(map(bool, lines[titled])) == 1:
        titled += 1
    if 0 < titled < len(lines) and sum(column is not None for column in guessed(lines[titled])) > 1:
        return titled
    return None if any(_ADDRESS.match(cell) for cell in lines[0]) else 0


def unheaded(cells: Sequence[str]) -> list[str | None]:
    """What the columns of a list without a header are, by its first line: where addresses are is seen."""
    found: list[str | None] = []
    for cell in cells:
        found.append("address" if _ADDRESS.match(cell) and "address" not in found else None)
    return found
