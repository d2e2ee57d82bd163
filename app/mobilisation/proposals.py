"""What could be written next: organisations in states without a clear view that nobody has written to for a while.

It only says so, and never sends. States where a word in a mailbox may do harm are in no proposal, nor are those of
whose civic space nothing is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import Text, and_, column, func, select, true, values

from app.campaigns.models import Ask, Campaign
from app.kernel.db import db
from app.people.org_models import Membership, Organisation, Position
from app.people.rules import SAFE_RATINGS
from app.positions import record
from app.positions.models import StoredPosition
from app.positions.queries import kept_back
from app.states import members
from app.states import queries as states
from app.states.models import UN_WORLD, Area, CivicSpace

from .models import Delivery, Mailing

QUIET = timedelta(days=60)
MOST, MOST_COUNTED = 5, 1000
_REACHED = ("queued", "sending", "sent", "uncertain")


@dataclass(frozen=True)
class Proposal:
    """That organisations of ours in a state without a clear view on an ask have not been written to."""

    campaign: str
    ask: str
    state: str
    number: int
    since: date

    @property
    def segment(self) -> str:
        """The rule that means them: also in areas that count for the state, and nobody who had a mail since."""
        areas = sorted(area for area, state in states.counted_for().items() if state == self.state)
        there = ",".join(dict.fromkeys((self.state, *areas)))
        return f"country:{there} position:{self.ask}=undecided not mailed:since.{self.since.isoformat()}"

    def name(self, lang: str) -> str:
        """The state's UN name."""
        return members.state(self.state).names[lang]

    def url(self, lang: str) -> str:
        """Where a mailing to them is begun."""
        return url_for("mailings.new", lang=lang, campaign=self.campaign, segment=self.segment, ask=self.ask)


def proposals(campaign: str | None, networks: tuple[int, ...] | None, now: datetime) -> list[Proposal]:
    """For one campaign, or (None) for each, the few proposals with the most organisations, in these networks or (None)
    in all. Two statements, whatever the number of campaigns; positions are as they were last derived."""
    wanted: dict[tuple[str, str], str] = {}
    for slug, ask, state in db.session.execute(_undecided(campaign)):
        wanted.setdefault((slug, state), ask)
    if not wanted:
        return []
    found = [
        Proposal(slug, wanted[slug, state], state, number, (now - QUIET).date())
        for slug, state, number in db.session.execute(_unwritten(wanted, networks, now))
        if number
    ]
    found.sort(key=lambda one: (one.campaign, -one.number, one.state))
    taken: dict[str, int] = {}
    kept = []
    for one in found:
        taken[one.campaign] = taken.get(one.campaign, 0) + 1
        if taken[one.campaign] <= MOST:
            kept.append(one)
    return kept


def _undecided(campaign: str | None):
    """Campaign, ask and state wherever a state is known to have no clear view on an open ask, and is safe to write
    to."""
    statement = (
        select(Campaign.slug, StoredPosition.ask, StoredPosition.state)
        .join(Campaign, Campaign.id == StoredPosition.campaign_id)
        .join(Ask, and_(Ask.campaign_id == StoredPosition.campaign_id, Ask.slug == StoredPosition.ask))
        .join(CivicSpace, CivicSpace.state_iso3 == StoredPosition.state)
        .where(StoredPosition.position == record.UNDECIDED, Ask.status == "open", ~kept_back(StoredPosition))
        .where(CivicSpace.rating.in_(sorted(SAFE_RATINGS)), Campaign.world == UN_WORLD)
        .order_by(Campaign.slug, Ask.position, StoredPosition.state)
    )
    return statement if campaign is None else statement.where(Campaign.slug == campaign)


def _unwritten(pairs: Iterable[tuple[str, str]], networks: tuple[int, ...] | None, now: datetime):
    """By campaign and state, how many organisations with somebody in them have had no mail for a while, of whichever
    campaign, as the rule that means them says; of an area they are counted no further than MOST_COUNTED, so that a page
    costs the same whatever there is."""
    asked = values(column("campaign", Text), column("state", Text), name="asked").data(list(pairs))
    wrote = (
        select(Delivery.id)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.organisation_id == Organisation.id, Delivery.state.in_(_REACHED))
        .where(Mailing.frozen_at >= now - QUIET)
        .correlate(Organisation)
    )
    there = (
        select(Organisation.id)
        .where(Organisation.country == Area.code, Organisation.joined_into.is_(None), ~wrote.exists())
        .where(select(Position.id).where(Position.organisation_id == Organisation.id).exists())
    )
    if networks is not None:
        mine = select(Membership.organisation_id).where(Membership.network_id.in_(networks))
        there = there.where(Organisation.id.in_(mine))
    some = there.limit(MOST_COUNTED).correlate(Area, asked).lateral("some")
    return (
        select(asked.c.campaign, asked.c.state, func.count(some.c.id))
        .select_from(asked)
        .join(Area, func.coalesce(Area.fold_to, Area.code) == asked.c.state)
        .join(some, true())
        .group_by(asked.c.campaign, asked.c.state)
    )
