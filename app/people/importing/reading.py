"""Files of CSV and .xlsx as lines of text cells, read as a stream. Pure; nothing in a file is ever executed."""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

MOST_BYTES = 8 * 1024 * 1024
# An .xlsx is a zip: this is what may come out of it.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
LONGEST_CELL = 2000
SEPARATORS = (",", ";", "\t")
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_LETTERS = re.compile(rb"[A-Za-z\xc0-\xff]+")
# The commonest letters of Russian and of Arabic, as their Windows encodings write them.
_CYRILLIC = frozenset("оеаинтсрвл".encode("cp1251"))
_ARABIC = frozenset("اليمونرتبة".encode("cp1256"))


class Unreadable(ValueError):
    """A file that cannot be taken; `code` says why: empty, large, old-excel, broken, binary, rows, columns."""

    def __init__(self, code: str, line: int | None = None):
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True)
class Form:
    """How a file is written: "csv" with encoding and separator, or "xlsx"."""

    format: str
    encoding: str | None = None
    separator: str | None = None


@dataclass(frozen=True)
class Line:
    """One line that is not empty: its number, as a spreadsheet counts, and its cells as text."""

    number: int
    cells: tuple[str, ...]


def form_of(content: bytes) -> Form:
    """How a file is written, by what is in it and never by its name. Raises Unreadable."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("large")
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old-excel")
    if content.startswith(b"PK"):
        _check_zip(content)
        return Form("xlsx")
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("broken") from error
    controls = sum(c < " " and c not in "\t\r\n\f\v" for c in text[:100_000])
    if controls > len(text[:100_000]) / 100:
        raise Unreadable("binary")
    return Form("csv", encoding, separator_of(text))


def lines(content: bytes, form: Form, after: int = 0) -> Iterator[Line]:
    """The lines of a file that are not empty, from the one after number `after` on. Raises Unreadable on its way."""
    rows = _xlsx(content) if form.format == "xlsx" else _csv(content, form)
    found = 0
    for number, cells in rows:
        kept = [cell.strip() for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        if not kept:
            continue
        found += 1
        if len(kept) > MOST_COLUMNS:
            raise Unreadable("columns", number)
        # The first line is the header.
        if found > MOST_ROWS + 1:
            raise Unreadable("rows", number)
        if number > after:
            yield Line(number, tuple(kept))


def _csv(content: bytes, form: Form) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=form.encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=form.separator)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("broken", begins) from error


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions that it leaves out.
            warnings.simplefilter("ignore")
            # Formulas as they are written: they are text here, and nobody computes them.
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            # What a file says of its own size need not be so.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_text(cell) for cell in cells]
            book.close()
    except Unreadable:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers raise: KeyError, ValueError, BadZipFile, ParseError, …
        raise Unreadable("broken") from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(getattr(cell, "text", cell))


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("broken") from error
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > 2000:
        raise Unreadable("large")
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise Unreadable("broken")


def encoding_of(content: bytes) -> str:
    """The encoding of a text, by its mark, its noughts and its letters; a guess where it is not Unicode."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return encoding
    start = content[:4000]
    for encoding, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        # Without a mark, separators and digits tell: their other byte is nought.
        there, elsewhere = start[place::2].count(0), start[1 - place :: 2].count(0)
        if there > len(start) / 100 and there > 10 * elsewhere:
            return encoding
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return _windows(content)


def _windows(content: bytes) -> str:
    """Windows-1252, 1251 or 1256: words of Russian and of Arabic are above ASCII from end to end, those of Latin script
    have a letter or two there; French words may stand among the Arabic."""
    words = _LETTERS.findall(content)
    whole = sum(len(word) for word in words if len(word) > 2 and min(word) >= 0x80)
    accents = sum(byte >= 0x80 for word in words if min(word) < 0x80 for byte in word)
    if whole <= accents / 4:
        return "cp1252"
    counts = {
        "cp1251": sum(byte in _CYRILLIC for byte in content),
        "cp1256": sum(byte in _ARABIC for byte in content),
    }
    best = max(counts, key=counts.get)
    try:
        content.decode(best)
    except UnicodeDecodeError:
        return "cp1252" if _decodes(content, "cp1252") else "latin-1"
    return best


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def separator_of(text: str) -> str:
    """The separator that makes most columns of the header, if the lines after it agree at all."""
    sample = text[:20_000]
    best, most = ",", 0
    for separator in SEPARATORS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if any(row)][:20]
        except csv.Error:
            continue
        if rows and len(rows[0]) > 1:
            agreeing = sum(len(row) == len(rows[0]) for row in rows)
            score = len(rows[0]) * agreeing
            if score > most:
                best, most = separator, score
    return best
