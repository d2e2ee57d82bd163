"""The desk's pages for calling many signatures false at once: a count and a sample first, then a check, then a bar."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, http, listing
from app.kernel.db import db

from . import bulk, bulk_queries, desk_words, rules, searching
from .moderation_forms import ReasonForm
from .selecting import Chosen
from .signatures_desk import BASE, chosen_or_404, petition_or_404

bulk_desk = Blueprint("bulk", __name__, template_folder="templates")
navigation.register("bulk.index", lazy("Called false together"), "signatures.see", 42, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/called-false"
ONE = f"{ALL}/<int:bulk_id>"


@bulk_desk.get(f"{BASE}/call-false")
@guard.staff("signatures.moderate")
def preview(lang: str, campaign: str, petition: str):
    """How many signatures the address's conditions mean, and a few of them, before anything is done."""
    return _preview(lang, campaign, petition, chosen_or_404(), ReasonForm())


def _preview(lang: str, campaign: str, petition: str, wanted: Chosen, form: ReasonForm, status: int | None = None):
    view = petition_or_404(lang, campaign, petition)
    empty = "empty" if wanted.empty else "all" if wanted.everything(view.petition.opened_on, clock.now()) else None
    number = 0 if empty else searching.number(view.petition.id, wanted)
    if not form.notice and not empty and not 0 < number <= searching.MOST:
        form.notice = desk_words.refusal("many" if number else "none", searching.MOST)
    return guard.page(
        "petitions/desk/call_false.html",
        status,
        campaign=campaign,
        petition=view,
        wanted=wanted,
        conditions=desk_words.conditions(wanted, lang),
        empty=empty and desk_words.refusal(empty, searching.MOST),
        number=number,
        possible=0 < number <= searching.MOST,
        alone=rules.ALONE,
        lines=[] if empty else searching.sample(view.petition.id, wanted),
        form=form,
        areas=desk_words.area_words(lang),
        states=desk_words.state_words(),
        place={"lang": lang, "campaign": campaign, "petition": petition},
    )


@bulk_desk.post(f"{BASE}/call-false")
@guard.staff("signatures.moderate")
def ask(lang: str, campaign: str, petition: str):
    """Ask for it: few are called false at once, more wait to be checked."""
    view, wanted = petition_or_404(lang, campaign, petition), chosen_or_404()
    form = ReasonForm(request.form)
    if not form.validate() and not wanted.empty:
        return _preview(lang, campaign, petition, wanted, form, 422)
    actor = guard.current().staff_id
    try:
        found = bulk.ask(view.petition, campaign, wanted, form.reason.data, actor=actor, now=clock.now())
    except bulk.Refused as refused:
        db.session.rollback()
        form.notice = desk_words.refusal(refused.why, searching.MOST)
        return _preview(lang, campaign, petition, wanted, form, 422)
    if found.state == "waiting":
        notice = _("It waits to be checked. Whoever can do so gets a mail.")
    else:
        notice = _("It has begun. The totals follow within seconds.")
    return guard.done(url_for("bulk.one", lang=lang, campaign=campaign, bulk_id=found.id), notice)


@bulk_desk.get(ALL)
@guard.staff("signatures.see")
def index(lang: str, campaign: str):
    """Every such action of the campaign, the latest first."""
    if campaigns.campaign_view(campaign, lang) is None:
        abort(404)
    try:
        found, part = bulk_queries.page(campaign, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "petitions/desk/called_false.html",
        campaign=campaign,
        found=found,
        part=part,
        words=desk_words.bulk_words(),
        values={"lang": lang, "campaign": campaign},
    )


@bulk_desk.get(ONE)
@guard.staff("signatures.see")
def one(lang: str, campaign: str, bulk_id: int):
    """One such action: what it holds, who asked and why, how far it is; to be checked, stopped or undone."""
    return _one(lang, campaign, bulk_id)


def _one(lang: str, campaign: str, bulk_id: int, status: int | None = None, form: ReasonForm | None = None, why=None):
    found = bulk_queries.shown(bulk_id, campaign) or abort(404)
    who = guard.current()
    response = guard.page(
        "petitions/desk/bulk.html",
        status,
        campaign=campaign,
        found=found,
        conditions=desk_words.conditions(found.wanted, lang),
        lines=bulk_queries.sample(bulk_id),
        form=form or ReasonForm(),
        wrong=why,
        words=desk_words.bulk_words(),
        checked_words=desk_words.checked_words(),
        own=found.asked_by == who.staff_id,
        may=who.may("signatures.moderate", campaign),
        areas=desk_words.area_words(lang),
        states=desk_words.state_words(),
        place={"lang": lang, "campaign": campaign},
    )
    if found.under_way:
        http.asks_again(response)
    return response


def _decide(lang: str, campaign: str, bulk_id: int, act, notice: str, **said):
    """Have `act` (of bulk.py) happen to one of them, told on its page; or its page again with why not: 422."""
    found = bulk.get(campaign, bulk_id, lock=True) or abort(404)
    try:
        act(found, campaign, actor=guard.current().staff_id, now=clock.now(), **said)
    except bulk.Refused as refused:
        db.session.rollback()
        return _one(lang, campaign, bulk_id, 422, why=desk_words.refusal(refused.why, searching.MOST))
    return guard.done(url_for("bulk.one", lang=lang, campaign=campaign, bulk_id=bulk_id), notice)


@bulk_desk.post(f"{ONE}/approve")
@guard.staff("signatures.moderate", fresh=True)
def approve(lang: str, campaign: str, bulk_id: int):
    """A second person says yes."""
    return _decide(lang, campaign, bulk_id, bulk.approve, _("It has begun. The totals follow within seconds."))


@bulk_desk.post(f"{ONE}/stop")
@guard.staff("signatures.see")
def stop(lang: str, campaign: str, bulk_id: int):
    """Let one that waits not happen: whoever may see signatures may do that."""
    return _decide(lang, campaign, bulk_id, bulk.stop, _("It is stopped. No signature was touched."))


@bulk_desk.post(f"{ONE}/undo")
@guard.staff("signatures.moderate")
def undo(lang: str, campaign: str, bulk_id: int):
    """Make every signature what it was before, with a reason."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _one(lang, campaign, bulk_id, 422, form)
    words = _("It is being undone. The totals follow within seconds.")
    return _decide(lang, campaign, bulk_id, bulk.undo, words, reason=form.reason.data)
