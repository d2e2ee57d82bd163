"""Partners: entering them, finding them by the name in an address, and what they are told of who came through them.

A partner has a name in an address, a total and a logo; it never gets a list, nor a figure that moves by one.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import func, select, update

from app.campaigns.models import Campaign
from app.kernel import i18n, images, pagecache, tokens
from app.kernel.db import db
from app.kernel.share import CHANNELS
from app.people import periods
from app.people.rules import SMALL

from .models import Petition
from .partner_models import Partner
from .total_models import PartTotal

LARGEST_LOGO = 200 * 1024
MOST_PIXELS = 2000


@dataclass(frozen=True)
class PartnerView:
    """A partner as templates see it, in one language."""

    id: int
    slug: str
    campaign: str
    name: str
    website: str | None
    active: bool
    has_page: bool
    logo_url: str | None
    logo_width: int | None
    logo_height: int | None


@dataclass(frozen=True)
class Line:
    """A partner in the desk's list; `total` is None where fewer than ten have come through it."""

    partner: PartnerView
    total: int | None


def put(partner: Partner) -> None:
    """Keep a partner, new or changed; pages that show it are made anew. Raises IntegrityError where its name in the
    address is another's in the same campaign."""
    db.session.add(partner)
    db.session.flush()
    pagecache.bump()


def new(campaign_id: int, now: datetime) -> Partner:
    """A partner that is not kept yet and that nobody is shown."""
    return Partner(campaign_id=campaign_id, active=False, created_at=now, names={})


def set_logo(partner: Partner, image: images.Image | None) -> None:
    """Give a partner a logo, or with None take it away."""
    partner.logo = image and image.data
    partner.logo_type = image and image.media_type
    partner.logo_digest = image and hashlib.sha256(image.data).hexdigest()
    partner.logo_width = image and image.width
    partner.logo_height = image and image.height


def activate(partner_id: int, active: bool) -> None:
    """Show a partner to who comes by its address, or show it no longer; what was counted for it stays counted."""
    db.session.execute(update(Partner).where(Partner.id == partner_id).values(active=active))
    pagecache.bump()


def new_page(partner_id: int) -> str:
    """The token of a partner's own page; the address it had before leads nowhere any longer."""
    token, digest = tokens.new_token()
    db.session.execute(update(Partner).where(Partner.id == partner_id).values(token_digest=digest))
    return token


def is_taken(slug: str) -> bool:
    """Whether a name in the address is one of the channels that pages of ours use themselves."""
    return slug.casefold() in CHANNELS


def get(campaign: str, partner_id: int) -> Partner | None:
    """A partner of a campaign to be changed; None when there is none."""
    return db.session.scalar(
        select(Partner)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Campaign.slug == campaign, Partner.id == partner_id)
    )


def view(partner: Partner, campaign: str, language: str) -> PartnerView:
    """The same as templates see it."""
    kept = partner.logo_digest and images.EXTENSIONS[partner.logo_type]
    return PartnerView(
        id=partner.id,
        slug=partner.slug,
        campaign=campaign,
        name=partner.names.get(language) or partner.names[i18n.FALLBACK],
        website=partner.website,
        active=partner.active,
        has_page=partner.token_digest is not None,
        logo_url=kept and url_for("partners.logo", digest=partner.logo_digest, kind=kept),
        logo_width=partner.logo_width,
        logo_height=partner.logo_height,
    )


def came_through(source: str | None, campaign: str, language: str) -> PartnerView | None:
    """The partner whose address somebody came by, if there is one that may be shown. At most one query."""
    if source is None or is_taken(source):
        return None
    partner = db.session.scalar(
        select(Partner)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Campaign.slug == campaign, Partner.slug == source, Partner.active)
    )
    return partner and view(partner, campaign, language)


def lines(campaign: str, language: str) -> list[Line]:
    """Every partner of a campaign, by name in the address. One query."""
    total = (
        select(func.sum(PartTotal.confirmed))
        .join(Petition, Petition.id == PartTotal.petition_id)
        .where(Petition.campaign_id == Partner.campaign_id, PartTotal.kind == "source", PartTotal.part == Partner.slug)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Partner, total)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Campaign.slug == campaign)
        .order_by(Partner.slug)
    )
    return [Line(view(row[0], campaign, language), row[1] if (row[1] or 0) >= SMALL else None) for row in rows]


@dataclass(frozen=True)
class OwnPage:
    """What a partner is told: how many came through it, week by week, in steps of ten and more."""

    partner: PartnerView
    steps: list[periods.Step]

    @property
    def total(self) -> int:
        return sum(step.number for step in self.steps)


def own_page(token: str, language: str, today: date) -> OwnPage | None:
    """The page that a token leads to; None where it leads nowhere."""
    row = db.session.execute(
        select(Partner, Campaign.slug)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Partner.token_digest == tokens.token_digest(token))
    ).one_or_none()
    if row is None:
        return None
    partner, campaign = row
    days = db.session.execute(
        select(PartTotal.day, func.sum(PartTotal.confirmed))
        .join(Petition, Petition.id == PartTotal.petition_id)
        .where(Petition.campaign_id == partner.campaign_id, PartTotal.kind == "source", PartTotal.part == partner.slug)
        .group_by(PartTotal.day)
    )
    return OwnPage(view(partner, campaign, language), periods.steps({day: int(n) for day, n in days}, today))


def logo(digest: str) -> tuple[bytes, str] | None:
    """A logo and its media type, by the digest in its address; None when there is none."""
    row = db.session.execute(
        select(Partner.logo, Partner.logo_type).where(Partner.logo_digest == digest).limit(1)
    ).one_or_none()
    return row and (row.logo, row.logo_type)
