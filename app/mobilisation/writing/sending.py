"""How letters reach a mission: so many mails in an hour and in a day, and what is above that in one digest.

The limits count the mails of the last hour and the last day, in the statement that writes down the next one, under a
lock on the mailbox: no date that is changed, no second campaign and no second worker makes it one more. Mails of
mailings to the same mailbox count (limits.py), and the limits of relay, sender and domain hold for letters, too.

A mail is written down before it is handed over. What a relay refuses goes back to those that wait; where nobody knows
whether the relay has it, the mail is `uncertain`, is named at the desk, and goes out again only if a person says so.
"""

from datetime import datetime

from sqlalchemy import DateTime, bindparam, select, text, update

from app.campaigns.models import Campaign
from app.kernel import audit, mail, retention
from app.kernel.db import db
from app.kernel.logs import log
from app.people.operations import email_digests

from . import limits, operations, rules
from .models import MissionLetter, MissionMail, Target, Trusted

_COUNTED = "FROM mobilisation_mission_mail AS m WHERE m.mailbox = ANY(:mailboxes) AND m.state <> 'failed'"
_SEEN = text(
    f"SELECT count(*) FILTER (WHERE m.at > :hour) AS in_hour, count(*) AS in_day,"
    f" max(m.at) FILTER (WHERE m.digest) AS last_digest {_COUNTED} AND m.at > :day"
).columns(last_digest=DateTime(timezone=True))
# Counted and written in one: whoever holds the lock sees every mail that another has written before.
_CLAIM = text(
    "INSERT INTO mobilisation_mission_mail (campaign_id, target_id, mailbox, digest, letters, state, at)"
    " SELECT :campaign_id, :target_id, :mailbox, :digest, :letters, 'handing', :now"
    f" WHERE (SELECT count(*) {_COUNTED} AND m.at > :hour) < :per_hour"
    f" AND (SELECT count(*) {_COUNTED} AND m.at > :day) < :per_day RETURNING id"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))


def due(now: datetime) -> tuple[list[int], list[int]]:
    """The targets, and the trusted organisations with a contact, for which letters wait and may be tried."""
    waits = (MissionLetter.status == rules.WAITING, MissionLetter.way == rules.BY_US)
    targets = select(Target.id).where(
        (Target.next_try.is_(None)) | (Target.next_try <= now),
        select(MissionLetter.id).where(MissionLetter.target_id == Target.id, *waits).exists(),
    )
    others = (MissionLetter.status == rules.WAITING, MissionLetter.way == rules.BY_OTHERS)
    trusted = select(Trusted.id).where(
        Trusted.contact.is_not(None),
        (Trusted.next_try.is_(None)) | (Trusted.next_try <= now),
        select(MissionLetter.id).where(MissionLetter.trusted_id == Trusted.id, *others).exists(),
    )
    return list(db.session.scalars(targets.order_by(Target.id))), list(db.session.scalars(trusted.order_by(Trusted.id)))


def begin(target_id: int, now: datetime) -> int | None:
    """Write down the next mail to a mission, if there is one and its limits let it: its id, to be committed and then
    handed over."""
    target = db.session.get(Target, target_id)
    if target is None:
        return None
    mailboxes = email_digests(target.email)
    # Every campaign that writes to this mailbox waits here.
    held = select(Target.policy).where(Target.mailbox.in_(mailboxes)).order_by(Target.id).with_for_update()
    policies = db.session.scalars(held).all()
    db.session.refresh(target)
    policy = rules.strictest([target.policy, *policies])
    if target.next_try is not None and target.next_try > now:
        return None
    letters = _waiting(MissionLetter.target_id == target.id, rules.BY_US)
    if policy == rules.CLOSED:
        for one in letters:
            one.status, one.done_at = rules.DROPPED, now
        return None
    settings = operations.settings(target.campaign_id)
    window = {"mailboxes": mailboxes, "hour": now - rules.HOUR, "day": now - rules.DAY}
    held = limits.hold(target.email, now, mission=True)
    seen = db.session.execute(_SEEN, window).one()
    # What mailings have sent there is taken off what letters may be.
    per_hour, per_day = settings.per_hour - held.in_hour, settings.per_day - held.in_day
    free = rules.free(seen.in_hour, seen.in_day, per_hour, per_day)
    if policy in rules.ONLY_DIGESTS:
        plan = rules.Plan(0, bool(letters) and free > 0 and rules.digest_due(seen.last_digest, now))
    else:
        plan = rules.plan(len(letters), free)
    batch = letters[:1] if plan.singly else _in_one(letters) if plan.digest else []
    if not batch or not held.take(now):
        return None
    mail_id = db.session.scalar(
        _CLAIM,
        window
        | {
            "campaign_id": target.campaign_id,
            "target_id": target.id,
            "mailbox": mailboxes[0],
            "digest": not plan.singly,
            "letters": len(batch),
            "now": now,
            "per_hour": per_hour,
            "per_day": per_day,
        },
    )
    if mail_id is not None:
        _take(batch, mail_id)
    return mail_id


def begin_trusted(trusted_id: int, now: datetime) -> int | None:
    """The same for an organisation that takes letters on: one mail a day, with all that wait."""
    trusted = db.session.scalar(select(Trusted).where(Trusted.id == trusted_id).with_for_update())
    if trusted is None or trusted.contact is None or (trusted.next_try is not None and trusted.next_try > now):
        return None
    mailboxes = email_digests(trusted.contact)
    window = {"mailboxes": mailboxes, "hour": now - rules.HOUR, "day": now - rules.DAY}
    last = db.session.execute(_SEEN, window).one().last_digest
    batch = _in_one(_waiting(MissionLetter.trusted_id == trusted.id, rules.BY_OTHERS))
    if not batch or not rules.digest_due(last, now):
        return None
    if not limits.hold(trusted.contact, now, neutral=True).take(now):
        return None
    row = MissionMail(
        campaign_id=trusted.campaign_id,
        trusted_id=trusted.id,
        mailbox=mailboxes[0],
        digest=True,
        letters=len(batch),
        state=rules.HANDING,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    _take(batch, row.id)
    return row.id


def _waiting(whose, way: str) -> list[MissionLetter]:
    statement = select(MissionLetter).where(whose, MissionLetter.status == rules.WAITING, MissionLetter.way == way)
    # One more than stands in a digest is enough to know what to do.
    statement = statement.order_by(MissionLetter.id).limit(max(rules.IN_A_DIGEST, rules.MOST_PER_HOUR) + 1)
    return list(db.session.scalars(statement.with_for_update(skip_locked=True)))


def _in_one(letters: list[MissionLetter]) -> list[MissionLetter]:
    return letters[: rules.in_one((one.own, one.body) for one in letters)]


def _take(letters: list[MissionLetter], mail_id: int) -> None:
    for one in letters:
        one.status, one.mail_id = rules.SENDING, mail_id


def letters_of(mail_id: int) -> list[MissionLetter]:
    """The letters that a mail carries and that nobody has settled yet."""
    statement = select(MissionLetter).where(MissionLetter.mail_id == mail_id, MissionLetter.status == rules.SENDING)
    return list(db.session.scalars(statement.order_by(MissionLetter.id)))


def hand_over(mail_id: int, message, now: datetime) -> None:
    """Give a mail that was written down to the relay, and write down what became of it."""
    try:
        mail.hand_over(message)
    except mail.NotTaken as refused:
        log.warning("mission mail refused", extra={"mail": mail_id, "error": type(refused.__cause__).__name__})
        put_back(mail_id, rules.FAILED, now)
    except Exception as error:
        # Nobody knows: a person decides.
        log.error("mission mail uncertain", extra={"mail": mail_id, "error": type(error).__name__})
        db.session.execute(_to(mail_id, rules.HANDING, rules.UNCERTAIN))
    else:
        arrived(mail_id, now)


def _to(mail_id: int, was: str, state: str):
    statement = update(MissionMail).where(MissionMail.id == mail_id, MissionMail.state == was)
    return statement.values(state=state).execution_options(synchronize_session=False)


def arrived(mail_id: int, now: datetime) -> None:
    """A mail has gone: its letters are done with, and count."""
    row = db.session.get(MissionMail, mail_id, with_for_update=True, populate_existing=True)
    row.state = rules.HANDED
    status = rules.PASSED if row.trusted_id else rules.DIGESTED if row.digest else rules.SENT
    letters = letters_of(mail_id)
    for one in letters:
        one.status, one.done_at = status, now
    operations.count(letters)


def put_back(mail_id: int, state: str, now: datetime) -> None:
    """A mail has not gone (FAILED), or is to go once more (AGAIN): its letters wait again."""
    row = db.session.get(MissionMail, mail_id, with_for_update=True, populate_existing=True)
    row.state = state
    for one in letters_of(mail_id):
        one.status, one.mail_id = rules.WAITING, None
        if one.way == rules.BY_US and one.target_id is None:
            # Its target was taken off the file meanwhile.
            one.status, one.done_at = rules.DROPPED, now
    if state == rules.FAILED:
        table = Trusted if row.trusted_id else Target
        later = update(table).where(table.id == (row.trusted_id or row.target_id))
        db.session.execute(later.values(next_try=now + rules.TRY_AGAIN))


def find_lost(now: datetime) -> int:
    """Call uncertain what a worker was handing over when it died; how many."""
    lost = update(MissionMail).where(MissionMail.state == rules.HANDING, MissionMail.at < now - rules.SILENT)
    return db.session.execute(lost.values(state=rules.UNCERTAIN).execution_options(synchronize_session=False)).rowcount


def settle(campaign: Campaign, mail_id: int, gone: bool, *, actor: int, now: datetime) -> None:
    """A person says of an uncertain mail that it has gone, or has it sent once more. Raises operations.WrongStep."""
    wanted = select(MissionMail).where(MissionMail.id == mail_id, MissionMail.campaign_id == campaign.id)
    row = db.session.scalar(wanted.with_for_update())
    if row is None or row.state != rules.UNCERTAIN:
        raise operations.WrongStep
    if gone:
        arrived(mail_id, now)
    else:
        put_back(mail_id, rules.AGAIN, now)
    subject = f"mission-mail:{mail_id}"
    audit.record("writing.settle", subject, actor=actor, now=now, campaign=campaign.slug, after={"gone": gone})


def forget_mails(now: datetime, batch: int) -> int:
    """Delete what says that a mail went out, a year later; how many of this batch."""
    over = MissionMail.state.in_((rules.HANDED, rules.FAILED, rules.AGAIN))
    return retention.delete_some(MissionMail.id, over & (MissionMail.at < now - 365 * rules.DAY), batch)
