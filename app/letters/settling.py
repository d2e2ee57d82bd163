"""What staff settle of a letter: its languages, addressees and end; opening a version; handing it over. In the caller's
transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.campaigns import drafts, publishing
from app.campaigns.head import moment
from app.campaigns.models import Campaign
from app.campaigns.publishing import NotReady
from app.kernel import audit, pagecache
from app.kernel.db import db

from . import operations, texts
from .models import Delivery, Letter


@dataclass(frozen=True)
class Settings:
    """What is settled: see models.Letter. `closes` is a local time in `zone`; None: no end."""

    negotiated: str
    individuals: bool
    addressees: tuple[str, ...]
    closes: datetime | None
    zone: str
    milestones: tuple[int, ...]


def settle(campaign: Campaign, letter: Letter, said: Settings, *, actor: int | None, now: datetime) -> None:
    """Settle it. The language that was negotiated stays once a version is open. Raises head.WrongMoment."""
    before = _told(letter)
    letter.closes_at = moment(said.closes, said.zone) if said.closes else None
    letter.time_zone = said.zone if said.closes else None
    letter.individuals, letter.addressees = said.individuals, list(said.addressees)
    letter.milestones = list(said.milestones)
    if not letter.version:
        letter.negotiated = said.negotiated
    db.session.flush()
    changed = {"campaign": campaign.slug, "before": before, "after": _told(letter)}
    audit.record("campaign.settings", f"letter:{letter.slug}", actor=actor, now=now, **changed)
    pagecache.bump()


def _told(letter: Letter) -> dict:
    closes = letter.closes_at and letter.closes_at.isoformat()
    said = {"negotiated": letter.negotiated, "individuals": letter.individuals, "closes": closes}
    return said | {"time_zone": letter.time_zone, "addressees": letter.addressees, "milestones": letter.milestones}


def freeze(campaign: Campaign, letter: Letter, kind: str, *, actor: int | None, now: datetime) -> tuple[int, list[str]]:
    """Publish what the desk has of a letter, and open it for signature as a version that never changes; its number, and
    the languages that could not be published and wait.

    Raises publishing.NotReady where the original cannot be published, texts.NothingNew and texts.NotReady.
    """
    held = drafts.rows(campaign.id, "letters", letter.slug)
    source = campaign.source_language
    by = {"actor": actor, "now": now}
    publishing.publish(campaign, [("letters", letter.slug, source)], **by)
    waiting = []
    for language in (code for code in held if code != source):
        try:
            with db.session.begin_nested():
                publishing.publish(campaign, [("letters", letter.slug, language)], **by)
        except NotReady:
            waiting.append(language)
    number = texts.publish(letter, kind, **by)
    taken = texts.held(letter, number)
    return number, waiting + [language for language in texts.published(letter) if language not in {*taken, *waiting}]


def deliver(
    campaign: Campaign,
    letter: Letter,
    addressee: str,
    state: str | None,
    day: date,
    how: str,
    receipt: str,
    *,
    handover: bool,
    actor: int,
    now: datetime,
) -> Delivery:
    """Write down that a letter was given to somebody; with `handover`, names that were to wait for it are shown."""
    made = Delivery(letter_id=letter.id, version=letter.version, addressee=addressee, state=state, day=day, how=how)
    made.receipt, made.entered_by, made.entered_at = receipt, actor, now
    db.session.add(made)
    db.session.flush()
    if handover:
        operations.hand_over(letter, now)
    after = {"delivery": made.id, "state": state, "day": day.isoformat(), "how": how, "handover": handover}
    audit.record("letters.deliver", f"letter:{letter.slug}", actor=actor, now=now, campaign=campaign.slug, after=after)
    pagecache.bump()
    return made


def remove_delivery(campaign: Campaign, letter: Letter, delivery_id: int, *, actor: int, now: datetime) -> bool:
    """Take out a delivery that was written down by mistake; names that it showed stay shown. False where it is none of
    the letter's."""
    held = db.session.get(Delivery, delivery_id)
    if held is None or held.letter_id != letter.id:
        return False
    before = {"delivery": held.id, "state": held.state, "day": held.day.isoformat(), "how": held.how}
    db.session.delete(held)
    db.session.flush()
    said = {"actor": actor, "now": now, "campaign": campaign.slug, "before": before}
    audit.record("letters.remove-delivery", f"letter:{letter.slug}", **said)
    pagecache.bump()
    return True


def found(campaign: Campaign, slug: str) -> Letter | None:
    """A letter of a campaign, locked."""
    where = (Letter.campaign_id == campaign.id, Letter.slug == slug)
    return db.session.scalar(select(Letter).where(*where).with_for_update())
