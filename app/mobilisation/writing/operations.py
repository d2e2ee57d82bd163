"""Everything that writes about letters to missions, but for handing them over (sending.py). In the caller's
transaction; the log names states and numbers, never a writer or a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Campaign
from app.kernel import audit, jobs, pagecache, retention, tokens
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people import queries as people
from app.people.operations import email_digests

from . import rules
from .models import NETWORK_PURPOSE, LetterLink, MissionLetter, Target, Trusted, WritingSettings, Wrote

MAIL_TASK = "writing:mail"
DELIVER_TASK = "writing:deliver"


class TooMany(Exception):
    """So much was written from this network that it has to wait."""


class WrongStep(Exception):
    """A letter is not where this step can be taken: somebody was quicker, or it has ended."""


@dataclass(frozen=True)
class Written:
    """What somebody wrote: which `letter` of rules.LETTERS it began from, the page's `language`, subject, `own` words,
    the `body` below them, and whether they say that they live there. By us: `name` and checked `address`."""

    ask: str
    letter: str
    language: str
    subject: str
    own: str
    body: str
    lives_there: bool
    name: str | None = None
    address: str | None = None


def write(
    target: Target, written: Written, *, trusted: Trusted | None, network: str | None, now: datetime
) -> MissionLetter | None:
    """Keep what somebody wrote to a mission: to be confirmed by a mail, or for a `trusted` organisation at once.

    None where it is not kept, of which the writer's page says nothing: an address that wants no mail, or for which too
    much is asked already; the same words through the same organisation once more. Raises TooMany.
    """
    origin = keyring().digests(network, NETWORK_PURPOSE) if network else []
    if origin and _asked(MissionLetter.network, origin, now, rules.PER_NETWORK):
        raise TooMany
    digests: list[bytes] = []
    if trusted is not None and origin and _sent_twice(target, trusted, written, origin, now):
        return None
    if trusted is None:
        digests = email_digests(written.address)
        if _asked(MissionLetter.email_digest, digests, now, rules.PER_ADDRESS):
            return None
        if people.is_suppressed(written.address, now):
            return None
    found = MissionLetter(
        campaign_id=target.campaign_id,
        ask=written.ask,
        state=target.state,
        target_id=target.id,
        trusted_id=trusted.id if trusted else None,
        way=rules.BY_OTHERS if trusted else rules.BY_US,
        letter=written.letter,
        status=rules.WAITING if trusted else rules.ASKED,
        language=written.language,
        mission_language=target.language,
        subject=written.subject,
        own=written.own,
        body=written.body,
        # Whoever goes through an organisation leaves neither.
        name=None if trusted else written.name,
        email=None if trusted else written.address,
        email_digest=digests[0] if digests else None,
        network=origin[0] if origin else None,
        lives_there=written.lives_there,
        asked_at=now,
    )
    db.session.add(found)
    db.session.flush()
    if trusted is None:
        jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, letter_id=found.id)
    return found


def _asked(column, digests: list[bytes], now: datetime, limit: tuple[int, timedelta]) -> bool:
    most, within = limit
    statement = select(func.count()).select_from(MissionLetter)
    return db.session.scalar(statement.where(column.in_(digests), MissionLetter.asked_at > now - within)) >= most


def _sent_twice(target: Target, trusted: Trusted, written: Written, origin: list[bytes], now: datetime) -> bool:
    """Whether this very letter came from there some minutes ago: a button that was pressed twice."""
    lately = select(MissionLetter).where(
        MissionLetter.trusted_id == trusted.id,
        MissionLetter.target_id == target.id,
        MissionLetter.ask == written.ask,
        MissionLetter.network.in_(origin),
        MissionLetter.asked_at > now - rules.TWICE,
    )
    return any((one.own, one.body) == (written.own, written.body) for one in db.session.scalars(lately))


def new_link(found: MissionLetter) -> str:
    """A token for a link to this letter, to be put into one mail."""
    token, digest = tokens.new_token()
    db.session.add(LetterLink(token_digest=digest, letter_id=found.id))
    return token


def confirm(found: MissionLetter, now: datetime) -> None:
    """Its writer says that it is theirs: it waits for its turn, which may be now. Whoever asked once more and confirms
    the same letter twice has written one: both links lead to it. Raises WrongStep."""
    if found.status != rules.ASKED or found.asked_at <= now - rules.LINK_WORKS:
        raise WrongStep
    if (first := _confirmed_before(found)) is not None:
        links = update(LetterLink).where(LetterLink.letter_id == found.id).values(letter_id=first.id)
        db.session.execute(links.execution_options(synchronize_session=False))
        db.session.delete(found)
        return
    if found.target_id is None:
        found.status, found.done_at = rules.DROPPED, now
        return
    found.status = rules.WAITING
    jobs.defer(DELIVER_TASK, priority=jobs.PATIENT, target_id=found.target_id)


def _confirmed_before(found: MissionLetter) -> MissionLetter | None:
    """The same words of the same address to the same mission that were confirmed already."""
    # One after another, for an address: whoever comes second sees what the first has done.
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(found.email_digest[-8:], signed=True))))
    others = select(MissionLetter).where(
        MissionLetter.email_digest.in_(email_digests(found.email)),
        MissionLetter.target_id == found.target_id,
        MissionLetter.ask == found.ask,
        MissionLetter.status.in_((rules.WAITING, rules.SENDING, rules.SENT, rules.DIGESTED)),
    )
    same = (one for one in db.session.scalars(others) if (one.own, one.body) == (found.own, found.body))
    return next(same, None)


def take_back(found: MissionLetter) -> None:
    """It was not them, or they would rather not: nothing stays of it. Raises WrongStep for one that has gone."""
    if found.status not in (rules.ASKED, rules.WAITING):
        raise WrongStep
    db.session.delete(found)


def pass_on(campaign: Campaign, found: MissionLetter, *, actor: int, now: datetime) -> None:
    """A colleague says that an organisation has taken a letter on. Raises WrongStep."""
    if found.way != rules.BY_OTHERS or found.status != rules.WAITING:
        raise WrongStep
    found.status, found.done_at = rules.PASSED, now
    count([found])
    _log("writing.pass-on", f"mission-letter:{found.id}", campaign, actor, now)


def drop(campaign: Campaign, found: MissionLetter, *, actor: int, now: datetime) -> None:
    """A letter that waits for an organisation is not passed on. Raises WrongStep."""
    if found.way != rules.BY_OTHERS or found.status != rules.WAITING:
        raise WrongStep
    found.status, found.done_at = rules.DROPPED, now
    _log("writing.drop", f"mission-letter:{found.id}", campaign, actor, now)


def count(letters: list[MissionLetter]) -> None:
    """Add letters that have reached their mission to what each state is told to have got."""
    numbers: dict[tuple[int, str, str], int] = {}
    for one in letters:
        place = (one.campaign_id, one.ask, one.state)
        numbers[place] = numbers.get(place, 0) + 1
    # In one order, so that two of these never wait for each other.
    for (campaign_id, ask, state), more in sorted(numbers.items()):
        statement = upsert(Wrote).values(campaign_id=campaign_id, ask=ask, state=state, number=more)
        added = {"number": Wrote.number + statement.excluded.number}
        keys = ["campaign_id", "ask", "state"]
        now_there = db.session.scalar(
            statement.on_conflict_do_update(index_elements=keys, set_=added).returning(Wrote.number)
        )
        if rules.told(now_there) != rules.told(now_there - more):
            pagecache.bump()


def settings(campaign_id: int) -> WritingSettings:
    """What a campaign has set, or what holds where it has set nothing; that is not kept."""
    return db.session.get(WritingSettings, campaign_id) or WritingSettings(
        campaign_id=campaign_id,
        per_hour=rules.PER_HOUR,
        per_day=rules.PER_DAY,
        kept_days=rules.KEPT_DAYS,
        residents_only=True,
    )


def put_settings(campaign: Campaign, values: dict, *, actor: int, now: datetime) -> None:
    """Set how many mails a mission gets, how long letters are kept, who may write."""
    before = settings(campaign.id)
    was = {name: getattr(before, name) for name in values}
    db.session.merge(WritingSettings(campaign_id=campaign.id, **values))
    pagecache.bump()
    subject = f"campaign:{campaign.slug}"
    audit.record(
        "writing.settings", subject, actor=actor, now=now, campaign=campaign.slug, before=was, after=dict(values)
    )


def _log(action: str, subject: str, campaign: Campaign, actor: int, now: datetime) -> None:
    audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug)


def erase(digests: list[bytes]) -> None:
    """Let go of the letters of an address that is erased; those that are on their way can be called back no more, and
    lose their writer's name and address here."""
    for one in db.session.scalars(select(MissionLetter).where(MissionLetter.email_digest.in_(digests))):
        if one.status == rules.SENDING:
            one.name = one.email = one.email_digest = None
        else:
            db.session.delete(one)


def forget_letters(now: datetime, batch: int) -> int:
    """Delete letters that were done with so many days ago as their campaign has set; how many of this batch."""
    kept = (
        select(WritingSettings.kept_days).where(WritingSettings.campaign_id == MissionLetter.campaign_id)
    ).scalar_subquery()
    days = func.make_interval(0, 0, 0, func.coalesce(kept, rules.KEPT_DAYS))
    return retention.delete_some(MissionLetter.id, MissionLetter.done_at < now - days, batch)


def forget_unconfirmed(now: datetime, batch: int) -> int:
    """Delete letters that nobody confirmed while that was possible; how many of this batch."""
    old = (MissionLetter.status == rules.ASKED) & (MissionLetter.asked_at < now - rules.LINK_WORKS - timedelta(days=1))
    return retention.delete_some(MissionLetter.id, old, batch)


def forget_networks(now: datetime, batch: int) -> int:
    """Forget where letters came from, a day later; how many of this batch."""
    old = (
        select(MissionLetter.id)
        .where(MissionLetter.network.is_not(None), MissionLetter.asked_at < now - timedelta(days=1))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    statement = update(MissionLetter).where(MissionLetter.id.in_(retention.once(old))).values(network=None)
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount
