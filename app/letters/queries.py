"""Everything that reads about letters for a page. No query here counts signatories."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import case, select

from app.campaigns import diff, markdown
from app.campaigns import queries as campaigns
from app.campaigns.ends import End, end_of, is_open
from app.campaigns.models import Campaign
from app.campaigns.signing import next_milestone
from app.kernel import clock, i18n, switches
from app.kernel.db import db

from . import rules
from .list_models import DailyDigest, Figures, Total
from .models import (
    INDIVIDUAL,
    ORGANISATION,
    Delivery,
    Letter,
    LetterText,
    LetterVersion,
    Withdrawal,
)
from .operations import OpenText
from .rules import Edition

_last_read: dict[tuple[str, str, str], OpenText] = {}
MOST_WITHDRAWALS = 50


@dataclass(frozen=True)
class Version:
    """One edition as pages tell of it."""

    number: int
    kind: str
    published_at: datetime


@dataclass(frozen=True)
class LetterView:
    """A letter as templates see it, in one language; its text may be in another, if it is not translated."""

    letter: Letter
    words: LetterText
    campaign: str
    language: str
    versions: list[Version]
    texts: dict[str, str]
    totals: dict[tuple[str, str], dict[str, int]]
    told: dict = field(default_factory=dict)
    told_on: date | None = None
    signing_paused: bool = False
    is_open: bool = False

    @property
    def slug(self) -> str:
        return self.letter.slug

    @property
    def title(self) -> str:
        return self.words.title

    @property
    def foreign(self) -> i18n.Language | None:
        """The language of its text where that is not the page's."""
        return None if self.words.language == self.language else i18n.EVERY[self.words.language]

    @property
    def digest(self) -> str:
        return self.words.digest.hex()

    @property
    def open_text(self) -> OpenText:
        return OpenText(self.letter.id, self.words.version, self.words.language, self.words.digest)

    @property
    def html(self) -> Markup:
        return markdown.render(self.words.body, self._resolve, language=self.words.language)

    @property
    def end(self) -> End | None:
        return end_of(self.letter)

    @property
    def days_left(self) -> int:
        """Whole days until the end, as the page was made."""
        return (self.letter.closes_at - clock.now()).days if self.letter.closes_at else 0

    @cached_property
    def editions(self) -> list[Edition]:
        return [Edition(version.number, version.kind) for version in self.versions]

    def named(self, roll: str = ORGANISATION) -> int:
        """How many of a list are named."""
        return self.totals.get((roll, "all"), {}).get("", 0)

    def unnamed(self, roll: str = ORGANISATION) -> int:
        """How many of a list there are besides at least, in tens."""
        return self.told.get("at_least", {}).get(roll, 0)

    def by_visibility(self, roll: str = ORGANISATION) -> dict[str, int]:
        """How many of a list are public, told by country or region, and counted only: of the last two at least so
        many, in tens, and nothing that the figures of the day do not say already."""
        cells = (*self.told.get("areas", {}).values(), *self.told.get("regions", {}).values())
        area = min(sum(cells), self.unnamed(roll)) if roll == ORGANISATION else 0
        return {"public": self.named(roll), "area": area, "counted": rules.in_tens(self.unnamed(roll) - area)}

    @property
    def signed(self) -> int:
        """Organisations that count, as far as it is told."""
        return self.named() + self.unnamed()

    @property
    def people(self) -> int:
        return self.named(INDIVIDUAL) + self.unnamed(INDIVIDUAL)

    @property
    def goal(self) -> int:
        return next_milestone(self.signed, self.letter.milestones)

    @property
    def under(self) -> list[tuple[int, int]]:
        """How many of the named organisations and people stand under each version, newest first."""
        signed: dict[int, int] = {}
        for roll in (ORGANISATION, INDIVIDUAL):
            for version, number in self.totals.get((roll, "version"), {}).items():
                signed[int(version)] = signed.get(int(version), 0) + number
        return rules.by_version(self.editions, signed)

    def parts(self, kind: str, roll: str = ORGANISATION) -> list[tuple[str, int]]:
        """The named of a list by country, region, network or ECOSOC status, most first."""
        found = self.totals.get((roll, kind), {})
        return sorted(((part, n) for part, n in found.items() if n), key=lambda item: (-item[1], item[0]))

    def url_of(self, endpoint: str = "letter", **values) -> str:
        """A page of the letter."""
        place = {"lang": self.language, "campaign": self.campaign, "letter": self.slug}
        return url_for(f"letters.{endpoint}", **{**place, **values})

    @property
    def url(self) -> str:
        return self.url_of()

    def _resolve(self, kind: str, slug: str) -> str:
        place = {"lang": self.language, "campaign": self.campaign}
        if kind == "petition":
            return url_for("petitions.petition", petition=slug, **place)
        if slug == campaigns.CALL:
            return url_for("site.campaign", **place)
        return url_for("campaigns.page", page=slug, **place)


