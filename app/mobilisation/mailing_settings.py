"""What a campaign settles for all its mailings: from how many on a second person is needed, how many mails a week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit
from app.kernel.db import db

from .result_models import APPROVE_ABOVE, WEEK_CAP, MailingSetting

_SETTLE = "mailings.settle"


@dataclass(frozen=True)
class Settings:
    """More than `approve_above` recipients need a second person; nobody gets more than `week_cap` mails a week."""

    approve_above: int = APPROVE_ABOVE
    week_cap: int = WEEK_CAP


def of(campaign: str) -> Settings:
    """The settings of a campaign, by its slug."""
    columns = (MailingSetting.approve_above, MailingSetting.week_cap)
    row = db.session.execute(select(*columns).where(MailingSetting.campaign == campaign)).one_or_none()
    return Settings(*row) if row else Settings()


def alone(campaign: str, own: Iterable[int | None]) -> int:
    """To how many recipients those of `own` (ids of staff) may write without a second person. Nobody raises it for
    themselves: what they raised holds for others alone, until somebody else settles it, too."""
    own = [one for one in own if one is not None]
    settled = select(audit.Entry).where(audit.Entry.action == _SETTLE, audit.Entry.subject == _subject(campaign))
    mine = settled.where(audit.Entry.actor.in_(own)).subquery()
    others = settled.where(audit.Entry.actor.is_(None) | audit.Entry.actor.not_in(own)).subquery()
    since = select(func.coalesce(func.max(others.c.id), 0)).scalar_subquery()
    before = select(func.min(mine.c.before["approve_above"].as_integer())).where(mine.c.id > since)
    now = of(campaign).approve_above
    lowest = db.session.scalar(before)
    return now if lowest is None else min(now, lowest)


def put(campaign: str, settings: Settings, *, actor: int, now: datetime) -> None:
    """Settle it, in the caller's transaction."""
    before = of(campaign)
    values = {"approve_above": settings.approve_above, "week_cap": settings.week_cap}
    statement = upsert(MailingSetting).values(campaign=campaign, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["campaign"], set_=values))
    said = {"approve_above": before.approve_above, "week_cap": before.week_cap}
    audit.record(_SETTLE, _subject(campaign), actor=actor, now=now, campaign=campaign, before=said, after=values)


def _subject(campaign: str) -> str:
    return f"campaign:{campaign}"
