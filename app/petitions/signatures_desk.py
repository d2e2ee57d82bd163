"""The desk's pages about signatures: the list, bursts, one signature and what is decided about it."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import audit, clock, http, i18n, listing
from app.kernel.db import db

from . import (
    bulk,
    bursts,
    comments,
    desk_words,
    exporting,  # noqa: F401 registers the export
    history,
    moderation,
    queries,
    searching,
    selecting,
)
from .moderation_forms import ReasonForm, SearchForm
from .queries import PetitionView

signatures = Blueprint("signatures", __name__, template_folder="templates")
navigation.register("signatures.index", lazy("Signatures"), "signatures.see", 40, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/signatures"
BASE = f"{ALL}/<petition>"
ONE = f"{BASE}/<int:signature_id>"


def petition_or_404(lang: str, campaign: str, petition: str) -> PetitionView:
    """A petition of the campaign in the reader's language; 404 where there is none."""
    return queries.petition_view(petition, lang, campaign) or abort(404)


def petitions_or_404(lang: str, campaign: str) -> list[PetitionView]:
    """Every petition of the campaign; 404 where there is no such campaign."""
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    return queries.campaign_petitions(view.id, lang)


def chosen_or_404() -> selecting.Chosen:
    """The conditions in the address."""
    try:
        return selecting.chosen(request.args)
    except selecting.WrongCondition:
        abort(404)


@signatures.get(ALL)
@guard.staff("signatures.see")
def index(lang: str, campaign: str):
    """The campaign's petitions; where there is one, straight to its signatures."""
    found = petitions_or_404(lang, campaign)
    if len(found) == 1:
        url = url_for("signatures.petition", lang=lang, campaign=campaign, petition=found[0].slug)
        # What was chosen goes along.
        query = request.query_string.decode("ascii", "ignore")
        return http.private(redirect(f"{url}?{query}" if query else url, code=303))
    return guard.page(
        "petitions/desk/petitions.html", campaign=campaign, petitions=found, endpoint="signatures.petition"
    )


@signatures.get(BASE)
@guard.staff("signatures.see")
def petition(lang: str, campaign: str, petition: str):
    """The signatures that the address's conditions mean, by the moment of signing."""
    view, wanted = petition_or_404(lang, campaign, petition), chosen_or_404()
    return _list(lang, view, wanted, SearchForm.of(wanted, lang))


@signatures.post(BASE)
@guard.staff("signatures.see")
def search(lang: str, campaign: str, petition: str):
    """From a filled form to the list, or to the signature of an address; no address of ours holds what was typed."""
    view = petition_or_404(lang, campaign, petition)
    form = SearchForm(request.form, lang=lang)
    values = {"lang": lang, "campaign": campaign, "petition": petition}
    wanted = selecting.Chosen()
    try:
        if form.validate():
            if not form.address.data:
                return http.private(redirect(url_for("signatures.petition", **values, **form.chosen.said), code=303))
            if found := searching.by_address(view.petition.id, form.checked_address):
                return http.private(redirect(url_for("signatures.one", **values, signature_id=found), code=303))
            form.address.errors = [_("There is no signature under this address.")]
    except selecting.WrongCondition:
        form.notice = _("Please choose the conditions again.")
    return _list(lang, view, wanted, form, 422)


def _list(lang: str, view: PetitionView, wanted: selecting.Chosen, form: SearchForm, status: int | None = None):
    oldest_first = request.args.get("order") == "oldest"
    try:
        lines, part = searching.page(view.petition.id, wanted, request.args.get("at"), oldest_first)
    except listing.WrongCursor:
        abort(404)
    values = {"lang": lang, "campaign": view.campaign, "petition": view.slug, **wanted.said}
    return guard.page(
        "petitions/desk/signatures.html",
        status,
        campaign=view.campaign,
        petition=view,
        form=form,
        lines=lines,
        part=part,
        wanted=wanted,
        conditions=_conditions(wanted, lang, values),
        values=values | ({"order": "oldest"} if oldest_first else {}),
        other_order=url_for("signatures.petition", **values, **({} if oldest_first else {"order": "oldest"})),
        oldest_first=oldest_first,
        areas=desk_words.area_words(lang),
        states=desk_words.state_words(),
    )


def _conditions(wanted: selecting.Chosen, lang: str, values: dict) -> list[tuple[str, str, str]]:
    """Label and value of each condition, and the address of the list without it."""
    return [
        (label, value, url_for("signatures.petition", **{name: v for name, v in values.items() if name != key}))
        for key, label, value in desk_words.conditions(wanted, lang)
    ]


