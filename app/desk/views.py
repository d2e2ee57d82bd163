"""The desk's first page, what needs somebody today; each campaign's own; long work; jobs that failed."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.accounts import guard, navigation, needs
from app.campaigns import drafts
from app.kernel import audit, clock, http, i18n, jobs, progress

desk = Blueprint("desk", __name__, template_folder="templates")

navigation.register("desk.failed_jobs", lazy("Failed jobs"), "jobs.see", 900, campaign=False)


@desk.get("/desk")
@guard.open_to_all
def door():
    """To the desk in the reader's language."""
    response = redirect(url_for("desk.start", lang=i18n.negotiated()))
    response.headers["Vary"] = "Accept-Language"
    return http.private(response)


@desk.get("/<language:lang>/desk")
@guard.staff("desk.see")
def start(lang: str):
    """Every campaign one works in, and what needs one today."""
    who = guard.current()
    mine = [view for view in drafts.at_desk(lang) if who.may("campaign.see", view.slug)]
    found = needs.of(who)
    slugs = {view.slug for view in mine}
    return guard.page(
        "desk/start.html",
        campaigns=[(view, [need for need in found if need.campaign == view.slug]) for view in mine],
        elsewhere=[need for need in found if need.campaign not in slugs],
        may_start=who.may("campaigns.start"),
    )


@desk.get("/<language:lang>/desk/<campaign>")
@guard.staff("campaign.see")
def campaign(lang: str, campaign: str):
    """One campaign: what needs one today, and where its pages are."""
    view = next(iter(drafts.at_desk(lang, campaign)), None)
    if view is None:
        abort(404)
    who = guard.current()
    parts = navigation.grouped(navigation.links(who, lang, campaign))
    return guard.page("desk/campaign.html", campaign=campaign, view=view, needs=needs.of(who, campaign), parts=parts)


@desk.get("/<language:lang>/desk/work/<int:work_id>")
@guard.staff("desk.see")
def work(lang: str, work_id: int):
    """How far a piece of long work is; the page asks again by itself until it has ended."""
    found = progress.get(work_id)
    who = guard.current()
    if found is None or (found.actor != who.staff_id and not who.may("staff.manage-all")):
        abort(404)
    response = guard.page("desk/work.html", campaign=found.campaign, work=found)
    if found.ended_at is None:
        http.asks_again(response)
    return response


@desk.get("/<language:lang>/desk/jobs")
@guard.staff("jobs.see")
def failed_jobs(lang: str):
    """Jobs that failed for good, by task."""
    return guard.page("desk/jobs.html", failed=jobs.failed())


@desk.post("/<language:lang>/desk/jobs")
@guard.staff("jobs.see")
def try_again(lang: str):
    """Put the failed jobs of one task back into the queue."""
    task, who = request.form.get("task", ""), guard.current()
    number = jobs.try_again(task)
    if not number:
        abort(404)
    audit.record("jobs.try-again", f"job:{task}", actor=who.staff_id, now=clock.now(), after={"jobs": number})
    words = ngettext("%(count)s job runs again", "%(count)s jobs run again", number, count=i18n.plain_number(number))
    return guard.done(url_for("desk.failed_jobs", lang=lang), words)
