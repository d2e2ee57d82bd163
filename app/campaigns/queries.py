"""Everything that reads about campaigns for a page."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from app.kernel.db import db

from . import markdown
from .models import Ask, AskText, Campaign, CampaignText, MailText, Page, SharePicture

CALL = "call"
# Pages that stand in the footer and not in the menu.
FOOTER_PAGES = ("about", "privacy")


@dataclass(frozen=True)
class NavItem:
    """One entry of a campaign's menu."""

    slug: str
    title: str
    url: str


@dataclass(frozen=True)
class CampaignView:
    """A campaign as templates see it, in one language."""

    id: int
    slug: str
    language: str
    name: str
    tagline: str
    pages: tuple[tuple[str, str], ...]

    @cached_property
    def url(self) -> str:
        return url_for("site.campaign", lang=self.language, campaign=self.slug)

    def page_url(self, slug: str) -> str:
        """Where a page of the campaign stands; the call is the campaign's own page."""
        if slug == CALL:
            return self.url
        return url_for("campaigns.page", lang=self.language, campaign=self.slug, page=slug)

    def petition_url(self, slug: str) -> str:
        """Where a petition of the campaign stands."""
        return url_for("petitions.petition", lang=self.language, campaign=self.slug, petition=slug)

    @cached_property
    def nav(self) -> list[NavItem]:
        return [NavItem(slug, title, self.page_url(slug)) for slug, title in self.pages if slug not in FOOTER_PAGES]

    @property
    def privacy_url(self) -> str:
        return self.page_url("privacy")

    @property
    def about_url(self) -> str:
        return self.page_url("about")


@dataclass(frozen=True)
class PageView:
    """A page as templates see it, in one language."""

    slug: str
    title: str
    description: str
    html: Markup
    updated: date


def campaign_view(slug: str, language: str) -> CampaignView | None:
    """The campaign in a language, with its menu; None when there is none."""
    return next(iter(_campaign_views(language, slug)), None)


def campaign_views(language: str) -> list[CampaignView]:
    """Every campaign in a language, by slug."""
    return _campaign_views(language)


def _campaign_views(language: str, slug: str | None = None) -> list[CampaignView]:
    statement = (
        select(Campaign.id, Campaign.slug, CampaignText.name, CampaignText.tagline, Page.slug, Page.title)
        .join(CampaignText, CampaignText.campaign_id == Campaign.id)
        .join(Page, Page.campaign_id == Campaign.id)
        .where(CampaignText.language == language, Page.language == language)
        .order_by(Campaign.slug, Page.position)
    )
    if slug is not None:
        statement = statement.where(Campaign.slug == slug)
    heads: dict[tuple, list[tuple[str, str]]] = {}
    for row in db.session.execute(statement):
        heads.setdefault((row[0], row[1], row[2], row[3]), []).append((row[4], row[5]))
    return [
        CampaignView(identity, found, language, name, tagline, tuple(pages))
        for (identity, found, name, tagline), pages in heads.items()
    ]


def page_view(campaign: CampaignView, slug: str) -> PageView | None:
    """A page of a campaign, rendered; None when there is none."""
    page = db.session.scalar(
        select(Page).where(Page.campaign_id == campaign.id, Page.slug == slug, Page.language == campaign.language)
    )
    if page is None:
        return None

    def resolve(kind: str, target: str) -> str:
        return campaign.petition_url(target) if kind == "petition" else campaign.page_url(target)

    html = markdown.render(page.body, resolve)
    return PageView(page.slug, page.title, page.description, html, page.updated_at.date())


def mail_text(campaign_id: int, kind: str, language: str) -> MailText:
    """What a mail of this kind says in a language. Raises NoResultFound when the campaign does not say it."""
    return db.session.scalars(
        select(MailText).where(
            MailText.campaign_id == campaign_id, MailText.kind == kind, MailText.language == language
        )
    ).one()


@dataclass(frozen=True)
class UpdateView:
    """News of a campaign in one language."""

    slug: str
    date: date
    title: str
    description: str
    html: Markup
    url: str


def updates(campaign_id: int, language: str) -> list[UpdateView]:
    """A campaign's news in a language, newest first; what is not translated yet is not among them."""
    return []


def closing_text(campaign_id: int, petition_slug: str, language: str) -> str | None:
    """What the campaign says of a petition that has ended, in Markdown; None when it says nothing."""
    return None


@dataclass(frozen=True)
class AskView:
    """One ask with its title in each language."""

    slug: str
    status: str
    variants: list[str]
    titles: dict[str, str]


def asks(campaign_id: int) -> list[AskView]:
    """A campaign's asks, in order."""
    statement = (
        select(Ask.slug, Ask.status, Ask.variants, AskText.language, AskText.title)
        .join(AskText, AskText.ask_id == Ask.id)
        .where(Ask.campaign_id == campaign_id)
        .order_by(Ask.position, AskText.language)
    )
    views: dict[str, AskView] = {}
    for slug, status, variants, language, title in db.session.execute(statement):
        views.setdefault(slug, AskView(slug, status, variants, {})).titles[language] = title
    return list(views.values())


def page_slugs() -> list[tuple[str, str]]:
    """Every (campaign slug, page slug), for the sitemap."""
    statement = (
        select(Campaign.slug, Page.slug)
        .join(Page, Page.campaign_id == Campaign.id)
        .where(Page.language == Campaign.source_language)
        .order_by(Campaign.slug, Page.position)
    )
    return [tuple(row) for row in db.session.execute(statement)]


def share_digest(campaign_id: int, page: str, language: str) -> str | None:
    """The digest in the address of a page's share picture; None when there is no picture."""
    return db.session.scalar(
        select(SharePicture.digest).where(
            SharePicture.campaign_id == campaign_id, SharePicture.page == page, SharePicture.language == language
        )
    )


def share_png(campaign: str, page: str, language: str) -> bytes | None:
    """A page's share picture."""
    return db.session.scalar(
        select(SharePicture.png)
        .join(Campaign, Campaign.id == SharePicture.campaign_id)
        .where(Campaign.slug == campaign, SharePicture.page == page, SharePicture.language == language)
    )
