"""Everything that reads about campaigns for a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from flask import g, url_for
from markupsafe import Markup
from sqlalchemy import and_, select

from app.kernel import i18n
from app.kernel.db import db
from app.kernel.tongues import OTHER_CODES
from app.states.models import UN_WORLD

from . import markdown, paths
from .documents import Words, languages, words
from .format import HEAD
from .kinds import CAMPAIGN, FOOTER_PAGES
from .models import Ask, Block, Campaign, SharePicture
from .translation import WORST_FIRST

CALL = "call"


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
    share: str
    pages: tuple[tuple[str, str], ...]
    world: str = UN_WORLD

    @property
    def fictional(self) -> bool:
        """Whether it is about states that are invented; every page says so, and no search engine lists it."""
        return self.world != UN_WORLD

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

    @property
    def safety_url(self) -> str:
        return self.page_url("safety")


@dataclass(frozen=True)
class Notice:
    """What a reader of a translation should know: `kind` is stale, machine or draft (translation.py).

    `since` is the day the original left it behind, where that is known; `original` the original's language and address.
    """

    kind: str
    since: date | None
    language: i18n.Language
    url: str


@dataclass(frozen=True)
class PageView:
    """A page as templates see it, in one language. `further` are the languages besides the six that it is there in;
    `translators` those of its translators who chose to be named."""

    slug: str
    title: str
    description: str
    html: Markup
    updated: date
    languages: list[str]
    notice: Notice | None
    further: list[str] = field(default_factory=list)
    translators: tuple[str, ...] = ()


def campaign_view(slug: str, language: str) -> CampaignView | None:
    """The campaign in a language, with its menu; None when there is none."""
    found = next(iter(_campaign_views(language, slug)), None)
    if found:
        g.setdefault("worlds", {})[slug] = found.world
    return found


def campaign_views(language: str) -> list[CampaignView]:
    """Every campaign in a language, by slug."""
    return _campaign_views(language)


def fictional(slug: str) -> bool:
    """Whether a campaign is about states that are invented."""
    # Whoever answers for a campaign has read it before.
    world = g.get("worlds", {}).get(slug) or db.session.scalar(select(Campaign.world).where(Campaign.slug == slug))
    return world not in (None, UN_WORLD)


def names(language: str) -> list[tuple[str, str]]:
    """Slug and name of every campaign, in a language or, where it has none there, by its slug."""
    wanted = (
        select(Campaign.slug, Block.fields)
        .outerjoin(
            Block,
            and_(
                Block.campaign_id == Campaign.id,
                Block.language == language,
                Block.key == HEAD,
                Block.kind == CAMPAIGN,
            ),
        )
        .order_by(Campaign.slug)
    )
    return [(slug, (fields or {}).get("name", slug)) for slug, fields in db.session.execute(wanted)]


def _campaign_views(language: str, slug: str | None = None) -> list[CampaignView]:
    statement = (
        select(Campaign.id, Campaign.slug, Campaign.world, Block.kind, Block.slug, Block.fields)
        .join(Block, Block.campaign_id == Campaign.id)
        .where(Block.language == language, Block.key == HEAD, Block.kind.in_((CAMPAIGN, "pages")))
        .order_by(Campaign.slug, Block.kind, Block.position)
    )
    if slug is not None:
        statement = statement.where(Campaign.slug == slug)
    # "campaign" sorts before "pages": a campaign's own words open its rows.
    found: dict[tuple[int, str, str], tuple[dict, list]] = {}
    for identity, campaign, world, kind, page, fields in db.session.execute(statement):
        fields = {key: i18n.isolated(text, language) for key, text in fields.items()}
        if kind == CAMPAIGN:
            found[identity, campaign, world] = fields, []
        else:
            found[identity, campaign, world][1].append((page, fields["title"]))
    return [
        CampaignView(identity, campaign, language, **own, pages=tuple(pages), world=world)
        for (identity, campaign, world), (own, pages) in found.items()
    ]


def page_view(campaign: CampaignView, slug: str) -> PageView | None:
    """A page of a campaign, rendered; None where it is not there in this language."""
    found = words(campaign.id, "pages", slug, campaign.language, named=True)
    if found is None:
        return None
    there = languages(campaign.id, "pages", slug)
    fields = {key: i18n.isolated(text, campaign.language) for key, text in found.fields.items()}
    return PageView(
        slug,
        fields["title"],
        fields["description"],
        _html(campaign, found.blocks),
        found.changed_at.date(),
        [code for code in i18n.CODES if code in there],
        notice_of(found, lambda code: replace(campaign, language=code).page_url(slug)),
        [code for code in OTHER_CODES if code in there],
        found.translators,
    )


def _html(campaign: CampaignView, blocks: Iterable[tuple[str, str]]) -> Markup:
    def resolve(kind: str, target: str) -> str:
        return campaign.petition_url(target) if kind == "petition" else campaign.page_url(target)

    return Markup().join(markdown.render(text, resolve, language=campaign.language, anchor=key) for key, text in blocks)


def notice_of(found: Words, address: Callable[[str], str]) -> Notice | None:
    """What a reader of these words should know; `address(language)` is where they stand in a language."""
    if found.standing.state not in ("stale", "machine", "draft"):
        return None
    since, original = found.standing.since, found.source_language
    return Notice(found.standing.state, since and since.date(), i18n.BY_CODE[original], address(original))


def document_notice(
    campaign_id: int, kind: str, slug: str, language: str, address: Callable[[str], str]
) -> Notice | None:
    """What a reader of any document of a pack should know; `address(language)` is where it stands in a language."""
    found = words(campaign_id, kind, slug, language)
    return found and notice_of(found, address)


def front_notice(campaign: CampaignView, *parts: Notice | None) -> Notice | None:
    """What a reader of the campaign's own page should know, its words and all that stands on it: the worst."""

    def address(code: str) -> str:
        return replace(campaign, language=code).url

    own = document_notice(campaign.id, CAMPAIGN, CAMPAIGN, campaign.language, address)
    found = [notice for notice in (own, *parts) if notice]
    if not found:
        return None
    worst = min(found, key=lambda notice: WORST_FIRST.index(notice.kind))
    since = max((notice.since for notice in found if notice.since), default=None)
    return replace(worst, since=since, url=address(worst.language.code))


