"""What of moderation needs somebody today, in one statement that counts no further than a page can say."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.campaigns.models import Campaign
from app.kernel.db import db

from .desk_models import Bulk
from .models import Petition, Signature

# "More than ninety-nine" is all a start page has to know.
MOST = 100


@dataclass(frozen=True)
class Needs:
    """How many signatures are held, comments wait, and actions wait to be checked; each at most MOST."""

    held: int
    comments: int
    bulk: int


def needs(campaign: str) -> Needs:
    """What waits in a campaign (its slug)."""
    mine = select(Petition.id).join(Campaign, Campaign.id == Petition.campaign_id).where(Campaign.slug == campaign)
    held = select(Signature.id).where(
        Signature.petition_id.in_(mine), Signature.state == "pending", Signature.held.is_not(None)
    )
    comments = select(Signature.id).where(
        Signature.petition_id.in_(mine),
        Signature.comment_state == "waiting",
        Signature.shown == "name",
        Signature.state == "confirmed",
    )
    bulk = select(Bulk.id).where(Bulk.petition_id.in_(mine), Bulk.state == "waiting")
    counts = [select(func.count()).select_from(which.limit(MOST).subquery()) for which in (held, comments, bulk)]
    return Needs(*db.session.execute(select(*(one.scalar_subquery() for one in counts))).one())
