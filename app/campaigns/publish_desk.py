"""Publishing at the desk: now, or at an hour in a named time zone; one text, or all of a campaign."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.accounts import guard
from app.kernel import clock
from app.kernel.db import db

from . import documents_desk, labels, publishing, readiness, schedules, wording
from .desk import document_page, open_campaign
from .forms import MOMENT_WRONG, ScheduleForm
from .head import WrongMoment
from .kinds import KINDS
from .models import Campaign

publisher = Blueprint("publisher", __name__, template_folder="templates")


def _chosen(campaign: Campaign) -> list[str]:
    return [code for code in campaign.spoken if code in request.form.getlist("languages")]


def problems(found: list[readiness.Problem], own: tuple[str, str] | None = None) -> list[Markup]:
    """What stands in the way, each with the text and language it is about, unless that is `own`."""
    said = []
    for problem in found:
        sentence = wording.sentence(problem.finding)
        kind, where = labels.KIND_NAMES[problem.kind], f"{problem.slug}, {problem.language}"
        at = problem.language if (problem.kind, problem.slug) == own else f"{kind}: {where}"
        said.append(Markup("<bdi>{}</bdi>: {}").format(at, sentence))
    return list(dict.fromkeys(said))


@publisher.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/publish")
@guard.staff("pages.publish")
def publish(lang: str, campaign: str, kind: str, slug: str):
    """Publish a text in the languages chosen, or take it back."""
    found = open_campaign(campaign)
    languages, who = _chosen(found), {"actor": guard.current().staff_id, "now": clock.now()}
    if kind not in KINDS:
        abort(404)
    if not languages:
        return document_page(lang, campaign, kind, slug, 422, wrong=[_("Please choose at least one language.")])
    try:
        if request.form.get("do") == "unpublish":
            done = publishing.unpublish(found, kind, slug, languages, **who)
            number = len(done)
            said = ngettext(
                "Taken back in %(count)s language.", "Taken back in %(count)s languages.", number, count=number
            )
        else:
            done = publishing.publish(found, [(kind, slug, code) for code in languages], **who)
            number = len(done)
            said = ngettext(
                "Published in %(count)s language.", "Published in %(count)s languages.", number, count=number
            )
    except readiness.NotReady as error:
        db.session.rollback()
        return document_page(lang, campaign, kind, slug, 422, wrong=problems(error.problems, (kind, slug)))
    back = url_for("pages.document", lang=lang, campaign=campaign, kind=kind, slug=slug)
    return guard.done(back, said if done else _("Nothing was to be done: it is so already."))


@publisher.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/schedule")
@guard.staff("pages.publish")
def schedule(lang: str, campaign: str, kind: str, slug: str):
    """Set an hour at which a text is published or taken back, or drop it."""
    found, form = open_campaign(campaign), ScheduleForm(request.form)
    who = {"actor": guard.current().staff_id, "now": clock.now()}
    back = url_for("pages.document", lang=lang, campaign=campaign, kind=kind, slug=slug)
    if kind not in KINDS:
        abort(404)
    if "drop" in request.form:
        schedules.drop(found, kind, slug, **who)
        return guard.done(back, _("Nothing happens by the clock any longer."))
    languages, wrong = _chosen(found), []
    if not languages:
        wrong.append(_("Please choose at least one language."))
    if form.validate() and languages:
        what = (form.action.data, form.local, form.zone.data or "")
        try:
            schedules.put(found, kind, slug, languages, *what, **who)
        except WrongMoment as error:
            form.put_fault("zone" if error.why == "zone" else "at", MOMENT_WRONG[error.why])
        except schedules.InThePast:
            form.put_fault("at", MOMENT_WRONG["past"])
        else:
            return guard.done(back, _("The hour is set."))
    db.session.rollback()
    return document_page(lang, campaign, kind, slug, 422, schedule=form, wrong=wrong)


@publisher.route("/<language:lang>/desk/<campaign>/publish-all", methods=["GET", "POST"])
@guard.staff("pages.publish")
def publish_all(lang: str, campaign: str):
    """Everything that the desk has otherwise than the public: published at once in the languages chosen, as for a
    campaign's first day."""
    found = open_campaign(campaign)
    changed = readiness.changed(found.id)
    if request.method == "GET":
        return _all_page(found, changed)
    languages = _chosen(found)
    names = [name for name in changed if name[2] in languages]
    if not names:
        return _all_page(found, changed, 422, [_("Please choose at least one language.")])
    try:
        done = publishing.publish(found, names, actor=guard.current().staff_id, now=clock.now())
    except readiness.NotReady as error:
        db.session.rollback()
        return _all_page(open_campaign(campaign), changed, 422, problems(error.problems))
    number = len(done)
    said = ngettext("%(count)s text is published.", "%(count)s texts are published.", number, count=number)
    return guard.done(url_for("pages.board_page", lang=lang, campaign=campaign), said)


def _all_page(campaign: Campaign, changed: list[readiness.Name], status=None, wrong=()):
    by_language = {code: [name for name in changed if name[2] == code] for code in campaign.spoken}
    return guard.page(
        "campaigns/desk/publish_all.html",
        status,
        campaign=campaign.slug,
        by_language={code: names for code, names in by_language.items() if names},
        source=campaign.source_language,
        named=documents_desk.languages(campaign.spoken),
        chosen=request.form.getlist("languages"),
        labels=labels,
        wrong=list(wrong),
    )
