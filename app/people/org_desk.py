"""The desk's pages about organisations: the list, one organisation, its fields, its networks, the file of the list."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import audit, clock, http
from app.kernel.db import db
from app.kernel.listing import WrongCursor
from app.states import queries as states

from . import doubles, org_export, org_operations, org_queries, words
from .joining import can_undo
from .languages import language_names
from .org_forms import OrganisationForm, SearchForm
from .people_forms import MembershipForm
from .websites import shown_website

organisations = Blueprint("organisations", __name__, template_folder="templates")
navigation.register("organisations.index", lazy("Organisations"), "organisations.see", 40, campaign=False)


def named(names: dict[str, str], lang: str) -> str:
    """A network's name in the reader's language, or in English."""
    return names.get(lang) or names["en"]


def network_names(lang: str) -> dict[str, str]:
    """The networks that whoever is signed in may see: names by id, as forms send it."""
    return {str(row.id): named(row.names, lang) for row in org_queries.network_choices(guard.current().networks)}


def wanted(lang: str, organisation_id: int):
    """The organisation of a page, or 404: also for whoever may not know of it."""
    organisation = org_queries.organisation(organisation_id, guard.current().networks)
    return organisation or abort(404)


@organisations.app_context_processor
def _words():
    return {"people_words": words, "shown_website": shown_website, "named": named}


@organisations.get("/<language:lang>/desk/organisations")
@guard.staff("organisations.see")
def index(lang: str):
    """The list: search, filters, order."""
    who = guard.current()
    form = SearchForm(request.args, lang=lang, networks=network_names(lang))
    try:
        part = org_queries.organisations(form.search(), who.networks, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "people/organisations.html",
        form=form,
        part=part,
        values={"lang": lang, **form.values()},
        exported=form.search().said,
        searched=bool(form.values()),
        areas=states.area_names(lang),
        doubles=org_queries.waiting_doubles() if who.may("organisations.join") else 0,
    )


@organisations.get("/<language:lang>/desk/organisations.csv")
@guard.staff("organisations.export", fresh=True)
def file(lang: str):
    """The list as CSV: what is public about organisations, and nobody's name; the log says that it left the house."""
    who = guard.current()
    audit.record("organisations.export", "organisations:list", actor=who.staff_id, now=clock.now())
    db.session.commit()
    form = SearchForm(request.args, lang=lang, networks=network_names(lang))
    response = Response(org_export.CsvLines(form.search(), who.networks), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="organisations.csv"'
    return http.private(response)


@organisations.route("/<language:lang>/desk/organisations/new", methods=["GET", "POST"])
@guard.staff("organisations.edit")
def new(lang: str):
    """Enter an organisation."""
    who = guard.current()
    form = OrganisationForm(
        request.form if request.method == "POST" else None,
        lang=lang,
        networks=network_names(lang),
        needed=who.networks is not None,
        name_language=lang,
    )
    if request.method == "POST" and form.validate():
        networks = [int(network) for network in form.networks.data or ()]
        made = org_operations.create(form.data_said(), networks, who.staff_id, clock.now())
        return guard.done(url_for(".organisation", lang=lang, organisation_id=made), _("The organisation is entered."))
    return _form(form, None)


@organisations.get("/<language:lang>/desk/organisations/<int:organisation_id>")
@guard.staff("organisations.see")
def organisation(lang: str, organisation_id: int):
    """One organisation; one that was joined into another leads there."""
    return page(lang, organisation_id)


def page(lang: str, organisation_id: int, membership: MembershipForm | None = None):
    """The page of an organisation; `membership` is a form that came back with something wrong in it."""
    who = guard.current()
    found = org_queries.organisation(organisation_id, who.networks)
    if found is None:
        there = org_queries.led_to(organisation_id, who.networks) or abort(404)
        return http.private(redirect(url_for(".organisation", lang=lang, organisation_id=there), code=303))
    mine = org_queries.memberships(organisation_id, who.networks)
    may_join = who.may("organisations.join")
    now = clock.now()
    return guard.page(
        "people/organisation.html",
        status=422 if membership else None,
        organisation=found,
        people=org_queries.people(organisation_id),
        memberships=mine,
        membership=membership or MembershipForm(networks=network_names(lang), since=now.date()),
        joinings=[(*row, can_undo(row[0], now)) for row in org_queries.joinings(organisation_id)] if may_join else [],
        pairs=org_queries.open_doubles_of(organisation_id) if may_join else [],
        areas=states.area_names(lang),
        language_names=language_names(lang),
        may_join=may_join,
    )


@organisations.route("/<language:lang>/desk/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@guard.staff("organisations.edit")
def edit(lang: str, organisation_id: int):
    """Change what is said of an organisation."""
    found = wanted(lang, organisation_id)
    data = org_operations.data_of(found)
    if request.method == "GET":
        return _form(OrganisationForm(lang=lang, data=OrganisationForm.said_of(data)), found)
    form = OrganisationForm(request.form, lang=lang)
    if not form.validate():
        return _form(form, found)
    org_operations.change(organisation_id, form.data_said(), guard.current().staff_id, clock.now())
    return guard.done(url_for(".organisation", lang=lang, organisation_id=organisation_id), _("The change is kept."))


def _form(form: OrganisationForm, found):
    return guard.page(
        "people/organisation_form.html", status=422 if form.errors else None, form=form, organisation=found
    )


@organisations.post("/<language:lang>/desk/organisations/<int:organisation_id>/networks")
@guard.staff("organisations.edit")
def networks(lang: str, organisation_id: int):
    """An organisation becomes a member of a network, or is one no longer."""
    found = wanted(lang, organisation_id)
    who = guard.current()
    form = MembershipForm(request.form, networks=network_names(lang))
    back = url_for(".organisation", lang=lang, organisation_id=found.id)
    if "leave" in request.form:
        if request.form["leave"] not in network_names(lang):
            abort(404)
        org_operations.leave_network(found.id, int(request.form["leave"]), who.staff_id, clock.now())
        # Whoever coordinates that network alone sees the organisation no more.
        if who.networks is not None and org_queries.organisation(found.id, who.networks) is None:
            back = url_for(".index", lang=lang)
        return guard.done(back, _("The membership has ended."))
    if not form.validate():
        return page(lang, organisation_id, form)
    org_operations.join_network(found.id, int(form.network.data), form.since.data, who.staff_id, clock.now())
    return guard.done(back, _("The membership is kept."))


@organisations.post("/<language:lang>/desk/organisations/<int:organisation_id>/double")
@guard.staff("organisations.join")
def propose(lang: str, organisation_id: int):
    """Somebody saw that it is another one, too: its number leads to the page that shows both."""
    found = wanted(lang, organisation_id)
    number = request.form.get("other", "").strip()
    other = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    if other == found.id or org_queries.organisation(other, guard.current().networks) is None:
        back = url_for(".organisation", lang=lang, organisation_id=found.id)
        return guard.done(back, _("There is no other organisation with this number."))
    pair = doubles.propose(found.id, other, clock.now())
    return guard.done(url_for("doubles.pair", lang=lang, double_id=pair))
