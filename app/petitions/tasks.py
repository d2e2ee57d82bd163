"""Jobs about petitions. Their arguments are ids only, and each can run twice without harm."""

from datetime import timedelta

import procrastinate
from sqlalchemy import select

from app.kernel import clock, jobs, mail, pagecache, switches
from app.kernel.db import db
from app.kernel.logs import log
from app.people.models import Person
from app.people.queries import is_suppressed
from app.people.rules import discreet
from app.states import queries as states

from . import counting, ends, limits, mails, operations, paper, rules, texts
from .models import Petition, Signature, SignatureMail

tasks = procrastinate.Blueprint()

# A relay may be away for a day: wait ever longer, give up after a day and a half.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
# So long a job waits that finds mailing paused.
PAUSE = timedelta(minutes=1)


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_mail(signature_id: int, repeat: bool) -> None:
    """Send the mail that a signing calls for: confirm, or "your signature already stands"; later, if limits say so."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(operations.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, signature_id=signature_id, repeat=repeat)
        db.session.commit()
        return
    signature, person = _with_person(signature_id)
    if signature is None:
        return
    if person.email is None or is_suppressed(person.email, now):
        # Erased people and "not me" get no mail; a signature they cannot confirm is not kept.
        # What is restricted is kept as it is.
        if person.restricted_at is None:
            operations.withdraw(signature_id, now, only_pending=True)
        db.session.commit()
        return
    sent = db.session.execute(
        select(SignatureMail.kind, SignatureMail.sent_at).where(SignatureMail.signature_id == signature_id)
    ).all()
    kind = rules.mail_kind(signature.told_state, repeat, [tuple(row) for row in sent], now)
    delay = limits.judge(signature, person.email, now)
    if kind and delay:
        jobs.defer(operations.MAIL_TASK, jobs.MAIL_QUEUE, now + delay, signature_id=signature_id, repeat=repeat)
    elif kind:
        # Sent before it is noted: killed between the two, the job runs again, and nobody is left without a mail.
        mail.send(_letter(kind, signature, person))
        operations.record_mail(signature_id, kind, now)
    db.session.commit()


@tasks.task(name="remind", queue=jobs.MAIL_QUEUE, retry=RETRY)
def remind(signature_id: int) -> None:
    """Send the one reminder, unless it was sent, or is needed no more."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer("petitions:remind", jobs.MAIL_QUEUE, now + PAUSE, signature_id=signature_id)
        db.session.commit()
        return
    signature, person = _with_person(signature_id)
    if signature is None or signature.state != "pending" or signature.held is not None:
        return
    if person.email is None or is_suppressed(person.email, now):
        return
    # Noted before it is sent: killed between the two, no reminder goes out, but never a second one.
    if operations.record_mail(signature_id, "reminder", now):
        letter = _letter("reminder", signature, person)
        try:
            mail.send(letter)
        except Exception:
            # The relay did not take it, so it did not go out: the next try may send it.
            operations.unrecord_reminder(signature_id)
            db.session.commit()
            raise


def _with_person(signature_id: int) -> tuple[Signature | None, Person | None]:
    row = db.session.execute(
        select(Signature, Person).join(Person, Person.id == Signature.person_id).where(Signature.id == signature_id)
    ).one_or_none()
    return tuple(row) if row else (None, None)


def _letter(kind: str, signature: Signature, person: Person) -> mail.Letter:
    petition, title = db.session.execute(
        select(Petition, texts.title_signed().scalar_subquery())
        .join(Signature, Signature.petition_id == Petition.id)
        .where(Signature.id == signature.id)
    ).one()
    token = operations.new_link(signature.id, clock.now())
    # The link must work before the mail can be read.
    letter = mails.signature_letter(
        kind,
        campaign_id=petition.campaign_id,
        address=person.email,
        name=signature.name,
        petition=title,
        language=signature.language,
        further=signature.further,
        token=token,
        discreet=discreet(states.civic_space(signature.area)),
    )
    db.session.commit()
    return letter


@tasks.periodic(cron="* * * * * */3")
@tasks.task(name="count")
def count(timestamp: int) -> None:
    """Take up what was confirmed or withdrawn since the last run; while counting is paused, it waits."""
    if switches.paused("counting"):
        return
    counting.count()
    db.session.commit()


@tasks.periodic(cron="* * * * * */5")
@tasks.task(name="turn_pages")
def turn_pages(timestamp: int) -> None:
    """Have pages made anew when a petition has ended."""
    ends.turn_pages(clock.now())
    db.session.commit()


@tasks.task(name="paper")
def draw_paper(petition_id: int) -> None:
    """Draw the sheets for signatures on paper of a petition whose text has changed."""
    paper.refresh(petition_id)
    pagecache.bump()
    db.session.commit()


@tasks.periodic(cron="23 2 * * *")
@tasks.task(name="recount")
def recount(timestamp: int) -> None:
    """The nightly recount; drift is an error in the log."""
    for drift in counting.recount():
        log.error(
            "totals drifted",
            extra={"petition": drift.petition, "counted": drift.counted, "found": drift.found},
        )


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="queue_reminders")
def queue_reminders(timestamp: int) -> None:
    """Queue the reminders that are due."""
    operations.queue_reminders(clock.now())
    db.session.commit()
