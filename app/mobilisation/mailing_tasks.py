"""Jobs of mailings: the dry run, the mail to oneself, telling a second person, and starting when the hour has come."""

import procrastinate
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.holders import holders
from app.kernel import clock, i18n, jobs, mail, progress
from app.kernel.db import db
from app.kernel.logs import log

from . import audience, composing, lacking, mailing_operations, rendering, starting
from .models import Mailing, MailingText
from .slots import SIGN_LINK

tasks = procrastinate.Blueprint()

RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
STEP = 2000
# How many of those who lack something the report itself names, by slot; the others stand on a page of their own.
NAMED = 10


@tasks.task(name="try", retry=RETRY)
def try_out(work_id: int) -> None:
    """Make every recipient's mail, send none, and write down what there is to know before it starts."""
    work = progress.get(work_id, lock=True)
    mailing = db.session.get(Mailing, work.input["mailing_id"]) if work and work.ended_at is None else None
    if mailing is None:
        db.session.rollback()
        return
    now, texts, count, named = clock.now(), starting.words(mailing.id), starting.Count(), {}
    db.session.commit()
    lacking.begin(mailing.id)
    if db.session.scalar(select(Mailing.tried_by).where(Mailing.id == mailing.id)) != work_id:
        # Asked for once more before this one was begun: what it found would stand there for nobody.
        db.session.rollback()
        progress.finish(work_id, now, {"why": "again"})
        db.session.commit()
        return
    without: list[dict] = []
    wrong = starting.faults(mailing, texts)
    if not wrong:
        composed = starting.compose(mailing, texts)
        try:
            for place, one in enumerate(audience.read(mailing, composed, now), 1):
                count.add(one)
                if one.reason is None and (one.language, one.variant) in composed:
                    composing.fill(composed[one.language, one.variant], {**one.values, SIGN_LINK: "https://"})
                for name in one.lacking:
                    without.append({"mailing_id": mailing.id, "slot": name, "contact_id": one.contact_id})
                    if len(named.setdefault(name, [])) < NAMED:
                        named[name].append(one.contact_id)
                if place % STEP == 0:
                    progress.aside(work_id, place)
                    lacking.note(without)
                    without.clear()
            lacking.note(without)
        except ValueError:
            db.session.rollback()
            progress.finish(work_id, clock.now(), {"why": "segment"}, failed=True)
            db.session.commit()
            return
        wrong = starting.faults(mailing, texts, count.neutral)
    progress.step(work_id, count.audience, count.audience)
    progress.finish(work_id, clock.now(), _result(count, named, len(wrong)))
    db.session.commit()


def _result(count: starting.Count, named: dict[str, list[int]], wrong: int) -> dict:
    return {
        "audience": count.audience,
        "queued": count.queued,
        "excluded": dict(count.excluded),
        "languages": [[language, fallback, number] for (language, fallback), number in count.languages.items()],
        "neutral": dict(count.neutral),
        "lacking": dict(count.lacking),
        "named": named,
        "faults": wrong,
    }


@tasks.task(name="test", queue=jobs.MAIL_QUEUE, retry=RETRY)
def test(text_id: int, staff_id: int) -> None:
    """Send a mailing's text to a colleague, its slots filled with made-up words."""
    text = db.session.get(MailingText, text_id)
    if text is None:
        return
    mailing = db.session.get_one(Mailing, text.mailing_id)
    may = holders("mailings.write", mailing.campaign)
    colleague = next((one for one in may if one.id == staff_id), None)
    if colleague is not None:
        rendering.send_test(mailing, text.language, text.variant, colleague.email)


@tasks.task(name="tell", queue=jobs.MAIL_QUEUE, retry=RETRY)
def tell(mailing_id: int, staff_id: int) -> None:
    """Tell a colleague that a mailing waits for a second person."""
    mailing = db.session.get(Mailing, mailing_id)
    if mailing is None or mailing.state != "waiting":
        return
    colleague = next((one for one in mailing_operations.seconds(mailing) if one.id == staff_id), None)
    number = (mailing_operations.report(mailing) or {}).get("queued", 0)
    if colleague is None:
        return
    with force_locale(colleague.language):
        subject = ngettext(
            "A mailing to %(count)s recipient waits for a second person",
            "A mailing to %(count)s recipients waits for a second person",
            number,
            count=number,
        )
        letter = mail.Letter(
            to=colleague.email,
            lang=colleague.language,
            subject=subject,
            paragraphs=(
                _("Campaign: %(campaign)s", campaign=mailing.campaign),
                _("Please read its texts and look at whom it goes to, then say yes or take it back."),
            ),
            action_label=_("Look at it"),
            action_url=i18n.site_url(
                "mailings.one", lang=colleague.language, campaign=mailing.campaign, mailing_id=mailing.id
            ),
            action_after=1,
            why=_("You get this mail because you work at the desk of this site."),
        )
    mail.send(letter)


@tasks.task(name="turn", retry=RETRY)
def turn(mailing_id: int) -> None:
    """Start a mailing whose hour has come: all of it in one transaction, or nothing."""
    start(mailing_id)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="sweep")
def sweep(timestamp: int) -> None:
    """Start what is due and what no job of its own started."""
    for mailing_id in mailing_operations.due(clock.now()):
        start(mailing_id)


def start(mailing_id: int) -> None:
    """Freeze a mailing and have it run, committed; one that lacks something becomes a plan again and says why."""
    now = clock.now()
    due = db.session.get(Mailing, mailing_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if due is None or due.state != "scheduled" or (due.starts_at is not None and due.starts_at > now):
        db.session.rollback()
        return
    try:
        starting.freeze(due, now)
    except starting.Refused as refused:
        db.session.rollback()
        log.warning("mailing refused", extra={"mailing": mailing_id, "why": refused.why})
        due = db.session.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
        if due.state == "scheduled":
            mailing_operations.take_back(due, actor=None, now=now, why=refused.why)
    db.session.commit()
