"""The A4 sheet on which a petition is signed on paper: one PDF for each language of the open text.

It asks for no more than a count can be checked by, and says who answers for it. Sheets are drawn at import and release,
where one is missing or says something else by now; never while somebody waits for a page.
"""

import functools
import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.campaigns import markdown, pictures
from app.campaigns.models import Campaign
from app.kernel import clock, i18n, pagecache, share
from app.kernel.db import db
from app.kernel.logs import log

from . import ends
from .models import Paper, Petition, PetitionText

TEMPLATE = Path(__file__).parent / "paper.typ"
STANDARD = "ua-1"
# What the page counts signatures by that came over a sheet's code.
SOURCE = "paper"


def refresh_campaign(campaign_id: int) -> None:
    """`refresh` every petition of a campaign."""
    for petition_id in db.session.scalars(select(Petition.id).where(Petition.campaign_id == campaign_id)).all():
        refresh(petition_id)


def refresh(petition_id: int) -> None:
    """Draw the sheets of a petition's open text that are missing or out of date; delete all others.

    Works in the caller's transaction, after the petition's texts were written. A petition that has ended has none.
    """
    petition, campaign = db.session.execute(
        select(Petition, Campaign.slug)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Petition.id == petition_id)
    ).one()
    of_petition = Paper.petition_id == petition_id
    held = {
        (version, language): digest
        for version, language, digest in db.session.execute(
            select(Paper.version, Paper.language, Paper.digest).where(of_petition)
        )
    }
    wanted = _wanted(petition, campaign) if ends.is_open(petition, clock.now()) else {}
    for version, language in held.keys() - wanted.keys():
        db.session.execute(delete(Paper).where(of_petition, Paper.version == version, Paper.language == language))
    stale = {key: sheet for key, sheet in wanted.items() if held.get(key) != digest_of(sheet)}
    for (version, language), sheet in stale.items():
        drawn = {"digest": digest_of(sheet), "pdf": draw(sheet)}
        statement = insert(Paper).values(petition_id=petition_id, version=version, language=language, **drawn)
        db.session.execute(statement.on_conflict_do_update(constraint=Paper.__table__.primary_key, set_=drawn))
    if stale or held.keys() - wanted.keys():
        pagecache.bump()


def _wanted(petition: Petition, campaign: str) -> dict[tuple[int, str], dict]:
    texts = db.session.scalars(
        select(PetitionText)
        .where(PetitionText.petition_id == petition.id, PetitionText.version == petition.version)
        .where(PetitionText.language.in_(i18n.CODES))  # the sheet's own words are in the six
        .order_by(PetitionText.language)
    )
    return {(words.version, words.language): sheet_of(petition, campaign, words) for words in texts}


def sheet_of(petition: Petition, campaign: str, words: PetitionText) -> dict:
    """Everything that stands on a sheet, as paper.typ takes it."""
    place = {"lang": words.language, "campaign": campaign, "petition": petition.slug}
    url = i18n.site_url("petitions.petition", **place)
    online = i18n.site_url("petitions.petition", **place, **{"from": SOURCE})
    controller = current_app.config["CONTROLLER"]
    with force_locale(words.language):
        return {
            "language": words.language,
            "title": words.title,
            "addressees": words.addressees,
            "author": controller.name if controller else "Plenary",
            "body": nodes(str(markdown.render(words.body, language=words.language)), words.language),
            "code": share.qr_code(online).decode(),
            "url": online,
            "address": url.partition("://")[2],
            "labels": _labels(petition, words, controller),
        }


def _labels(petition: Petition, words: PetitionText, controller) -> dict:
    language, digest = words.language, words.digest.hex()[:12]
    return {
        "end": _until(petition, language),
        "online": _("Sign online:"),
        "code": _("Code that leads to the petition on the web"),
        "version": _(
            "Version %(version)s of this text. Its digital fingerprint begins with %(digest)s.",
            version=isolate(str(words.version)),
            digest=isolate(digest),
        ),
        "footer": _(
            "Version %(version)s, fingerprint %(digest)s",
            version=isolate(str(words.version)),
            digest=isolate(digest),
        ),
        "page": _("Page %(page)s of %(pages)s", page=isolate("{page}"), pages=isolate("{pages}")),
        "overleaf": _("The whole text, and what happens to your data, stand on page 1."),
        "data-title": _("What happens to your data"),
        "data": [[line] for line in _data(controller)],
        "sign-title": _("Sign for yourself and once only, on paper or online"),
        "consent": _(
            "I support this petition. I agree that my name, my country or area and my signature, which reveal a"
            " political opinion, are kept and counted for it."
        ),
        "columns": [_("No."), _("Name"), _("Country or area"), _("Signature")],
    }


