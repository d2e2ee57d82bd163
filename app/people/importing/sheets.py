"""Workbooks (ECMA-376, .xlsx) read as a stream: of the rows one at a time, of a cell its beginning, and the strings
that cells share packed together. What is huge in a file is refused or passed over, and never held."""

import posixpath
import zipfile
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import BinaryIO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .columns import guessed, header_of

# What Excel writes at most: rows and columns of a sheet, signs of a cell, styles of a workbook.
MOST_ROWS, MOST_CELLS, MOST_SIGNS, MOST_STYLES = 1_048_576, 16_384, 32_767, 65_536
# Of strings that cells share: they are held, if packed.
MOST_SHARED = 200 * 1024 * 1024
# Of what is no sheet.
MOST_APART = 16 * 1024 * 1024
# So many sheets are looked into, and so many lines of each, for the one that holds the list.
MOST_SHEETS, LOOKED_AT = 30, 6
# So long may one tag be: the parser holds it whole.
MOST_TOKEN = 1024 * 1024
_CHUNK = 64 * 1024


class TooMuch(ValueError):
    """More than any spreadsheet writes, or more than can be read; `code` is one of reading.Unreadable."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass
class _Book:
    """What a workbook says of itself: visible sheets as (name, part), the part of shared strings, which styles are of
    days and which of times, and where its calendar begins."""

    archive: zipfile.ZipFile
    sheets: list[tuple[str, str]] = field(default_factory=list)
    strings: str | None = None
    dates: list[bool] = field(default_factory=list)
    epoch: datetime = CALENDAR_WINDOWS_1900


def rows(source: BinaryIO) -> Iterator[tuple]:
    """The rows of the sheet that holds the list (`sheet_of`), each as its cells' values: what a formula gave when the
    file was saved, or the formula itself; nobody computes it here. Raises TooMuch, KeyError, ValueError, BadZipFile,
    ExpatError."""
    with zipfile.ZipFile(source) as archive:
        book = _book(archive)
        place = _list(book)
        if place is not None:
            yield from _rows(book, place, _Strings(book))


def sheet_of(source: BinaryIO) -> tuple[str, int]:
    """The name of the sheet that is read, and how many there are: the visible one whose first lines say most of what
    columns are; else the first with anything in it. Raises as `rows` does."""
    with zipfile.ZipFile(source) as archive:
        book = _book(archive)
        place = _list(book)
        return ("" if place is None else book.sheets[place][0]), len(book.sheets)


def _list(book: _Book) -> int | None:
    if len(book.sheets) < 2:
        return 0 if book.sheets else None
    best, most = None, -1
    strings = _Strings(book)
    for place in range(min(len(book.sheets), MOST_SHEETS)):
        seen = ([str(cell or "").strip() for cell in row] for row in _rows(book, place, strings))
        # Empty rows above a list are passed over, as reading does; not without end.
        head = list(islice(filter(any, islice(seen, 1000)), LOOKED_AT))
        header = header_of(head) if head else None
        said = sum(column is not None for column in guessed(head[header])) if header is not None else 0
        if head and said > most:
            best, most = place, said
    return best


def _rows(book: _Book, place: int, strings: "_Strings") -> Iterator[tuple]:
    sheet = _Sheet(book, strings)
    for _ in _parsed(book.archive, book.sheets[place][1], sheet.start, sheet.end, sheet.text):
        while sheet.done:
            yield sheet.done.popleft()


def _parsed(archive: zipfile.ZipFile, part: str, start: Callable, end: Callable, text: Callable | None = None):
    """Read a part, handing on what is in it by the names of elements without their namespaces; yields after each piece.
    Whoever declares entities writes no workbook."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, said: start(name.rpartition(" ")[2], said)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    with archive.open(part) as content:
        fed = 0
        while chunk := content.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MOST_TOKEN:
                raise TooMuch("broken")
            yield
    parser.Parse(b"", True)
    yield


def _refuse(*_) -> None:
    raise TooMuch("broken")


class _Sheet:
    """What is being read of a sheet: rows that are whole in `done`, one under way, one cell of it."""

    def __init__(self, book: _Book, strings: "_Strings"):
        self.done: deque[tuple] = deque()
        self._dates, self._epoch, self._strings = book.dates, book.epoch, strings
        self._row: list | None = None
        self._number = 0
        self._kind = self._style = ""
        self._into: list[str] | None = None
        self._signs = 0
        self._value: list[str] = []
        self._formula: list[str] = []
        self._words: list[str] = []

    def start(self, name: str, said: dict[str, str]) -> None:
        if name == "c" and self._row is not None:
            place = _column(said.get("r", "")) or len(self._row) + 1
            if place > MOST_CELLS:
                raise TooMuch("columns")
            self._row += [None] * (place - 1 - len(self._row))
            self._kind, self._style = said.get("t", "n"), said.get("s", "")
            self._value, self._formula, self._words, self._signs = [], [], [], 0
        elif name == "v":
            self._into = self._value
        elif name == "f":
            self._into = self._formula
        elif name == "t":
            self._into = self._words
        elif name == "rPh":
            # How a word is read aloud is no part of it.
            self._into = None
            self._signs = MOST_SIGNS
        elif name == "row":
            number = max(int(said.get("r") or 0), self._number + 1)
            if number > MOST_ROWS:
                raise TooMuch("rows")
            # Rows that a file leaves out are empty ones.
            self.done.extend(() for _ in range(number - self._number - 1))
            self._number, self._row = number, []

    def end(self, name: str) -> None:
        if name in ("v", "f", "t"):
            self._into = None
        elif name == "c" and self._row is not None:
            self._row.append(self._said())
        elif name == "row" and self._row is not None:
            self.done.append(tuple(self._row))
            self._row = None

    def text(self, words: str) -> None:
        if self._into is not None and self._signs < MOST_SIGNS:
            self._into.append(words[: MOST_SIGNS - self._signs])
            self._signs += len(words)

    def _said(self) -> object:
        value = "".join(self._value)
        if self._words:
            return "".join(self._words)
        if not value:
            return f"={''.join(self._formula)}" if self._formula else None
        if self._kind == "s":
            return self._strings[int(value)]
        if self._kind == "b":
            return value == "1"
        if self._kind == "e":
            # What could not be computed is not said.
            return None
        if self._kind != "n":
            return value
        number = float(value)
        if self._style and self._dates[int(self._style)]:
            return _moment(number, self._epoch)
        return int(number) if number.is_integer() else number


