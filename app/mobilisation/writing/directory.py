"""The directory of where states can be written to, and the organisations that take letters on: what writes there. In
the caller's transaction. Nothing comes with the software: each entry is a colleague's, with its source and a day."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select, update

from app.campaigns.models import Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db
from app.people.operations import email_digests

from .. import missions
from . import rules
from .models import MissionLetter, Reply, Target, Trusted


@dataclass(frozen=True)
class Said:
    """What is said of a target: `email` is a checked address of a general mailbox, `source` where it is published,
    `checked_on` when somebody last looked. Without a `policy` it stays as it is; a new entry is open."""

    state: str
    place: str
    email: str
    language: str
    source: str
    checked_on: date
    policy: str | None = None


class Taken(ValueError):
    """There is an entry of this state and place already."""


def put(campaign: Campaign, said: Said, *, actor: int | None, now: datetime, target: Target | None = None) -> Target:
    """Enter a target, or change one. One that has replied is never open again: it gets digests. Raises Taken."""
    there = of(campaign.id, said.state, said.place)
    if there is not None and (target is None or there.id != target.id):
        raise Taken
    if target is not None and target.state != said.state:
        # What waits was written to another state.
        remove(campaign, target, actor=actor, now=now)
        db.session.flush()
        target = None
    said = replace(said, policy=policy(said, target, answered(campaign.id)))
    found = target or Target(campaign_id=campaign.id, entered_by=actor, entered_at=now)
    before = {"policy": found.policy, "place": found.place, "state": found.state} if target else None
    for name, value in vars(said).items():
        setattr(found, name, value)
    found.mailbox, found.next_try = email_digests(said.email)[0], None
    db.session.add(found)
    db.session.flush()
    missions.mark(addresses=[said.email])
    pagecache.bump()
    _log(
        "writing.target",
        f"target:{found.id}",
        campaign,
        actor,
        now,
        before=before,
        after={"policy": said.policy, "place": said.place, "state": said.state},
    )
    return found


def of(campaign_id: int, state: str, place: str) -> Target | None:
    """The entry of a state and place."""
    wanted = select(Target).where(Target.campaign_id == campaign_id, Target.state == state, Target.place == place)
    return db.session.scalars(wanted).one_or_none()


def answered(campaign_id: int) -> set[tuple[str, str]]:
    """The states and places that have replied in a campaign."""
    wanted = select(Reply.state, Reply.place).where(Reply.campaign_id == campaign_id).distinct()
    return {(state, place) for state, place in db.session.execute(wanted)}


def policy(said: Said, target: Target | None, replied: Collection[tuple[str, str]]) -> str:
    """What a target may be sent, by what is said of it, what it may be sent now, and who has `replied`. Pure."""
    wanted = said.policy or (target.policy if target else rules.OPEN)
    return rules.REPLIED if wanted == rules.OPEN and (said.state, said.place) in replied else wanted


def same(found: Target, said: Said, replied: Collection[tuple[str, str]]) -> bool:
    """Whether a target says all this already."""
    whole = replace(said, policy=policy(said, found, replied))
    return all(getattr(found, name) == value for name, value in vars(whole).items())


def remove(campaign: Campaign, found: Target, *, actor: int | None, now: datetime) -> None:
    """Take a target off the file; letters that wait for it are not sent, and their writers' pages say so."""
    waiting = update(MissionLetter).where(
        MissionLetter.target_id == found.id,
        MissionLetter.status == rules.WAITING,
        MissionLetter.way == rules.BY_US,
    )
    db.session.execute(waiting.values(status=rules.DROPPED, done_at=now).execution_options(synchronize_session=False))
    _log("writing.target-remove", f"target:{found.id}", campaign, actor, now, before={"state": found.state})
    db.session.delete(found)
    pagecache.bump()


def trust(
    campaign: Campaign, name: str, website: str, contact: str, *, actor: int, now: datetime, row: Trusted | None = None
) -> Trusted:
    """Name an organisation that takes letters on, or change one; `contact` is a checked address or "". Raises Taken."""
    wanted = select(Trusted).where(Trusted.campaign_id == campaign.id, Trusted.name == name)
    there = db.session.scalars(wanted).one_or_none()
    if there is not None and (row is None or there.id != row.id):
        raise Taken
    found = row or Trusted(campaign_id=campaign.id, entered_by=actor, entered_at=now)
    found.name, found.website, found.contact, found.next_try = name, website or None, contact or None, None
    found.mailbox = email_digests(contact)[0] if contact else None
    db.session.add(found)
    db.session.flush()
    pagecache.bump()
    _log("writing.trust", f"trusted:{found.id}", campaign, actor, now, after={"mailed": bool(contact)})
    return found


def distrust(campaign: Campaign, found: Trusted, *, actor: int, now: datetime) -> None:
    """Name an organisation no more; letters that wait for it stay at the desk."""
    _log("writing.distrust", f"trusted:{found.id}", campaign, actor, now)
    db.session.delete(found)
    pagecache.bump()


def replied(
    campaign: Campaign,
    target: Target,
    *,
    ask: str,
    received_on: date,
    words: str | None,
    language: str,
    actor: int,
    now: datetime,
) -> Reply:
    """Write down that a mission answered, `words` only where they are on the record: they are public. From now on it
    gets digests, and whoever writes reads its answer first."""
    reply = Reply(
        campaign_id=campaign.id,
        state=target.state,
        ask=ask,
        place=target.place,
        received_on=received_on,
        on_record=words is not None,
        words=words,
        language=language,
        entered_by=actor,
        entered_at=now,
    )
    db.session.add(reply)
    db.session.flush()
    if target.policy == rules.OPEN:
        target.policy = rules.REPLIED
    pagecache.bump()
    after = {"state": target.state, "on_record": reply.on_record}
    _log("writing.reply", f"reply:{reply.id}", campaign, actor, now, after=after)
    return reply


def unreply(campaign: Campaign, reply: Reply, *, actor: int, now: datetime) -> None:
    """Take a reply off the file that was written down by mistake; what the mission is sent is set with its entry."""
    _log("writing.reply-remove", f"reply:{reply.id}", campaign, actor, now, before={"state": reply.state})
    db.session.delete(reply)
    pagecache.bump()


def _log(action: str, subject: str, campaign: Campaign, actor: int | None, now: datetime, **what) -> None:
    audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug, **what)
