"""What needs somebody today and belongs to no room (accounts/needs.py): jobs that failed, long work under way."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import i18n, jobs, progress


def failed_jobs(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Jobs that failed for good."""
    failed = jobs.failed()
    number = sum(group.number for group in failed)
    words = ngettext("%(count)s job has failed", "%(count)s jobs have failed", number, count=i18n.plain_number(number))
    since = min((group.since for group in failed if group.since), default=None)
    return [needs.Need(words, url_for("desk.failed_jobs", lang=i18n.current_language()), number, since)]


def own_work(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Long work that somebody started and that has not come to its end."""
    lang = i18n.current_language()
    return [
        needs.Need(
            _("Your work under way: %(done)s of %(total)s", done=done, total=total),
            url_for("desk.work", lang=lang, work_id=work.id),
            1,
            work.created_at,
            work.campaign,
        )
        for work in progress.running(staff.staff_id)
        for done, total in [(i18n.plain_number(work.done), i18n.plain_number(work.total))]
    ]


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("kernel.failed-jobs", "jobs.see", failed_jobs, urgency=10)
    needs.register("kernel.own-work", "desk.see", own_work, urgency=90)
