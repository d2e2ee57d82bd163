"""Several letters on one page: what a campaign's page, the API and the sitemap show of each."""

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.campaigns.models import Campaign
from app.kernel import i18n
from app.kernel.db import db
from app.states.models import UN_WORLD

from .list_models import Figures, Total
from .models import ORGANISATION, Letter, LetterText


@dataclass(frozen=True)
class Card:
    """A letter as a page that names several shows it; `foreign` is the language of its title where that is not the
    page's."""

    slug: str
    title: str
    version: int
    foreign: i18n.Language | None
    url: str
    signed: int


def campaign_letters(campaign_id: int, campaign: str, language: str) -> list[Card]:
    """The letters of a campaign (its id and its slug) that have a version, oldest first. One query."""
    every = (Total.letter_id == Letter.id) & (Total.roll == ORGANISATION) & (Total.kind == "all")
    rows = db.session.execute(
        select(Letter.slug, LetterText.title, LetterText.version, LetterText.language, Total.number, Figures.told)
        .ext(distinct_on(Letter.id))
        .join(LetterText, (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version))
        .outerjoin(Total, every)
        .outerjoin(Figures, Figures.letter_id == Letter.id)
        .where(Letter.campaign_id == campaign_id, LetterText.language.in_((language, Letter.negotiated)))
        .order_by(Letter.id, case((LetterText.language == language, 0), else_=1))
    )
    found = []
    for row in rows:
        foreign = None if row.language == language else i18n.EVERY[row.language]
        url = url_for("letters.letter", lang=language, campaign=campaign, letter=row.slug)
        unnamed = (row.told or {}).get("at_least", {}).get(ORGANISATION, 0)
        found.append(Card(row.slug, row.title, row.version, foreign, url, (row.number or 0) + unnamed))
    return found


def letter_slugs() -> list[tuple[str, str]]:
    """Every (campaign slug, letter slug) that has a version, for the sitemap."""
    rows = (
        select(Campaign.slug, Letter.slug)
        .join(Letter, Letter.campaign_id == Campaign.id)
        .where(Campaign.world == UN_WORLD, Letter.version > 0)
    )
    return [tuple(row) for row in db.session.execute(rows.order_by(Letter.id))]
