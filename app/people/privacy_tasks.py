"""Jobs of requests about one's own data, and the nightly forgetting. Each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, retention, switches
from app.kernel.db import db

from . import privacy, privacy_mails, privacy_queries
from .privacy_rules import ASKED, DONE, REFUSED

tasks = procrastinate.Blueprint()

# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_mail(request_id: int) -> None:
    """Send the mail that a request calls for as it stands: prove that it was you, or what came of it.

    It goes to whoever asked, also to an address that gets no other mail: the law wants the answer given (GDPR art.
    12(3) and (4)).
    """
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(privacy.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, request_id=request_id)
        db.session.commit()
        return
    request = privacy_queries.request_of(request_id)
    if request is None or request.email is None or not _calls_for_mail(request):
        return
    token, expires = privacy.new_link(request, now)
    letter = privacy_mails.request_letter(
        kind=request.kind,
        state=request.state,
        address=request.email,
        language=request.language,
        token=token,
        until=expires.date(),
        on=request.ended_at and request.ended_at.date(),
        discreet=request.discreet,
    )
    # The link must work before the mail can be read; killed after sending, it goes once more.
    db.session.commit()
    mail.send(letter)
    privacy.note_mail(privacy_queries.request_of(request_id), now)
    db.session.commit()


def _calls_for_mail(request) -> bool:
    return request.state == ASKED or (request.state in (DONE, REFUSED) and request.told_at is None)


@tasks.periodic(cron="41 2 * * *")
@tasks.task(name="forget")
def forget(timestamp: int) -> None:
    """Let go of everything that was held as long as retention.py says, batch by batch."""
    for _name, _done in retention.run(clock.now()):
        pass
