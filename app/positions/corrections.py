"""The life of a request to correct a claim. Each verb works in the caller's transaction; the log holds every step and
no personal value.

What is asked for counts once it is confirmed from the mail. One that comes from an official address of a mission, or by
note verbale, marks the claim as disputed by the state until it is decided.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.campaigns.models import Campaign
from app.kernel import audit, jobs, pagecache, retention, tokens
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people import queries as people
from app.people.operations import email_digests
from app.states import groups, members

from . import operations, record
from .correction_models import NETWORK_PURPOSE, Correction, CorrectionLink, Mission
from .correction_rules import (
    ASKED,
    DECLINED,
    KEPT_AFTER,
    LINK_WORKS,
    OPEN,
    PER_ADDRESS,
    PER_NETWORK,
    UPHELD,
    due,
)
from .models import Evidence as Row

MAIL_TASK = "positions:correction-mail"
PERSONAL = ("wrong", "source", "name", "email", "email_digest", "network", "note_verbale")


class TooMany(Exception):
    """So much was asked from this network, or with this address, that it has to wait."""


class WrongStep(Exception):
    """A request is not where this step can be taken: somebody was quicker, or it has ended."""


def ask(
    row: Row,
    *,
    wrong: str,
    source: str,
    name: str,
    address: str,
    language: str,
    network: str | None,
    now: datetime,
) -> Correction:
    """Write down what somebody says is wrong with a published piece, and have a mail ask whether it was them. `address`
    is checked, `network` where it came from. Raises TooMany."""
    digests = email_digests(address)
    origin = keyring().digests(network, NETWORK_PURPOSE) if network else []
    for column, wanted, (most, within) in (
        (Correction.network, origin, PER_NETWORK),
        (Correction.email_digest, digests, PER_ADDRESS),
    ):
        if wanted and _asked_since(column, wanted, now - within) >= most:
            raise TooMany
    found = Correction(
        campaign_id=row.campaign_id,
        evidence=row.ref,
        state=ASKED,
        language=language,
        wrong=wrong,
        source=source,
        name=name,
        email=address,
        email_digest=digests[0],
        network=origin[0] if origin else None,
        asked_at=now,
    )
    db.session.add(found)
    db.session.flush()
    # To an address that wants no mail none goes; the page says the same.
    if not people.is_suppressed(address, now):
        jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, correction_id=found.id)
    return found


def _asked_since(column, digests: list[bytes], since: datetime) -> int:
    statement = select(func.count()).select_from(Correction).where(column.in_(digests), Correction.asked_at > since)
    return db.session.scalar(statement)


def new_link(found: Correction, now: datetime) -> str:
    """A token for a link to this request, to be put into one mail; it works for a week."""
    token, digest = tokens.new_token()
    db.session.add(CorrectionLink(token_digest=digest, correction_id=found.id, expires_at=now + LINK_WORKS))
    return token


def confirm(found: Correction, campaign: Campaign, now: datetime) -> None:
    """Its sender says that it was them: the clock begins. Raises WrongStep unless it waits for that."""
    if found.state != ASKED:
        raise WrongStep
    found.state, found.confirmed_at, found.due_on = OPEN, now, due(now.date())
    speaker = found.email and mission_of(campaign.id, found.email)
    if speaker and concerns(campaign, piece_of(found), speaker):
        _dispute(found, speaker, found.wrong, now.date())
    # The log names it from now on.
    pagecache.bump()
    _log("corrections.confirm", found, campaign, None, now, after={"evidence": found.evidence, "state": speaker})


def deny(found: Correction) -> None:
    """It was not them: nothing stays of it. Raises WrongStep unless it waits for that."""
    if found.state != ASKED:
        raise WrongStep
    db.session.delete(found)


def by_note_verbale(
    campaign: Campaign,
    row: Row,
    *,
    state: str,
    words: str,
    language: str,
    number: str,
    received: date,
    actor: int,
    now: datetime,
) -> Correction:
    """Enter that a state disputes a piece by note verbale, in its words. Raises WrongStep for a piece that does not
    concern it, or that it disputes already."""
    if not concerns(campaign, row, state):
        raise WrongStep
    same = select(Correction.id).where(
        Correction.campaign_id == campaign.id,
        Correction.evidence == row.ref,
        Correction.from_state == state,
        Correction.state == OPEN,
    )
    if db.session.scalar(same.limit(1)):
        raise WrongStep
    found = Correction(
        campaign_id=campaign.id,
        evidence=row.ref,
        state=OPEN,
        language=language,
        note_verbale=number,
        asked_at=now,
        entered_by=actor,
        confirmed_at=now,
        due_on=due(received),
    )
    _dispute(found, state, words, received)
    db.session.add(found)
    db.session.flush()
    _log("corrections.note", found, campaign, actor, now, after={"evidence": row.ref, "state": state})
    return found


def _dispute(found: Correction, state: str, words: str, on: date) -> None:
    found.from_state, found.words, found.disputed_on = state, words, on
    pagecache.bump()


def concerns(campaign: Campaign, row: Row, state: str) -> bool:
    """Whether a piece says something of a state: it speaks, is named, or is or was in the group that speaks."""
    if state not in members.states(campaign.world):
        return False
    if row.speaker == state or state in row.states:
        return True
    return any(one.group == row.speaker and one.state == state for one in groups.memberships(campaign.world))


def uphold(found: Correction, campaign: Campaign, reason: str, replaced_by: str, *, actor: int, now: datetime) -> None:
    """Agree: the piece is withdrawn with the reason; `replaced_by` is the ref of what stands in its place, or empty.
    Raises WrongStep unless it is open, and ValueError for no reason."""
    _decide(found, campaign, UPHELD, reason, actor, now)
    found.replaced_by = replaced_by or None
    row = piece_of(found)
    if row.status != record.WITHDRAWN:
        operations.withdraw(campaign, row, reason, actor=actor, now=now)


def decline(found: Correction, campaign: Campaign, reason: str, *, actor: int, now: datetime) -> None:
    """Disagree, with a public reason. Raises WrongStep unless it is open, and ValueError for no reason."""
    _decide(found, campaign, DECLINED, reason, actor, now)


def _decide(found: Correction, campaign: Campaign, state: str, reason: str, actor: int, now: datetime) -> None:
    if found.state != OPEN:
        raise WrongStep
    if not reason.strip():
        raise ValueError("a decision has a reason")
    found.state, found.reason, found.decided_at, found.decided_by = state, reason.strip(), now, actor
    _log("corrections.decide", found, campaign, actor, now, after={"evidence": found.evidence, "decision": state})
    if found.email:
        jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, correction_id=found.id)
    pagecache.bump()


def note_told(found: Correction, now: datetime) -> None:
    """Note that the mail went out that says what was decided."""
    found.told_at = now


def piece_of(found: Correction) -> Row:
    """The piece that a request is about, locked."""
    statement = select(Row).where(Row.campaign_id == found.campaign_id, Row.ref == found.evidence)
    return db.session.scalars(statement.with_for_update()).one()


def mission_of(campaign_id: int, address: str) -> str | None:
    """The state whose mission has this official address, as the desk has it on file."""
    wanted = Mission.email_digest.in_(email_digests(address))
    statement = select(Mission.state).where(Mission.campaign_id == campaign_id, wanted).order_by(Mission.id)
    return db.session.scalar(statement.limit(1))


def add_mission(campaign: Campaign, state: str, address: str, source: str, *, actor: int, now: datetime) -> Mission:
    """Put an official address on file, with where it is published. Raises WrongStep if it is there already."""
    if mission_of(campaign.id, address):
        raise WrongStep
    found = Mission(
        campaign_id=campaign.id,
        state=state,
        email=address,
        email_digest=email_digests(address)[0],
        source=source,
        entered_by=actor,
        entered_at=now,
    )
    db.session.add(found)
    db.session.flush()
    after = {"state": state}
    audit.record("missions.add", f"mission:{found.id}", actor=actor, now=now, campaign=campaign.slug, after=after)
    return found


def remove_mission(campaign: Campaign, found: Mission, *, actor: int, now: datetime) -> None:
    """Take an address off the file."""
    before = {"state": found.state}
    audit.record("missions.remove", f"mission:{found.id}", actor=actor, now=now, campaign=campaign.slug, before=before)
    db.session.delete(found)


def _log(action: str, found: Correction, campaign: Campaign, actor: int | None, now: datetime, after: dict) -> None:
    subject = f"correction:{found.id}"
    audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug, after=after)


def erase(digests: list[bytes]) -> None:
    """Let go of what was asked for from an address that is erased: what was decided stays, without who asked."""
    mine = Correction.email_digest.in_(digests)
    db.session.execute(delete(Correction).where(mine, Correction.state == ASKED))
    db.session.execute(update(Correction).where(mine).values(dict.fromkeys(PERSONAL)))


def forget_contents(now: datetime, batch: int) -> int:
    """Delete what is personal of requests that ended thirty days ago; how many of this batch."""
    old = (
        select(Correction.id)
        .where(Correction.decided_at < now - KEPT_AFTER, Correction.forgotten_at.is_(None))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    gone = dict.fromkeys(PERSONAL) | {"forgotten_at": now}
    statement = update(Correction).where(Correction.id.in_(retention.once(old))).values(gone)
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount


def forget_unconfirmed(now: datetime, batch: int) -> int:
    """Delete requests that nobody confirmed while their link worked; how many of this batch."""
    old = (Correction.state == ASKED) & (Correction.asked_at < now - LINK_WORKS - timedelta(days=1))
    return retention.delete_some(Correction.id, old, batch)


def forget_links(now: datetime, batch: int) -> int:
    """Delete links that work no longer; how many of this batch."""
    return retention.delete_some(CorrectionLink.token_digest, CorrectionLink.expires_at < now, batch)


def forget_networks(now: datetime, batch: int) -> int:
    """Forget where requests came from, a day later; how many of this batch."""
    old = (
        select(Correction.id)
        .where(Correction.network.is_not(None), Correction.asked_at < now - timedelta(days=1))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    statement = update(Correction).where(Correction.id.in_(retention.once(old))).values(network=None)
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount
