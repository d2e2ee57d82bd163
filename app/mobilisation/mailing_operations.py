"""Everything the desk does to a mailing: writing it, asking to start it, a second person's yes, and holding it.

Works in the caller's transaction. The engine reads a mailing's state before each batch, so what is said here holds at
once; what a worker has in its hands at that moment still goes out, and the balance says so.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.accounts import holders
from app.kernel import audit, jobs, progress
from app.kernel.db import db

from . import balance, mailing_settings, starting
from . import mailing_versions as versions
from .composing import Words
from .engine import aftermath
from .mailing_versions import Plan
from .models import Delivery, Mailing, MailingText

TRY, TEST, TELL, TURN = "mailings:try", "mailings:test", "mailings:tell", "mailings:turn"
APPROVE = "mailings.approve"
# Why an uncertain recipient is so no longer to anybody's worry: a person decided to leave it.
LEFT = "left"


class Refused(ValueError):
    """It is not done; `why` is state, faults, untried, nobody, yourself, own, or of starting.Refused."""

    def __init__(self, why: str, faults: Iterable = ()):
        super().__init__(why)
        self.why, self.faults = why, list(faults)


def get(campaign: str, mailing_id: int, lock: bool = False) -> Mailing | None:
    """A mailing of a campaign; with `lock`, nobody else changes it until the transaction ends."""
    statement = select(Mailing).where(Mailing.campaign == campaign, Mailing.id == mailing_id)
    return db.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if lock else statement
    )


def create(campaign: str, plan: Plan, network_id: int | None, *, actor: int, now: datetime) -> Mailing:
    """A new mailing, for now a plan; `network_id` is the network of the coordinator who writes it."""
    mailing = Mailing(campaign=campaign, network_id=network_id, created_by=actor, created_at=now, changed_at=now)
    for name, value in vars(plan).items():
        setattr(mailing, name, value)
    db.session.add(mailing)
    db.session.flush()
    _record("mailings.create", mailing, actor, now)
    return mailing


def change(mailing: Mailing, plan: Plan, *, actor: int, now: datetime, seen: str | None = None) -> None:
    """Say something else of a plan. `mailing` is locked; `seen` is the plan's version that was read before. Raises
    Refused, versions.Newer."""
    _must(mailing, "draft")
    versions.must_be_plan(mailing, seen)
    for name, value in vars(plan).items():
        setattr(mailing, name, value)
    _changed(mailing, now)
    _record("mailings.change", mailing, actor, now)


def write(mailing: Mailing, words: Words, *, actor: int, now: datetime, seen: str | None = None) -> None:
    """Give a plan its text in a language and variant. `mailing` is locked; `seen` is the text's version that was read
    before. Raises Refused, versions.Newer."""
    _must(mailing, "draft")
    versions.must_be_text(mailing, words.language, words.variant, seen, words)
    key = {"mailing_id": mailing.id, "language": words.language, "variant": words.variant}
    values = {"subject": words.subject, "preheader": words.preheader, "body": words.body, "changed_at": now}
    statement = upsert(MailingText).values(**key, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    _changed(mailing, now)
    _record("mailings.write", mailing, actor, now, {"language": words.language, "variant": words.variant})


def drop_text(
    mailing: Mailing, language: str, variant: str, *, actor: int, now: datetime, seen: str | None = None
) -> None:
    """Take a text out of a plan. `mailing` is locked, `seen` as in `write`. Raises Refused, versions.Newer."""
    _must(mailing, "draft")
    versions.must_be_text(mailing, language, variant, seen)
    which = (MailingText.language == language) & (MailingText.variant == variant)
    db.session.execute(delete(MailingText).where(MailingText.mailing_id == mailing.id, which))
    _changed(mailing, now)
    _record("mailings.drop-text", mailing, actor, now, {"language": language, "variant": variant})


def try_out(mailing: Mailing, *, actor: int, now: datetime) -> int:
    """Have every recipient's mail made, none sent; the id of the work, whose result is the report. Raises Refused."""
    _must(mailing, "draft", "waiting", "scheduled")
    work = progress.begin(
        "mailings.try",
        actor=actor,
        now=now,
        campaign=mailing.campaign,
        given={"mailing_id": mailing.id, "changed_at": mailing.changed_at.isoformat()},
        after_url=f"/desk/{mailing.campaign}/mailings/{mailing.id}",
    )
    mailing.tried_by = work
    db.session.flush()
    jobs.defer(TRY, work_id=work)
    return work


