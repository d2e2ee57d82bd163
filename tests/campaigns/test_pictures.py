"""Share pictures: every page has one in its own script, and it changes when its words do."""

import struct
import subprocess
import sys
import zlib
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typst import TypstError

from app.campaigns import pictures
from app.campaigns.format import parse
from app.campaigns.models import Block, Campaign, SharePicture
from app.campaigns.pictures import Words
from app.kernel.i18n import CODES

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAPER = (0xFB, 0xFB, 0xF9)
SENTENCES = {
    "ar": "تحتاج الأمم المتحدة إلى جهة تنسيق رفيعة المستوى معنية بالمجتمع المدني، قريبة من الأمين العام.",
    "zh": "联合国需要一名负责民间社会事务的高级别协调人，与秘书长密切合作。",
    "en": "The United Nations needs a high-level focal point for civil society, close to the Secretary-General.",
    "fr": "Les Nations Unies ont besoin d’un point focal de haut niveau, proche du Secrétaire général.",
    "ru": "ООН нужен координатор высокого уровня по вопросам гражданского общества рядом с Генеральным секретарем.",
    "es": "Las Naciones Unidas necesitan un punto focal de alto nivel, cerca del Secretario General.",
}
LONG = [Words(code, said[:40], (f"{said} 2025 " * 4)[:120], (said * 5)[:155]) for code, said in SENTENCES.items()]
ONE_WORD = Words("en", "x" * 120, "W" * 120, "m" * 155)


@pytest.fixture
def campaign(session):
    """A campaign of two pages in Arabic and English."""
    campaign = Campaign(
        slug="pictures",
        source_language="en",
        languages=["ar", "en"],
        pack_digest="",
        content_digest="",
        imported_at=NOW,
    )
    session.add(campaign)
    session.flush()
    for code in ("ar", "en"):
        own = {"name": f"Name {code}", "tagline": SENTENCES[code], "share": "Share"}
        session.add(head(campaign, "campaign", "campaign", code, 0, own))
        for position, slug in enumerate(("call", "why")):
            words = {"title": f"Title {slug}", "description": f"About {slug}"}
            session.add(head(campaign, "pages", slug, code, position, words))
    session.flush()
    return campaign


def held(session, campaign) -> dict[tuple[str, str], tuple[str, bytes]]:
    columns = (SharePicture.page, SharePicture.language, SharePicture.digest, SharePicture.png)
    rows = session.execute(select(*columns).where(SharePicture.campaign_id == campaign.id))
    return {(page, code): (digest, png) for page, code, digest, png in rows}


def head(campaign, kind: str, slug: str, code: str, position: int, fields: dict[str, str]) -> Block:
    names = {"kind": kind, "slug": slug, "language": code, "position": position}
    return Block(campaign_id=campaign.id, **names, key="head", place=0, fields=fields, digest="0" * 12, changed_at=NOW)


