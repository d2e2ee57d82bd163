"""What is read of a campaign's news."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy import select, true

from app.kernel import i18n
from app.kernel.db import db
from app.kernel.tongues import OTHER_CODES

from . import markdown
from .documents import languages, words
from .models import Campaign, Update
from .queries import CALL, Notice, notice_of


@dataclass(frozen=True)
class UpdateView:
    """News of a campaign in one language. Addresses in it are absolute: it is read in mails and feeds, too."""

    slug: str
    date: date
    title: str
    description: str
    html: Markup
    url: str
    language: str
    notice: Notice | None = None


def updates(campaign_id: int, language: str, slug: str | None = None, frame: str | None = None) -> list[UpdateView]:
    """A campaign's news in a language, newest first; what is not translated yet is not among them. With a `slug` only
    that one. Links lead to pages in `frame`, one of the six, where the language is none of them."""
    rows = db.session.execute(
        select(Update.slug, Update.day, Campaign.slug.label("campaign"))
        .join(Campaign, Campaign.id == Update.campaign_id)
        .where(Campaign.id == campaign_id, true() if slug is None else Update.slug == slug)
        .order_by(Update.day.desc(), Update.slug)
    ).all()
    found = ((row, words(campaign_id, "updates", row.slug, language)) for row in rows)
    frame = language if language in i18n.BY_CODE else frame or i18n.FALLBACK
    return [_update_view(row, said, language, frame) for row, said in found if said]


def languages_of(campaign_id: int, slug: str) -> list[str]:
    """The languages that one of the news is there in, in the usual order, those besides the six last."""
    there = languages(campaign_id, "updates", slug)
    return [code for code in (*i18n.CODES, *OTHER_CODES) if code in there]


def _update_view(row, said, language: str, frame: str) -> UpdateView:
    def resolve(kind: str, target: str) -> str:
        values = {"lang": frame, "campaign": row.campaign}
        if kind == "petition":
            return i18n.site_url("petitions.petition", petition=target, **values)
        if target == CALL:
            return i18n.site_url("site.campaign", **values)
        return i18n.site_url("campaigns.page", page=target, **values)

    def address(code: str) -> str:
        return i18n.site_url("updates.update", lang=code, campaign=row.campaign, update=row.slug)

    url = address(frame)
    if language != frame:
        place = {"lang": frame, "campaign": row.campaign, "update": row.slug}
        url = i18n.site_url("updates.update_in", code=language, **place)
    fields = {key: i18n.isolated(text, language) for key, text in said.fields.items()}
    html = Markup().join(markdown.render(text, resolve, language=language, anchor=key) for key, text in said.blocks)
    return UpdateView(
        row.slug, row.day, fields["title"], fields["description"], html, url, language, notice_of(said, address)
    )
