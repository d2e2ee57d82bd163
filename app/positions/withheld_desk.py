"""The desk's page of positions that are kept back: which, since when and why; keeping one back; showing it again."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock
from app.kernel.i18n import CODES
from app.people.languages import language_names

from . import desk_queries, desk_words, ground, operations
from .evidence_forms import WithholdForm

withheld = Blueprint("withheld", __name__, template_folder="templates")
ADDRESS = "/<language:lang>/desk/<campaign>/positions"
navigation.register("withheld.index", lazy("Positions withheld"), "evidence.see", 45)


@withheld.get(ADDRESS)
@guard.staff("evidence.see")
def index(lang: str, campaign: str):
    """Which positions are kept back now."""
    return _page(lang, campaign, None)


def _form(base: ground.Ground, lang: str, sent) -> WithholdForm:
    form = WithholdForm(sent, language=lang)
    names = language_names(lang)
    form.offer(base.titles, base.states, {code: names.get(code, code) for code in CODES})
    return form


def _page(lang: str, campaign: str, form: WithholdForm | None):
    base = ground.of(campaign, lang)
    return guard.page(
        "positions/desk/withheld.html",
        status=422 if form else None,
        campaign=campaign,
        base=base,
        rows=desk_queries.withheld(base.campaign.id),
        form=form or _form(base, lang, None),
    )


@withheld.post(ADDRESS)
@guard.staff("positions.withhold")
def withhold(lang: str, campaign: str):
    """Keep one back, with a reason that everybody can read."""
    base = ground.of(campaign, lang)
    form = _form(base, lang, request.form)
    good = form.validate()
    for field, known in ((form.ask, base.asks), (form.state, base.states), (form.language, CODES)):
        if field.data not in known:
            field.errors = [_("Please choose one of these.")]
            good = False
    if good:
        try:
            who, now = guard.current().staff_id, clock.now()
            operations.withhold(
                base.campaign,
                form.ask.data,
                form.state.data,
                form.reason.data,
                form.language.data,
                actor=who,
                now=now,
            )
            return guard.done(url_for(".index", lang=lang, campaign=campaign), _("The position is withheld."))
        except operations.NotYet:
            form.state.errors = [_("This position is withheld already.")]
    return _page(lang, campaign, form)


@withheld.post(f"{ADDRESS}/lift")
@guard.staff("positions.withhold")
def lift(lang: str, campaign: str):
    """Show one again."""
    base = ground.of(campaign, lang)
    ask, state = request.form.get("ask", ""), request.form.get("state", "")
    if ask not in base.asks or state not in base.states:
        abort(404)
    there = url_for(".index", lang=lang, campaign=campaign)
    try:
        operations.lift(base.campaign, ask, state, actor=guard.current().staff_id, now=clock.now())
    except operations.NotYet as refused:
        return guard.done(there, str(desk_words.NOT_YET[refused.why]))
    return guard.done(there, _("The position is shown again."))
