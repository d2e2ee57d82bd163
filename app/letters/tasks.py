"""Jobs about letters. Their arguments are ids only, and each can run twice without harm."""

from datetime import timedelta

import procrastinate
from sqlalchemy import select, update

from app.kernel import clock, jobs, mail, pagecache, switches
from app.kernel.db import db
from app.people.queries import is_suppressed
from app.people.rules import discreet
from app.states import queries as states

from . import daily, mails, operations, rules, texts
from .models import Letter, LetterText, LetterVersion, Signatory, SignatoryMail
from .record import Record, opened

tasks = procrastinate.Blueprint()

RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)
# So many are asked again by one job; it queues the next itself.
ASKED_AT_ONCE = 200
LAG = timedelta(seconds=2)


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_mail(mail_id: int) -> None:
    """Send a mail that was called for, unless it went out, or nobody is there any more, or it may not go."""
    now = clock.now()
    if switches.paused("mailing"):
        jobs.defer(operations.MAIL_TASK, jobs.MAIL_QUEUE, now + PAUSE, mail_id=mail_id)
        db.session.commit()
        return
    row = db.session.execute(
        select(SignatoryMail, Signatory, Letter)
        .join(Signatory, Signatory.id == SignatoryMail.signatory_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .where(SignatoryMail.id == mail_id)
    ).one_or_none()
    if row is None or row.SignatoryMail.sent:
        return
    note, signatory, letter = row
    record = opened(signatory.sealed)
    if not record.address or is_suppressed(record.address, now):
        if signatory.state == "pending" and not record.restricted:
            db.session.delete(signatory)
        db.session.commit()
        return
    before = db.session.execute(
        select(SignatoryMail.kind, SignatoryMail.day).where(
            SignatoryMail.signatory_id == signatory.id, SignatoryMail.sent
        )
    )
    if rules.mail_may_go(note.kind, [tuple(one) for one in before], now.date()):
        # Sent before it is noted: killed between the two, the job runs again, and nobody is left without a mail.
        mail.send(_mail(note.kind, signatory, record, letter))
        note.sent = True
    else:
        db.session.delete(note)
    db.session.commit()


def _mail(kind: str, signatory: Signatory, record: Record, letter: Letter) -> mail.Letter:
    title = db.session.scalar(
        select(LetterText.title).where(
            LetterText.letter_id == letter.id,
            LetterText.version == signatory.version,
            LetterText.language == record.text_language,
        )
    )
    token = operations.new_link(signatory.id)
    made = mails.signatory_mail(
        kind,
        address=record.address,
        language=record.language,
        name=record.named(signatory.roll),
        person=record.person,
        letter=title or letter.slug,
        token=token,
        discreet=discreet(states.civic_space(record.country)),
    )
    # The link must work before the mail can be read.
    db.session.commit()
    return made


@tasks.task(name="ask_again", queue=jobs.MAIL_QUEUE)
def ask_again(letter_id: int) -> None:
    """Ask everybody who stands under words that are no longer those of the letter whether they sign the new ones."""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        return
    rows = select(LetterVersion.number, LetterVersion.kind).where(LetterVersion.letter_id == letter_id)
    editions = [rules.Edition(*row) for row in db.session.execute(rows)]
    old = [one.number for one in editions if rules.is_asked_again(editions, one.number)]
    material = max((one.number for one in editions if one.kind == texts.MATERIAL), default=0)
    since = db.session.scalar(
        select(LetterVersion.published_at).where(LetterVersion.letter_id == letter_id, LetterVersion.number == material)
    )
    if not old or since is None:
        return
    asked = select(SignatoryMail.id).where(
        SignatoryMail.signatory_id == Signatory.id,
        SignatoryMail.kind == "reaffirm",
        SignatoryMail.day >= since.date(),
    )
    waiting = (
        select(Signatory.id)
        .where(Signatory.letter_id == letter_id, Signatory.state.in_(("counted", "waiting")))
        .where(Signatory.version.in_(old), Signatory.email_digest.is_not(None), ~asked.exists())
        .limit(ASKED_AT_ONCE)
    )
    found = db.session.scalars(waiting).all()
    for signatory_id in found:
        operations.call_for_mail(signatory_id, "reaffirm", clock.now())
    if found:
        jobs.defer(texts.ASK_AGAIN_TASK, jobs.MAIL_QUEUE, letter_id=letter_id)
    db.session.commit()


@tasks.periodic(cron="7 0 * * *")
@tasks.task(name="close_day")
def close_day(timestamp: int) -> None:
    """Yesterday's figures and digest of every letter; and lose the order of rows."""
    yesterday = clock.today() - timedelta(days=1)
    for letter_id in daily.open_letters():
        daily.close(letter_id, yesterday)
        db.session.commit()
    daily.shuffle()
    db.session.commit()


@tasks.periodic(cron="* * * * * */5")
@tasks.task(name="turn_pages")
def turn_pages(timestamp: int) -> None:
    """Have pages made anew when a letter has ended."""
    now = clock.now()
    passed = update(Letter).where(Letter.closes_at <= now - LAG, Letter.turned_at.is_distinct_from(Letter.closes_at))
    if db.session.scalars(passed.values(turned_at=Letter.closes_at).returning(Letter.id)).all():
        pagecache.bump()
    db.session.commit()
