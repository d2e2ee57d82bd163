"""The report as a document (DOCX) and as a table (CSV). Both say what the page says, and nothing else."""

import csv
import io
from dataclasses import dataclass

from app.kernel import i18n, wordfile
from app.kernel.spreadsheet import defused

from .report import Section, Source, Table

# In points; Arabic letters have a size of their own in this form, and are given the same.
SIZES = {"Normal": 10, "Subtitle": 10, "Heading 1": 18, "Heading 2": 13, "Heading 3": 10.5}


@dataclass(frozen=True)
class Head:
    """What stands above the sections: the campaign, what the document is, and whose it is."""

    campaign: str
    title: str
    made: str


def as_csv(sections: list[Section]) -> bytes:
    """One line for each figure, or word: table, code and name of its line, code and name of its column, the figure.

    UTF-8 with a mark at its beginning, as spreadsheet programs want it; no cell begins like a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("table", "line", "name", "figure", "figure_name", "value"))
    for table in (table for section in sections for table in section.tables):
        for row in table.rows:
            for (code, name), value in zip(table.columns, row.values, strict=True):
                cells = (table.code, row.code, row.label, code, name)
                said = value if isinstance(value, int) else defused(_words(value).translate(wordfile.ISOLATES))
                writer.writerow((*(defused(cell.translate(wordfile.ISOLATES)) for cell in cells), said))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _words(value: str | Source) -> str:
    if isinstance(value, str):
        return value
    return f"{value.name}, {value.url}" if value.url else value.name


def as_docx(head: Head, sections: list[Section], lang: str) -> bytes:
    """A plain document on A4, in the reader's language; Arabic from right to left, its tables too."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    paper = wordfile.Paper(lang, SIZES)
    paper.style(document)
    paper.turn_page(document.sections[0])
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = f"{head.campaign}: {head.title}", "", ""
    properties.language = wordfile.LOCALES[lang]
    paper.write(document.add_paragraph(style="Subtitle"), head.campaign)
    paper.write(document.add_heading(level=1), head.title)
    paper.write(document.add_paragraph(), head.made)
    for section in sections:
        paper.write(document.add_heading(level=2), section.title)
        for table in section.tables:
            _table(document, paper, table, lang)
        for note in section.notes:
            paper.write(document.add_paragraph(), note)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document, paper: wordfile.Paper, table: Table, lang: str) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    paper.write(document.add_heading(level=3), table.caption)
    made = document.add_table(rows=1, cols=1 + len(table.columns), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    paper.turn_table(made)
    for cell, words in zip(made.rows[0].cells, (table.first, *(name for _, name in table.columns)), strict=True):
        paper.write(cell.paragraphs[0], words, bold=True)
    for row in table.rows:
        cells = made.add_row().cells
        paper.write(cells[0].paragraphs[0], row.label)
        for cell, value in zip(cells[1:], row.values, strict=True):
            if isinstance(value, int):
                paper.write(cell.paragraphs[0], i18n.plain_number(value, lang), number=True)
            else:
                paper.write(cell.paragraphs[0], _words(value))
    paper.repeat_head(made.rows[0])
