"""What pages ask about the audit log, with the names of staff beside their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Select, exists, select

from app.kernel import listing
from app.kernel.audit import Entry
from app.kernel.db import db

from . import exports, holders
from .models import Staff, StaffRole
from .roles import EVERYWHERE

MACHINE = "machine"
# So many names a list of choices holds; whoever is not among them is found by their number.
MOST_ACTORS = 200
_ORDER = listing.Order((Entry.id,), descending=True)
_COLUMNS = (
    Entry.id,
    Entry.at,
    Entry.actor,
    Entry.action,
    Entry.subject,
    Entry.campaign,
    Entry.before,
    Entry.after,
    Entry.reason,
)
# An action of a room, such as pages.publish; a room alone finds all of its actions.
_END = "\U0010ffff"


@dataclass(frozen=True)
class Wanted:
    """Which entries: by who acted (an id of staff, or MACHINE), the action or its room, what it was done to, the first
    and the last day (UTC), the campaign. None: all."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    first: date | None = None
    last: date | None = None
    campaign: str | None = None


def entries(wanted: Wanted, cursor: str | None) -> listing.Part:
    """A page of the log, the newest first. Raises listing.WrongCursor."""
    return listing.part(_statement(wanted), _ORDER, cursor)


def of_subject(subject: str) -> list:
    """Everything that was done to one thing, the oldest first."""
    return db.session.execute(_statement(Wanted(subject=subject)).order_by(Entry.id).limit(1000)).all()


def _statement(wanted: Wanted) -> Select:
    statement = select(*_COLUMNS)
    if wanted.campaign:
        statement = statement.where(Entry.campaign == wanted.campaign)
    if wanted.actor == MACHINE:
        statement = statement.where(Entry.actor.is_(None))
    elif wanted.actor:
        statement = statement.where(Entry.actor == int(wanted.actor))
    if wanted.action:
        room = wanted.action if wanted.action.endswith(".") else f"{wanted.action}."
        within = Entry.action.between(room, room + _END)
        statement = statement.where((Entry.action == wanted.action) | within)
    if wanted.subject:
        statement = statement.where(Entry.subject == wanted.subject)
    if wanted.first:
        statement = statement.where(Entry.at >= datetime.combine(wanted.first, time(), UTC))
    if wanted.last:
        statement = statement.where(Entry.at < datetime.combine(wanted.last, time(), UTC) + timedelta(days=1))
    return statement


def actors(campaign: str | None) -> dict[int, str]:
    """Whose entries can be asked for by name: the names, by id, of those who hold a role in a campaign or in all of
    them; None: of everybody, the newest MOST_ACTORS in any case."""
    wanted = select(Staff.id, Staff.name)
    if campaign is not None:
        here = StaffRole.campaign.in_((campaign, EVERYWHERE))
        wanted = wanted.where(exists().where(StaffRole.staff_id == Staff.id, here))
    rows = db.session.execute(wanted.order_by(Staff.id.desc()).limit(MOST_ACTORS))
    return {row.id: row.name for row in rows}


def _rows(filters: dict[str, str], personal: bool) -> Iterator[list[Any]]:
    wanted = Wanted(
        actor=filters.get("actor"),
        action=filters.get("action"),
        subject=filters.get("subject"),
        first=exports.day(filters, "first"),
        last=exports.day(filters, "last"),
        campaign=filters.get("campaign"),
    )
    known: dict[int | None, str | None] = {None: None}
    for row in exports.by_key(_statement(wanted), Entry.id):
        said = [row.id, row.at, row.actor, row.action, row.subject, row.campaign]
        said += [plain(row.before), plain(row.after), row.reason]
        if personal and row.actor not in known:
            known[row.actor] = holders.names({row.actor}).get(row.actor)
        yield [*said, known[row.actor]] if personal else said


def plain(values: dict | None) -> str:
    """What was before or after an entry, in one line."""
    return ", ".join(f"{name}: {value}" for name, value in (values or {}).items())


SAFE = {
    "id": lazy("Number"),
    "at": lazy("When"),
    "actor": lazy("Number of who did it"),
    "action": lazy("What was done"),
    "subject": lazy("To what"),
    "campaign": lazy("Campaign"),
    "before": lazy("Before"),
    "after": lazy("After"),
    "reason": lazy("Reason"),
}


def _people(campaign: str | None) -> list[tuple[str, str]]:
    known = {str(staff_id): name for staff_id, name in names().items()}
    return [(MACHINE, _("the machine, the command line")), *known.items()]


def _as_written(text: str) -> str:
    return text


_FILTERS = (
    exports.Filter("actor", lazy("Who"), _people),
    exports.Filter("action", lazy("What was done"), brought=_as_written),
    exports.Filter("subject", lazy("To what"), brought=_as_written),
    exports.Filter("first", lazy("From")),
    exports.Filter("last", lazy("To")),
)
_CAMPAIGN = exports.Filter("campaign", lazy("Campaign"), brought=_as_written)

for _name, _action, _of_campaign in (("audit", "audit.see", True), ("audit-all", "audit.see-all", False)):
    exports.register(
        _name,
        lazy("Log"),
        SAFE,
        {"name": lazy("Name of who did it")},
        _rows,
        action=_action,
        personal_action=_action,
        campaign=_of_campaign,
        filters=_FILTERS if _of_campaign else (*_FILTERS, _CAMPAIGN),
    )
