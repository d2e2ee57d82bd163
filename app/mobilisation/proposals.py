"""What could be written next: organisations in states without a clear view that nobody has written to for a while.

It only says so, and never sends. States where a word in a mailbox may do harm are in no proposal, nor are those of
whose civic space nothing is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, true

from app.campaigns import queries as campaigns
from app.kernel.db import db
from app.people.org_models import Membership, Organisation, Position
from app.people.rules import discreet
from app.positions import queries as positions
from app.positions import record
from app.states import members
from app.states import queries as states
from app.states.models import Area

from .models import Delivery, Mailing

QUIET = timedelta(days=60)
MOST = 5
MOST_COUNTED = 1000
_REACHED = ("queued", "sending", "sent", "uncertain")


@dataclass(frozen=True)
class Proposal:
    """That organisations of ours in a state without a clear view on an ask have not been written to."""

    campaign: str
    ask: str
    state: str
    number: int

    @property
    def segment(self) -> str:
        """The rule that means them."""
        return f"country:{self.state} position:{self.ask}=undecided"


def proposals(campaign: str, networks: tuple[int, ...] | None, now: datetime) -> list[Proposal]:
    """The proposals of a campaign with the most organisations, in these networks or (None) in all."""
    view = campaigns.campaign_view(campaign, "en")
    if view is None:
        return []
    free = {code for code, space in states.civic_spaces() if not discreet(space.rating if space else None)}
    wanted: dict[str, str] = {}
    for ask in campaigns.asks(view.id):
        if ask.status != "open":
            continue
        for code, stands in positions.standing(view.id, ask.slug, now.date()).items():
            if stands.position == record.UNDECIDED and code in free:
                wanted.setdefault(code, ask.slug)
    if not wanted:
        return []
    numbers = _unwritten(campaign, set(wanted), networks, now)
    known = members.states()
    found = [Proposal(campaign, wanted[code], code, number) for code, number in numbers.items() if code in known]
    return sorted(found, key=lambda one: (-one.number, one.state))[:MOST]


def _unwritten(campaign: str, codes: set[str], networks, now: datetime) -> dict[str, int]:
    """How many organisations with somebody in them have had no mail of a campaign for a while, by state; of an area
    they are counted no further than MOST_COUNTED, so that a page costs the same whatever there is."""
    state = func.coalesce(Area.fold_to, Area.code)
    wrote = (
        select(Delivery.id)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.organisation_id == Organisation.id, Mailing.campaign == campaign)
        .where(Delivery.state.in_(_REACHED), Mailing.frozen_at >= now - QUIET)
    )
    there = (
        select(Organisation.id)
        .where(Organisation.country == Area.code, Organisation.joined_into.is_(None), ~wrote.exists())
        .where(select(Position.id).where(Position.organisation_id == Organisation.id).exists())
    )
    if networks is not None:
        mine = select(Membership.organisation_id).where(Membership.network_id.in_(networks))
        there = there.where(Organisation.id.in_(mine))
    there = there.limit(MOST_COUNTED).correlate(Area).lateral("there")
    statement = (
        select(state, func.count(there.c.id))
        .select_from(Area)
        .join(there, true())
        .where(state.in_(sorted(codes)))
        .group_by(state)
    )
    return dict(db.session.execute(statement).all())
