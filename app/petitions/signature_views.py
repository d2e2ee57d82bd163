"""The page of one's own signature, which the link in a mail opens: on the blueprint of views.py."""

from flask import abort, render_template, request
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http
from app.kernel.db import db
from app.kernel.tongues import OTHER_CODES
from app.kernel.typed import clean_name
from app.people import operations as people
from app.states import queries as states

from . import blocks, comments, operations, queries, signature_queries
from .forms import SHOWN, comment_fault
from .views import onward, petitions, post_of

DONE = ("confirmed", "withdrawn", "not-me", "shown", "commented", "erased")
DONE_PAGE = "/<language:lang>/done/<petition>/<any({}):done>".format(", ".join(f"'{done}'" for done in DONE))


@petitions.get("/<language:lang>/signature/<token>")
def signature(lang: str, token: str):
    """What the link in a mail opens. It changes nothing: mail scanners open links, too."""
    return _signature_page(lang, signature_queries.own_signature(token))


@petitions.post("/<language:lang>/signature/<token>")
def change_signature(lang: str, token: str):
    """Confirm, refuse, change how it is shown or what it says, withdraw, or be erased: as the button's `action` is."""
    own = signature_queries.own_signature(token)
    if own is None:
        return _signature_page(lang, None)
    now = clock.now()
    match request.form.get("action"):
        case "confirm":
            if not operations.confirm(own.id, now) and signature_queries.own_signature(token) is None:
                return _signature_page(lang, None)
            done = "confirmed"
        case "not-me" if own.state == "pending":
            operations.refuse(own.id, now)
            done = "not-me"
        case "show" if request.form.get("shown") in SHOWN:
            updates = bool(request.form.get("updates"))
            operations.choose(own.id, request.form["shown"], updates, lang, blocks.updates_wording(lang), now)
            done = "shown"
        case "comment" if own.state == "confirmed":
            typed = clean_name(request.form.get("comment"))
            if fault := comment_fault(typed):
                typed = "" if request.form.get("shared_device") else typed
                return _signature_page(lang, own, 422, comment_fault=fault, comment_typed=typed)
            comments.write(own.id, typed or None, now)
            done = "commented"
        case "withdraw":
            operations.withdraw(own.id, now, said=(lang, _("Withdraw my signature")))
            done = "withdrawn"
        case "erase":
            people.erase(operations.person_of(own.id), now)
            done = "erased"
        case _:
            return _signature_page(lang, own, 422)
    db.session.commit()
    shared_device = bool(request.form.get("shared_device"))
    place = {"lang": lang, "petition": own.petition, "code": own.further}
    return onward("petitions.signature_done", shared_device, done=done, **place)


def _signature_page(lang: str, own: signature_queries.OwnSignature | None, status: int | None = None, **typed: str):
    view = own and queries.petition_view(own.petition, lang, further=own.further)
    campaign_view = view and campaigns.campaign_view(view.campaign, lang)
    place = own and states.area_names(lang).get(own.area)
    body = render_template(
        "petitions/signature.html",
        campaign=campaign_view,
        petition=view,
        signature=own,
        area_name=place,
        shown_choices=blocks.shown_choices(lang),
        updates_wording=blocks.updates_wording(lang),
        robots="noindex",
        **typed,
    )
    return http.private(body, status or (200 if own else 404))


@petitions.get(f"{DONE_PAGE}/in/<code>", endpoint="signature_done_in")
@petitions.get(DONE_PAGE)
def signature_done(lang: str, petition: str, done: str, code: str | None = None):
    """What has been done. The address holds no token, as some of these end the link."""
    return http.private(_done_page(lang, petition, done, code, shared_device=False))


@petitions.get(f"{DONE_PAGE}/in/<code>/shared", endpoint="signature_done_shared_in")
@petitions.get(f"{DONE_PAGE}/shared")
def signature_done_shared(lang: str, petition: str, done: str, code: str | None = None):
    """The same on a shared device, with what to do there now."""
    return http.forgets(_done_page(lang, petition, done, code, shared_device=True))


def _done_page(lang: str, petition: str, done: str, code: str | None, shared_device: bool) -> str:
    if code is not None and code not in OTHER_CODES:
        abort(404)
    view = queries.petition_view(petition, lang, further=code) or abort(404)
    campaign_view = campaigns.campaign_view(view.campaign, lang)
    return render_template(
        "petitions/signature_done.html",
        campaign=campaign_view,
        petition=view,
        post=post_of(campaign_view, view),
        done=done,
        shared_device=shared_device,
        robots="noindex",
    )
