"""Everything that reads about petitions for a page. No query here counts signatures."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import exists, func, select

from app.campaigns import further as other
from app.campaigns import markdown
from app.campaigns import queries as campaigns
from app.campaigns.models import Campaign
from app.kernel import clock, i18n, switches
from app.kernel.db import db
from app.states import queries as states
from app.states.models import UN_WORLD

from . import ends, rules
from .counting import disclosed
from .models import Paper, Petition, PetitionText
from .operations import OpenText
from .total_models import DayTotal, PetitionTotal

_last_read: dict[tuple[str, str, str, str | None], OpenText] = {}


@dataclass(frozen=True)
class PetitionView:
    """A petition as templates see it, in one language, with what a signing needs. `further` is the language besides the
    six in which it is read; its text is in it where it has been translated."""

    petition: Petition
    words: PetitionText
    campaign: str
    language: str
    confirmed: int
    on_paper: int
    is_open: bool
    signing_paused: bool
    further: str | None = None

    @property
    def foreign(self) -> i18n.Language | None:
        """The language of its text where that is not the page's."""
        return None if self.words.language == self.language else i18n.EVERY[self.words.language]

    @property
    def slug(self) -> str:
        return self.petition.slug

    @property
    def title(self) -> str:
        return self.words.title

    @property
    def addressees(self) -> str:
        return self.words.addressees

    @property
    def version(self) -> int:
        return self.words.version

    @property
    def digest(self) -> str:
        return self.words.digest.hex()

    @property
    def signed(self) -> int:
        """All signatures, those on paper too."""
        return self.confirmed + self.on_paper

    @property
    def goal(self) -> int:
        """The milestone that the signatures are on their way to."""
        return rules.next_milestone(self.signed, self.petition.milestones)

    @property
    def open_text(self) -> OpenText:
        foreign = self.words.language if self.foreign else None
        return OpenText(self.petition.id, self.words.version, self.words.digest, foreign)

    @property
    def html(self) -> Markup:
        return markdown.render(self.words.body, self._resolve, language=self.words.language)

    @property
    def end(self) -> ends.End | None:
        return ends.end_of(self.petition)

    @property
    def closing_html(self) -> Markup | None:
        """What the campaign says of a petition that has ended; None before, and when it says nothing."""
        if self.is_open:
            return None
        for language in dict.fromkeys((self.words.language, self.language)):
            words = campaigns.closing_text(self.petition.campaign_id, self.slug, language)
            if words:
                html = markdown.render(words, self._resolve, language=language)
                return html if language == self.language else i18n.marked(html, language)
        return None

    @cached_property
    def notice(self) -> campaigns.Notice | None:
        """What a reader of this translation of the text should know."""
        place = self.petition.campaign_id, "petitions", self.slug, self.words.language
        return campaigns.document_notice(*place, lambda code: replace(self, language=code, further=None).url)

    @property
    def url(self) -> str:
        return self._read_url("petitions.petition")

    @property
    def paper_url(self) -> str | None:
        """Where the sheet for signatures on paper is; None when there is none, or the petition has ended."""
        return self._url("petitions.paper") if self.is_open and paper_digest(self) else None

    @property
    def signatories_url(self) -> str:
        return self._url("petitions.signatories")

    @property
    def mastodon_url(self) -> str:
        return self._read_url("petitions.mastodon")

    @property
    def qr_url(self) -> str:
        return self._url("petitions.qr")

    @property
    def shared_url(self) -> str:
        """The page with the form for a device that others use, too."""
        return self._read_url("petitions.shared")

    def _resolve(self, kind: str, slug: str) -> str:
        place = {"lang": self.language, "campaign": self.campaign}
        if self.further and kind == "petition":
            return url_for("petitions.petition_in", petition=slug, code=self.further, **place)
        if self.further and slug in self._further_pages:
            return url_for("campaigns.page_in", page=slug, code=self.further, **place)
        if kind == "petition":
            return url_for("petitions.petition", petition=slug, **place)
        return (
            url_for("site.campaign", **place)
            if slug == campaigns.CALL
            else url_for("campaigns.page", page=slug, **place)
        )

    @cached_property
    def _further_pages(self) -> set[str]:
        return other.pages_in(self.petition.campaign_id, self.further)

    def _url(self, endpoint: str) -> str:
        return url_for(endpoint, lang=self.language, campaign=self.campaign, petition=self.slug)

    def _read_url(self, endpoint: str) -> str:
        """Where it goes on in the language in which it is read."""
        if self.further is None:
            return self._url(endpoint)
        place = {"lang": self.language, "campaign": self.campaign, "petition": self.slug}
        return url_for(f"{endpoint}_in", code=self.further, **place)


def petition_view(
    slug: str, language: str, campaign: str | None = None, further: str | None = None
) -> PetitionView | None:
    """The open version of a petition in a language, with its totals; None when there is none. Its text is in `further`,
    a language besides the six, where it has been translated."""
    statement = _views(language, further).where(Petition.slug == slug)
    if campaign is not None:
        statement = statement.where(Campaign.slug == campaign)
    row = db.session.execute(statement.limit(1)).one_or_none()
    return row and _view(row, language, further)


def open_petition(campaign_id: int, now: datetime) -> str | None:
    """The slug of the petition that a campaign's own page asks to sign, while it is open."""
    first = db.session.scalar(
        select(Petition).where(Petition.campaign_id == campaign_id).order_by(Petition.id).limit(1)
    )
    return first.slug if first and ends.is_open(first, now) else None


