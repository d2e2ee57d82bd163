"""What the desk reads about signatures that were called false together."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, not_, or_, select

from app.accounts import holders
from app.campaigns.models import Campaign
from app.kernel import listing, progress
from app.kernel.db import db

from . import bulk, searching, selecting
from .desk_models import Bulk, BulkRow
from .models import Petition, Signature


@dataclass(frozen=True)
class Shown:
    """One such action as pages show it; `who` are names of colleagues, or None where they are gone."""

    id: int
    campaign: str
    petition: str
    state: str
    number: int
    checked: str
    reason: str
    conditions: dict
    asked_by: int | None
    asked_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    undo_reason: str | None
    asker: str | None
    decider: str | None
    undoer: str | None
    done: int
    total: int

    @property
    def wanted(self) -> selecting.Chosen:
        """Its conditions; those that were let go of are no longer among them."""
        return selecting.chosen(self.conditions)

    @property
    def signature_id(self) -> int | None:
        """The one signature, where it is one that was chosen by itself."""
        return self.conditions.get(bulk.SINGLE)

    @property
    def under_way(self) -> bool:
        """Whether its job is at work."""
        return self.state in ("running", "undoing")


_COLUMNS = (
    Bulk.id,
    Campaign.slug.label("campaign"),
    Petition.slug.label("petition"),
    Bulk.state,
    Bulk.number,
    Bulk.checked,
    Bulk.reason,
    Bulk.conditions,
    Bulk.asked_by,
    Bulk.asked_at,
    Bulk.due_at,
    Bulk.ended_at,
    Bulk.undo_reason,
    Bulk.decided_by,
    Bulk.undone_by,
    progress.Work.done,
    progress.Work.total,
)


def _shown(rows) -> list[Shown]:
    who = holders.names({one for row in rows for one in (row.asked_by, row.decided_by, row.undone_by)})
    return [
        Shown(
            *row[:13],
            who.get(row.asked_by),
            who.get(row.decided_by),
            who.get(row.undone_by),
            row.done or 0,
            row.total or row.number,
        )
        for row in rows
    ]


def _actions(*which: ColumnElement[bool]):
    return (
        select(*_COLUMNS)
        .join(Petition, Petition.id == Bulk.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .outerjoin(progress.Work, progress.Work.id == Bulk.work_id)
        .where(*which)
    )


def shown(bulk_id: int, campaign: str | None = None) -> Shown | None:
    """One action; of a campaign, if it is named; None when there is none."""
    which = [Bulk.id == bulk_id] + ([Campaign.slug == campaign] if campaign else [])
    return next(iter(_shown(db.session.execute(_actions(*which)).all())), None)


def page(campaign: str, cursor: str | None) -> tuple[list[Shown], listing.Part]:
    """The actions of a campaign, the latest first; signatures that one person called false one by one are not among
    them unless they wait. Raises listing.WrongCursor."""
    several = or_(not_(Bulk.conditions.has_key(bulk.SINGLE)), Bulk.state == "waiting")
    part = listing.part(_actions(Campaign.slug == campaign, several), listing.Order((Bulk.id,), True), cursor)
    return _shown(part.rows), part


def sample(bulk_id: int) -> list[searching.Line]:
    """The latest few of the signatures that an action holds."""
    statement = (
        select(*searching.COLUMNS)
        .join(BulkRow, BulkRow.signature_id == Signature.id)
        .where(BulkRow.bulk_id == bulk_id)
        .order_by(BulkRow.signature_id.desc())
        .limit(searching.SAMPLE)
    )
    return [searching.line(row) for row in db.session.execute(statement)]
