"""What the desk reads of work with missions. Nothing here is for public pages."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, true

from app.accounts import holders
from app.accounts.models import Staff, StaffRole
from app.accounts.roles import ACTIONS, EVERYWHERE
from app.campaigns.models import Campaign
from app.kernel.db import db
from app.people.org_models import Organisation
from app.states.models import State

from .contact_models import Contact, Reading, ReadingPhoto, StateWork
from .contact_rules import WEEK


@dataclass(frozen=True)
class Noted:
    """A reading with who wrote it down, and whether a photo came with it."""

    row: Reading
    by: str | None
    photo: bool


@dataclass(frozen=True)
class Work:
    """Who looks after a state, and what comes next."""

    owner: str | None
    owner_staff: int | None
    owner_is_organisation: bool
    next_step: str | None
    next_on: date | None
    next_by: str | None


@dataclass(frozen=True)
class Met:
    """That somebody was in touch with a mission; `campaign` is a slug, the note is for its own campaign's pages."""

    on: date
    by: str | None
    note: str | None
    campaign: str
    entered_at: datetime


NOBODY = Work(None, None, False, None, None, None)


def readings(campaign_id: int, today: date, *, state: str | None = None, ask: str | None = None) -> list[Noted]:
    """What we were told and is still good, the newest first: of one state, or of all on an ask."""
    statement = (
        select(Reading, ReadingPhoto.id.is_not(None))
        .outerjoin(ReadingPhoto, ReadingPhoto.reading_id == Reading.id)
        .where(Reading.campaign_id == campaign_id, Reading.until >= today)
        .order_by(Reading.id.desc())
    )
    if state is not None:
        statement = statement.where(Reading.state == state)
    if ask is not None:
        statement = statement.where(Reading.ask == ask)
    rows = db.session.execute(statement).all()
    who = holders.names({row.entered_by for row, _ in rows})
    return [Noted(row, who.get(row.entered_by), photo) for row, photo in rows]


def latest(campaign_id: int, ask: str, today: date) -> dict[str, Noted]:
    """The reading of each state on an ask: the newest that is still good."""
    found: dict[str, Noted] = {}
    for noted in readings(campaign_id, today, ask=ask):
        found.setdefault(noted.row.state, noted)
    return found


def reading(campaign_id: int, reading_id: int) -> Reading | None:
    """One reading of a campaign."""
    statement = select(Reading).where(Reading.campaign_id == campaign_id, Reading.id == reading_id)
    return db.session.scalars(statement).one_or_none()


def photo(campaign_id: int, reading_id: int) -> ReadingPhoto | None:
    """The photo of one."""
    statement = (
        select(ReadingPhoto)
        .join(Reading, Reading.id == ReadingPhoto.reading_id)
        .where(Reading.campaign_id == campaign_id, Reading.id == reading_id)
    )
    return db.session.scalars(statement).one_or_none()


def works(campaign_id: int, state: str | None = None) -> dict[str, Work]:
    """Who looks after each state, or one, and what comes next, by state."""
    statement = (
        select(StateWork, Organisation.name)
        .outerjoin(Organisation, Organisation.id == StateWork.owner_organisation)
        .where(StateWork.campaign_id == campaign_id)
    )
    if state is not None:
        statement = statement.where(StateWork.state == state)
    rows = db.session.execute(statement).all()
    who = holders.names({one for row, _ in rows for one in (row.owner_staff, row.next_by)})
    return {
        row.state: Work(
            who.get(row.owner_staff) or organisation,
            row.owner_staff,
            organisation is not None,
            row.next_step,
            row.next_on,
            who.get(row.next_by),
        )
        for row, organisation in rows
    }


def last_contacts(campaign_id: int) -> dict[str, date]:
    """The last day on which each state's mission was spoken to in a campaign."""
    of_state = (Contact.campaign_id == campaign_id, Contact.state == State.iso3)
    # One look into the index for each state, however many contacts there were.
    last = select(Contact.met_on).where(*of_state).order_by(Contact.met_on.desc()).limit(1).lateral("last")
    return {state: day for state, day in db.session.execute(select(State.iso3, last.c.met_on).join(last, true()))}


def contacts(campaign_id: int, state: str, most: int = 50) -> list[Met]:
    """The contacts of a campaign with a mission, the latest first."""
    return _met(Contact.campaign_id == campaign_id, Contact.state == state, most=most)


def this_week(state: str, today: date) -> list[Met]:
    """Who was in touch with a mission in the last seven days, in whatever campaign: two delegations on one morning
    help nobody."""
    return _met(Contact.state == state, Contact.met_on > today - WEEK, most=50)


def _met(*conditions, most: int) -> list[Met]:
    statement = (
        select(Contact, Campaign.slug)
        .join(Campaign, Campaign.id == Contact.campaign_id)
        .where(*conditions)
        .order_by(Contact.met_on.desc(), Contact.id.desc())
        .limit(most)
    )
    rows = db.session.execute(statement).all()
    who = holders.names({row.by for row, _ in rows})
    return [Met(row.met_on, who.get(row.by), row.note, slug, row.entered_at) for row, slug in rows]


def planned(state: str, today: date) -> list[tuple[date, str | None, str]]:
    """Next steps with a mission that are due within seven days, in whatever campaign: day, who planned it, campaign."""
    statement = (
        select(StateWork.next_on, StateWork.next_by, Campaign.slug)
        .join(Campaign, Campaign.id == StateWork.campaign_id)
        .where(StateWork.state == state, StateWork.next_on.between(today, today + WEEK))
        .order_by(StateWork.next_on)
    )
    rows = db.session.execute(statement).all()
    who = holders.names({by for _, by, _ in rows})
    return [(on, who.get(by), slug) for on, by, slug in rows]


def colleagues(campaign: str) -> dict[int, str]:
    """Who may own a state of a campaign, by id: whoever may see readings there."""
    may = select(StaffRole.staff_id).where(
        StaffRole.role.in_(ACTIONS["readings.see"].roles), StaffRole.campaign.in_((campaign, EVERYWHERE))
    )
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(may), Staff.disabled_at.is_(None)))
    return dict(sorted(((row.id, row.name) for row in rows), key=lambda row: row[1].casefold()))


def organisation_named(name: str) -> int | None:
    """The organisation of this name or acronym, in whatever letters; None if there is none, or several."""
    wanted = name.casefold()
    statement = select(Organisation.id).where(
        or_(func.lower(Organisation.name) == wanted, func.lower(Organisation.acronym) == wanted),
        Organisation.joined_into.is_(None),
    )
    found = db.session.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def due(campaign: str | None, staff_id: int, today: date) -> list[tuple[str, int]]:
    """With how many states a next step is due, by campaign: of states that a colleague owns or that nobody of the staff
    does."""
    statement = (
        select(Campaign.slug, func.count())
        .join(StateWork, StateWork.campaign_id == Campaign.id)
        .where(StateWork.next_on <= today, or_(StateWork.owner_staff.is_(None), StateWork.owner_staff == staff_id))
        .group_by(Campaign.slug)
    )
    rows = db.session.execute(statement if campaign is None else statement.where(Campaign.slug == campaign))
    return [tuple(row) for row in rows]
