"""Texts that translators take away and bring back: nothing is lost on the way, and a hostile file does no harm."""

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from app.campaigns.interchange import inline, word, xliff
from app.campaigns.interchange.units import Unit, WrongFile, from_address
from app.campaigns.pack import read
from tests.conftest import ROOT

NS = {"x": xliff.NAMESPACE}
WORDS = {"title": "Texts", "how": "Write beside each text.", "id": "Id", "source": "Source", "translation": "French"}
DIGEST = "0123456789ab"
MAIL = Unit(
    "fr", "mails", "confirm", "body", "", DIGEST, "", "", "## Hello {name}\n\n{action}\n\nSee [why](page:why){lang=en}."
)


@pytest.fixture(scope="module")
def pack():
    return read(ROOT / "campaigns" / "un75")


def units(pack, language: str) -> list[Unit]:
    """Every text of the pack in a language, as units."""
    found = []
    for kind, by_slug in pack.documents.items():
        for slug, by_language in by_slug.items():
            original, document = by_language["en"], by_language[language]
            for field, text in document.front.items():
                common = (language, kind, slug, "head", field, original.digest, document.digest)
                found.append(Unit(*common, text, original.front[field], document.state or "missing"))
            for block in document.blocks:
                twin = original.block(block.key)
                common = (language, kind, slug, block.key, "", twin.digest, block.digest)
                found.append(Unit(*common, block.text, twin.text, block.state or "missing", ("A note",)))
    return found


def back(unit: Unit) -> Unit:
    """A unit as it comes back: the source's words, state and notes stay behind."""
    return replace(unit, source="", state="missing", notes=())


@pytest.mark.parametrize("language", ["ar", "zh", "ru", "fr"])
def test_a_whole_pack_comes_back_as_xliff_as_it_went(pack, language):
    went = units(pack, language)
    assert xliff.read(xliff.write(went, "en", language)) == [back(unit) for unit in went]


@pytest.mark.parametrize("language", ["ar", "zh", "ru"])
def test_a_whole_pack_comes_back_as_docx_as_it_went(pack, language):
    went = units(pack, language)
    assert word.read(word.write(went, "en", language, WORDS)) == [back(unit) for unit in went]


def test_every_text_of_the_pack_is_the_sum_of_its_parts(pack):
    for language in ("en", "ar", "es"):
        for unit in units(pack, language):
            assert "".join(part.text for part in inline.parts(unit.target)) == unit.target


def test_what_is_no_word_stands_in_elements_that_programs_protect():
    root = etree.fromstring(xliff.write([MAIL], "en", "fr"))
    source = root.find(".//x:source", NS)
    protected = ["".join(element.itertext()) for element in source]
    assert protected == ["## ", "{name}", "{action}", "[", "](page:why){lang=en}"]
    assert "".join(source.itertext()) == MAIL.source
    assert root.find(".//x:target", NS) is None
    opened, closed = source.find("x:bpt", NS), source.find("x:ept", NS)
    assert opened.get("id") == closed.get("id")


def test_a_link_to_an_address_with_brackets_is_one_code():
    text = "[Treaty](https://example.org/Charter_(1945)) and more"
    assert [p.text for p in inline.parts(text) if p.kind == inline.CLOSE] == ["](https://example.org/Charter_(1945))"]


def test_segments_that_a_program_marks_and_what_its_memory_proposes_change_nothing():
    went = xliff.write([replace(MAIL, target="Bonjour {name}", state="draft")], "en", "fr").decode()
    came = went.replace("Bonjour ", '<mrk mtype="seg" mid="0">Salut </mrk>').replace(
        "</trans-unit>", "<alt-trans><target>Adieu</target></alt-trans></trans-unit>"
    )
    assert [unit.target for unit in xliff.read(came.encode())] == ["Salut {name}"]


def test_xliff_may_come_back_in_utf_16():
    went = [replace(MAIL, language="zh", target="你好 {name}", state="draft")]
    text = xliff.write(went, "en", "zh").decode().replace("UTF-8", "UTF-16")
    assert xliff.read(text.encode("utf-16")) == [back(unit) for unit in went]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">' + "".join(
    f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not-xml"),
        (b"\x89PNG\r\n\x1a\n", "not-text"),
        (b"Hello", "not-xml"),
        (b"<xliff version='1.2'><file>", "not-xml"),
        (b"<html/>", "no-xliff"),
        (b"<xliff version='2.0'/>", "version"),
        (b"<xliff version='1.2'/>", "no-units"),
        (f"{BOMB}]><xliff version='1.2'>&i;</xliff>".encode(), "doctype"),
        (f"{BOMB}]><xliff version='1.2'>&i;</xliff>".encode("utf-16"), "doctype"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff version="1.2">&a;</xliff>', "doctype"),
        (b"<xliff version='1.2'>" + b"<g>" * 5000 + b"</g>" * 5000 + b"</xliff>", "not-xml"),
        (b"<xliff version='1.2'>" + b" " * 5_000_000 + b"</xliff>", "too-large"),
    ],
)
def test_an_xliff_file_that_is_broken_or_hostile_is_refused_with_a_reason(content, why):
    with pytest.raises(WrongFile) as refused:
        xliff.read(content)
    assert refused.value.why == why


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return out.getvalue()


