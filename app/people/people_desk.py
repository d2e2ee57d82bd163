"""The desk's pages about people in organisations, and about what they agreed to."""

from datetime import UTC, datetime, time

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock

from . import org_queries, positions
from .languages import language_names
from .org_desk import named, wanted
from .people_forms import AgreementForm, PersonForm

people_desk = Blueprint("people_desk", __name__, template_folder="templates")


@people_desk.route("/<language:lang>/desk/organisations/<int:organisation_id>/people/new", methods=["GET", "POST"])
@guard.staff("organisations.edit")
def new(lang: str, organisation_id: int):
    """Put somebody into an organisation. The answer is the same whether or not their address was known before."""
    organisation = wanted(lang, organisation_id)
    form = PersonForm(request.form if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.validate():
        try:
            made = positions.add(organisation.id, form.person(), guard.current().staff_id, clock.now())
            return guard.done(_there(lang, organisation_id, made), _("The person is entered."))
        except (positions.Suppressed, positions.AlreadyThere) as error:
            _say(form, error)
    return _form(form, organisation, None)


@people_desk.route(
    "/<language:lang>/desk/organisations/<int:organisation_id>/people/<int:position_id>", methods=["GET", "POST"]
)
@guard.staff("organisations.edit")
def person(lang: str, organisation_id: int, position_id: int):
    """One person in an organisation: change what is said of them; below, what they agreed to."""
    organisation = wanted(lang, organisation_id)
    position, address = org_queries.position(organisation.id, position_id) or abort(404)
    if request.method == "GET":
        return _page(lang, organisation, position, _form_of(lang, position, address))
    form = PersonForm(request.form, lang=lang)
    if form.validate():
        try:
            positions.change(position.id, form.person(), guard.current().staff_id, clock.now())
            return guard.done(_there(lang, organisation_id, position_id), _("The change is kept."))
        except (positions.Suppressed, positions.AlreadyThere) as error:
            _say(form, error)
    return _page(lang, organisation, position, form)


@people_desk.post("/<language:lang>/desk/organisations/<int:organisation_id>/people/<int:position_id>/remove")
@guard.staff("organisations.edit")
def remove(lang: str, organisation_id: int, position_id: int):
    """Take somebody out of an organisation."""
    organisation = wanted(lang, organisation_id)
    position, _address = org_queries.position(organisation.id, position_id) or abort(404)
    positions.remove(position.id, guard.current().staff_id, clock.now())
    back = url_for("organisations.organisation", lang=lang, organisation_id=organisation_id)
    return guard.done(back, _("The person is in this organisation no longer."))


@people_desk.post("/<language:lang>/desk/organisations/<int:organisation_id>/people/<int:position_id>/consent")
@guard.staff("organisations.edit")
def consent(lang: str, organisation_id: int, position_id: int):
    """Write down what somebody agreed to, or took back."""
    organisation = wanted(lang, organisation_id)
    position, address = org_queries.position(organisation.id, position_id) or abort(404)
    now = clock.now()
    form = AgreementForm(request.form, lang=lang, networks=_networks_of(lang, organisation.id), today=now.date())
    if not form.validate():
        return _page(lang, organisation, position, _form_of(lang, position, address), form)
    # Of a day that is over, the beginning for what was given: a withdrawal of that day comes after it.
    moment = datetime.combine(form.on.data, time.min if form.act.data == "given" else time.max, UTC)
    agreement = positions.Agreement(
        network_id=int(form.network.data),
        purposes=tuple(dict.fromkeys(form.purposes.data)),
        act=form.act.data,
        wording=form.wording.data,
        language=form.language.data,
        way=form.way.data,
        at=now if form.on.data == now.date() else moment,
        place=form.place.data or None,
    )
    positions.record_agreement(position.person_id, agreement, guard.current().staff_id, now)
    return guard.done(_there(lang, organisation_id, position_id), _("It is written down."))


def _networks_of(lang: str, organisation_id: int) -> dict[str, str]:
    rows = org_queries.memberships(organisation_id, guard.current().networks)
    return {str(row.network_id): named(row.names, lang) for row in rows}


def _there(lang: str, organisation_id: int, position_id: int) -> str:
    return url_for(".person", lang=lang, organisation_id=organisation_id, position_id=position_id)


def _form_of(lang: str, position, address: str) -> PersonForm:
    return PersonForm(
        lang=lang,
        name=position.name,
        address=address,
        title=position.title or "",
        roles=position.roles,
        language=position.language or "",
        second_language=position.second_language or "",
    )


def _say(form: PersonForm, error: Exception) -> None:
    if isinstance(error, positions.Suppressed):
        words = _("This address wants no mail from this site. It cannot be entered.")
    else:
        words = _("Somebody with this address is in this organisation already.")
    form.address.errors = [words]


def _form(form: PersonForm, organisation, position):
    return guard.page(
        "people/person_form.html", status=422 if form.errors else None, form=form, organisation=organisation
    )


def _page(lang: str, organisation, position, form: PersonForm, agreement: AgreementForm | None = None):
    networks = _networks_of(lang, organisation.id)
    rows = org_queries.ledger(position.person_id, guard.current().networks)
    wrong = form.errors or agreement is not None
    return guard.page(
        "people/person.html",
        status=422 if wrong else None,
        organisation=organisation,
        position=position,
        form=form,
        agreement=agreement
        or AgreementForm(lang=lang, networks=networks, today=clock.today(), language=lang, on=clock.today()),
        networks=networks,
        ledger=rows,
        agreed=sorted(org_queries.agreed(rows)),
        network_names={row.network_id: named(row.names, lang) for row in rows},
        recorders=org_queries.staff_names({row.recorded_by for row in rows if row.recorded_by}),
        language_names=language_names(lang),
    )
