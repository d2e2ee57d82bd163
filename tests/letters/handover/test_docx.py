"""The DOCX that a mission annexes to its own letter: what Word needs, in each language's direction, by its styles."""

import io
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from app.campaigns import markdown, typesetting
from app.kernel.i18n import CODES
from app.letters.handover import content, showing, words
from app.letters.handover.docx import docx

from . import invented
from .test_pdf import HOSTILE

# The order of what may stand in the properties of a run and of a paragraph (ISO/IEC 29500-1, 17.3.2.28 and 17.3.1.26).
RUN = [
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "strike",
    "color",
    "spacing",
    "kern",
    "sz",
    "szCs",
    "u",
    "rtl",
    "cs",
    "em",
    "lang",
]
PARAGRAPH = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "widowControl",
    "numPr",
    "pBdr",
    "shd",
    "tabs",
    "bidi",
    "spacing",
    "ind",
    "contextualSpacing",
    "jc",
    "outlineLvl",
    "rPr",
    "sectPr",
]


def opened(handover) -> Document:
    """The document as a word processor reads it."""
    return Document(io.BytesIO(docx(showing.safe(handover))))


def lines(document) -> list[str]:
    """Every paragraph and cell in its order."""
    found = []
    for part in document.element.body.iter(qn("w:p")):
        found.append(
            "".join("\n" if node.tag == qn("w:br") else node.text or "" for node in part.iter(qn("w:t"), qn("w:br")))
        )
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_part_is_well_formed_and_every_relation_leads_somewhere(code):
    with zipfile.ZipFile(io.BytesIO(docx(showing.safe(invented.handover(code))))) as package:
        assert package.testzip() is None
        names = set(package.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        rels = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        for relation in rels:
            if relation.get("TargetMode") != "External":
                assert f"word/{relation.get('Target')}" in names or relation.get("Target").startswith("../")


@pytest.mark.parametrize("code", CODES)
def test_properties_stand_in_the_order_that_the_schema_wants(code):
    document = opened(invented.handover(code))
    for kind, order in (("w:rPr", RUN), ("w:pPr", PARAGRAPH)):
        for properties in document.element.body.iter(qn(kind)):
            tags = [etree.QName(child).localname for child in properties]
            assert tags == sorted(tags, key=order.index), tags
            assert len(set(tags)) == len(tags), tags


def test_no_table_has_a_row_without_cells_and_no_cell_lacks_its_paragraph():
    for table in opened(invented.handover("en")).tables:
        for row in table._tbl.tr_lst:
            assert row.tc_lst and all(cell.p_lst for cell in row.tc_lst)


@pytest.mark.parametrize("code", CODES)
def test_it_says_what_the_pdf_says(code):
    handover = showing.safe(invented.handover(code))
    made = content.document(handover)
    said = "\n".join(lines(opened(handover)))
    wanted = [made.title, made.addressees, *words.plain(made.body), *(part for pair in made.origin for part in pair)]
    for section in made.sections:
        wanted += [section.title, *section.notes]
        for region in section.groups:
            wanted += [region.name, *(country.name for country in region.groups)]
            wanted += [entry.name for country in region.groups for entry in country.entries]
        wanted += [cell for table in section.tables for row in table.rows for cell in row]
    for text in wanted:
        assert text.translate({0x2068: None, 0x2069: None}) in said, text


def test_arabic_runs_from_right_to_left_and_its_columns_too():
    document = opened(invented.handover("ar"))
    for paragraph in document.paragraphs:
        if paragraph.text:
            assert paragraph._p.pPr.find(qn("w:bidi")) is not None, paragraph.text
    for section in document.sections:
        assert section._sectPr.find(qn("w:bidi")) is not None
    for table in document.tables:
        assert table._tbl.tblPr.find(qn("w:bidiVisual")) is not None
    arabic = [
        run for part in document.paragraphs for run in part.runs if any("\u0620" <= c <= "\u064a" for c in run.text)
    ]
    assert len(arabic) > 50
    assert all(run._r.rPr.find(qn("w:rtl")) is not None for run in arabic)


def test_a_latin_name_in_an_arabic_document_and_an_arabic_one_in_a_french_have_their_own_direction_and_language():
    for code, other, turned in (("ar", "fr", False), ("fr", "ar", True)):
        signed = (invented.signatory(code, name=invented.name(other, 3), language=other),)
        document = opened(invented.handover(code, signatories=signed))
        run = next(
            run for part in document.paragraphs for run in part.runs if run.text.startswith(invented.name(other, 3))
        )
        assert (run._r.rPr.find(qn("w:rtl")) is not None) == turned
        said = run._r.rPr.find(qn("w:lang"))
        assert said.get(qn("w:bidi" if turned else "w:val")) == ("ar-SA" if turned else "fr-FR")


@pytest.mark.parametrize("code", CODES)
def test_it_says_its_title_its_language_and_no_author_of_ours(code):
    handover = invented.handover(code)
    told = opened(handover).core_properties
    assert told.title == handover.text.title
    assert told.language.startswith(code)
    assert (told.author, told.comments, told.last_modified_by) == ("Civil Society at UN75", "", "")


def test_headings_are_styles_in_an_order_without_gaps():
    levels = [
        int(part.style.name[-1])
        for part in opened(invented.handover("en")).paragraphs
        if part.style.name.startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
def test_no_name_breaks_it(name):
    signed = tuple(invented.signatory("en", name=called) for called in (name, "Fictional Last League"))
    assert "Fictional Last League" in lines(opened(invented.handover("en", signatories=signed)))


def test_lists_count_from_where_they_begin_and_what_follows_in_an_item_has_no_number_of_its_own():
    source = "1. one\n\n   more\n2. two\n\nbetween\n\n5) five\n   - inner\n\n> said **so**\n\n---\n\n## Head\n\n`code`"
    handover = invented.handover("en")
    tree = tuple(typesetting.nodes(str(markdown.render(source)), "en"))
    document = opened(replace(handover, text=replace(handover.text, paragraphs=tree)))
    styles = {part.text.strip(): part.style.name for part in document.paragraphs}
    assert [styles[text] for text in ("one", "more", "two", "five", "inner", "said so", "Head", "code")] == [
        "List Number", "List Continue", "List Number", "List Number", "List Bullet 2", "Quote", "Heading 2", "Normal",
    ]  # fmt: skip
    numbers = {part.text.strip(): part._p.pPr.numPr for part in document.paragraphs if part._p.pPr is not None}
    assert numbers["one"].numId.val == numbers["two"].numId.val != numbers["five"].numId.val
    assert numbers["more"] is None
    starts = document.part.numbering_part.element.xpath("//w:startOverride/@w:val")
    assert starts == ["1", "5"]
