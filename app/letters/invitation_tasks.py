"""Jobs that send invitations, a few mails at a time and behind everything else. Each can run twice without harm."""

import smtplib
from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.kernel.i18n import BY_CODE
from app.kernel.logs import log
from app.people.org_queries import network
from app.people.rules import discreet
from app.states import queries as states

from . import desk_letters, invitation_mails, inviting

tasks = procrastinate.Blueprint()

# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSED = timedelta(minutes=1)


@tasks.task(name="send", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send(letter_id: int, after_id: int) -> None:
    """Send the next invitations to a letter, and queue those after them. None goes out once the letter is closed."""
    now = clock.now()
    if switches.paused("mailing"):
        inviting.go_on(letter_id, after_id, now + PAUSED)
        db.session.commit()
        return
    batch = inviting.next_ids(letter_id, after_id)
    db.session.commit()
    for invitation_id in batch:
        _send(invitation_id)
    if len(batch) == inviting.BATCH:
        inviting.go_on(letter_id, batch[-1])
    db.session.commit()


def _send(invitation_id: int) -> None:
    now = clock.now()
    reader = inviting.reader(invitation_id, now)
    named = reader and desk_letters.by_id(reader.letter_id, _language(reader))
    if reader is None or named is None or not named.is_open(now):
        # Nobody is to be written to any longer: this waits for nothing.
        inviting.note_sent(invitation_id)
        db.session.commit()
        return
    language, names = _language(reader), network(reader.network_id).names
    letter = invitation_mails.invitation(
        address=reader.address,
        language=language,
        campaign=named.campaign,
        letter=named.letter.slug,
        title=named.title,
        organisation=reader.organisation,
        network=names.get(language) or names["en"],
        token=inviting.new_link(invitation_id),
        discreet=discreet(states.civic_space(reader.country) if reader.country else None),
    )
    # The link must work before the mail can be read.
    db.session.commit()
    # Noted before it is sent, committed after: whoever is killed between the two leaves no note, and it goes once more.
    if not inviting.note_sent(invitation_id):
        return
    try:
        mail.send(letter)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        # The relay is there and takes this one mail not: the others must not wait for it.
        log.error("invitation refused", extra={"invitation": invitation_id, "error": type(error).__name__})
    db.session.commit()


def _language(reader: inviting.Reader) -> str:
    """The first of the six that somebody reads; English where there is none."""
    return next((code for code in (reader.language, reader.second_language) if code in BY_CODE), "en")