def letter_view(slug: str, language: str, campaign: str | None = None, version: int | None = None) -> LetterView | None:
    """A letter, its open version or another one, in a language or else as it was negotiated; None when there is
    none."""
    wanted = Letter.version if version is None else version
    statement = (
        select(Letter, LetterText, Campaign.slug, Figures.told, Figures.day, switches.is_paused("signing"))
        .join(LetterText, (LetterText.letter_id == Letter.id) & (LetterText.version == wanted))
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .outerjoin(Figures, Figures.letter_id == Letter.id)
        .where(Letter.slug == slug, LetterText.language.in_((language, Letter.negotiated)))
        .order_by(case((LetterText.language == language, 0), else_=1))
    )
    if campaign is not None:
        statement = statement.where(Campaign.slug == campaign)
    row = db.session.execute(statement.limit(1)).one_or_none()
    if row is None:
        return None
    letter, words, own, told, day, paused = row
    view = LetterView(
        letter,
        words,
        own,
        language,
        versions(letter.id),
        _states(letter.id, words.version),
        _totals(letter.id),
        told or {},
        day,
        paused,
        is_open(letter, clock.now()),
    )
    if version is None:
        _last_read[slug, language, own] = view.open_text
    return view


def last_read(slug: str, language: str, campaign: str) -> OpenText | None:
    """The open text as this process read it last, so that a sign-on need not ask first; it may be an old one."""
    return _last_read.get((slug, language, campaign))


def versions(letter_id: int) -> list[Version]:
    """The versions of a letter, newest first."""
    rows = select(LetterVersion.number, LetterVersion.kind, LetterVersion.published_at)
    found = rows.where(LetterVersion.letter_id == letter_id).order_by(LetterVersion.number.desc())
    return [Version(*row) for row in db.session.execute(found)]


def _states(letter_id: int, version: int) -> dict[str, str]:
    """The state of a version's text in each language it has, in the usual order."""
    rows = select(LetterText.language, LetterText.state)
    found = dict(db.session.execute(rows.where(LetterText.letter_id == letter_id, LetterText.version == version)).all())
    return {code: found[code] for code in i18n.CODES if code in found}


def _totals(letter_id: int) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in db.session.execute(
        select(Total.roll, Total.kind, Total.part, Total.number).where(Total.letter_id == letter_id)
    ):
        found.setdefault((row.roll, row.kind), {})[row.part] = row.number
    return found


def digests(letter_id: int) -> dict[int, dict[str, dict[str, str]]]:
    """Digest (hex) and state of every version's text, by number and language."""
    rows = db.session.execute(
        select(LetterText.version, LetterText.language, LetterText.digest, LetterText.state)
        .where(LetterText.letter_id == letter_id)
        .order_by(LetterText.version, LetterText.language)
    )
    found: dict[int, dict[str, dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.version, {})[row.language] = {"digest": row.digest.hex(), "state": row.state}
    return found


@dataclass(frozen=True)
class Comparison:
    """What changed from one version to the next in one language: title, addressees and text, as parts of diff.words."""

    language: str
    title: list[tuple[str, str]]
    addressees: list[tuple[str, str]]
    body: list[tuple[str, str]]


def comparison(letter: Letter, version: int, language: str) -> Comparison | None:
    """A version beside the one before it, in a language or as it was negotiated; None where there is none before."""
    rows = db.session.scalars(
        select(LetterText).where(
            LetterText.letter_id == letter.id,
            LetterText.version.in_((version - 1, version)),
            LetterText.language.in_((language, letter.negotiated)),
        )
    )
    texts = {(text.version, text.language): text for text in rows}
    for code in dict.fromkeys((language, letter.negotiated)):
        before, after = texts.get((version - 1, code)), texts.get((version, code))
        if before and after:
            pairs = ((getattr(before, name), getattr(after, name)) for name in ("title", "addressees", "body"))
            return Comparison(code, *(diff.words(old, new) for old, new in pairs))
    return None


def daily(letter_id: int, limit: int | None = None) -> list[DailyDigest]:
    """The signed digests of a letter's list, newest first."""
    statement = select(DailyDigest).where(DailyDigest.letter_id == letter_id).order_by(DailyDigest.day.desc())
    return list(db.session.scalars(statement.limit(limit)))


def deliveries(letter_id: int) -> list[Delivery]:
    """To whom a letter was handed over, newest first."""
    where = Delivery.letter_id == letter_id
    return list(db.session.scalars(select(Delivery).where(where).order_by(Delivery.day.desc(), Delivery.id.desc())))


def withdrawals(letter_id: int) -> list[Withdrawal]:
    """The notes of those who took their name back and wished that the list says so, newest first."""
    statement = select(Withdrawal).where(Withdrawal.letter_id == letter_id)
    return list(db.session.scalars(statement.order_by(Withdrawal.day.desc(), Withdrawal.id).limit(MOST_WITHDRAWALS)))


def letter_named(slug: str, campaign: str) -> Letter | None:
    """The letter of this name in a campaign, open or not."""
    joined = select(Letter).join(Campaign, Campaign.id == Letter.campaign_id)
    return db.session.scalar(joined.where(Letter.slug == slug, Campaign.slug == campaign))


def letters_of(campaign: str) -> list[Letter]:
    """Every letter of a campaign, open or not, oldest first."""
    joined = select(Letter).join(Campaign, Campaign.id == Letter.campaign_id)
    return list(db.session.scalars(joined.where(Campaign.slug == campaign).order_by(Letter.id)))
