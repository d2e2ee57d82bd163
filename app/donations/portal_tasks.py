"""The job that mails a donor the link to their monthly gifts. It can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.people.queries import is_suppressed

from . import portal, portal_mails

tasks = procrastinate.Blueprint()

# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)


@tasks.task(name="link", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_link(gift_id: int) -> None:
    """Send the mail with a link to one's monthly gifts."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(portal.TASK, jobs.MAIL_QUEUE, now + PAUSE, gift_id=gift_id)
        db.session.commit()
        return
    found = portal.new_link(gift_id, now)
    if found is None:
        return
    gift, token = found
    if is_suppressed(gift.donor_email, now):
        db.session.rollback()
        return
    letter = portal_mails.link(address=gift.donor_email, language=gift.language, campaign=gift.campaign, token=token)
    # The link must work before the mail can be read.
    db.session.commit()
    try:
        mail.send(letter)
    except Exception:
        # Nobody has this link, and the next try is not kept waiting by it.
        portal.take_back(token)
        db.session.commit()
        raise
