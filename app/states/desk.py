"""The desk's pages about states: the list, and what one is called."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock
from app.states import editing, forms, groups, members

states_desk = Blueprint("states_desk", __name__, template_folder="templates")
navigation.register("states_desk.index", lazy("States and groups"), "states.edit", 45, campaign=False)


@states_desk.app_context_processor
def _words():
    return {"states_words": forms, "sources_of": groups.sources}


@states_desk.get("/<language:lang>/desk/states")
@guard.staff("states.edit")
def index(lang: str):
    """Every state, or those whose name or code has the words looked for."""
    words = request.args.get("q", "").strip()[:100]
    wanted = words.casefold()
    found = [
        state for state in members.in_order(lang) if wanted in " ".join((state.iso3, *state.names.values())).casefold()
    ]
    return guard.page("states/states.html", states=found, words=words)


@states_desk.route("/<language:lang>/desk/states/<iso3>", methods=["GET", "POST"])
@guard.staff("states.edit")
def state(lang: str, iso3: str):
    """Correct what a state is called; which groups it is in."""
    found = members.state(iso3) or abort(404)
    if request.method == "GET":
        said = {
            **{f"name_{code}": name for code, name in found.names.items()},
            **{f"label_{code}": label for code, label in found.labels.items()},
            **{f"article_{code}": article for code, article in found.articles.items()},
        }
        return _page(forms.StateForm(**said), found)
    form = forms.StateForm(request.form)
    if form.validate():
        try:
            source = form.source.data
            editing.name_state(found.iso3, form.values(), source, guard.current().staff_id, clock.now())
            return guard.done(url_for(".state", lang=lang, iso3=iso3), _("The change is kept."))
        except editing.Unfit as unfit:
            form.blame(unfit.complaints)
    return _page(form, found)


def _page(form: forms.StateForm, found):
    return guard.page(
        "states/state.html",
        status=422 if form.errors else None,
        form=form,
        state=found,
        periods=groups.periods_of_state(found.iso3),
        groups=groups.groups(found.world),
    )
