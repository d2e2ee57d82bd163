"""What the desk's pages about texts show, and where their links lead."""

from flask import url_for
from markupsafe import Markup

from app.accounts import guard
from app.kernel import i18n

from . import labels, markdown
from .board import Board, Line
from .format import HEAD
from .kinds import CAMPAIGN, KINDS
from .models import Campaign
from .queries import CALL


def languages(codes: list[str]) -> dict[str, i18n.Language]:
    """Languages by code; one that the site does not speak goes by its code."""
    return {code: i18n.EVERY.get(code) or i18n.Language(code, code, "auto") for code in codes}


def by_kind(lines: list[Line]) -> dict[str, list[Line]]:
    """Documents by kind, in the order of the kinds."""
    groups = {kind: [line for line in lines if line.kind == kind] for kind in KINDS}
    return {kind: group for kind, group in groups.items() if group}


def filtered(board: Board, query: str, state: str) -> list[Line]:
    """The documents whose slug or title holds `query`, and any of whose cells is in `state`; "" for all."""
    wanted = query.casefold()
    return [
        line
        for line in board.lines
        if (not wanted or wanted in line.slug or wanted in line.title.casefold())
        and (not state or state in (cell.state for cell in line.cells))
    ]


def address(board: Board, lang: str, kind: str, slug: str, code: str) -> str | None:
    """Where a cell of the board leads: to the original, or to its translation for whoever may translate it."""
    values = {"lang": lang, "campaign": board.campaign, "kind": kind, "slug": slug}
    if code == board.source_language:
        return url_for("pages.document", **values)
    return _translation(lang, board.campaign, kind, slug, code)


def translation_address(campaign: Campaign, lang: str, kind: str, slug: str, code: str) -> str | None:
    """Where a document is translated into a language; None where whoever is signed in may not."""
    return None if code == campaign.source_language else _translation(lang, campaign.slug, kind, slug, code)


def _translation(lang: str, campaign: str, kind: str, slug: str, code: str) -> str | None:
    who = guard.current()
    mine = who.languages(campaign)
    if not who.may("pages.translate", campaign) or (mine is not None and code not in mine):
        return None
    return labels.translator_url(lang, campaign, code, kind, slug)


def public_url(lang: str, campaign: Campaign, kind: str, slug: str) -> str | None:
    """Where everybody reads a document once it is published, in the page's language; None where it has no page."""
    common = {"lang": lang, "campaign": campaign.slug}
    if kind == CAMPAIGN or (kind, slug) == ("pages", CALL):
        return url_for("site.campaign", **common)
    if kind == "pages":
        return url_for("campaigns.page", page=slug, **common)
    if kind == "updates":
        return url_for("updates.update", update=slug, **common)
    if kind == "letters":
        return url_for("letters.letter", letter=slug, **common)
    return url_for("petitions.petition", petition=slug, **common) if kind == "petitions" else None


def rendered(campaign: str, language: str, key: str, text: str | None) -> Markup | None:
    """A block as readers will see it; None for a head. Its headings get no ids: there are many on a page."""
    if key == HEAD:
        return None

    def resolve(kind: str, target: str) -> str:
        common = {"lang": language, "campaign": campaign}
        if kind == "petition":
            return url_for("petitions.petition", petition=target, **common)
        if target == CALL:
            return url_for("site.campaign", **common)
        return url_for("campaigns.page", page=target, **common)

    return markdown.render(text or "", resolve, language=language)
