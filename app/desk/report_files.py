"""The report as a document (DOCX) and as a table (CSV). Both say what the page says, and nothing else."""

import csv
import io
from dataclasses import dataclass

from app.kernel import i18n
from app.kernel.spreadsheet import defused

from .report import Section, Source, Table

# Office programs have these or put their own in place; the document's letters must not come out as boxes.
FONTS = {"ar": "Arial", "zh": "Microsoft YaHei"}
LOCALES = {"ar": "ar-SA", "zh": "zh-CN", "en": "en-GB", "fr": "fr-FR", "ru": "ru-RU", "es": "es-ES"}
LATIN_FONT = "Calibri"
# In points; Arabic letters have a size of their own in this form, and are given the same.
SIZES = {"Normal": 10, "Subtitle": 10, "Heading 1": 18, "Heading 2": 13, "Heading 3": 10.5}
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


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
                said = value if isinstance(value, int) else defused(_words(value).translate(_ISOLATES))
                writer.writerow((*(defused(cell.translate(_ISOLATES)) for cell in cells), said))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _words(value: str | Source) -> str:
    if isinstance(value, str):
        return value
    return f"{value.name}, {value.url}" if value.url else value.name


def as_docx(head: Head, sections: list[Section], lang: str) -> bytes:
    """A plain document on A4, in the reader's language; Arabic from right to left, its tables too."""
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    paper = _Paper(lang)
    paper.style(document)
    paper.turn_page(page)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = f"{head.campaign}: {head.title}", "", ""
    properties.language = LOCALES[lang]
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


def _table(document, paper: "_Paper", table: Table, lang: str) -> None:
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


class _Paper:
    """How a language is written in the form's own terms: what python-docx has no word for is set in its XML."""

    def __init__(self, lang: str):
        self._lang = lang
        self._rtl = i18n.BY_CODE[lang].dir == "rtl"

    def style(self, document) -> None:
        """The fonts and the language of every style in use."""
        from docx.shared import Pt

        for name, size in SIZES.items():
            style = document.styles[name]
            style.font.name = LATIN_FONT
            style.font.color.rgb = None
            style.font.size = Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if key.lower().endswith("theme")]:
                del fonts.attrib[theme]
            for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(_name(f"w:{kind}"), FONTS.get(self._lang, LATIN_FONT))
            properties = style.element.get_or_add_rPr()
            for old in properties.findall(_name("w:szCs")):
                properties.remove(old)
            whole = _element("w:szCs")
            whole.set(_name("w:val"), str(round(2 * size)))
            _insert(properties, whole, ("sz",))
            self._speak(properties)

    def turn_page(self, section) -> None:
        """Columns and page numbers from the language's own side."""
        if self._rtl:
            _insert(section._sectPr, _element("w:bidi"), ("pgSz", "pgMar", "cols", "titlePg"))

    def turn_table(self, table) -> None:
        """Columns from the language's own side."""
        if self._rtl:
            _insert(table._tbl.tblPr, _element("w:bidiVisual"), ("tblOverlap", "tblpPr", "tblStyle"))

    def repeat_head(self, row) -> None:
        """A head that stands again on the next page."""
        row._tr.get_or_add_trPr().append(_element("w:tblHeader"))

    def write(self, paragraph, text: str, bold: bool = False, number: bool = False) -> None:
        """A run of text in a paragraph, each with its direction; numbers stand at the line's end."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        # Word has its own way to keep numbers together, and shows these characters as boxes where a font lacks them.
        run = paragraph.add_run(text.translate(_ISOLATES))
        run.bold = bold or None
        if self._rtl:
            # In such a paragraph Word reads `left` as the side where lines begin.
            _insert(paragraph._p.get_or_add_pPr(), _element("w:bidi"), ("kinsoku", "wordWrap", "pStyle", "keepNext"))
            properties = run._r.get_or_add_rPr()
            if bold:
                properties.append(_element("w:bCs"))
            properties.append(_element("w:rtl"))
        if number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _speak(self, properties) -> None:
        for old in properties.findall(_name("w:lang")):
            properties.remove(old)
        said = _element("w:lang")
        said.set(_name("w:val"), LOCALES["en"] if self._rtl or self._lang == "zh" else LOCALES[self._lang])
        said.set(_name("w:eastAsia"), LOCALES["zh"])
        said.set(_name("w:bidi"), LOCALES["ar"])
        properties.append(said)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return qn(tag)


def _element(tag: str):
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _insert(parent, element, after: tuple[str, ...]) -> None:
    """Put an element behind the last of those that the schema wants before it."""
    names = {_name(f"w:{name}") for name in after}
    place = max((number for number, child in enumerate(parent, 1) if child.tag in names), default=0)
    parent.insert(place, element)
