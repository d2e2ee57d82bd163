"""Files of CSV and .xlsx as lines of text cells, read as a stream. Pure; nothing in a file is ever executed."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

MOST_BYTES = 64 * 1024 * 1024
# An .xlsx is a zip: this is what may come out of it.
MOST_UNPACKED = 600 * 1024 * 1024
MOST_ROWS = 250_000
MOST_COLUMNS = 100
# What a guess looks at.
SAMPLE = 1024 * 1024
LONGEST_CELL = 2000
# A hundred cells of the longest.
LONGEST_LINE = 1024 * 1024
SEPARATORS = (",", ";", "\t")
_SEPARATOR_SAID = re.compile(r'\ufeff?"?sep=([,;\t])"?(?:\r|\n|$)', re.IGNORECASE)
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_LETTERS = re.compile(rb"[A-Za-z\xc0-\xff]+")
# The commonest letters of Russian and of Arabic, as their Windows encodings write them.
_CYRILLIC = frozenset("оеаинтсрвл".encode("cp1251"))
_ARABIC = frozenset("اليمونرتبة".encode("cp1256"))


class Unreadable(ValueError):
    """A file that cannot be taken; `code` says why: empty, large, old-excel, archive, broken,
    binary, rows, columns."""

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


def form_of(content: bytes | BinaryIO) -> Form:
    """How a file is written, by what is in it and never by its name. Raises Unreadable."""
    source = _source(content)
    start = source.read(SAMPLE)
    if not start.strip() and not any(chunk.strip() for chunk in _chunks(source)):
        raise Unreadable("empty")
    if source.seek(0, io.SEEK_END) > MOST_BYTES:
        raise Unreadable("large")
    if start.startswith(_OLD_EXCEL):
        raise Unreadable("old-excel")
    if start.startswith(b"PK"):
        _check_zip(source)
        return Form("xlsx")
    encoding = encoding_of(source)
    source.seek(0)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
        _decode(source, encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("broken") from error
    controls = sum(c < " " and c not in "\t\r\n\f\v" for c in text[:100_000])
    if controls > len(text[:100_000]) / 100:
        raise Unreadable("binary")
    return Form("csv", encoding, _said_separator(text) or separator_of(text))


def _source(content: bytes | BinaryIO) -> BinaryIO:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    source.seek(0)
    return source


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(256 * 1024):
        yield chunk


def _decode(source: BinaryIO, encoding: str) -> None:
    """Read a file to its end. Raises UnicodeDecodeError where it is not in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    source.seek(0)
    for chunk in _chunks(source):
        decoder.decode(chunk)
    decoder.decode(b"", True)


def lines(content: bytes | BinaryIO, form: Form, after: int = 0) -> Iterator[Line]:
    """The lines of a file that are not empty, from the one after number `after` on. Raises Unreadable on its way."""
    source = _source(content)
    rows = _xlsx(source) if form.format == "xlsx" else _csv(source, form)
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


def _csv(source: BinaryIO, form: Form) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(source, encoding=form.encoding, errors="replace", newline="")
    reader = csv.reader(_short_lines(text), delimiter=form.separator)
    begins = 1
    try:
        for cells in reader:
            if begins > 1 or not _SEPARATOR_SAID.match(form.separator.join(cells)):
                yield begins, cells
            begins = reader.line_num + 1
    except (csv.Error, OSError) as error:
        raise Unreadable("broken", begins) from error


def _short_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines one by one. Raises Unreadable for one that is longer than any list's: it would be held whole."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Unreadable("columns", number)
        yield line


def _said_separator(text: str) -> str | None:
    """What a first line such as `sep=;` says, which Excel reads and writes."""
    said = _SEPARATOR_SAID.match(text)
    return said and said[1]


def _xlsx(source: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    # Only whoever reads a workbook loads what reads it.
    from . import sheets

    number = 0
    try:
        for number, cells in enumerate(sheets.rows(source), 1):
            yield number, [_text(cell) for cell in cells]
    except sheets.TooMuch as error:
        raise Unreadable(error.code, number + 1) from error
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("broken") from error


def sheet_of(content: bytes | BinaryIO) -> tuple[str, int]:
    """The name of the sheet of a workbook that is read, and how many it has. Raises Unreadable."""
    from . import sheets

    try:
        return sheets.sheet_of(_source(content))
    except Exception as error:
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


def _check_zip(source: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("broken") from error
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > 2000:
        raise Unreadable("large")
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        # Mailchimp hands out its lists in one archive.
        raise Unreadable(
            "archive" if any(entry.filename.lower().endswith((".csv", ".xlsx")) for entry in entries) else "broken"
        )


def encoding_of(content: bytes | BinaryIO) -> str:
    """The encoding of a text, by its mark, its noughts and its letters; a guess where it is not Unicode."""
    source = _source(content)
    sample = source.read(SAMPLE)
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return encoding
    start = sample[:4000]
    for encoding, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        # Without a mark, separators and digits tell: their other byte is nought.
        there, elsewhere = start[place::2].count(0), start[1 - place :: 2].count(0)
        if there > len(start) / 100 and there > 10 * elsewhere:
            return encoding
    return "utf-8" if _decodes(source, "utf-8") else _windows(sample, source)


def _windows(sample: bytes, source: BinaryIO) -> str:
    """Windows-1252, 1251 or 1256: words of Russian and of Arabic are above ASCII from end to end, those of Latin script
    have a letter or two there; French words may stand among the Arabic. Where the first megabyte is plain, what comes
    after it decides."""
    source.seek(len(sample))
    while sample.isascii() and (more := source.read(SAMPLE)):
        sample = more
    words = _LETTERS.findall(sample)
    whole = sum(len(word) for word in words if len(word) > 2 and min(word) >= 0x80)
    accents = sum(byte >= 0x80 for word in words if min(word) < 0x80 for byte in word)
    if whole <= accents / 4:
        return "cp1252" if _decodes(source, "cp1252") else "latin-1"
    counts = {
        "cp1251": sum(byte in _CYRILLIC for byte in sample),
        "cp1256": sum(byte in _ARABIC for byte in sample),
    }
    for encoding in (max(counts, key=counts.get), "cp1252"):
        if _decodes(source, encoding):
            return encoding
    return "latin-1"


def _decodes(source: BinaryIO, encoding: str) -> bool:
    try:
        _decode(source, encoding)
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
