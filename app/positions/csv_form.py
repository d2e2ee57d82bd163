"""Evidence as CSV: bytes to rows of text and back, without judging what they say.

A cell that a spreadsheet could run gets an apostrophe before it when it is written; reading takes it away again.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as lazy

from app.kernel.spreadsheet import CsvWriter, defused
from app.people.importing.reading import encoding_of, separator_of

from .record import Dispute, Evidence

COLUMNS = (
    *("ref", "ask", "variant", "speaker", "states", "type", "on", "yes_means", "cast", "date", "signal", "relevance"),
    *("status", "confidence", "regards", "delivered_by", "forum", "un_symbol", "paragraph", "url", "archive_url"),
    *("language", "quote", "translation", "note"),
)
# What an export adds where a state disputes a claim: an import reads past it, as a dispute is no part of the evidence.
DISPUTED = ("disputed_by", "disputed_on", "dispute")
NEEDED = ("ref", "ask", "speaker", "type", "date", "relevance", "status", "confidence")
# What a person wrote stays as it is; codes, dates and addresses have no space around them.
WRITTEN = frozenset(("forum", "paragraph", "quote", "translation", "note", "delivered_by"))
MOST_BYTES = 256 * 1024 * 1024
_SAMPLE = 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """Why a file or a row is refused: the line on which the row begins, the column ("" for the whole row), the reason
    as a lazy message."""

    line: int
    column: str
    reason: Any


class Refused(ValueError):
    """A file that cannot be read as a table of evidence at all; `faults` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def rows(content: bytes) -> Iterator[tuple[int, dict[str, str] | Fault]]:
    """The rows of a file with the line each begins on: text by column, every column there; a Fault for one that does
    not fit its header. Lines that are empty are left out.

    Takes UTF-8 and UTF-16 with or without a mark, Windows encodings by a guess, commas, semicolons or tabs.
    Raises Refused before the first row for a file that is none or has a wrong header, and later for one that is broken.
    """
    if len(content) > MOST_BYTES:
        raise _refused(1, "", lazy("The file is larger than %(limit)s MB.", limit=MOST_BYTES // 2**20))
    text = _text(content)
    if not text.strip():
        raise _refused(1, "", lazy("The file is empty."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text[:20_000]), strict=True)
    begins = 1
    header: list[str] | None = None
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                if header is None:
                    header = _header(cells, begins)
                else:
                    yield begins, _row(header, cells, begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        reason = lazy(
            "The file cannot be read from here on: a quotation mark is missing or too many, or a cell is endless."
        )
        raise _refused(begins, "", reason) from error


def write(
    pieces: Iterable[Evidence],
    out: Callable[[bytes], Any],
    marked: bool = True,
    disputes: Mapping[str, Dispute] | None = None,
) -> None:
    """Write the pieces as CSV with COLUMNS, in UTF-8, with the mark by which spreadsheets know it unless `marked` is
    false, giving `out` the bytes part by part. `rows` and `reading.read` give the same back. With `disputes` (by ref)
    the columns DISPUTED stand behind, unless there are none."""
    writer = CsvWriter(out, marked)
    writer.row((*COLUMNS, *(DISPUTED if disputes else ())))
    for piece in pieces:
        writer.row([*cells(piece), *(disputed(disputes.get(piece.ref)) if disputes else ())])
    writer.close()


def disputed(dispute: Dispute | None) -> list[str]:
    """The cells of DISPUTED: who, since when, in which words."""
    said = dispute.all if dispute else ()
    return [
        " ".join(one.state for one in said),
        " ".join(one.date.isoformat() for one in said),
        "\n".join(one.words for one in said),
    ]


def cells(piece: Evidence) -> list[str]:
    """A piece as a row of COLUMNS, before a spreadsheet's own precautions."""
    return [_marked(_cell(piece, column)) for column in COLUMNS]


def _cell(piece: Evidence, column: str) -> str:
    value = getattr(piece, column)
    if column == "states":
        return " ".join(value)
    return value.isoformat() if column == "date" else value


def _marked(cell: str) -> str:
    """With one more apostrophe before it, where there could be one that reading takes away."""
    core = cell.lstrip("'")
    return f"'{cell}" if defused(core) != core else cell


def _unmarked(cell: str) -> str:
    if not cell.startswith("'"):
        return cell
    core = cell.lstrip("'")
    return cell[1:] if defused(core) != core else cell


def _text(content: bytes) -> str:
    encoding = encoding_of(content[:4000])
    if not encoding.startswith("utf-16"):
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            # The guess goes by the letters around the first that is not UTF-8.
            encoding = encoding_of(content[max(0, error.start - 1000) : error.start + _SAMPLE])
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = lazy("This is not text in an encoding known here; save the file as CSV in UTF-8.")
        raise _refused(line, "", reason) from error


def _header(cells: list[str], line: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    faults = []
    for place, name in enumerate(names):
        if name not in (*COLUMNS, *DISPUTED):
            faults.append(
                Fault(line, name, lazy("There is no column “%(name)s” in a table of evidence.", name=name[:60]))
            )
        elif name in names[:place]:
            faults.append(Fault(line, name, lazy("The column “%(name)s” is there twice.", name=name)))
    for name in NEEDED:
        if name not in names:
            faults.append(Fault(line, name, lazy("The column “%(name)s” is missing.", name=name)))
    if faults:
        raise Refused(faults)
    return names


def _row(header: list[str], cells: list[str], line: int) -> dict[str, str] | Fault:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        reason = lazy("The row has %(cells)s cells, the header %(columns)s.", cells=len(cells), columns=len(header))
        return Fault(line, "", reason)
    found = dict.fromkeys(COLUMNS, "")
    for name, cell in zip(header, cells, strict=False):
        if cell and name in found:
            cell = _unmarked(cell)
            found[name] = cell if name in WRITTEN else cell.strip()
    return found


def _refused(line: int, column: str, reason) -> Refused:
    return Refused([Fault(line, column, reason)])
