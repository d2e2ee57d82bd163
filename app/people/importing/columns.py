"""What the columns of a file are: guessed from their headers in six languages, by `data/import_headers.csv`. Pure."""

import csv
from collections.abc import Sequence
from functools import cache

from ..naming import DATA, latin, tokens

# In the order in which pages offer them.
COLUMNS = (
    "name",
    "name_language",
    *("name_ar", "name_zh", "name_en", "name_fr", "name_ru", "name_es"),
    *("acronym", "country", "works_in", "website", "ecosoc"),
    *("person", "address", "title", "roles", "language", "second_language"),
)


def _folded(text: str) -> str:
    return " ".join(latin(word) for word in tokens(text.replace("_", " ").replace("-", " ")))


@cache
def _known() -> dict[str, str]:
    with (DATA / "import_headers.csv").open(encoding="utf-8", newline="") as file:
        found = {_folded(row["header"]): row["column"] for row in csv.DictReader(file)}
    return found | {_folded(column): column for column in COLUMNS}


def guessed(header: Sequence[str]) -> list[str | None]:
    """What each column is, by its header, or None; each thing at most once, the first that says so."""
    found: list[str | None] = []
    for cell in header:
        column = _known().get(_folded(cell))
        found.append(column if column not in found else None)
    return found
