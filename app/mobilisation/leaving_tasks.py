"""The job that sends somebody the link to their choices. It can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.people.queries import is_suppressed

from . import leaving_choices, leaving_mails

tasks = procrastinate.Blueprint()

# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_mail(link_id: int) -> None:
    """Send the mail with a link to one's own choices."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(leaving_choices.TASK, jobs.MAIL_QUEUE, now + PAUSE, link_id=link_id)
        db.session.commit()
        return
    found = leaving_choices.waiting(link_id, now)
    if found is None or is_suppressed(found[1], now):
        return
    link, address = found
    letter = leaving_mails.choices(
        address=address,
        language=link.language,
        token=leaving_choices.new_token(link_id),
        until=link.expires_at.date(),
        neutral=link.neutral,
    )
    # The link must work before the mail can be read; killed after sending, it goes once more.
    db.session.commit()
    mail.send(letter)
