"""Files for spreadsheets: nothing in a cell is run, whatever program opens it, and any size is written as it comes."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from app.kernel.spreadsheet import WRITERS, XlsxWriter, defused


def written(kind: str, rows, **options) -> bytes:
    pieces: list[bytes] = []
    writer = WRITERS[kind](pieces.append, **options)
    for row in rows:
        writer.row(row)
    writer.close()
    return b"".join(pieces)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =cmd|' /C calc'!A0",
        "＝1+1",
        "\u200f=1",
        "|calc",
        "%0",
    ],
)
def test_what_a_spreadsheet_could_run_is_defused(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ama", "1=1", "a@example.org", "محمد", "'=1", "李小龍", "e=mc²", " Ama"])
def test_what_it_could_not_stays_as_it_is(text):
    assert defused(text) == text


ROWS = [
    ["name", "number", "day", "at", "yes", "nothing"],
    ["=1+1", -5, date(2026, 5, 1), datetime(2026, 5, 1, 9, 30, tzinfo=UTC), True, None],
    ['a "quoted", <name> & more\nin two lines', 2.5, None, None, False, "\x07bell"],
]


def test_csv_says_its_encoding_and_keeps_every_value():
    content = written("csv", ROWS)
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[1] == ["'=1+1", "-5", "2026-05-01", "2026-05-01T09:30:00+00:00", "1", ""]
    assert read[2][0] == ROWS[2][0]


def test_a_workbook_opens_and_holds_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS)))
    read = list(book.active.iter_rows())
    assert [cell.value for cell in read[1]] == ["'=1+1", -5, "2026-05-01", "2026-05-01T09:30:00+00:00", 1, None]
    assert read[2][0].value == ROWS[2][0] and read[2][5].value == "�bell"
    assert {cell.data_type for row in read for cell in row} <= {"s", "n", "inlineStr"}


def test_more_rows_than_a_sheet_holds_go_into_a_further_one_under_the_same_head():
    pieces: list[bytes] = []
    writer = XlsxWriter(pieces.append, sheet_rows=3)
    for row in [["head"], *([n] for n in range(5))]:
        writer.row(row)
    writer.close()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))
    sheets = [[cell.value for (cell,) in sheet.iter_rows()] for sheet in book]
    assert sheets == [["head", 0, 1], ["head", 2, 3], ["head", 4]]


def test_a_file_comes_in_pieces_as_it_is_written():
    sizes: list[int] = []
    writer = WRITERS["csv"](lambda piece: sizes.append(len(piece)))
    for number in range(50_000):
        writer.row([number, "a name that is neither long nor short"])
    assert len(sizes) > 10 and max(sizes) < 128 * 1024
