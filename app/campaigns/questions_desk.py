"""Questions on blocks: what waits for an answer, and each thread."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock, i18n
from app.kernel.listing import WrongCursor

from . import editing
from . import questions as book
from .models import Campaign
from .translate_desk import open_campaign, question_fault

questions = Blueprint("questions", __name__, template_folder="templates")
navigation.register("questions.index", lazy("Questions of translators"), "pages.translate", 42, group=navigation.TEXTS)


@questions.get("/<language:lang>/desk/<campaign>/questions")
@guard.staff("pages.translate")
def index(lang: str, campaign: str):
    """The questions on the languages one works in, those that wait first to be seen."""
    return _page(open_campaign(campaign))


def _page(campaign: Campaign, status: int | None = None, **back):
    every = request.args.get("show") == "all"
    mine = guard.current().languages(campaign.slug)
    try:
        part, threads = book.part(campaign.id, mine, not every, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "campaigns/desk/questions.html",
        status,
        campaign=campaign.slug,
        part=part,
        threads=threads,
        every=every,
        languages=i18n.EVERY,
        source=i18n.EVERY[campaign.source_language],
        answers=guard.current().may("pages.edit", campaign.slug),
        back=back,
    )


@questions.post("/<language:lang>/desk/<campaign>/questions/<int:question_id>")
@guard.staff("pages.translate")
def say(lang: str, campaign: str, question_id: int):
    """Answer a question, or add to it; an answer is what a campaigner says to the question of somebody else."""
    found = open_campaign(campaign)
    who = guard.current()
    thread = book.thread(found.id, question_id)
    mine = who.languages(campaign)
    if thread is None or (mine is not None and thread.language not in mine):
        abort(404)
    text = editing.clean(request.form.get("words", "")).strip()
    if wrong := question_fault(text):
        return _page(found, 422, at=question_id, said=text, fault=wrong)
    answers = who.may("pages.edit", campaign) and thread.asked_by != who.staff_id
    book.say(found, question_id, text, answers, who.staff_id, clock.now())
    return guard.done(url_for("questions.index", lang=lang, campaign=campaign), _("Your words have been passed on."))