def cut(content: bytes) -> bytes:
    """A package whose end is there, and whose middle is not what it says."""
    at = len(content) // 3
    return content[:at] + bytes(200) + content[at + 200 :]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 and nothing more", "broken"),
        (packed("xl/workbook.xml", b"<x/>"), "no-docx"),
        (packed(word.BODY, b"<w>"), "not-xml"),
        (packed(word.BODY, b"<w/>"), "no-units"),
        (packed(word.BODY, b"<!DOCTYPE w [<!ENTITY a 'b'>]><w>&a;</w>"), "doctype"),
        (packed(word.BODY, b"<w>" + b" " * 60_000_000 + b"</w>"), "too-large"),
    ],
)
def test_a_docx_file_that_is_broken_or_hostile_is_refused_with_a_reason(content, why):
    with pytest.raises(WrongFile) as refused:
        word.read(content)
    assert refused.value.why == why


def test_a_docx_file_whose_middle_is_damaged_is_refused():
    whole = word.write([MAIL], "en", "fr", WORDS)
    with pytest.raises(WrongFile):
        word.read(cut(packed(word.BODY, zipfile.ZipFile(io.BytesIO(whole)).read(word.BODY) * 3)))


def test_changes_that_were_tracked_in_word_count_as_accepted():
    whole = zipfile.ZipFile(io.BytesIO(word.write([replace(MAIL, target="Bonjour", state="draft")], "en", "fr", WORDS)))
    text = whole.read(word.BODY).decode()
    ns = f'xmlns:w="{word.W}"'
    run = text[text.rindex("<w:r>", 0, text.index("Bonjour")) : text.index("Bonjour") + len("Bonjour</w:t></w:r>")]
    tracked = (
        f'<w:del {ns} w:id="1" w:author="A"><w:r><w:delText>Bonjour</w:delText></w:r></w:del>'
        f'<w:ins {ns} w:id="2" w:author="A"><w:r><w:t>Salut</w:t></w:r></w:ins>'
    )
    assert run in text
    came = word.read(packed(word.BODY, text.replace(run, tracked).encode()))
    assert [unit.target for unit in came] == ["Salut"]


def test_two_paragraphs_between_which_the_end_was_deleted_are_one():
    whole = zipfile.ZipFile(
        io.BytesIO(word.write([replace(MAIL, target="One\nTwo", state="draft")], "en", "fr", WORDS))
    )
    text = whole.read(word.BODY).decode()
    at = text.rindex("<w:p>", 0, text.index("One"))
    mark = f'<w:rPr><w:del xmlns:w="{word.W}" w:id="1" w:author="A"/></w:rPr>'
    text = text[:at] + text[at:].replace("</w:pPr>", f"{mark}</w:pPr>", 1)
    assert [unit.target for unit in word.read(packed(word.BODY, text.encode()))] == ["OneTwo"]


def test_arabic_paragraphs_run_from_right_to_left_and_say_their_language():
    body = etree.fromstring(
        zipfile.ZipFile(
            io.BytesIO(word.write([replace(MAIL, language="ar", target="مرحبا {name}")], "en", "ar", WORDS))
        ).read(word.BODY)
    )
    w = {"w": word.W}
    (paragraph,) = [p for p in body.iterfind(".//w:p", w) if "مرحبا" in "".join(p.itertext())]
    assert paragraph.find("w:pPr/w:bidi", w) is not None
    assert paragraph.find("w:r/w:rPr/w:rtl", w) is not None
    assert paragraph.find("w:r/w:rPr/w:lang", w).get(f"{{{word.W}}}bidi") == "ar"


def test_an_address_survives_the_spaces_a_program_puts_into_it_and_nothing_else():
    address = MAIL.address
    assert from_address(f" {address[:20]}\n{address[20:]} ", "x").address == address
    assert from_address(address.replace("mails", "../mails"), "x") is None
    assert from_address(f"{address}'; DROP TABLE", "x") is None


def test_a_unit_that_stands_twice_is_refused():
    with pytest.raises(WrongFile) as refused:
        xliff.read(xliff.write([MAIL, MAIL], "en", "fr"))
    assert refused.value.why == "twice"
