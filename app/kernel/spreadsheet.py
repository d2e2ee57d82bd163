"""Files for spreadsheets, written as a stream: CSV and .xlsx, in which no cell is ever taken for a formula.

    writer = WRITERS["csv"](chunks.append)      # or "xlsx"; what it is given is called with bytes, piece by piece
    writer.row(["Name", "Signed on"])
    writer.close()

Nothing is put down on disk: what is written may be about people, and a temporary file outlives a kill.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

# What Excel, LibreOffice and Google Sheets may run when it stands first in a cell (OWASP, CSV Injection), in full width
# too; spaces and invisible signs before it do not help against all of them.
_FORMULA = re.compile(r"^[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@|%＝＋－＠]|^[\t\r\n]")
# XML 1.0 cannot hold these, however they are written.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A sheet of Excel has no more rows; what is beyond goes into a further sheet, under the same head.
SHEET_ROWS = 1_048_576
_HELD = 64 * 1024


def defused(text: str) -> str:
    """The text as it may stand in a cell: one that a spreadsheet could run gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def undefused(text: str) -> str:
    """What stood in a cell before `defused` made it harmless."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def cell(value: Any) -> Any:
    """A value as a cell holds it: numbers as they are, a Decimal with the places that it has; days and moments (UTC) in
    ISO 8601, yes and no as 1 and 0, None as nothing; all else as defused text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return defused(str(value))


class CsvWriter:
    """CSV (RFC 4180) as UTF-8, `marked` by a byte order mark, by which Excel knows the encoding."""

    media_type = CSV_TYPE

    def __init__(self, write: Callable[[bytes], Any], marked: bool = True):
        self._write = write
        self._text = io.StringIO(newline="")
        if marked:
            self._text.write("\ufeff")
        self._csv = csv.writer(self._text)

    def row(self, values: Iterable[Any]) -> None:
        """Add one row; its values go through `cell`."""
        cells = map(cell, values)
        # Never as 1E-7.
        self._csv.writerow([f"{value:f}" if isinstance(value, Decimal) else value for value in cells])
        if self._text.tell() > _HELD:
            self._flush()

    def close(self) -> None:
        """Hand on what is left."""
        self._flush()

    def _flush(self) -> None:
        self._write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class _Pipe(io.RawIOBase):
    """What zipfile writes into: it goes on at once, and cannot be gone back in."""

    def __init__(self, write: Callable[[bytes], Any]):
        self._onward = write

    def writable(self) -> bool:
        return True

    def write(self, content) -> int:
        self._onward(bytes(content))
        return len(content)


class XlsxWriter:
    """A workbook (ECMA-376) with its words written in the cells, so that no row is held. A full sheet has a next."""

    media_type = XLSX_TYPE

    def __init__(self, write: Callable[[bytes], Any], sheet_rows: int = SHEET_ROWS):
        self._zip = zipfile.ZipFile(_Pipe(write), "w", zipfile.ZIP_DEFLATED)
        self._most = sheet_rows
        self._head: Sequence[Any] | None = None
        self._sheets = 0
        self._sheet = None
        self._rows = 0
        self._held: list[str] = []

    def row(self, values: Iterable[Any]) -> None:
        """Add one row; its values go through `cell`. The first is the head of every sheet."""
        values = list(values)
        if self._head is None:
            self._head = values
        if self._sheet is None or self._rows == self._most:
            self._open()
            if self._sheets > 1:
                self._add(self._head)
        self._add(values)

    def close(self) -> None:
        """End the last sheet and write what lists them."""
        if self._sheet is None:
            self._open()
        self._end()
        for name, content in self._parts():
            self._zip.writestr(name, _XML + content)
        self._zip.close()

    def _open(self) -> None:
        if self._sheet is not None:
            self._end()
        self._sheets += 1
        self._rows = 0
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        self._held.append(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>')

    def _end(self) -> None:
        self._held.append("</sheetData></worksheet>")
        self._flush()
        self._sheet.close()

    def _add(self, values: Sequence[Any]) -> None:
        self._rows += 1
        self._held.append("<row>" + "".join(map(_xlsx_cell, values)) + "</row>")
        if len(self._held) > 200:
            self._flush()

    def _flush(self) -> None:
        self._sheet.write("".join(self._held).encode())
        self._held.clear()

    def _parts(self):
        numbers = range(1, self._sheets + 1)
        kind = "application/vnd.openxmlformats-package.relationships+xml"
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers
        )
        yield (
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{kind}"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_BOOK_TYPE}"/>{overrides}</Types>',
        )
        yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
        yield "xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers])
        sheets = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _xlsx_cell(value: Any) -> str:
    value = cell(value)
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"<c><v>{value}</v></c>"
    words = escape(_UNWRITABLE.sub("\ufffd", value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>' if words else "<c/>"


WRITERS = {"csv": CsvWriter, "xlsx": XlsxWriter}