def of(session, campaign, slug: str, code: str, kind: str = "pages") -> Block:
    name = (Block.kind == kind, Block.slug == slug, Block.language == code, Block.key == "head")
    return session.scalar(select(Block).where(Block.campaign_id == campaign.id, *name))


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """Rows of pixels of an RGBA picture, 8 bits deep and not interlaced, as typst writes them."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, colour, interlaced) == (8, 6, 0)
    packed, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    data, above, rows = zlib.decompress(packed), bytearray(width * 4), []
    for start in range(0, height * (width * 4 + 1), width * 4 + 1):
        line = bytearray(data[start + 1 : start + 1 + width * 4])
        for i in range(width * 4):
            left, corner = (line[i - 4], above[i - 4]) if i >= 4 else (0, 0)
            line[i] = (line[i] + predicted(data[start], left, above[i], corner)) % 256
        rows.append([tuple(line[i : i + 4]) for i in range(0, width * 4, 4)])
        above = line
    return rows


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    """What PNG's filters add (ISO/IEC 15948, chapter 9)."""
    guess = left + up - corner
    paeth = min((left, up, corner), key=lambda value: abs(guess - value))
    return (0, left, up, (left + up) // 2, paeth)[kind]


def test_every_page_gets_a_picture_in_every_language_the_size_networks_ask_for(session, campaign):
    pictures.refresh(campaign.id)
    found = held(session, campaign)
    assert found.keys() == {(slug, code) for slug in ("call", "why") for code in ("ar", "en")}
    for digest, png in found.values():
        assert len(digest) == 64
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", png[16:24]) == (1200, 630)
        assert len(png) < 300_000


def test_the_same_words_give_the_same_bytes():
    once, again = (list(pictures.draw(LONG[:2])) for _ in range(2))
    assert once == again


def test_the_language_is_part_of_the_picture():
    english = Words("en", "UN75", "2025", "1945")
    arabic = replace(english, language="ar")
    assert english.digest != arabic.digest
    assert len(set(pictures.draw([english, arabic]))) == 2


def test_the_call_stands_under_the_name_and_tagline_of_the_campaign(session, campaign):
    assert pictures._wanted(campaign.id)["call", "en"] == Words("en", "Title call", "Name en", SENTENCES["en"])
    assert pictures._wanted(campaign.id)["why", "en"] == Words("en", "Name en", "Title why", "About why")


def test_only_the_picture_whose_words_changed_is_drawn_again(session, campaign, monkeypatch):
    pictures.refresh(campaign.id)
    before = held(session, campaign)
    of(session, campaign, "why", "en").fields = {"title": "Another title", "description": "About why"}
    drawn, draw = [], pictures.draw
    monkeypatch.setattr(pictures, "draw", lambda words: draw(drawn.append(one) or one for one in words))
    pictures.refresh(campaign.id)
    after = held(session, campaign)
    assert [words.title for words in drawn] == ["Another title"]
    assert {key for key in after if after[key] != before[key]} == {("why", "en")}
    pictures.refresh(campaign.id)
    assert len(drawn) == 1


def test_a_new_design_draws_everything_again(session, campaign, monkeypatch):
    pictures.refresh(campaign.id)
    before = held(session, campaign)
    monkeypatch.setattr(pictures, "design_digest", lambda: "another")
    pictures.refresh(campaign.id)
    after = held(session, campaign)
    assert all(after[key][0] != before[key][0] for key in before)


def test_the_picture_of_a_page_that_is_gone_goes_too(session, campaign):
    pictures.refresh(campaign.id)
    session.delete(of(session, campaign, "why", "ar"))
    pictures.refresh(campaign.id)
    assert ("why", "ar") not in held(session, campaign)
    assert len(held(session, campaign)) == 3


def pack_words() -> list[Words]:
    """All that the pictures of the packs in the tree say, gathered by language."""
    found = []
    for campaign in ROOT.glob("campaigns/*/campaign/*.md"):
        code, own = campaign.stem, parse(campaign.read_text(encoding="utf-8")).front
        files = campaign.parents[1].glob(f"pages/*/{code}.md")
        fronts = [parse(file.read_text(encoding="utf-8")).front for file in files]
        titles, descriptions = ([front[key] for front in fronts] for key in ("title", "description"))
        small = " ".join([own["name"], *titles])
        found.append(Words(code, small, small, " ".join([own["tagline"], *descriptions])))
    assert len(found) >= len(CODES)
    return found


def check_glyphs(compiler, words: Words) -> None:
    """Raise TypstError for a character without a glyph: PDF/A forbids them, PNG draws an empty box."""
    compiler.compile(format="pdf", pdf_standards="a-2u", timestamp=0, sys_inputs=asdict(words))


def test_every_character_of_the_packs_is_in_our_fonts():
    compiler = pictures.new_compiler()
    for words in [*LONG, *pack_words()]:
        check_glyphs(compiler, words)


def test_a_character_in_none_of_our_fonts_is_noticed_even_if_the_machine_has_one():
    with pytest.raises(TypstError, match="could not be displayed"):
        check_glyphs(pictures.new_compiler(), Words("en", "x", "한국", "x"))


@pytest.mark.parametrize("words", [*LONG, ONE_WORD], ids=[*SENTENCES, "one word"])
def test_a_title_of_120_characters_stays_in_its_place(words):
    assert len(words.title) == 120
    rows = pixels(pictures.new_compiler().compile(format="png", ppi=12, timestamp=0, sys_inputs=asdict(words)))
    assert (len(rows[0]), len(rows)) == (200, 105)
    if words.language == "ar":
        rows = [row[::-1] for row in rows]
    margins = {
        "above": [row[4:] for row in rows[:9]],
        "before": [row[4:14] for row in rows],
        "after": [row[186:] for row in rows],
        "between the text and our name": [row[4:] for row in rows[90:92]],
        "below": [row[4:] for row in rows[100:]],
    }
    for name, margin in margins.items():
        assert {pixel[:3] for row in margin for pixel in row} == {PAPER}, name


def test_whoever_draws_nothing_does_not_load_typst():
    code = "import sys; import app.campaigns.pictures; sys.exit('typst' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
