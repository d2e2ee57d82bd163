"""Jobs about accounts. Their arguments are ids only, and each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import audit, clock, jobs, mail, switches
from app.kernel.db import db

from . import choices, invitations, mails, operations, queries
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
    if invitation is None or not queries.is_open(invitation_id, now):
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


@tasks.task(name="tell", queue=jobs.MAIL_QUEUE, retry=RETRY)
def tell_owner(entry_id: int) -> None:
    """Tell the owner of an account what was done to it, by the entry of the audit log, unless they work here no
    longer."""
    if switches.paused("mailing"):
        jobs.defer(operations.TELL_TASK, jobs.MAIL_QUEUE, clock.now() + PAUSE, entry_id=entry_id)
        db.session.commit()
        return
    entry = db.session.get(audit.Entry, entry_id)
    account = db.session.get(Staff, int(entry.subject.removeprefix("staff:")))
    if account is None or account.disabled_at:
        return
    letter = mails.news_letter(account, entry.action, entry.at)
    db.session.commit()
    mail.send(letter)