def further_languages(petition: PetitionView) -> list[tuple[i18n.Language, str]]:
    """The languages besides the six that a petition's open text is in, each with the address where it is read."""
    there = digests(petition.petition)
    place = {"lang": petition.language, "campaign": petition.campaign, "petition": petition.slug}
    codes = [code for code in i18n.EVERY if code not in i18n.BY_CODE and code in there]
    return [(i18n.EVERY[code], i18n.site_url("petitions.petition_in", code=code, **place)) for code in codes]


def petition_named(slug: str) -> Petition | None:
    """The petition of this name; None when there is none."""
    return db.session.scalar(select(Petition).where(Petition.slug == slug))


def campaign_petitions(campaign_id: int, language: str) -> list[PetitionView]:
    """The petitions of a campaign, oldest first."""
    statement = _views(language).where(Petition.campaign_id == campaign_id).order_by(Petition.id)
    return [_view(row, language) for row in db.session.execute(statement)]


def can_sign(campaign_id: int, now: datetime) -> bool:
    """Whether a campaign has a petition with a text that is open."""
    texts = (PetitionText.petition_id == Petition.id) & (PetitionText.version == Petition.version)
    found = db.session.scalars(select(Petition).where(Petition.campaign_id == campaign_id, exists().where(texts)))
    return any(ends.is_open(petition, now) for petition in found)


def _views(language: str, further: str | None = None):
    found = (
        select(Petition, PetitionText, Campaign.slug, PetitionTotal, switches.is_paused("signing"))
        .join(PetitionText, (PetitionText.petition_id == Petition.id) & (PetitionText.version == Petition.version))
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .join(PetitionTotal, PetitionTotal.petition_id == Petition.id)
    )
    if further is None:
        return found.where(PetitionText.language == language)
    return found.where(PetitionText.language.in_((language, further))).order_by(PetitionText.language == language)


def _view(row, language: str, further: str | None = None) -> PetitionView:
    petition, words, campaign, total, paused = row
    # Read once: one page may not be open at its top and closed at its foot.
    is_open = ends.is_open(petition, clock.now())
    confirmed = total.confirmed - total.withdrawn
    view = PetitionView(petition, words, campaign, language, confirmed, total.on_paper, is_open, paused, further)
    _last_read[petition.slug, language, campaign, further] = view.open_text
    return view


def _paper(column, view: PetitionView):
    return db.session.scalar(
        select(column).where(
            Paper.petition_id == view.petition.id, Paper.version == view.version, Paper.language == view.language
        )
    )


def paper_digest(view: PetitionView) -> str | None:
    """The digest of the sheet for signatures on paper; None when there is none."""
    return _paper(Paper.digest, view)


def paper_pdf(view: PetitionView) -> bytes | None:
    """The sheet for signatures on paper; None when there is none."""
    return _paper(Paper.pdf, view)


def last_read(slug: str, language: str, campaign: str, further: str | None = None) -> OpenText | None:
    """The open text as this process read it last, so that a signing need not ask first; None when it never did.

    It may be an old one: `operations.sign` finds that out.
    """
    return _last_read.get((slug, language, campaign, further))


def digests(petition: Petition) -> dict[str, str]:
    """The digest (hex) of the open text in each language."""
    rows = db.session.execute(
        select(PetitionText.language, PetitionText.digest)
        .where(PetitionText.petition_id == petition.id, PetitionText.version == petition.version)
        .order_by(PetitionText.language)
    )
    return {language: digest.hex() for language, digest in rows}


ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Tally:
    """A petition's public figures after the rule of people/rules.py.

    `by_area` counts everyone who ever confirmed, by ISO alpha-3 area, by M49 region for what is folded, and `elsewhere`
    for what has no region; less `withdrawn`, which is told for all areas together, it adds up to the total. `by_day` is
    what each day (UTC) added, net, oldest first.
    """

    by_area: dict[str, int]
    withdrawn: int
    by_day: dict[str, int]
    names: dict[str, str]


def tally(petition_id: int, language: str) -> Tally:
    """The public figures of a petition, with the names of its areas and regions in a language."""
    found = disclosed(petition_id)
    by_area = dict(sorted(found.areas.items(), key=lambda item: (-item[1], item[0])))
    by_area |= {region: n for region, n in sorted(found.rows.items(), key=lambda i: (-i[1], i[0] or "")) if region}
    if None in found.rows:
        by_area[ELSEWHERE] = found.rows[None]
    names = states.area_names(language) | states.region_names(language)
    days = db.session.execute(
        select(DayTotal.day, DayTotal.confirmed - DayTotal.withdrawn)
        .where(DayTotal.petition_id == petition_id)
        .order_by(DayTotal.day)
    )
    return Tally(
        by_area=by_area,
        withdrawn=db.session.get_one(PetitionTotal, petition_id).withdrawn,
        by_day={day.isoformat(): net for day, net in days},
        names={code: names[code] for code in by_area if code in names},
    )


def petition_slugs() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every (campaign slug, petition slug, languages of its open text), for the sitemap."""
    statement = (
        select(Campaign.slug, Petition.slug, func.array_agg(PetitionText.language))
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(PetitionText, (PetitionText.petition_id == Petition.id) & (PetitionText.version == Petition.version))
        .where(Campaign.world == UN_WORLD)
    ).group_by(Campaign.slug, Petition.id)
    rows = db.session.execute(statement.order_by(Petition.id))
    return [(campaign, slug, tuple(c for c in i18n.CODES if c in codes)) for campaign, slug, codes in rows]
