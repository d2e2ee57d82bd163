"""Share pictures: what a network shows where somebody posts a page's address. One for each page and language."""

import functools
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.kernel.db import db
from app.kernel.i18n import CODES, EVERY

from . import glyphs
from .format import HEAD
from .kinds import CAMPAIGN
from .models import Block, SharePicture

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "pictures.typ"
FONTS = FOLDER / "fonts"
# The template sets these as it does Arabic.
ARABIC_SCRIPT = frozenset({"ckb", "fa", "fa-AF", "ps", "sd", "ug", "ur"})
PIXELS_PER_INCH = 72  # the template's page is 1200 by 630 points, so a point is a pixel


@dataclass(frozen=True)
class Words:
    """What stands on one picture: a small line above, the title, and a sentence."""

    language: str
    above: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the words, their language and the design: another digest means another picture."""
        return hashlib.sha256(json.dumps([design_digest(), asdict(self)]).encode()).hexdigest()


def refresh(campaign_id: int) -> int:
    """Draw the pictures of a campaign whose words or design changed; delete those whose page is gone; how many it were.

    Works in the caller's transaction, and after the campaign's texts and pages were written.
    """
    columns = (SharePicture.page, SharePicture.language)
    of_campaign = SharePicture.campaign_id == campaign_id
    held = {
        (page, code): digest
        for page, code, digest in db.session.execute(select(*columns, SharePicture.digest).where(of_campaign))
    }
    wanted = _wanted(campaign_id)
    stale = {key: words for key, words in wanted.items() if held.get(key) != words.digest}
    for ((page, language), words), png in zip(stale.items(), draw(stale.values()), strict=True):
        drawn = {"digest": words.digest, "png": png}
        statement = insert(SharePicture).values(campaign_id=campaign_id, page=page, language=language, **drawn)
        db.session.execute(statement.on_conflict_do_update(constraint=SharePicture.__table__.primary_key, set_=drawn))
    gone = held.keys() - wanted.keys()
    if gone:
        db.session.execute(delete(SharePicture).where(of_campaign, tuple_(*columns).in_(gone)))
    return len(stale) + len(gone)


def _wanted(campaign_id: int) -> dict[tuple[str, str], Words]:
    """The words of every page by (page, language). The call stands under the campaign's own name and tagline."""
    rows = db.session.execute(
        select(Block.kind, Block.slug, Block.language, Block.fields)
        .where(Block.campaign_id == campaign_id, Block.key == HEAD, Block.kind.in_((CAMPAIGN, "pages")))
        .order_by(Block.language, Block.kind, Block.position)
    ).all()
    own = {row.language: row.fields for row in rows if row.kind == CAMPAIGN}
    wanted = {
        (row.slug, row.language): Words(row.language, row.fields["title"], campaign["name"], campaign["tagline"])
        if row.slug == "call"
        else Words(row.language, campaign["name"], row.fields["title"], row.fields["description"])
        for row in rows
        if row.kind == "pages" and (campaign := own.get(row.language))
    }
    return {key: words for key, words in wanted.items() if words.language in CODES or drawable(words)}


def drawable(words: Words) -> bool:
    """Whether our fonts have every character of words in a language besides the six, and its script is one of ours."""
    if words.language not in ARABIC_SCRIPT and EVERY[words.language].dir == "rtl":
        return False
    names = ("NotoNaskhArabic", "NotoSerif") if words.language in ARABIC_SCRIPT else ("NotoSerif",)
    known = frozenset().union(*(glyphs.characters(FONTS / f"{name}-SemiBold.ttf") for name in names))
    said = {ord(c) for c in words.above + words.title + words.text if unicodedata.category(c) not in ("Cf", "Zs")}
    return said <= known


def draw(all_words: Iterable[Words]) -> Iterator[bytes]:
    """The pictures of the words, as PNG. The same words give the same bytes; nothing but our own fonts is read."""
    compiler = None
    for words in all_words:
        compiler = compiler or new_compiler()
        yield compiler.compile(format="png", ppi=PIXELS_PER_INCH, timestamp=0, sys_inputs=asdict(words))


def new_compiler():
    """A typst compiler of the template that knows the fonts of this folder and no others."""
    import typst  # here: web workers, which never draw, do without its memory

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATE, root=FOLDER, font_paths=fonts)


@functools.cache
def design_digest() -> str:
    """Hex SHA-256 of what decides the look: the template and the fonts."""
    digest = hashlib.sha256()
    for path in (TEMPLATE, *sorted(FONTS.glob("*.ttf"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
