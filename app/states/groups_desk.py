"""The desk's pages about groups: their names and rules, and who was in them when."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from app.accounts import guard
from app.kernel import clock
from app.kernel.i18n import CODES
from app.states import editing, forms, groups, members
from app.states.models import UN_WORLD

groups_desk = Blueprint("groups_desk", __name__, template_folder="templates")


@groups_desk.get("/<language:lang>/desk/groups")
@guard.staff("states.edit")
def index(lang: str):
    """Every group, with how many states are in it today."""
    today = clock.today()
    found = groups.groups().values()
    counts = {group.code: _counts(group.code, today) for group in found}
    return guard.page("states/groups.html", groups=found, counts=counts)


@groups_desk.route("/<language:lang>/desk/groups/new", methods=["GET", "POST"])
@guard.staff("states.edit")
def new(lang: str):
    """Add a group."""
    form = forms.GroupForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            code = form.code.data
            editing.add_group(code, form.data_of(), UN_WORLD, guard.current().staff_id, clock.now())
            return guard.done(url_for(".group", lang=lang, code=code), _("The group is entered."))
        except editing.Unfit as unfit:
            form.blame(unfit.complaints)
    return guard.page("states/group_form.html", status=422 if form.errors else None, form=form, group=None)


@groups_desk.get("/<language:lang>/desk/groups/<code>")
@guard.staff("states.edit")
def group(lang: str, code: str):
    """A group, and every period of every state in it."""
    found = _wanted(code)
    states = members.states(found.world)
    periods = sorted(groups.periods_of_group(code), key=lambda period: states[period.state].orders[lang])
    return guard.page(
        "states/group.html", group=found, periods=periods, states=states, counts=_counts(code, clock.today())
    )


@groups_desk.route("/<language:lang>/desk/groups/<code>/change", methods=["GET", "POST"])
@guard.staff("states.edit")
def change(lang: str, code: str):
    """Correct what a group is called, or whom it speaks for."""
    found = _wanted(code)
    if request.method == "GET":
        said = {f"name_{language}": found.names.get(language, "") for language in CODES}
        form = forms.GroupForm(
            **said,
            official_name_en=found.official_name_en,
            kind=found.kind,
            binds=found.binds,
            stated_count="" if found.stated_count is None else str(found.stated_count),
            outside_un="; ".join(found.outside_un),
            as_of=found.as_of,
            note=found.note,
        )
    else:
        form = forms.GroupForm(request.form)
    del form.code
    if request.method == "POST" and form.validate():
        try:
            editing.change_group(code, form.data_of(), guard.current().staff_id, clock.now())
            return guard.done(url_for(".group", lang=lang, code=code), _("The change is kept."))
        except editing.Unfit as unfit:
            form.blame(unfit.complaints)
    return guard.page("states/group_form.html", status=422 if form.errors else None, form=form, group=found)


@groups_desk.route("/<language:lang>/desk/groups/<code>/periods/new", methods=["GET", "POST"])
@guard.staff("states.edit")
def new_period(lang: str, code: str):
    """Enter that a state is or was in a group."""
    found = _wanted(code)
    chosen = request.args.get("state", "")
    form = forms.PeriodForm(
        request.form if request.method == "POST" else None, states=_names(lang, found.world), state=chosen
    )
    return _kept(form, found, None, lang) or _period_page(form, found, None)


@groups_desk.route("/<language:lang>/desk/groups/<code>/periods/<int:period_id>", methods=["GET", "POST"])
@guard.staff("states.edit")
def period(lang: str, code: str, period_id: int):
    """Date a membership, end it, suspend it."""
    found, own = _wanted(code), _wanted_period(code, period_id)
    names = {own.state: _names(lang, found.world)[own.state]}
    if request.method == "GET":
        dates = ("joined", "left", "suspended_from", "suspended_to")
        said = {name: getattr(own, f"{name}_written") or "" for name in dates}
        form = forms.PeriodForm(
            states=names, state=own.state, status=own.status, confidence=own.confidence, note=own.note, **said
        )
    else:
        form = forms.PeriodForm(request.form, states=names)
    return _kept(form, found, own, lang) or _period_page(form, found, own)


@groups_desk.route("/<language:lang>/desk/groups/<code>/periods/<int:period_id>/strike", methods=["GET", "POST"])
@guard.staff("states.edit")
def strike(lang: str, code: str, period_id: int):
    """Take out a period that never was."""
    found, own = _wanted(code), _wanted_period(code, period_id)
    form = forms.StrikeForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        editing.strike_period(code, period_id, form.reason.data, guard.current().staff_id, clock.now())
        return guard.done(url_for(".group", lang=lang, code=code), _("The period is taken out."))
    what = f"{members.state(own.state).names[lang]} – {found.name(lang)}"
    back = url_for(".period", lang=lang, code=code, period_id=period_id)
    return guard.page("states/strike.html", status=422 if form.errors else None, form=form, what=what, back=back)


def _wanted(code: str):
    return groups.group(code) or abort(404)


def _wanted_period(code: str, period_id: int):
    return next((one for one in groups.periods_of_group(code) if one.id == period_id), None) or abort(404)


def _names(lang: str, world: str) -> dict[str, str]:
    return {state.iso3: state.names[lang] for state in members.in_order(lang, world)}


def _counts(code: str, day) -> dict[str, int]:
    statuses = [standing.status for standing in groups.members_on(code, day).values()]
    return {status: statuses.count(status) for status in forms.STATUS_WORDS}


def _kept(form: forms.PeriodForm, found, own, lang: str):
    if request.method != "POST" or not form.validate():
        return None
    try:
        who, now = guard.current().staff_id, clock.now()
        editing.set_period(found.code, form.state.data, own and own.id, form.data_of(), who, now)
    except editing.Unfit as unfit:
        form.blame(unfit.complaints)
        return None
    except NoResultFound:
        abort(404)
    return guard.done(url_for(".group", lang=lang, code=found.code), _("The membership is kept."))


def _period_page(form: forms.PeriodForm, found, own):
    return guard.page(
        "states/period_form.html", status=422 if form.errors else None, form=form, group=found, period=own
    )
