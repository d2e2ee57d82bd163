"""What a campaign says in languages besides the six: read for public pages, and which languages those are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import exists, select

from app.kernel import audit, i18n, pagecache
from app.kernel.db import db
from app.kernel.tongues import OTHER_CODES, Language
from app.states.models import UN_WORLD

from . import markdown, queries
from .documents import languages, words
from .format import HEAD
from .kinds import CAMPAIGN
from .models import Block, Campaign, Draft


@dataclass(frozen=True)
class FurtherPage:
    """A page whose text is in a language besides the six. `own` are the campaign's own words
    in that language, or None; `behind` says that the original has changed since."""

    slug: str
    language: Language
    title: str
    description: str
    html: Markup
    updated: date
    languages: list[str]
    further: list[str]
    behind: bool
    own: "OwnWords | None" = None
    translators: tuple[str, ...] = ()


def page(campaign: queries.CampaignView, slug: str, code: str) -> FurtherPage | None:
    """A page's text in the language of that code; None where there is no such page, or `code` is one of the six."""
    if code not in OTHER_CODES:
        return None
    found = words(campaign.id, "pages", slug, code, named=True)
    if found is None:
        return None
    there = languages(campaign.id, "pages", slug)
    pages = pages_in(campaign.id, code)

    def resolve(kind: str, target: str) -> str:
        if kind == "petition":
            return petition_url(campaign, target, code)
        if target in pages:
            return url_for("campaigns.page_in", lang=campaign.language, campaign=campaign.slug, page=target, code=code)
        return campaign.page_url(target)

    own = own_words(campaign.id, code)
    return FurtherPage(
        slug,
        i18n.EVERY[code],
        i18n.isolated(found.fields["title"], code),
        i18n.isolated(found.fields["description"], code),
        Markup().join(markdown.render(text, resolve, language=code, anchor=key) for key, text in found.blocks),
        found.changed_at.date(),
        [c for c in i18n.CODES if c in there],
        [c for c in OTHER_CODES if c in there],
        found.standing.state == "stale",
        translators=found.translators,
        own=own,
    )


def petition_url(campaign: queries.CampaignView, petition: str, code: str) -> str:
    """Where a petition is read in a language besides the six."""
    place = {"lang": campaign.language, "campaign": campaign.slug, "petition": petition}
    return url_for("petitions.petition_in", code=code, **place)


@dataclass(frozen=True)
class OwnWords:
    """What a campaign says of itself in a language besides the six."""

    language: Language
    name: str
    tagline: str
    share: str
    tell: str


def own_words(campaign_id: int, code: str | None) -> OwnWords | None:
    """The campaign's name and its words to share in that language; None where it does not say them."""
    found = words(campaign_id, CAMPAIGN, CAMPAIGN, code) if code in OTHER_CODES else None
    if found is None:
        return None
    return OwnWords(
        i18n.EVERY[code], tell=found.body, **{key: i18n.isolated(text, code) for key, text in found.fields.items()}
    )


def is_spoken(campaign_id: int, code: str) -> bool:
    """Whether anything of a campaign is published in that language, which is none of the six."""
    if code not in OTHER_CODES:
        return False
    there = exists().where(Block.campaign_id == campaign_id, Block.language == code, Block.key == HEAD)
    return db.session.scalar(select(there))


def pages_in(campaign_id: int, code: str) -> set[str]:
    """The slugs of the pages that are there in that language."""
    return set(
        db.session.scalars(
            select(Block.slug).where(
                Block.campaign_id == campaign_id, Block.kind == "pages", Block.language == code, Block.key == HEAD
            )
        )
    )


def offered(campaign: queries.CampaignView, slug: str, codes: list[str]) -> list[tuple[Language, str]]:
    """Languages besides the six that a page is there in, each with the address where it is read in this frame."""
    values = {"lang": campaign.language, "campaign": campaign.slug, "page": slug}
    return [(i18n.EVERY[code], i18n.site_url("campaigns.page_in", code=code, **values)) for code in codes]


def addresses() -> list[tuple[str, str]]:
    """Language and address of every page in a language besides the six, for the sitemap."""
    rows = db.session.execute(
        select(Campaign.slug, Block.slug.label("page"), Block.language)
        .join(Block, Block.campaign_id == Campaign.id)
        .where(Block.kind == "pages", Block.key == HEAD, Block.language.in_(OTHER_CODES))
        .where(Campaign.world == UN_WORLD)
        .order_by(Campaign.slug, Block.position, Block.language)
    )
    values = {"lang": i18n.FALLBACK}
    return [
        (code, i18n.site_url("campaigns.page_in", campaign=campaign, page=slug, code=code, **values))
        for campaign, slug, code in rows
    ]


def set_languages(campaign: Campaign, codes: Iterable[str], actor: int, now: datetime) -> None:
    """Say in which languages besides the six a campaign has texts. One in which there are texts cannot be taken away.

    Raises StillSpoken, ValueError for a code that tongues.py does not know.
    """
    wanted = set(codes)
    if unknown := wanted - set(OTHER_CODES):
        raise ValueError(f"unknown languages: {sorted(unknown)}")
    gone = set(campaign.content_languages) - wanted
    spoken = db.session.scalars(
        select(Draft.language).where(Draft.campaign_id == campaign.id, Draft.language.in_(gone)).distinct()
    ).all()
    if spoken:
        raise StillSpoken(sorted(spoken))
    before = list(campaign.content_languages)
    campaign.content_languages = [code for code in OTHER_CODES if code in wanted]
    pagecache.bump()
    audit.record(
        "campaign.content-languages",
        f"campaign:{campaign.slug}",
        actor=actor,
        now=now,
        campaign=campaign.slug,
        before={"languages": before},
        after={"languages": campaign.content_languages},
    )


class StillSpoken(ValueError):
    """There are texts in these languages; `codes` names them."""

    def __init__(self, codes: list[str]):
        super().__init__(", ".join(codes))
        self.codes = codes
