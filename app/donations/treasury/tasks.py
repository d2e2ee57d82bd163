"""Jobs of the treasurer. Each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.people.queries import is_silent

from .. import gateway, switch
from ..receipts import given_back
from . import refunding

tasks = procrastinate.Blueprint()
# Stripe may be away for a day. What is left after that stands at the desk, with a button.
PAUSE = timedelta(minutes=1)
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)


@tasks.task(name="send", retry=RETRY)
def send(refund_id: int) -> None:
    """Ask Stripe for a refund that the page which asked for it did not get through."""
    refunding.send(refund_id, clock.now())


@tasks.task(name="tell", queue=jobs.MAIL_QUEUE, retry=RETRY)
def tell(refund_id: int) -> None:
    """Tell a donor that money goes back to them, in their language. Killed after sending, the same mail goes once more,
    under the same Message-ID."""
    if switches.paused("mailing"):
        jobs.defer(refunding.TELL_TASK, jobs.MAIL_QUEUE, clock.now() + PAUSE, refund_id=refund_id)
        db.session.commit()
        return
    told = given_back.read(refund_id)
    letter = given_back.mail(told) if told and not is_silent(told.address) else None
    db.session.rollback()
    if letter is not None:
        mail.send(letter)


@tasks.periodic(cron="41 4 * * *")
@tasks.task(name="follow")
def follow(timestamp: int) -> None:
    """Ask Stripe once a day what became of the refunds that it took lately: what a bank refused counts no more."""
    if not switch.on():
        return
    for refund_id in refunding.to_follow(clock.now()):
        try:
            refunding.follow(refund_id)
        except (gateway.Away, gateway.Refused):
            # Tomorrow is another day, and the next one may be well.
            db.session.rollback()
