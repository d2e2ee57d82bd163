"""Publishing at an hour to come, told in a named time zone. In the caller's transaction.

What is to be done stands in the rows; a task looks for what is due, so an hour that passed while no worker ran is made
up for. What the document says at that hour is what is published.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit
from app.kernel.db import db

from . import publishing, readiness
from .editing import lock
from .head import moment
from .models import Campaign, Schedule

PUBLISH, UNPUBLISH = "publish", "unpublish"


class InThePast(ValueError):
    """A moment that has passed."""


def put(
    campaign: Campaign,
    kind: str,
    slug: str,
    languages: list[str],
    action: str,
    local: datetime,
    zone: str,
    *,
    actor: int | None,
    now: datetime,
) -> datetime:
    """Have a document published, or taken back, when clocks in `zone` show `local`; that moment. It takes the place of
    what was set before. Raises head.WrongMoment and InThePast."""
    at = moment(local, zone)
    if at <= now:
        raise InThePast(local.isoformat())
    lock(campaign)
    key = {"campaign_id": campaign.id, "kind": kind, "slug": slug}
    values = {"languages": languages, "action": action, "at": at, "time_zone": zone}
    values |= {"set_by": actor, "refused_at": None}
    statement = upsert(Schedule).values(**key, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    after = {"action": action, "at": at.isoformat(), "time_zone": zone, "languages": languages}
    _tell(campaign, kind, slug, "pages.schedule", actor, now, after)
    return at


def drop(campaign: Campaign, kind: str, slug: str, *, actor: int | None, now: datetime) -> bool:
    """Have nothing happen by the hour; whether something would have."""
    gone = db.session.execute(delete(Schedule).where(*_is(campaign.id, kind, slug))).rowcount > 0
    if gone:
        _tell(campaign, kind, slug, "pages.unschedule", actor, now, None)
    return gone


def of_document(campaign_id: int, kind: str, slug: str) -> Schedule | None:
    """What is set for a document."""
    return db.session.scalar(select(Schedule).where(*_is(campaign_id, kind, slug)))


def of_campaign(campaign_id: int) -> dict[tuple[str, str], Schedule]:
    """What is set for a campaign's documents, by kind and slug."""
    rows = db.session.scalars(select(Schedule).where(Schedule.campaign_id == campaign_id))
    return {(row.kind, row.slug): row for row in rows}


def local(schedule: Schedule) -> datetime:
    """The moment as clocks in its zone show it."""
    return schedule.at.astimezone(ZoneInfo(schedule.time_zone))


def carry_out(now: datetime) -> int:
    """Do what is due; how many it were. What cannot be done is noted, and waits for somebody to look."""
    due = db.session.scalars(
        select(Schedule)
        .where(Schedule.at <= now, Schedule.refused_at.is_(None))
        .order_by(Schedule.at, Schedule.id)
        .with_for_update(skip_locked=True)
    ).all()
    for schedule in due:
        campaign = db.session.get_one(Campaign, schedule.campaign_id)
        try:
            with db.session.begin_nested():
                _do(campaign, schedule, now)
        except readiness.NotReady:
            schedule.refused_at = now
        else:
            db.session.delete(schedule)
    return len(due)


def _do(campaign: Campaign, schedule: Schedule, now: datetime) -> None:
    kind, slug, by = schedule.kind, schedule.slug, schedule.set_by
    if schedule.action == PUBLISH:
        names = [(kind, slug, language) for language in schedule.languages]
        publishing.publish(campaign, names, actor=by, now=now)
    else:
        publishing.unpublish(campaign, kind, slug, schedule.languages, actor=by, now=now)


def _is(campaign_id: int, kind: str, slug: str) -> tuple:
    return Schedule.campaign_id == campaign_id, Schedule.kind == kind, Schedule.slug == slug


def _tell(campaign: Campaign, kind: str, slug: str, action: str, actor, now: datetime, after) -> None:
    audit.record(action, f"document:{kind}/{slug}", actor=actor, now=now, campaign=campaign.slug, after=after)
