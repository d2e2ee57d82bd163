"""The files of the contract as records: types of evidence and thresholds; labels are translated where they show."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class EvidenceType:
    """One row of evidence_types.csv: `level` is national, named, group, all or secondary."""

    code: str
    label_en: str
    level: str
    needs_symbol: bool


@dataclass(frozen=True)
class Threshold:
    """One row of thresholds.csv: how many of the set called `set` are meant by `code`."""

    code: str
    set: str
    size: int
    value: int
    meaning: str


@cache
def evidence_types() -> dict[str, EvidenceType]:
    """The types of evidence by code, in the order of the file."""
    return {
        row["code"]: EvidenceType(row["code"], row["label_en"], row["level"], row["needs_symbol"] == "1")
        for row in _rows("evidence_types.csv")
    }


@cache
def thresholds() -> tuple[Threshold, ...]:
    """The thresholds, in the order of the file."""
    return tuple(
        Threshold(row["code"], row["set"], int(row["size"]), int(row["value"]), row["meaning"])
        for row in _rows("thresholds.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
