"""Jobs that send news, a few mails at a time and behind everything else, so that nobody waits for a mail to confirm."""

import smtplib
from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.kernel.logs import log
from app.people.queries import is_suppressed
from app.people.rules import discreet
from app.states import queries as states

from . import mails, news, operations
from .tasks import RETRY

tasks = procrastinate.Blueprint()

PAUSED = timedelta(minutes=1)
REFUSED = timedelta(hours=1)
# Greylisting is over within hours; a mailbox that is full for three days is not waited for.
GIVE_UP = timedelta(days=3)


@tasks.task(name="send_update", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_update(sending_id: int, after_id: int) -> None:
    """Send an update to the next few signers who wait for it, and queue those after them."""
    now = clock.now()
    order = news.order(sending_id)
    if order is None or order.done_at is not None:
        return
    if switches.paused("mailing"):
        news.go_on(sending_id, after_id, now + PAUSED)
        db.session.commit()
        return
    batch = news.next_ids(order, after_id, now)
    db.session.commit()
    for signature_id in batch:
        _send(order, signature_id)
    if len(batch) == news.BATCH:
        news.go_on(sending_id, batch[-1])
    elif news.next_ids(order, 0, now, most=1):
        news.go_on(sending_id, at=now + REFUSED)
    else:
        news.finish(sending_id, now)
    db.session.commit()


def _send(order: news.Order, signature_id: int) -> None:
    now = clock.now()
    reader = news.reader(order, signature_id, now)
    if reader is None:
        return
    if is_suppressed(reader.address, now):
        # By a digest under an older key, which the search does not see.
        news.note(order, signature_id, now)
        db.session.commit()
        return
    words = order.words.get(reader.further) or order.words[reader.language]
    token = operations.new_link(signature_id, now)
    letter = mails.update_letter(
        words,
        campaign=order.campaign,
        address=reader.address,
        language=reader.language,
        token=token,
        discreet=discreet(states.civic_space(reader.area)),
    )
    # The link must work before the mail can be read.
    db.session.commit()
    # Noted before it is sent, committed after: another worker waits here for the end of this one. Killed between the
    # two, the note is gone and the mail goes once more: nobody is left out, and only the one under way can go twice.
    if not news.note(order, signature_id, now):
        return
    try:
        mail.send(letter)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        # The relay is there and takes this one mail not: the others must not wait for it.
        log.error("news refused", extra={"sending": order.id, "error": type(error).__name__})
        if now - order.asked_at < GIVE_UP:
            db.session.rollback()
            return
    db.session.commit()


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="resume_lost")
def resume_lost(timestamp: int) -> None:
    """Go on with what is not done and has no job any longer."""
    news.resume_lost()
    db.session.commit()
