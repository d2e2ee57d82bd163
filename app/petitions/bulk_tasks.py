"""Jobs of moderation: calling many false batch by batch, and telling colleagues."""

import procrastinate
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.accounts.holders import holders
from app.kernel import clock, i18n, jobs, mail
from app.kernel.db import db

from . import bulk, bulk_queries, names
from .tasks import RETRY

tasks = procrastinate.Blueprint()


@tasks.task(name="run", retry=RETRY)
def run(bulk_id: int) -> None:
    """Call false, or restore, batch by batch, each committed; killed, it goes on where it was."""
    while bulk.work(bulk_id, clock.now()):
        db.session.commit()
    db.session.commit()


@tasks.task(name="tell", queue=jobs.MAIL_QUEUE, retry=RETRY)
def tell(bulk_id: int, staff_id: int) -> None:
    """Tell a colleague that many signatures are to be called false, while that can still be stopped."""
    found = bulk_queries.shown(bulk_id)
    if found is None or found.state != "waiting":
        return
    colleague = next((one for one in holders("signatures.see", found.campaign) if one.id == staff_id), None)
    if colleague is None:
        return
    with force_locale(colleague.language):
        subject = ngettext(
            "%(count)s signature is to be called false",
            "%(count)s signatures are to be called false",
            found.number,
            count=found.number,
        )
        if found.due_at is None:
            rest = _("It needs a second person: please look at it, and say yes or stop it.")
        else:
            rest = _(
                "There is no second person in this campaign, so it takes effect on %(day)s at %(time)s UTC."
                " Until then it can be stopped.",
                day=f"{found.due_at:%Y-%m-%d}",
                time=f"{found.due_at:%H:%M}",
            )
        letter = mail.Letter(
            to=colleague.email,
            lang=colleague.language,
            subject=subject,
            paragraphs=(_("Campaign: %(campaign)s", campaign=found.campaign), rest),
            action_label=_("Look at it"),
            action_url=i18n.site_url("bulk.one", lang=colleague.language, campaign=found.campaign, bulk_id=bulk_id),
            action_after=1,
            why=_("You get this mail because you work at the desk of this site."),
        )
    mail.send(letter)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="turn")
def turn(timestamp: int) -> None:
    """Begin what has waited its day, and what else time does."""
    bulk.turn(clock.now())
    db.session.commit()


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="fill_in_names")
def fill_in_names(timestamp: int) -> None:
    """Write the digests of shown names that have none yet, batch by batch."""
    while names.fill_in():
        db.session.commit()
    db.session.commit()
