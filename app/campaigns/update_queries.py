"""What is read of a campaign's news."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy import select

from app.kernel import i18n
from app.kernel.db import db

from . import markdown
from .documents import words
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
    notice: Notice | None = None


def updates(campaign_id: int, language: str) -> list[UpdateView]:
    """A campaign's news in a language, newest first; what is not translated yet is not among them."""
    rows = db.session.execute(
        select(Update.slug, Update.day, Campaign.slug.label("campaign"))
        .join(Campaign, Campaign.id == Update.campaign_id)
        .where(Campaign.id == campaign_id)
        .order_by(Update.day.desc(), Update.slug)
    ).all()
    found = ((row, words(campaign_id, "updates", row.slug, language)) for row in rows)
    return [_update_view(row, said, language) for row, said in found if said]


def _update_view(row, said, language: str) -> UpdateView:
    def resolve(kind: str, target: str) -> str:
        values = {"lang": language, "campaign": row.campaign}
        if kind == "petition":
            return i18n.site_url("petitions.petition", petition=target, **values)
        if target == CALL:
            return i18n.site_url("site.campaign", **values)
        return i18n.site_url("campaigns.page", page=target, **values)

    def address(code: str) -> str:
        return i18n.site_url("updates.update", lang=code, campaign=row.campaign, update=row.slug)

    fields = {key: i18n.isolated(text, language) for key, text in said.fields.items()}
    html = Markup().join(markdown.render(text, resolve, language=language, anchor=key) for key, text in said.blocks)
    return UpdateView(
        row.slug, row.day, fields["title"], fields["description"], html, address(language), notice_of(said, address)
    )
