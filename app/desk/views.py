"""The desk's start page: what needs somebody today."""

from flask import Blueprint, abort, redirect, url_for

from app.accounts import guard
from app.campaigns import drafts
from app.kernel import http, i18n, progress

desk = Blueprint("desk", __name__, template_folder="templates")


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
    return guard.page("desk/start.html", campaigns=mine)


@desk.get("/<language:lang>/desk/<campaign>")
@guard.staff("campaign.see")
def campaign(lang: str, campaign: str):
    """One campaign: what needs one today, and where its pages are."""
    view = next(iter(drafts.at_desk(lang, campaign)), None)
    if view is None:
        abort(404)
    return guard.page("desk/campaign.html", campaign=campaign, view=view)


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
        response.headers["Refresh"] = "2"
    return response