def _until(petition: Petition, language: str) -> str:
    end = ends.end_of(petition)
    if end is None:
        return ""
    moment = _("%(day)s, %(time)s", day=i18n.format_day(end.day, language), time=isolate(end.time))
    return _("Open until %(moment)s (%(place)s time)", moment=moment, place=end.place(language))


def _data(controller) -> list[str]:
    reading = _("Whoever signs after you can read your line. If that could put you in danger, do not sign on paper.")
    if controller is None:
        trial = _("This is a trial copy, and nobody answers for the data yet. Do not collect signatures with it.")
        return [trial, reading]
    return [
        reading,
        _(
            "Responsible for your data: %(name)s, %(address)s, %(email)s.",
            name=isolate(controller.name),
            address=isolate(", ".join(line.strip() for line in controller.address.splitlines() if line.strip())),
            email=isolate(controller.email),
        ),
        _(
            "The sheets are counted, kept locked away, shown to nobody and used for nothing else. They are destroyed"
            " once the petition has been handed over and its count checked."
        ),
        _(
            "You can take your signature back as long as the sheet exists: write to %(email)s.",
            email=isolate(controller.email),
        ),
        _("Send filled sheets by post to the postal address above, the originals. Please do not photograph them."),
    ]


def isolate(text: str) -> str:
    """The text as a piece whose direction is its own (UAX #9, 2.7)."""
    return f"\u2068{text}\u2069"


def digest_of(sheet: dict) -> str:
    """Hex SHA-256 of a sheet's words and design: another digest means another PDF."""
    return hashlib.sha256(json.dumps([design_digest(), sheet], sort_keys=True).encode()).hexdigest()


@functools.cache
def design_digest() -> str:
    """Hex SHA-256 of what decides the look: the template and the fonts."""
    return hashlib.sha256(TEMPLATE.read_bytes() + pictures.design_digest().encode()).hexdigest()


def draw(sheet: dict) -> bytes:
    """The sheet as PDF/UA-1 (ISO 14289-1). The same words give the same bytes; nothing but our own fonts is read.

    A character without a glyph, in an operator's address say, may not stop a release: then the PDF is an ordinary one.
    """
    import typst  # here: web workers, which never draw, do without its memory

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[pictures.FONTS])
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    try:
        return compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=0, sys_inputs=inputs)
    except typst.TypstError as error:
        log.error("sheet is not accessible", extra={"language": sheet["language"], "error": str(error)[:200]})
        return compiler.compile(format="pdf", timestamp=0, sys_inputs=inputs)


class _Nodes(HTMLParser):
    """Sanitised HTML as the tree that paper.typ draws: texts, and nodes with `kind` and `inner`."""

    KINDS = frozenset(["p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "code", "bdi"])
    EMPTY = frozenset(("br", "hr"))

    def __init__(self, rtl: bool):
        super().__init__(convert_charrefs=True)
        self.rtl = rtl
        self.root: dict = {"kind": "root", "inner": []}
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        node: dict = {"kind": tag, "inner": []}
        if tag in self.EMPTY:
            self.open[-1]["inner"].append(node)
        elif tag in self.KINDS:
            if tag == "ol" and (values.get("start") or "").isdigit():
                node["start"] = int(values["start"])
            if values.get("lang"):
                node["lang"] = values["lang"]
            self.open[-1]["inner"].append(node)
            self.open.append(node)

    def handle_endtag(self, tag):
        # A link is its words on paper: its tag opened nothing.
        if tag in self.KINDS:
            self.open.pop()

    def handle_data(self, data):
        within = self.open[-1]
        if within["kind"] in ("root", "ul", "ol", "blockquote") and not data.strip():
            return
        if self.rtl and within["kind"] == "bdi":
            data = isolate(data)
        within["inner"].append(data.replace("\n", " "))


def nodes(html: str, language: str) -> list:
    """What `markdown.render` made, as the tree that paper.typ draws."""
    parser = _Nodes(i18n.BY_CODE[language].dir == "rtl")
    parser.feed(html)
    parser.close()
    return parser.root["inner"]