def report(mailing: Mailing) -> dict | None:
    """What the last dry run found; None while there is none, or something was changed since."""
    work = progress.get(mailing.tried_by) if mailing.tried_by else None
    if work is None or work.state != "done" or work.input.get("changed_at") != mailing.changed_at.isoformat():
        return None
    return work.result


def send_test(text: MailingText, staff_id: int) -> None:
    """Have a text sent to whoever writes it."""
    jobs.defer(TEST, jobs.MAIL_QUEUE, text_id=text.id, staff_id=staff_id)


def ask(
    mailing: Mailing,
    at: datetime | None,
    zone: str,
    quiet: tuple[int, int] | None,
    *,
    actor: int,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Have a plan start at a moment, or as soon as may be: at once if it goes to few, else when a second person has
    said yes. `mailing` is locked; `seen` is the version that was looked at before. Raises Refused."""
    _must(mailing, "draft")
    _must_see(mailing, seen)
    wrong = starting.faults(mailing, starting.words(mailing.id))
    if wrong:
        raise Refused("faults", wrong)
    tried = report(mailing)
    if tried is None:
        raise Refused("untried")
    if tried["faults"]:
        raise Refused("faults", starting.faults(mailing, starting.words(mailing.id), tried["neutral"]))
    if not tried["queued"]:
        raise Refused("nobody")
    mailing.starts_at, mailing.zone, mailing.refused = at, zone, None
    mailing.quiet_from, mailing.quiet_until = quiet or (None, None)
    mailing.asked_by, mailing.asked_at = actor, now
    mailing.approved_by = mailing.approved_at = mailing.approved_for = None
    few = tried["queued"] <= mailing_settings.alone(mailing.campaign, {actor, mailing.created_by})
    mailing.state = "scheduled" if few else "waiting"
    db.session.flush()
    _record("mailings.ask", mailing, actor, now, {"recipients": tried["queued"]})
    if few:
        _turn_soon(mailing)
        return
    for one in seconds(mailing):
        jobs.defer(TELL, jobs.MAIL_QUEUE, mailing_id=mailing.id, staff_id=one.id)


def seconds(mailing: Mailing) -> list[holders.Holder]:
    """Those who can be the second person for a mailing that waits."""
    own = {mailing.asked_by, mailing.created_by} | holders.let_in_by(mailing.asked_by, mailing.asked_at)
    return [one for one in holders.holders(APPROVE, mailing.campaign) if one.id not in own]


def approve(mailing: Mailing, *, actor: int, now: datetime, seen: str | None = None) -> None:
    """A second person says yes to it as it is, to as many as the dry run found. `mailing` is locked; `seen` is the
    version that they looked at. Raises Refused."""
    _must(mailing, "waiting")
    _must_see(mailing, seen)
    if actor in (mailing.asked_by, mailing.created_by):
        raise Refused("yourself")
    if actor in holders.let_in_by(mailing.asked_by, mailing.asked_at):
        raise Refused("own")
    tried = report(mailing)
    if tried is None:
        raise Refused("untried")
    mailing.approved_by, mailing.approved_at, mailing.approved_for = actor, now, tried["queued"]
    mailing.state = "scheduled"
    db.session.flush()
    _record("mailings.approve", mailing, actor, now, {"recipients": tried["queued"]})
    _turn_soon(mailing)


def take_back(mailing: Mailing, *, actor: int | None, now: datetime, why: str | None = None) -> None:
    """Make one that waits or is to start a plan again: its yes is gone. `why` is a code where nobody asked for it.
    `mailing` is locked. Raises Refused."""
    _must(mailing, "waiting", "scheduled")
    mailing.state, mailing.refused = "draft", why
    mailing.approved_by = mailing.approved_at = mailing.approved_for = None
    db.session.flush()
    _record("mailings.take-back", mailing, actor, now, {"why": why} if why else None)


def pause(mailing: Mailing, why: str = "person", *, actor: int | None, now: datetime) -> None:
    """Send nothing more for now; `why` is person, errors, complaints or policy. `mailing` is locked. Raises Refused."""
    _must(mailing, "running")
    mailing.state, mailing.paused_for = "paused", why
    db.session.flush()
    _record("mailings.pause", mailing, actor, now, {"why": why})


def resume(mailing: Mailing, *, actor: int, now: datetime) -> None:
    """Go on, whatever was refused so far: what comes from now on is judged anew. `mailing` is locked. Raises
    Refused."""
    _must(mailing, "paused")
    mailing.judged_sent, mailing.judged_refused = aftermath.answers(balance.of([mailing.id])[mailing.id])
    mailing.state, mailing.paused_for = "running", None
    db.session.flush()
    _record("mailings.resume", mailing, actor, now)


def slow_down(mailing: Mailing, pace: int | None, *, actor: int, now: datetime) -> None:
    """Send at most so many an hour; None: as fast as the relay takes them. `mailing` is locked. Raises Refused."""
    _must(mailing, "draft", "waiting", "scheduled", "running", "paused")
    before, mailing.pace = mailing.pace, pace
    db.session.flush()
    _record("mailings.slow-down", mailing, actor, now, {"pace": pace}, {"pace": before})


def cancel(mailing: Mailing, *, actor: int | None, now: datetime) -> int:
    """End it: whoever waits gets nothing. How many that are. `mailing` is locked. Raises Refused."""
    _must(mailing, "draft", "waiting", "scheduled", "running", "paused")
    gone = _cancel(Delivery.mailing_id == mailing.id, "cancelled")
    mailing.state, mailing.ended_at, mailing.paused_for = "cancelled", now, None
    db.session.flush()
    _record("mailings.cancel", mailing, actor, now, {"cancelled": gone})
    return gone


def cancel_state(mailing: Mailing, country: str, *, actor: int, now: datetime) -> int:
    """Have whoever waits in one state get nothing: it has moved. How many. `mailing` is locked. Raises Refused."""
    _must(mailing, "running", "paused")
    gone = _cancel((Delivery.mailing_id == mailing.id) & (Delivery.country == country), "moved")
    _record("mailings.cancel-state", mailing, actor, now, {"state": country, "cancelled": gone})
    return gone


def again(mailing: Mailing, ids: Iterable[int] | None, *, actor: int | None, now: datetime) -> int:
    """Send to recipients of whom nobody knows whether they got it, because a person says so: to these, or (None) to
    all on whom nobody has decided. How many. `mailing` is locked. Raises Refused."""
    _must(mailing, "running", "paused", "finished")
    moved = db.session.execute(
        update(Delivery)
        .where(_uncertain(mailing, ids), Delivery.contact_id.is_not(None))
        .values(state="queued", reason=None, next_try=None)
        .execution_options(synchronize_session=False)
    ).rowcount
    if moved and mailing.state == "finished":
        mailing.state, mailing.ended_at = "running", None
        db.session.flush()
    _record("mailings.again", mailing, actor, now, {"recipients": moved})
    return moved


def leave(mailing: Mailing, ids: Iterable[int] | None, *, actor: int | None, now: datetime) -> int:
    """Leave recipients of whom nobody knows whether they got it as they are, because a person says so: these, or (None)
    all. They stay uncertain in the balance, and nobody is asked about them any more. How many. `mailing` is locked."""
    left = db.session.execute(
        update(Delivery)
        .where(_uncertain(mailing, ids), Delivery.reason.is_distinct_from(LEFT))
        .values(reason=LEFT)
        .execution_options(synchronize_session=False)
    ).rowcount
    _record("mailings.leave", mailing, actor, now, {"recipients": left})
    return left


def _uncertain(mailing: Mailing, ids: Iterable[int] | None):
    mine = (Delivery.mailing_id == mailing.id) & (Delivery.state == "uncertain")
    return mine & (Delivery.reason.is_distinct_from(LEFT) if ids is None else Delivery.id.in_(list(ids)))


def due(now: datetime) -> list[int]:
    """The mailings whose hour has come, the longest waiting first."""
    late = (Mailing.starts_at.is_(None)) | (Mailing.starts_at <= now)
    return list(db.session.scalars(select(Mailing.id).where(Mailing.state == "scheduled", late).order_by(Mailing.id)))


def _cancel(which, reason: str) -> int:
    done = db.session.execute(
        update(Delivery)
        # What a worker has claimed and not handed over yet, it asks for once more before it does.
        .where(which, Delivery.state.in_(("queued", "sending")))
        .values(state="cancelled", reason=reason, next_try=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def _turn_soon(mailing: Mailing) -> None:
    jobs.defer(TURN, at=mailing.starts_at, mailing_id=mailing.id)


def _changed(mailing: Mailing, now: datetime) -> None:
    mailing.changed_at, mailing.refused = now, None
    db.session.flush()


def _must(mailing: Mailing, *states: str) -> None:
    if mailing.state not in states:
        raise Refused("state")


def _must_see(mailing: Mailing, seen: str | None) -> None:
    if seen and seen != versions.of(mailing, report(mailing)):
        raise Refused("state")


def _record(action: str, mailing: Mailing, actor, now: datetime, after=None, before=None) -> None:
    subject = f"mailing:{mailing.id}"
    audit.record(action, subject, actor=actor, now=now, campaign=mailing.campaign, before=before, after=after)