def page_languages(campaign: CampaignView, slug: str) -> list[str]:
    """The languages that a page is there in, in the usual order."""
    found = languages(campaign.id, "pages", slug)
    return [code for code in i18n.CODES if code in found]


@dataclass(frozen=True)
class MailWords:
    """What a mail says: its subject, the label of its button, and paragraphs with placeholders."""

    subject: str
    action: str
    body: str


def mail_text(campaign_id: int, kind: str, language: str) -> MailWords:
    """What a mail of this kind says in a language. Raises LookupError when the campaign does not say it."""
    found = words(campaign_id, "mails", kind, language)
    if found is None:
        raise LookupError(f"no mail {kind} in {language}")
    return MailWords(found.fields["subject"], found.fields["action"], found.body)


def tell_text(campaign: CampaignView) -> str:
    """What a person may send to their own network: plain paragraphs, without the link."""
    found = words(campaign.id, CAMPAIGN, CAMPAIGN, campaign.language)
    return found.body if found else ""


def closing_text(campaign_id: int, petition: str, language: str) -> str | None:
    """What a petition says once it is closed, as Markdown; None when it has no such text."""
    found = words(campaign_id, "petitions", petition, language)
    return dict(found.blocks).get("closing") if found else None


@dataclass(frozen=True)
class AskView:
    """One ask with its title in each language, the version of its text, and its path in the codes of paths.py."""

    slug: str
    status: str
    variants: list[str]
    titles: dict[str, str]
    version: int = 1
    decider: str | None = None
    body: str | None = None
    procedure: str | None = None
    worth: str | None = None
    next_date: date | None = None


def asks(campaign_id: int) -> list[AskView]:
    """A campaign's asks, in order."""
    statement = (
        select(Ask, Block.language, Block.fields)
        .join(Block, (Block.campaign_id == Ask.campaign_id) & (Block.slug == Ask.slug) & (Block.kind == "asks"))
        .where(Ask.campaign_id == campaign_id, Block.key == HEAD)
        .order_by(Ask.position, Block.language)
    )
    views: dict[str, AskView] = {}
    for ask, language, fields in db.session.execute(statement):
        if ask.slug not in views:
            views[ask.slug] = AskView(ask.slug, ask.status, ask.variants, {}, ask.version, **paths.of(ask))
        views[ask.slug].titles[language] = fields["title"]
    return list(views.values())


def page_slugs(kind: str = "pages") -> list[tuple[str, str, tuple[str, ...]]]:
    """Every (campaign slug, page slug, languages it is there in), for the sitemap; none of a fictional campaign."""
    statement = (
        select(Campaign.slug, Block.slug, Block.language)
        .join(Block, Block.campaign_id == Campaign.id)
        .where(Block.kind == kind, Block.key == HEAD, Campaign.world == UN_WORLD)
        .order_by(Campaign.slug, Block.position)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for campaign, slug, language in db.session.execute(statement):
        found.setdefault((campaign, slug), []).append(language)
    return [(*names, tuple(code for code in i18n.CODES if code in codes)) for names, codes in found.items()]


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
