"""The letters of a campaign as pages of the desk name them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, select

from app.campaigns.models import Campaign
from app.kernel.db import db

from .models import Letter, LetterText


@dataclass(frozen=True)
class Named:
    """A letter with its title, in the reader's language where the open version has it."""

    letter: Letter
    campaign: str
    title: str
    title_language: str

    def is_open(self, now: datetime) -> bool:
        """Whether it can be signed at this moment."""
        return self.letter.version > 0 and (self.letter.closes_at is None or now < self.letter.closes_at)


def letters(campaign: str, lang: str, slug: str | None = None) -> list[Named]:
    """A campaign's letters that are open or were, by slug; with `slug` that one alone. One query."""
    which = Campaign.slug == campaign
    return _named(which if slug is None else which & (Letter.slug == slug), lang)


def one(campaign: str, slug: str, lang: str) -> Named | None:
    """One of them; None where there is none."""
    return next(iter(letters(campaign, lang, slug)), None)


def by_id(letter_id: int, lang: str) -> Named | None:
    """A letter by its number; None where there is none, or none was published."""
    return next(iter(_named(Letter.id == letter_id, lang)), None)


def _named(which, lang: str) -> list[Named]:
    words = and_(
        LetterText.letter_id == Letter.id,
        LetterText.version == Letter.version,
        LetterText.language.in_((lang, Letter.negotiated)),
    )
    statement = (
        select(Letter, Campaign.slug, LetterText.title, LetterText.language)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .join(LetterText, words)
        .where(which)
        # The negotiated language first, so that the reader's own stands in its place where there is one.
        .order_by(Letter.slug, case((LetterText.language == lang, 1), else_=0))
    )
    found = {row[0].id: Named(*row) for row in db.session.execute(statement)}
    return list(found.values())


def all_open(campaign: str | None = None) -> list[tuple[Letter, str]]:
    """Every letter that was published, with its campaign's slug; of one campaign or of all. One query."""
    statement = select(Letter, Campaign.slug).join(Campaign, Campaign.id == Letter.campaign_id)
    statement = statement.where(Letter.version > 0).order_by(Letter.id)
    if campaign is not None:
        statement = statement.where(Campaign.slug == campaign)
    return [tuple(row) for row in db.session.execute(statement)]
