"""What a report tells of a campaign's signatures: sums from the totals; parts by the rule of people/periods.py."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, case, func, select

from app.campaigns.models import Campaign
from app.kernel import i18n
from app.kernel.db import db
from app.people import periods
from app.states import queries as states

from .models import Petition, PetitionText
from .partner_models import Partner
from .total_models import DayTotal, PaperDay, PartTotal

KINDS = ("region", "language", "source")


@dataclass(frozen=True)
class PetitionLine:
    """One petition in a period: who confirmed and who withdrew in it, or was found false; all who had signed by its
    end; and those on paper, as they were counted by its end."""

    slug: str
    title: str
    confirmed: int
    withdrawn: int
    signed: int
    on_paper: int


def petitions(campaign: str, language: str, first: date, last: date) -> list[PetitionLine]:
    """Each petition of a campaign that had opened by the end of a period, both days included. One query."""
    inside = and_(DayTotal.day >= first, DayTotal.day <= last)

    def total(column, when):
        return func.coalesce(func.sum(case((when, column), else_=0)), 0)

    on_paper = (
        select(func.coalesce(func.sum(PaperDay.number), 0))
        .where(PaperDay.petition_id == Petition.id, PaperDay.day <= last)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Petition.slug,
            PetitionText.title,
            total(DayTotal.confirmed, inside),
            total(DayTotal.withdrawn, inside),
            total(DayTotal.confirmed - DayTotal.withdrawn, DayTotal.day <= last),
            on_paper,
        )
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .join(PetitionText, (PetitionText.petition_id == Petition.id) & (PetitionText.version == Petition.version))
        .outerjoin(DayTotal, DayTotal.petition_id == Petition.id)
        .where(Campaign.slug == campaign, PetitionText.language == language, Petition.opened_on <= last)
        .group_by(Petition.id, PetitionText.title)
        .order_by(Petition.id)
    )
    return [PetitionLine(*row) for row in rows]


def opened_on(campaign: str) -> date | None:
    """The day on which the first petition of a campaign opened; None when it has none."""
    return db.session.scalar(
        select(func.min(Petition.opened_on))
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == campaign)
    )


@dataclass(frozen=True)
class Parts:
    """What is told of a period's parts, by kind, and the whole months it is told of; both None when there are none."""

    first: date | None
    last: date | None
    told: dict[str, periods.Told]


def parts(campaign: str, first: date, last: date, today: date) -> Parts:
    """The parts of a campaign's signatures in the whole months of a period that are over. Two queries.

    What languages there are is asked of the site, not of the campaign: it may add one, and a past month says the same.
    """
    opened = opened_on(campaign) or first
    found: dict[str, dict[date, dict[str, int]]] = {kind: defaultdict(dict) for kind in KINDS}
    month = func.date_trunc("month", PartTotal.day)
    rows = db.session.execute(
        select(PartTotal.kind, PartTotal.part, month, func.sum(PartTotal.confirmed))
        .join(Petition, Petition.id == PartTotal.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == campaign)
        .group_by(PartTotal.kind, PartTotal.part, month)
    )
    for kind, part, begins, number in rows:
        found[kind][begins.date()][part] = int(number)
    begun = min((begins for months in found.values() for begins in months), default=opened)
    months = _months(min(begun, opened), today)
    chosen = [n for n, (begins, ends) in enumerate(months) if first <= max(begins, opened) and ends <= last]
    if not chosen:
        return Parts(None, None, {kind: periods.Told({}, 0) for kind in KINDS})
    span = slice(chosen[0], chosen[-1] + 1)
    known = _known()
    told = {kind: periods.tell([found[kind][begins] for begins, _ in months], known[kind], span) for kind in KINDS}
    return Parts(max(months[span][0][0], opened), months[span][-1][1], told)


def _known() -> dict[str, set[str]]:
    regions = {region or periods.NOWHERE for region in states.region_of().values()} | {periods.NOWHERE}
    return {"region": regions, "language": set(i18n.CODES), "source": set()}


def _months(day: date, today: date) -> list[tuple[date, date]]:
    """The first and last day of every month that is over, from the one that `day` is in."""
    found, begins = [], day.replace(day=1)
    while (after := (begins + timedelta(days=32)).replace(day=1)) <= today:
        found.append((begins, after - timedelta(days=1)))
        begins = after
    return found


def partner_names(campaign: str, language: str, fallback: str) -> dict[str, str]:
    """The name of every partner of a campaign by its name in the address."""
    rows = db.session.execute(
        select(Partner.slug, Partner.names)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Campaign.slug == campaign)
    )
    return {slug: names.get(language) or names[fallback] for slug, names in rows}
