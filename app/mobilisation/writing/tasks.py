"""Jobs of "Write to your mission". Each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.campaigns import queries as campaigns
from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.people.rules import discreet
from app.positions.queries import world
from app.states import members
from app.states import queries as states

from . import mails, operations, queries, rules, sending, texts
from .models import MissionMail, Target, Trusted

tasks = procrastinate.Blueprint()
# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)
# In one run a mission gets no more mails than this by one worker; the next run goes on.
IN_A_RUN = 20


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def confirm_mail(letter_id: int) -> None:
    """Send the mail that asks whether a letter is its writer's."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(operations.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, letter_id=letter_id)
        db.session.commit()
        return
    found = queries.letter(letter_id)
    if found is None or found[0].status != rules.ASKED or found[0].email is None:
        return
    letter, campaign = found
    target = letter.target_id and db.session.get(Target, letter.target_id)
    token = operations.new_link(letter)
    sent = mails.confirmation(
        address=letter.email,
        language=letter.language,
        token=token,
        state=members.states(campaign.world)[letter.state].names[letter.language],
        until=(letter.asked_at + rules.LINK_WORKS).date(),
        # Of whoever does not say that they live there, it is not known where they do.
        discreet=not letter.lives_there or discreet(states.civic_space(letter.state)),
        digests=bool(target) and queries.heeded([target])[target.id] in rules.ONLY_DIGESTS,
    )
    # The link must work before the mail can be read; killed after sending, it goes once more.
    db.session.commit()
    mail.send(sent)


@tasks.task(name="deliver")
def deliver(target_id: int) -> None:
    """Hand over what a mission may be sent now."""
    if not switches.paused("mailing"):
        _deliver(lambda now: sending.begin(target_id, now))


@tasks.periodic(cron="* * * * *")
@tasks.task(name="sweep")
def sweep(timestamp: int) -> None:
    """Hand over whatever waits and may go, to missions and to trusted organisations; name what a worker lost."""
    sending.find_lost(clock.now())
    db.session.commit()
    if switches.paused("mailing"):
        return
    targets, trusted = sending.due(clock.now())
    for target_id in targets:
        _deliver(lambda now, number=target_id: sending.begin(number, now))
    for trusted_id in trusted:
        _deliver(lambda now, number=trusted_id: sending.begin_trusted(number, now))


def _deliver(begin) -> None:
    for _ in range(IN_A_RUN):
        mail_id = begin(clock.now())
        # Written down before it goes, and committed.
        db.session.commit()
        if mail_id is None:
            return
        message = message_of(mail_id)
        db.session.commit()
        sending.hand_over(mail_id, message, clock.now())
        db.session.commit()


def message_of(mail_id: int):
    """The message that a mail which was written down consists of."""
    row = db.session.get(MissionMail, mail_id)
    letters = sending.letters_of(mail_id)
    to = None if row.trusted_id else db.session.get(Target, row.target_id)
    campaign_id, language = row.campaign_id, letters[0].mission_language
    if row.trusted_id:
        language = letters[0].language
    elif row.digest:
        # A mission may have been entered with another language since they were written.
        language = to.language
    titles = {ask.slug: texts.subject(ask, language) for ask in campaigns.asks(campaign_id)}
    called = {code: state.names[language] for code, state in members.states(world(campaign_id)).items()}
    if row.trusted_id:
        contact = db.session.get(Trusted, row.trusted_id).contact
        return mails.passing_on(letters, contact, language, called, titles, queries.targets_of(letters))
    if row.digest:
        return mails.digest(letters, to.email, language, titles)
    return mails.single(letters[0], to.email, called[letters[0].state])
