"""The desk's pages about offices: chairs, presidencies, seats, and who holds them from when to when."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock
from app.states import editing, forms, groups, members
from app.states.models import UN_WORLD

offices_desk = Blueprint("offices_desk", __name__, template_folder="templates")


@offices_desk.get("/<language:lang>/desk/offices")
@guard.staff("states.edit")
def index(lang: str):
    """Every office with its holders; who holds it today is marked."""
    held = {office.id for office in groups.offices_on(clock.today())}
    return guard.page("states/offices.html", offices=groups.offices(), held=held, states=members.states())


@offices_desk.route("/<language:lang>/desk/offices/new", methods=["GET", "POST"])
@guard.staff("states.edit")
def new(lang: str):
    """Enter who holds an office."""
    form = forms.OfficeForm(request.form if request.method == "POST" else None, states=_names(lang))
    return _kept(form, None, lang) or _page(form, None)


@offices_desk.route("/<language:lang>/desk/offices/<int:office_id>", methods=["GET", "POST"])
@guard.staff("states.edit")
def office(lang: str, office_id: int):
    """Correct who holds an office, or when."""
    found = _wanted(office_id)
    if request.method == "GET":
        form = forms.OfficeForm(
            states=_names(lang),
            office=found.office,
            body=found.body,
            holder=found.holder or "",
            person=found.person,
            since=found.since.text if found.since else "",
            until=found.until.text if found.until else "",
            confidence=found.confidence,
            source=found.source,
            note=found.note,
        )
    else:
        form = forms.OfficeForm(request.form, states=_names(lang))
    return _kept(form, found, lang) or _page(form, found)


@offices_desk.route("/<language:lang>/desk/offices/<int:office_id>/strike", methods=["GET", "POST"])
@guard.staff("states.edit")
def strike(lang: str, office_id: int):
    """Take out an entry that is wrong."""
    found = _wanted(office_id)
    form = forms.StrikeForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        editing.strike_office(office_id, form.reason.data, guard.current().staff_id, clock.now())
        return guard.done(url_for(".index", lang=lang), _("The entry is taken out."))
    back = url_for(".office", lang=lang, office_id=office_id)
    what = f"{found.office} – {found.body}"
    return guard.page("states/strike.html", status=422 if form.errors else None, form=form, what=what, back=back)


def _wanted(office_id: int):
    return next((one for one in groups.offices() if one.id == office_id), None) or abort(404)


def _names(lang: str) -> dict[str, str]:
    return {state.iso3: state.names[lang] for state in members.in_order(lang)}


def _kept(form: forms.OfficeForm, found, lang: str):
    if request.method != "POST" or not form.validate():
        return None
    try:
        who, now = guard.current().staff_id, clock.now()
        editing.set_office(found and found.id, form.data_of(), UN_WORLD, who, now)
    except editing.Unfit as unfit:
        form.blame(unfit.complaints)
        return None
    return guard.done(url_for(".index", lang=lang), _("The office is kept."))


def _page(form: forms.OfficeForm, found):
    return guard.page("states/office_form.html", status=422 if form.errors else None, form=form, office=found)
