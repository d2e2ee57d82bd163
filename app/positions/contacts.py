"""Everything that writes about work with missions: readings, owners, contacts, next steps. In the caller's transaction.
The log says that something was written, and never of which state: what we were told stands nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Campaign
from app.kernel import audit, retention
from app.kernel.db import db
from app.kernel.images import Image

from .contact_models import Contact, Reading, ReadingPhoto, StateWork
from .contact_rules import CONTACTS_KEPT


@dataclass(frozen=True)
class Told:
    """What we were told: `act` of contact_rules.ACTS, how `sure`, on or off the `record`, good until a day."""

    ask: str
    state: str
    told: str
    act: str
    sure: str
    record: str
    by_whom: str
    until: date


def note(
    campaign: Campaign,
    told: Told,
    *,
    actor: int,
    now: datetime,
    client_id: str | None = None,
    photo: Image | None = None,
) -> int | None:
    """Write down a reading; its id. One that came before under the same `client_id` is not written again: None."""
    values = dict(campaign_id=campaign.id, **vars(told), entered_by=actor, entered_at=now, client_id=client_id or None)
    statement = upsert(Reading).values(values).on_conflict_do_nothing(index_elements=["client_id"])
    reading_id = db.session.scalar(statement.returning(Reading.id))
    if reading_id is None:
        return None
    if photo is not None:
        db.session.add(ReadingPhoto(reading_id=reading_id, media_type=photo.media_type, content=photo.data))
    _log("readings.note", f"reading:{reading_id}", campaign, actor, now)
    return reading_id


def drop(campaign: Campaign, reading: Reading, *, actor: int, now: datetime) -> None:
    """Delete a reading before its day."""
    _log("readings.drop", f"reading:{reading.id}", campaign, actor, now)
    db.session.delete(reading)


def own(
    campaign: Campaign, state: str, *, staff: int | None, organisation: int | None, actor: int, now: datetime
) -> None:
    """Say who looks after a state: a colleague, a partner organisation, or nobody."""
    work = _work(campaign, state)
    work.owner_staff, work.owner_organisation = staff, organisation
    _log("contacts.own", f"work:{work.id}", campaign, actor, now)


def plan(campaign: Campaign, state: str, step: str | None, on: date | None, *, actor: int, now: datetime) -> None:
    """Say what comes next with a state, and when; None: nothing does."""
    work = _work(campaign, state)
    planned = bool(step and on)
    work.next_step, work.next_on, work.next_by = (step, on, actor) if planned else (None, None, None)
    _log("contacts.plan", f"work:{work.id}", campaign, actor, now)


def met(campaign: Campaign, state: str, on: date, about: str, *, actor: int, now: datetime) -> int:
    """Write down that a mission was spoken to; its id."""
    contact = Contact(campaign_id=campaign.id, state=state, met_on=on, note=about or None, by=actor, entered_at=now)
    db.session.add(contact)
    db.session.flush()
    _log("contacts.met", f"contact:{contact.id}", campaign, actor, now)
    return contact.id


def _work(campaign: Campaign, state: str) -> StateWork:
    db.session.execute(upsert(StateWork).values(campaign_id=campaign.id, state=state).on_conflict_do_nothing())
    wanted = select(StateWork).where(StateWork.campaign_id == campaign.id, StateWork.state == state)
    return db.session.scalars(wanted.with_for_update()).one()


def _log(action: str, subject: str, campaign: Campaign, actor: int, now: datetime) -> None:
    audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug)


def forget_readings(now: datetime, batch: int) -> int:
    """Delete readings whose day is over, photos too; how many of this batch."""
    return retention.delete_some(Reading.id, Reading.until < now.date(), batch)


def forget_contacts(now: datetime, batch: int) -> int:
    """Delete contacts of more than a year ago; how many of this batch."""
    return retention.delete_some(Contact.id, Contact.met_on < (now - CONTACTS_KEPT).date(), batch)


def forget_next_steps(now: datetime, batch: int) -> int:
    """Delete next steps whose day was more than a year ago; how many of this batch."""
    old = (
        select(StateWork.id)
        .where(StateWork.next_on < (now - CONTACTS_KEPT).date())
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    gone = {"next_step": None, "next_on": None, "next_by": None}
    statement = update(StateWork).where(StateWork.id.in_(retention.once(old))).values(gone)
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount
