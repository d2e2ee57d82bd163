"""Jobs about accounts. Their arguments are ids only, and each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db

from . import choices, invitations, limits, mails, sessions, steps
from .models import Invitation, Staff

tasks = procrastinate.Blueprint()

# A relay may be away for a day: wait ever longer, give up after a day and a half.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)


@tasks.task(name="invite", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_invitation(invitation_id: int) -> None:
    """Send the mail with the link of an invitation, unless it can be used no longer."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(invitations.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, invitation_id=invitation_id)
        db.session.commit()
        return
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.used_at or invitation.withdrawn_at or invitation.expires_at <= now:
        return
    account = db.session.get(Staff, invitation.staff_id) if invitation.staff_id else None
    with_name = choices.campaigns(invitation.language)
    letter = mails.invitation_letter(
        invitation,
        account.email if account else invitation.email,
        with_name.get(invitation.campaign),
        invitations.new_link(invitation_id),
    )
    # The link must work before the mail can be read.
    db.session.commit()
    mail.send(letter)


@tasks.periodic(cron="37 3 * * *")
@tasks.task(name="forget")
def forget(timestamp: int) -> None:
    """Delete what has served: tries, steps half done, and sessions that ended a month ago."""
    now = clock.now()
    limits.forget(now)
    steps.forget(now)
    sessions.forget(now)
    db.session.commit()
