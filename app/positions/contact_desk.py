"""The desk's pages about work with missions: the list of states, a state's working page, the quick note."""

import secrets

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.datastructures import CombinedMultiDict

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n, listing
from app.kernel.images import EXTENSIONS
from app.states import members

from . import contact_list, contact_queries, contact_rules, contacts, queries
from .contact_forms import (
    ACT_WORDS,
    LARGEST_PHOTO,
    RECORD_WORDS,
    SURE_WORDS,
    ContactForm,
    NextForm,
    OwnerForm,
    QuickForm,
    ReadingForm,
)
from .wording import POSITIONS

contacts_desk = Blueprint("contacts", __name__, template_folder="templates")
navigation.register("contacts.index", lazy("States"), "readings.see", 52)
navigation.register("contacts.quick", lazy("Quick note"), "readings.edit", 53)

BASE = "/<language:lang>/desk/<campaign>/states"
ONE = f"{BASE}/<state>"
WORDS = {"act": ACT_WORDS, "sure": SURE_WORDS, "record": RECORD_WORDS, "position": POSITIONS}
# A photo, and the rest of the form with it.
LARGEST_FORM = LARGEST_PHOTO + 1024 * 1024


@contacts_desk.get(BASE)
@guard.staff("readings.see")
def index(lang: str, campaign: str):
    """The states: who looks after each, what comes next, and what we were told beside the public position."""
    found, asks = _campaign(campaign), _asks(campaign, lang)
    ask = request.args.get("ask", "")
    ask = ask if ask in asks else next(iter(asks), "")
    wanted = contact_list.Wanted(
        request.args.get("owner", ""),
        request.args.get("due") == "1",
        request.args.get("told", ""),
        request.args.get("name", "").strip(),
    )
    me, today = guard.current().staff_id, clock.today()
    everyone = contact_list.lines(found, ask, lang, today)
    chosen = [line for line in everyone if wanted.fits(line, me, today)]
    try:
        part = contact_list.part(chosen, [line.code for line in everyone], request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    said = {"ask": ask, "owner": wanted.owner, "due": "1" if wanted.due else "", "told": wanted.told}
    return guard.page(
        "positions/desk_states.html",
        campaign=campaign,
        part=part,
        found=len(chosen),
        asks=asks,
        ask=ask,
        wanted=wanted,
        words=WORDS,
        today=today,
        values={"lang": lang, "campaign": campaign, "name": wanted.name, **said},
    )


@contacts_desk.get(ONE)
@guard.staff("readings.see")
def one(lang: str, campaign: str, state: str):
    """A state's working page: the public positions, what we were told, who looks after it, who was there, what comes
    next."""
    return _one(lang, campaign, state)


def _one(lang: str, campaign: str, state: str, status: int | None = None, **forms):
    found, asks, today = _campaign(campaign), _asks(campaign, lang), clock.today()
    record = _state(found, state)
    work = contact_queries.works(found.id, state).get(state, contact_queries.NOBODY)
    readings = contact_queries.readings(found.id, today, state=state)
    newest = {}
    for noted in readings:
        newest.setdefault(noted.row.ask, noted)
    colleagues = contact_queries.colleagues(campaign)
    owner = {
        "staff": str(work.owner_staff or ""),
        "organisation": work.owner if work.owner_is_organisation else "",
    }
    values = {
        "reading_form": ReadingForm(asks=asks),
        "owner_form": OwnerForm(colleagues=colleagues, **owner),
        "contact_form": ContactForm(prefix="contact-"),
        "next_form": NextForm(prefix="next-", step=work.next_step or "", on=work.next_on),
        **forms,
    }
    return guard.page(
        "positions/desk_state.html",
        status=status,
        campaign=campaign,
        # It forgets a quick note that was kept.
        scripts=("quick-note.js",),
        state=record,
        asks=asks,
        standing={ask: queries.standing(found.id, ask, today)[state] for ask in asks},
        readings=readings,
        newest=newest,
        differs=contact_rules.differs,
        work=work,
        met=contact_queries.contacts(found.id, state),
        week=contact_queries.this_week(state, today),
        planned=contact_queries.planned(state, today),
        words=WORDS,
        may_edit=guard.current().may("readings.edit", campaign),
        today=today,
        place={"lang": lang, "campaign": campaign, "state": state},
        # Only by a public source does what we were told become evidence.
        evidence_url=url_for("entry.new", lang=lang, campaign=campaign, speaker=f"state:{state}")
        if guard.current().may("evidence.edit", campaign)
        else None,
        **values,
    )


@contacts_desk.post(f"{ONE}/reading")
@guard.staff("readings.edit")
def note(lang: str, campaign: str, state: str):
    """Write down what we were told."""
    found = _campaign(campaign)
    _state(found, state)
    form = ReadingForm(request.form, asks=_asks(campaign, lang))
    if not form.validate():
        return _one(lang, campaign, state, 422, reading_form=form)
    contacts.note(found, form.told_of(state), actor=guard.current().staff_id, now=clock.now())
    return _back(lang, campaign, state, _("The reading is kept."))


@contacts_desk.post(f"{ONE}/readings/<int:reading_id>/drop")
@guard.staff("readings.edit")
def drop(lang: str, campaign: str, state: str, reading_id: int):
    """Delete a reading before its day."""
    found = _campaign(campaign)
    reading = contact_queries.reading(found.id, reading_id) or abort(404)
    contacts.drop(found, reading, actor=guard.current().staff_id, now=clock.now())
    return _back(lang, campaign, state, _("The reading is deleted."))


@contacts_desk.get(f"{ONE}/readings/<int:reading_id>/photo")
@guard.staff("readings.see")
def photo(lang: str, campaign: str, state: str, reading_id: int):
    """The photo that came with a note, as a file."""
    found = contact_queries.photo(_campaign(campaign).id, reading_id) or abort(404)
    response = http.private(Response(found.content, mimetype=found.media_type))
    response.headers["Content-Disposition"] = f"attachment; filename=photo-{reading_id}.{EXTENSIONS[found.media_type]}"
    return response


@contacts_desk.post(f"{ONE}/owner")
@guard.staff("readings.edit")
def own(lang: str, campaign: str, state: str):
    """Say who looks after a state."""
    found = _campaign(campaign)
    _state(found, state)
    form = OwnerForm(request.form, colleagues=contact_queries.colleagues(campaign))
    if not form.validate():
        return _one(lang, campaign, state, 422, owner_form=form)
    organisation = None
    if form.organisation.data:
        organisation = contact_queries.organisation_named(form.organisation.data)
        if organisation is None:
            form.organisation.errors = [_("No organisation here has just this name, or several have it.")]
            return _one(lang, campaign, state, 422, owner_form=form)
    staff = int(form.staff.data) if form.staff.data else None
    who = guard.current().staff_id
    contacts.own(found, state, staff=staff, organisation=organisation, actor=who, now=clock.now())
    return _back(lang, campaign, state, _("It is kept who looks after the state."))


@contacts_desk.post(f"{ONE}/contact")
@guard.staff("readings.edit")
def met(lang: str, campaign: str, state: str):
    """Write down that a mission was spoken to."""
    found = _campaign(campaign)
    _state(found, state)
    form = ContactForm(request.form, prefix="contact-")
    if not form.validate():
        return _one(lang, campaign, state, 422, contact_form=form)
    who = guard.current().staff_id
    contacts.met(found, state, form.met_on.data, form.note.data, actor=who, now=clock.now())
    return _back(lang, campaign, state, _("The contact is kept."))


@contacts_desk.post(f"{ONE}/next")
@guard.staff("readings.edit")
def plan(lang: str, campaign: str, state: str):
    """Say what comes next."""
    found = _campaign(campaign)
    _state(found, state)
    form = NextForm(request.form, prefix="next-")
    if not form.validate():
        return _one(lang, campaign, state, 422, next_form=form)
    who = guard.current().staff_id
    contacts.plan(found, state, form.step.data or None, form.on.data, actor=who, now=clock.now())
    return _back(lang, campaign, state, _("The next step is kept."))


@contacts_desk.route("/<language:lang>/desk/<campaign>/quick-note", methods=["GET", "POST"])
@guard.staff("readings.edit")
def quick(lang: str, campaign: str):
    """A note from a corridor. Sent twice it is stored once."""
    request.max_content_length = LARGEST_FORM
    found, asks = _campaign(campaign), _asks(campaign, lang)
    states = {state.iso3: state.names[lang] for state in members.in_order(lang, found.world)}
    if request.method == "POST":
        form = QuickForm(CombinedMultiDict([request.form, request.files]), asks=asks, states=states)
        if form.validate():
            contacts.note(
                found,
                form.told_of(),
                actor=guard.current().staff_id,
                now=clock.now(),
                client_id=form.client_id.data,
                photo=form.image,
            )
            return _back(lang, campaign, form.state.data, _("The note is kept."))
    else:
        said = {name: request.args[name] for name in ("state", "ask") if name in request.args}
        form = QuickForm(asks=asks, states=states, client_id=secrets.token_urlsafe(18), **said)
    return guard.page(
        "positions/desk_quick.html",
        status=422 if form.errors else None,
        campaign=campaign,
        scripts=("quick-note.js",),
        form=form,
    )


def _campaign(slug: str):
    return queries.campaign(slug) or abort(404)


def _state(found, code: str):
    return members.states(found.world).get(code) or abort(404)


def _asks(campaign: str, lang: str) -> dict[str, str]:
    """What the campaign's asks are called, those open first."""
    view = campaigns.campaign_view(campaign, lang) or campaigns.campaign_view(campaign, i18n.FALLBACK) or abort(404)
    asks = sorted(campaigns.asks(view.id), key=lambda ask: ask.status != "open")
    return {ask.slug: ask.titles.get(lang) or ask.titles.get(i18n.FALLBACK) or ask.slug for ask in asks}


def _back(lang: str, campaign: str, state: str, notice: str):
    return guard.done(url_for("contacts.one", lang=lang, campaign=campaign, state=state), notice)
