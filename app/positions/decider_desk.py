"""The desk's pages about deciders that are no states."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock

from . import deciders, queries
from .decider_forms import KIND_WORDS, DeciderForm

deciders_desk = Blueprint("deciders_desk", __name__, template_folder="templates")
navigation.register("deciders_desk.index", lazy("Deciders"), "deciders.edit", 55)

BASE = "/<language:lang>/desk/<campaign>/deciders"


@deciders_desk.get(BASE)
@guard.staff("deciders.edit")
def index(lang: str, campaign: str):
    """Every decider of the campaign."""
    found = queries.campaign(campaign) or abort(404)
    return guard.page(
        "positions/desk_deciders.html", campaign=campaign, deciders=deciders.every(found.id), kinds=KIND_WORDS
    )


@deciders_desk.route(f"{BASE}/new", methods=["GET", "POST"])
@guard.staff("deciders.edit")
def new(lang: str, campaign: str):
    """Enter a decider; the code comes from the name."""
    found = queries.campaign(campaign) or abort(404)
    form = DeciderForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        code = deciders.code_of(form.name.data)
        try:
            if code == "X-":
                raise deciders.Taken(code)
            deciders.enter(found, code, form.said(), actor=guard.current().staff_id, now=clock.now())
            return guard.done(url_for(".index", lang=lang, campaign=campaign), _("The decider is entered."))
        except deciders.Taken:
            form.name.errors = [_("Somebody of this name is entered already.")]
    return _page(campaign, form, None)


@deciders_desk.route(f"{BASE}/<code>", methods=["GET", "POST"])
@guard.staff("deciders.edit")
def one(lang: str, campaign: str, code: str):
    """Correct what is said of a decider."""
    found = queries.campaign(campaign) or abort(404)
    decider = deciders.one(found.id, code) or abort(404)
    form = DeciderForm(request.form if request.method == "POST" else None, obj=decider)
    if request.method == "POST" and form.validate():
        deciders.change(found, decider, form.said(), actor=guard.current().staff_id, now=clock.now())
        return guard.done(url_for(".index", lang=lang, campaign=campaign), _("The change is kept."))
    return _page(campaign, form, decider)


def _page(campaign: str, form: DeciderForm, decider):
    return guard.page(
        "positions/desk_decider.html",
        status=422 if form.errors else None,
        campaign=campaign,
        form=form,
        decider=decider,
    )
