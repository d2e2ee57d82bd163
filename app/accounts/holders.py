"""Who, of all staff, may do something: for whatever needs a second person, or has to be told to somebody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.kernel.audit import Entry
from app.kernel.db import db

from .models import Staff, StaffRole
from .roles import ACTIONS, EVERYWHERE


@dataclass(frozen=True)
class Holder:
    """A colleague who may do the thing in question; `email` and `language` are where and how to write to them."""

    id: int
    name: str
    email: str
    language: str


def holders(action: str, campaign: str) -> list[Holder]:
    """Everybody who works here and may do this in a campaign, by id. Raises KeyError for an action that is none."""
    may = select(StaffRole.staff_id).where(
        StaffRole.role.in_(ACTIONS[action].roles), StaffRole.campaign.in_((campaign, EVERYWHERE))
    )
    rows = db.session.execute(
        select(Staff.id, Staff.name, Staff.email, Staff.language)
        .where(Staff.id.in_(may), Staff.disabled_at.is_(None))
        .order_by(Staff.id)
    )
    return [Holder(*row) for row in rows]


def let_in_by(someone: int | None, since: datetime) -> set[int]:
    """The ids of those whom somebody has given a role since a moment: they are no second person for what that somebody
    asked for then, as nobody knows whether they are another one."""
    given = select(Entry.subject).where(
        Entry.actor == someone, Entry.action == "staff.give-role", Entry.at >= since, Entry.subject.like("staff:%")
    )
    return {int(subject.removeprefix("staff:")) for subject in db.session.scalars(given)}


def names(ids: set[int | None]) -> dict[int, str]:
    """The names of colleagues by id, those that are gone left out."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return {row.id: row.name for row in rows}
