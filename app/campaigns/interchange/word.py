"""DOCX: a table for each document, with address, source and translation. Pure."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from itertools import groupby

from lxml import etree

from app.kernel.i18n import EVERY

from . import inline, xml
from .units import MOST_BYTES, MOST_UNPACKED, Unit, checked, from_address, printable, refuse

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = "word/document.xml"
MOST_FILES = 400
_ADDRESS_WIDTH, _TEXT_WIDTH = 3.2, 11.2


def write(units: Iterable[Unit], source_language: str, language: str, words: dict[str, str]) -> bytes:
    """The units as a DOCX document. `words` are what it says around them, in the reader's language: title, how, id,
    source, translation."""
    from docx import Document  # here: few requests need it
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(1.5))
    document.styles["Normal"].font.size = Pt(10.5)
    document.core_properties.title, document.core_properties.author = words["title"], "Plenary"
    document.core_properties.language = language
    document.add_heading(words["title"], 1)
    document.add_paragraph(words["how"])
    for name, group in groupby(units, key=lambda unit: unit.document):
        document.add_heading(name, 2)
        table = document.add_table(rows=1, cols=3)
        table.style, table.autofit = "Table Grid", False
        _repeat(table.rows[0])
        for cell, key in zip(table.rows[0].cells, ("id", "source", "translation"), strict=True):
            cell.paragraphs[0].add_run(words[key]).bold = True
        for unit in group:
            address, source, target = table.add_row().cells
            run = address.paragraphs[0].add_run(unit.address)
            run.font.size = Pt(6.5)
            _put(source, unit.source, source_language)
            _put(target, unit.target, language)
        for column, width in zip(table.columns, (_ADDRESS_WIDTH, _TEXT_WIDTH, _TEXT_WIDTH), strict=True):
            for cell in column.cells:
                cell.width = Cm(width)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _repeat(row) -> None:
    """Have a row stand again at the top of each page."""
    etree.SubElement(row._tr.get_or_add_trPr(), f"{{{W}}}tblHeader")


def _put(cell, text: str, language: str) -> None:
    """Write a text into a cell, a paragraph for each line, in the direction of its language."""
    from docx.shared import RGBColor

    rtl = EVERY[language].dir == "rtl"
    for number, line in enumerate(printable(text).split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        if rtl:
            # Before the spacing, as the schema has it.
            etree.SubElement(paragraph._p.get_or_add_pPr(), f"{{{W}}}bidi")
        paragraph.paragraph_format.space_after = 0
        for part in inline.parts(line):
            run = paragraph.add_run(part.text)
            if part.kind != inline.TEXT:
                run.font.color.rgb = RGBColor(0x6B, 0x6B, 0x6B)
            run.font.rtl = True if rtl and part.kind == inline.TEXT else None
            _speak(run, language, rtl)


def _speak(run, language: str, rtl: bool) -> None:
    """Tell which language a run is in, so that the right dictionary is used."""
    element = etree.SubElement(run._r.get_or_add_rPr(), f"{{{W}}}lang")
    kind = "bidi" if rtl else "eastAsia" if language in ("zh", "zh-Hant", "ja", "ko") else "val"
    element.set(f"{{{W}}}{kind}", language)


def read(content: bytes) -> list[Unit]:
    """The units of a DOCX document that came back. Raises WrongFile."""
    if len(content) > MOST_BYTES:
        refuse("too-large")
    root = xml.parse(_body(content))
    found = []
    for row in root.iter(f"{{{W}}}tr"):
        cells = [child for child in row if child.tag == f"{{{W}}}tc"]
        if len(cells) == 3 and (unit := from_address(_text(cells[0]), _text(cells[2]))):
            found.append(unit)
    return checked(found)


def _body(content: bytes) -> bytes:
    """The part of the package that holds the text; never more than there is room for, whatever the package claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if len(package.infolist()) > MOST_FILES:
                refuse("too-large")
            with package.open(BODY) as part:
                body = part.read(MOST_UNPACKED + 1)
    except KeyError as error:
        refuse("no-docx", error)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        refuse("broken", error)
    if len(body) > MOST_UNPACKED:
        refuse("too-large")
    return body


def _text(cell: etree._Element) -> str:
    said, joined = "", True
    for paragraph in cell.iter(f"{{{W}}}p"):
        said += ("" if joined else "\n") + _line(paragraph)
        # Its end was deleted while changes were tracked: once accepted, the next one goes on in it.
        joined = any(paragraph.find(f"{{{W}}}pPr/{{{W}}}rPr/{{{W}}}{mark}") is not None for mark in ("del", "moveFrom"))
    return said


def _line(paragraph: etree._Element) -> str:
    """A paragraph's words as they would be once all changes in it are accepted. An item of a list that Word made has
    its mark again."""
    said = []
    for node in paragraph.iter():
        name = xml.local(node)
        if name == "t" and not _moved_away(node, paragraph):
            said.append(node.text or "")
        elif name in ("br", "cr"):
            said.append("\n")
        elif name == "tab" and node.getparent().tag == f"{{{W}}}r":
            said.append(" ")
        elif name == "noBreakHyphen":
            said.append("\u2011")
    listed = paragraph.find(f"{{{W}}}pPr/{{{W}}}numPr") is not None
    return ("- " if listed else "") + "".join(said)


def _moved_away(node: etree._Element, paragraph: etree._Element) -> bool:
    """Whether a text was moved elsewhere while changes were tracked; one that was deleted is no `t` at all."""
    parent = node.getparent()
    while parent is not None and parent is not paragraph:
        if xml.local(parent) in ("moveFrom", "del"):
            return True
        parent = parent.getparent()
    return False