def _column(reference: str) -> int:
    """The number of the column of a cell, such as 28 for AB7; 0 where it does not say so."""
    number = 0
    for letter in reference[:4].upper():
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def _moment(number: float, epoch: datetime) -> date | datetime | time | float:
    try:
        return from_excel(number, epoch)
    except (ValueError, OverflowError):
        return number


class _Strings:
    """Many strings in two blocks of memory; a list of them would take five times as much. They are read as far as they
    are asked for: the first rows of a large file need few."""

    def __init__(self, book: _Book):
        self._text, self._ends = bytearray(), array("Q", [0])
        self._words: list[str] | None = None
        self._aloud = False
        self._signs = 0
        part = book.strings
        if part is not None and book.archive.getinfo(part).file_size > MOST_SHARED:
            raise TooMuch("large")
        self._source = (
            iter(()) if part is None else _parsed(book.archive, part, self._start, self._end, self._character)
        )

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "si":
            self._signs = 0
        elif name == "rPh":
            self._aloud = True
        elif name == "t" and not self._aloud:
            self._words = []

    def _end(self, name: str) -> None:
        if name == "t" and self._words is not None:
            self._text += "".join(self._words).encode("utf-8", "surrogatepass")
            self._words = None
        elif name == "rPh":
            self._aloud = False
        elif name == "si":
            self._ends.append(len(self._text))

    def _character(self, words: str) -> None:
        if self._words is not None and self._signs < MOST_SIGNS:
            self._words.append(words[: MOST_SIGNS - self._signs])
            self._signs += len(words)

    def __getitem__(self, place: int) -> str:
        while len(self._ends) <= place + 1:
            if next(self._source, self) is self and len(self._ends) <= place + 1:
                raise IndexError(place)
        return self._text[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")


def _book(archive: zipfile.ZipFile) -> _Book:
    book, listed, parts = _Book(archive), [], {}

    def relation(name: str, said: dict[str, str]) -> None:
        if name == "Relationship" and len(parts) < MOST_STYLES:
            target = said.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[said.get("Id")] = said.get("Type", "").rpartition("/")[2], path

    def sheet(name: str, said: dict[str, str]) -> None:
        if name == "sheet" and said.get("state", "visible") == "visible" and len(listed) < MOST_STYLES:
            identity = next((value for key, value in said.items() if key.rpartition(" ")[2] == "id"), None)
            listed.append((said.get("name", ""), identity))
        elif name == "workbookPr" and said.get("date1904") in ("1", "true"):
            book.epoch = CALENDAR_MAC_1904

    _read(archive, "xl/_rels/workbook.xml.rels", relation)
    _read(archive, "xl/workbook.xml", sheet)
    by_kind = {kind: path for kind, path in parts.values()}
    # A sheet of a chart alone has no rows.
    book.sheets = [(name, parts[part][1]) for name, part in listed if parts.get(part, ("",))[0] == "worksheet"]
    book.strings = by_kind.get("sharedStrings")
    if "styles" in by_kind:
        book.dates = _dates(archive, by_kind["styles"])
    return book


def _dates(archive: zipfile.ZipFile, part: str) -> list[bool]:
    """Of each style of cells, whether it is of a day or a time."""
    formats, found, inside = dict(BUILTIN_FORMATS), [], []

    def start(name: str, said: dict[str, str]) -> None:
        if name == "cellXfs":
            inside.append(name)
        elif name == "numFmt" and len(formats) < MOST_STYLES:
            formats[int(said["numFmtId"])] = said.get("formatCode", "")[:256]
        elif name == "xf" and inside:
            if len(found) >= MOST_STYLES:
                raise TooMuch("large")
            found.append(int(said.get("numFmtId") or 0))

    _read(archive, part, start, lambda name: inside.clear() if name == "cellXfs" else None)
    return [is_date_format(formats.get(number, "General")) for number in found]


def _read(archive: zipfile.ZipFile, part: str, start: Callable, end: Callable = lambda name: None) -> None:
    if archive.getinfo(part).file_size > MOST_APART:
        raise TooMuch("large")
    for _ in _parsed(archive, part, start, end):
        pass
