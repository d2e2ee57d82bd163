"""The CSV files in `data/`, read but not yet judged (`rules.py` judges them)."""

import csv
import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


class UnreadableFile(Exception):
    """A data file is missing, is not UTF-8, or has a row that does not fit its header."""


@dataclass(frozen=True)
class Row:
    """One record and the line of the file on which it ends."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


@dataclass(frozen=True)
class Table:
    """One file: its name, its header, its records in the order of the file."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Files:
    """All reference data of this room, and a digest over the bytes of the files."""

    states: Table
    areas: Table
    regions: Table
    sort_keys: Table
    civic_space: Table
    sources: Table
    groups: Table
    memberships: Table
    offices: Table
    tilegrid: Table
    hemicycle: Table
    digest: str


def read(folder: Path = FOLDER) -> Files:
    """All files of `folder`. Raises UnreadableFile, naming the file and where possible the line."""
    tables, digest = read_tables(folder, [f"{field.name}.csv" for field in fields(Files) if field.name != "digest"])
    return Files(*tables, digest=digest)


def read_tables(folder: Path, names: list[str]) -> tuple[list[Table], str]:
    """These files of a folder, and a digest over their bytes. Raises UnreadableFile."""
    try:
        contents = [(folder / name).read_bytes() for name in names]
    except OSError as error:
        raise UnreadableFile(f"{error.filename}: {error.strerror}") from error
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return [_table(*pair) for pair in zip(names, contents, strict=True)], digest.hexdigest()


def _table(name: str, content: bytes) -> Table:
    try:
        reader = csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True)
        header = tuple(next(reader, ()))
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise UnreadableFile(f"{name}:{reader.line_num}: {len(cells)} fields, the header has {len(header)}")
            rows.append(Row(reader.line_num, dict(zip(header, cells, strict=True))))
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name}: not UTF-8 (byte {error.start})") from error
    except csv.Error as error:
        raise UnreadableFile(f"{name}:{reader.line_num}: {error}") from error
    return Table(name, header, tuple(rows))