@signatures.get(f"{BASE}/bursts")
@guard.staff("signatures.see")
def show_bursts(lang: str, campaign: str, petition: str):
    """The networks, mail domains and hours that brought most signatures of late."""
    view = petition_or_404(lang, campaign, petition)
    span = request.args.get("span", "day")
    if span not in bursts.SPANS:
        abort(404)
    spans = {"hour": _("last hour"), "day": _("last 24 hours"), "week": _("last 7 days"), "month": _("last 30 days")}
    return guard.page(
        "petitions/desk/bursts.html",
        campaign=campaign,
        petition=view,
        span=span,
        spans=spans,
        found=bursts.bursts(view.petition.id, span, clock.now()),
        hour_after=bursts.hour_after,
        place={"lang": lang, "campaign": campaign, "petition": petition},
    )


@signatures.get(ONE)
@guard.staff("signatures.see")
def one(lang: str, campaign: str, petition: str, signature_id: int):
    """One signature: what is known of it, its story, and what can be decided. Who it is stays masked."""
    return _one(lang, campaign, petition, signature_id)


def _one(lang: str, campaign: str, petition: str, signature_id: int, status: int | None = None, **forms):
    view = petition_or_404(lang, campaign, petition)
    found = searching.one(campaign, petition, signature_id) or abort(404)
    values = {
        "look_form": ReasonForm(prefix="look-"),
        "verdict_form": ReasonForm(prefix="verdict-"),
        "clear": None,
        **forms,
    }
    return guard.page(
        "petitions/desk/signature.html",
        status,
        campaign=campaign,
        petition=view,
        signature=found,
        events=history.events(found),
        words=desk_words.event_words(),
        area=desk_words.area_words(lang).get(found.area, found.area),
        language=i18n.BY_CODE[found.language].autonym,
        states=desk_words.state_words(),
        held_words=desk_words.held_words(),
        shown_words=desk_words.shown_words(),
        comment_words=desk_words.comment_words(),
        place={"lang": lang, "campaign": campaign, "petition": petition},
        **values,
    )


@signatures.post(f"{ONE}/look")
@guard.staff("signatures.look", fresh=True)
def look(lang: str, campaign: str, petition: str, signature_id: int):
    """Show once who signed, and write down that it was looked at, and why."""
    clear = searching.in_the_clear(campaign, petition, signature_id) or abort(404)
    form = ReasonForm(request.form, prefix="look-")
    if not form.validate():
        return _one(lang, campaign, petition, signature_id, 422, look_form=form)
    _record("signatures.look", signature_id, campaign, form.reason.data)
    db.session.commit()
    return _one(lang, campaign, petition, signature_id, clear=clear)


@signatures.post(f"{ONE}/verdict")
@guard.staff("signatures.moderate")
def decide(lang: str, campaign: str, petition: str, signature_id: int):
    """Call it false or restore it, with a reason; let it be held no more; take its comment off the page."""
    view = petition_or_404(lang, campaign, petition)
    found = searching.one(campaign, petition, signature_id) or abort(404)
    place = {"lang": lang, "campaign": campaign}
    here = url_for("signatures.one", **place, petition=petition, signature_id=signature_id)
    now, who, action = clock.now(), guard.current(), request.form.get("action")
    form = ReasonForm(request.form, prefix="verdict-")
    if action in ("false", "restore") and not form.validate():
        return _one(lang, campaign, petition, signature_id, 422, verdict_form=form)
    match action:
        case "false" if found.state != "fraudulent":
            asked = bulk.ask_one(view.petition, campaign, signature_id, form.reason.data, actor=who.staff_id, now=now)
            if asked.state == "waiting":
                return guard.done(
                    url_for("bulk.one", **place, bulk_id=asked.id),
                    _("You have called many false alone today: this one waits to be checked."),
                )
            return guard.done(here, _("It is called false within seconds, and counts no more."))
        case "restore" if found.state == "fraudulent":
            moderation.restore(signature_id, now)
            _record("signatures.restore", signature_id, campaign, form.reason.data)
            return guard.done(here, _("It is restored."))
        case "release" if found.state == "pending" and moderation.release(signature_id):
            _record("signatures.release", signature_id, campaign)
            return guard.done(here, _("It is held no more."))
        case "refuse-comment" if comments.decide(
            signature_id, False, campaign=campaign, stamp=None, actor=who.staff_id, now=now
        ):
            return guard.done(here, _("The comment is off the page."))
    return guard.done(here, _("It had changed meanwhile: nothing was done."))


def _record(action: str, signature_id: int, campaign: str, reason: str | None = None) -> None:
    audit.record(
        action,
        f"signature:{signature_id}",
        actor=guard.current().staff_id,
        now=clock.now(),
        campaign=campaign,
        reason=reason,
    )
