"""The desk's pages of the right of reply: what is to be decided and until when, notes verbales, missions' addresses."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock, listing
from app.kernel.db import db
from app.states import members

from . import correction_queries, correction_rules, corrections, names, queries, wording
from .correction_forms import DecisionForm, MissionForm, NoteForm

corrections_desk = Blueprint("corrections_desk", __name__, template_folder="templates")
navigation.register("corrections_desk.index", lazy("Corrections"), "corrections.handle", 56)

BASE = "/<language:lang>/desk/<campaign>/corrections"
ONE = f"{BASE}/<int:correction_id>"
MISSIONS = "/<language:lang>/desk/<campaign>/missions"


@corrections_desk.get(BASE)
@guard.staff("corrections.handle")
def index(lang: str, campaign: str):
    """What is open, the first due first; or what is decided."""
    found = _campaign(campaign)
    state = "decided" if request.args.get("state") == "decided" else correction_rules.OPEN
    try:
        part = correction_queries.page(found.id, state, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "positions/desk_corrections.html",
        campaign=campaign,
        part=part,
        state=state,
        values={"lang": lang, "campaign": campaign, "state": state},
        state_names=names.Names(found.world, lang),
        today=clock.today(),
        days_left=correction_rules.days_left,
    )


@corrections_desk.route(ONE, methods=["GET", "POST"])
@guard.staff("corrections.handle")
def one(lang: str, campaign: str, correction_id: int):
    """One request: read it, decide it."""
    posted = request.method == "POST"
    asked = correction_queries.one(campaign, correction_id, lock=posted) or abort(404)
    form = DecisionForm(request.form if posted else None)
    if posted and form.validate() and (done := _decided(lang, campaign, asked, form)):
        return done
    piece = correction_queries.piece(asked.row.campaign_id, asked.row.evidence)
    return guard.page(
        "positions/desk_correction.html",
        status=422 if form.errors or form.notice else None,
        campaign=campaign,
        found=asked.row,
        decided_by=asked.decided_by,
        piece=piece,
        words=wording,
        form=form,
        state_names=names.Names(queries.world(asked.row.campaign_id), lang),
        days_left=correction_rules.days_left,
        today=clock.today(),
    )


def _decided(lang: str, campaign: str, asked, form: DecisionForm):
    found, who, now = asked.row, guard.current().staff_id, clock.now()
    other = form.replaced_by.data
    if other and (other == found.evidence or not correction_queries.exists(found.campaign_id, other)):
        form.replaced_by.errors = [_("There is no other piece with this ref in this campaign.")]
        return None
    try:
        if form.decision.data == correction_rules.UPHELD:
            corrections.uphold(found, _campaign(campaign), form.reason.data, other, actor=who, now=now)
        else:
            corrections.decline(found, _campaign(campaign), form.reason.data, actor=who, now=now)
    except corrections.WrongStep:
        db.session.rollback()
        form.notice = _("This is decided already.")
        return None
    return guard.done(url_for(".index", lang=lang, campaign=campaign), _("It is decided; who asked is told."))


@corrections_desk.route(f"{BASE}/note", methods=["GET", "POST"])
@guard.staff("corrections.handle")
def note(lang: str, campaign: str):
    """Enter a note verbale by which a state disputes a claim."""
    found = _campaign(campaign)
    posted = request.method == "POST"
    form = NoteForm(
        request.form if posted else None, states=_states(found, lang), evidence=request.args.get("evidence", "")
    )
    if posted and form.validate():
        row = correction_queries.row(found.id, form.evidence.data)
        if row is None:
            form.evidence.errors = [_("There is no published piece with this ref.")]
        elif done := _noted(lang, found, row, form):
            return done
    return guard.page(
        "positions/desk_note.html", status=422 if form.errors or form.notice else None, campaign=campaign, form=form
    )


def _noted(lang: str, found, row, form: NoteForm):
    try:
        correction = corrections.by_note_verbale(
            found,
            row,
            state=form.state.data,
            words=form.words.data,
            language=form.language.data,
            number=form.number.data,
            received=form.received.data,
            actor=guard.current().staff_id,
            now=clock.now(),
        )
    except corrections.WrongStep:
        db.session.rollback()
        form.notice = _("This claim says nothing of this state, or the state disputes it already.")
        return None
    here = url_for(".one", lang=lang, campaign=found.slug, correction_id=correction.id)
    return guard.done(here, _("The claim is marked as disputed."))


@corrections_desk.route(MISSIONS, methods=["GET", "POST"])
@guard.staff("corrections.handle")
def missions(lang: str, campaign: str):
    """The official addresses of missions on file; put one there."""
    found = _campaign(campaign)
    posted = request.method == "POST"
    form = MissionForm(request.form if posted else None, states=_states(found, lang))
    if posted and form.validate():
        who, now = guard.current().staff_id, clock.now()
        try:
            corrections.add_mission(found, form.state.data, form.address, form.source.data, actor=who, now=now)
            return guard.done(url_for(".missions", lang=lang, campaign=campaign), _("The address is on file."))
        except corrections.WrongStep:
            form.email.errors = [_("This address is on file already.")]
    return guard.page(
        "positions/desk_missions.html",
        status=422 if form.errors else None,
        campaign=campaign,
        missions=correction_queries.missions(found.id),
        form=form,
        state_names=names.Names(found.world, lang),
    )


@corrections_desk.post(f"{MISSIONS}/<int:mission_id>/remove")
@guard.staff("corrections.handle")
def remove_mission(lang: str, campaign: str, mission_id: int):
    """Take an address off the file."""
    found = _campaign(campaign)
    mission = correction_queries.mission(found.id, mission_id) or abort(404)
    corrections.remove_mission(found, mission, actor=guard.current().staff_id, now=clock.now())
    return guard.done(url_for(".missions", lang=lang, campaign=campaign), _("The address is off the file."))


def _campaign(slug: str):
    return queries.campaign(slug) or abort(404)


def _states(found, lang: str) -> dict[str, str]:
    return {state.iso3: state.names[lang] for state in members.in_order(lang, found.world)}
