"""What a campaign settles for all its mailings: from how many on a second person is needed, how many mails a week."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit
from app.kernel.db import db

from .result_models import APPROVE_ABOVE, WEEK_CAP, MailingSetting


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


def put(campaign: str, settings: Settings, *, actor: int, now: datetime) -> None:
    """Settle it, in the caller's transaction."""
    before = of(campaign)
    values = {"approve_above": settings.approve_above, "week_cap": settings.week_cap}
    statement = upsert(MailingSetting).values(campaign=campaign, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["campaign"], set_=values))
    said = {"approve_above": before.approve_above, "week_cap": before.week_cap}
    audit.record(
        "mailings.settle", f"campaign:{campaign}", actor=actor, now=now, campaign=campaign, before=said, after=values
    )
