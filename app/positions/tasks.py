"""Jobs about positions. Each can run twice without harm."""

import logging
from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, progress, switches
from app.kernel.db import db

from . import correction_mails, correction_queries, corrections, intake, refreshing
from .correction_rules import ASKED, LINK_WORKS, OPEN

tasks = procrastinate.Blueprint()
# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)
log = logging.getLogger(__name__)

# A worker that is killed gives the job back by itself; this is for a database that is away for a moment.
SOON = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2, wait=1)


@tasks.periodic(cron="3 0 * * *")
@tasks.task(name="derive")
def derive(timestamp: int) -> None:
    """Derive all positions anew each night: report and mend what was not as the evidence says (nothing should be), and
    bring to the new day what moves by time alone."""
    for slug, campaign_id, ask in refreshing.asks():
        if states := refreshing.renew(campaign_id, ask, clock.now()):
            log.error("positions of %s on %s were not as the evidence says: %s", slug, ask, " ".join(states))
        db.session.commit()


@tasks.task(name="read_import", retry=SOON)
def read_import(work_id: int) -> None:
    """Read a file of evidence."""
    _carry_out(intake.read, work_id)


@tasks.task(name="apply_import", retry=SOON)
def apply_import(work_id: int) -> None:
    """Take a file of evidence in."""
    _carry_out(intake.carry_out, work_id)


def _carry_out(what, work_id: int) -> None:
    work = progress.get(work_id)
    if work is None or work.ended_at is not None:
        return
    try:
        what(work.input["import_id"], work_id, clock.now())
    except intake.WrongState:
        # Somebody dropped it meanwhile, or another run of this job was faster.
        db.session.rollback()


@tasks.periodic(cron="23 0 * * *")
@tasks.task(name="drop_old_imports")
def drop_old_imports(timestamp: int) -> None:
    """Drop files that nobody decided on for a week."""
    intake.drop_old(clock.now())
    db.session.commit()


@tasks.task(name="correction-mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def correction_mail(correction_id: int) -> None:
    """Send the mail that a request to correct a claim calls for as it stands: confirm it, or what was decided. It is
    neutral but to a mission's official address: where its reader lives is not known."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(corrections.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, correction_id=correction_id)
        db.session.commit()
        return
    found = correction_queries.by_id(correction_id)
    if found is None or found[0].email is None or found[0].told_at is not None or found[0].state == OPEN:
        return
    request, campaign = found
    token = corrections.new_link(request, now)
    letter = correction_mails.letter(
        state=request.state,
        address=request.email,
        language=request.language,
        token=token,
        until=(now + LINK_WORKS).date(),
        reason=request.reason,
        discreet=corrections.mission_of(campaign.id, request.email) is None,
    )
    # The link must work before the mail can be read; killed after sending, it goes once more.
    db.session.commit()
    mail.send(letter)
    if request.state != ASKED:
        corrections.note_told(request, now)
        db.session.commit()
