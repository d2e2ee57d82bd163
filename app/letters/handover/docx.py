"""A handover document as DOCX: plain and clean, for a mission to annex to its own letter. The same words as the PDF."""

import io
import re
from datetime import datetime, time

from app.kernel import wordfile

from . import content, names
from .records import Handover

# The styles in use, in points.
SIZES = {
    "Normal": 11,
    "Title": 22,
    "Subtitle": 11,
    "Heading 1": 16,
    "Heading 2": 13,
    "Heading 3": 11,
    "Heading 4": 11,
    "List Bullet": 11,
    "List Bullet 2": 11,
    "List Bullet 3": 11,
    "List Number": 11,
    "List Number 2": 11,
    "List Number 3": 11,
    "List Continue": 11,
    "List Paragraph": 9.5,
    "No Spacing": 10,
    "Quote": 11,
}
_LISTS = {"ul": "List Bullet", "ol": "List Number"}
_FIELDS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
_RUNS = frozenset(("strong", "em", "code", "bdi", "br"))


def docx(handover: Handover) -> bytes:
    """The document. Needs an app's context, for its words; asks no database."""
    from docx import Document

    made = content.document(handover)
    writer = _Writer(Document(), made)
    writer.properties(datetime.combine(handover.made_on, time(12)))
    writer.opening()
    if made.own:
        writer.section(made.own)
    writer.letter()
    for section in made.sections:
        writer.section(section)
    writer.footer()
    out = io.BytesIO()
    writer.document.save(out)
    return out.getvalue()


