"""Other names that states go under in roll-calls and lists: former ones, and those of common use (data/aliases.csv)."""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "aliases.csv"


@cache
def aliases() -> tuple[tuple[str, str], ...]:
    """(name, code of the state), in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple((row["name"], row["iso3"]) for row in csv.DictReader(lines))