class _Writer:
    """What has been written of a document so far, from its beginning on."""

    def __init__(self, document, made: content.Document):
        self.document = document
        self._made = made
        self._paper = wordfile.Paper(made.language, SIZES)
        self._paper.style(document)
        self._paper.turn_page(document.sections[0])
        self._styles = {name: document.styles[name] for name in SIZES}
        self._ids = {name: style.style_id for name, style in self._styles.items()}
        # What a document ends with: the properties of its last section.
        self._end = document.element.body[-1]
        self._shape()

    def _shape(self) -> None:
        from docx.shared import Mm, Pt

        self._styles["Normal"].paragraph_format.space_after = Pt(5)
        for name in ("Heading 1", "Heading 2", "Heading 3"):
            self._styles[name].paragraph_format.keep_with_next = True
        lines = self._styles["List Paragraph"].paragraph_format
        lines.left_indent, lines.first_line_indent = Mm(4), Mm(-4)
        lines.space_after = Pt(2)

    def properties(self, moment: datetime) -> None:
        """What the file says of itself."""
        told = self.document.core_properties
        told.title, told.author, told.subject = (
            wordfile.plain(text)[:255] for text in (self._made.title, self._made.campaign, self._made.addressees)
        )
        told.language = wordfile.LOCALES[self._made.language]
        told.comments = told.last_modified_by = told.keywords = ""
        told.created = told.modified = moment

    def _line(self, text: str, style: str = "Normal", *, bold: bool = False, lang: str = ""):
        return self._say(self._paragraph(style), text, bold=bold, lang=lang)

    def _paragraph(self, style: str):
        """An empty paragraph at the end. Its place and its style are named directly: python-docx would look through all
        paragraphs and all styles for each."""
        from docx.oxml import OxmlElement
        from docx.text.paragraph import Paragraph

        element = OxmlElement("w:p")
        self._end.addprevious(element)
        element.style = self._ids[style]
        return Paragraph(element, self.document._body)

    def _say(self, paragraph, text: str, *, bold: bool = False, lang: str = ""):
        """Add a run whose letters say its direction; one without letters has the document's."""
        rtl = names.rtl(text) if any(letter.isalpha() for letter in text) else self._made.rtl
        self._paper.write(paragraph, text, bold=bold, lang=lang, rtl=rtl)
        return paragraph

    def opening(self) -> None:
        """Whose copy it is, what is handed over, and how many stand behind it."""
        made = self._made
        if made.mark:
            self._line(made.mark, bold=True)
        self._line(made.campaign)
        for number, row in enumerate(made.addressed):
            self._line(row, bold=number == 0)
        self._line(made.day)
        self._line(made.kind, "Subtitle")
        self._line(made.title, "Title")
        for text in (made.addressees, made.standing):
            if text:
                self._line(text)
        for label, said in made.facts:
            self._pair(label, said)
        self._line(made.check)
        self._line(made.url)

    def _pair(self, label: str, said: str) -> None:
        self._say(self._line(f"{label}: ", bold=True), said)

    def letter(self) -> None:
        """The text at its version, and what there is to know of it."""
        self._line(self._made.title, "Heading 1").paragraph_format.page_break_before = True
        self._tree(self._made.body)
        self._line(self._made.origin_title, "Heading 2")
        for label, said in self._made.origin:
            self._pair(label, said)

    def _tree(self, nodes, style: str = "Normal", after: str = "", depth: int = 0) -> None:
        """Paragraphs, headings and lists of a text; runs that stand alone are a paragraph. The first paragraph has the
        one style, further ones the other."""
        paragraph = None
        for node in nodes:
            if paragraph is None and isinstance(node, str) and not node.strip():
                continue
            if isinstance(node, str) or node["kind"] in _RUNS:
                if paragraph is None:
                    paragraph, style = self._paragraph(style), after or style
                self._run(paragraph, node)
                continue
            paragraph, kind = None, node["kind"]
            if kind in _LISTS:
                self._list(node, depth + 1)
            elif kind == "blockquote":
                self._tree(node["inner"], "Quote", depth=depth)
            elif kind == "p":
                made, style = self._paragraph(style), after or style
                self._runs(made, node["inner"])
            elif kind != "hr":
                self._runs(self._paragraph(f"Heading {kind[1]}"), node["inner"])

    def _list(self, node: dict, depth: int) -> None:
        style = _LISTS[node["kind"]] + (f" {min(depth, 3)}" if depth > 1 else "")
        number = self._counted_from(style, node.get("start", 1)) if node["kind"] == "ol" else None
        for item in node["inner"]:
            before = len(self.document.paragraphs) if number is not None else 0
            self._tree(item["inner"], style, "List Continue", depth)
            if number is not None and len(self.document.paragraphs) > before:
                properties = self.document.paragraphs[before]._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_ilvl().val = 0
                properties.get_or_add_numId().val = number

    def _counted_from(self, style: str, start: int) -> int:
        """The number of a list of its own: the style alone would go on counting from list to list."""
        numbering = self.document.part.numbering_part.element
        shared = self._styles[style].element.pPr.numPr.numId.val
        kind = numbering.num_having_numId(shared).abstractNumId.val
        made = numbering.add_num(kind)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return made.numId

    def _runs(self, paragraph, nodes) -> None:
        for node in nodes:
            self._run(paragraph, node)

    def _run(self, paragraph, node) -> None:
        if isinstance(node, str):
            self._say(paragraph, node)
        elif node["kind"] == "br":
            paragraph.add_run().add_break()
        elif node["kind"] in _RUNS:
            for inner in node["inner"]:
                if isinstance(inner, str):
                    self._say(paragraph, inner, bold=node["kind"] in ("strong", "em"), lang=node.get("lang", ""))
                else:
                    self._run(paragraph, inner)
        else:
            self._runs(paragraph, node["inner"])

    def section(self, section: content.Section) -> None:
        """A list of signatories in two columns, or figures in tables."""
        self._line(section.title, "Heading 1").paragraph_format.page_break_before = True
        for note in section.notes:
            self._line(note)
        if section.groups:
            self._columns(2)
            for region in section.groups:
                if region.name:
                    self._line(region.name, "Heading 2")
                for country in region.groups:
                    self._line(country.name, "Heading 3")
                    self._entries(country)
                self._entries(region)
            self._columns(1)
        for table in section.tables:
            self._table(table)

    def _columns(self, number: int) -> None:
        """End what stands in columns so far; what follows stands in so many."""
        from docx.enum.section import WD_SECTION
        from docx.oxml.ns import qn

        begun = self.document.add_section(WD_SECTION.CONTINUOUS)
        columns = begun._sectPr.find(qn("w:cols"))
        columns.set(qn("w:num"), str(number))
        columns.set(qn("w:space"), "454")
        self._paper.turn_page(begun)

    def _entries(self, group: content.Group) -> None:
        for entry in group.entries:
            paragraph = self._paragraph("List Paragraph")
            self._paper.write(paragraph, entry.name, lang=entry.language, rtl=entry.rtl)
            for note in entry.notes:
                self._say(paragraph, f" · {note}")
            for below in (entry.other, entry.person):
                if below:
                    paragraph.add_run().add_break()
                    self._say(paragraph, below)
        if group.more:
            self._line(group.more, "List Paragraph")

    def _table(self, table: content.Table) -> None:
        self._line(table.caption, "Heading 2")
        made = self.document.add_table(rows=1 + len(table.rows), cols=2, style="Table Grid")
        self._paper.turn_table(made)
        last = len(table.rows)
        for number, (row, cells) in enumerate(zip(made.rows, (table.columns, *table.rows), strict=True)):
            bold = number == 0 or (table.summed and number == last)
            place, figure = row.cells
            for cell in row.cells:
                cell.paragraphs[0]._p.style = self._ids["No Spacing"]
            self._say(place.paragraphs[0], cells[0], bold=bold)
            self._paper.write(figure.paragraphs[0], cells[1], bold=bold, number=True)
        self._paper.repeat_head(made.rows[0])

    def footer(self) -> None:
        """Version and fingerprint, and the number of each page."""
        part = self.document.sections[0].footer
        line = part.paragraphs[0]
        if self._made.mark:
            self._say(line, self._made.mark, bold=True)
            line = part.add_paragraph()
        self._say(line, f"{self._made.footer} · ")
        for piece in re.split(r"(\{pages?\})", wordfile.plain(self._made.page)):
            if piece in _FIELDS:
                self._paper.field(line, _FIELDS[piece])
            else:
                self._say(line, piece)
