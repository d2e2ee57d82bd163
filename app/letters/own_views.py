"""The page of one's own signature under a letter, which the link in a mail opens: on the blueprint of views.py."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n, network
from app.kernel.db import db
from app.states import queries as states

from . import blocks, forms, operations, own_queries, queries, rules, seals
from .models import VISIBILITIES
from .views import letters

neutral = Blueprint("letters_neutral", __name__)

DONE = ("counted", "waiting", "withdrawn", "not-me", "shown", "reaffirmed")
DONE_PAGE = "/<language:lang>/letter/done/<letter>/<any({}):done>".format(", ".join(f"'{done}'" for done in DONE))


@neutral.get("/<language:lang>/m/<token>/l")
def page(lang: str, token: str):
    """An address that says nothing, for mails that say nothing: to the page of the signature."""
    return http.private(redirect(url_for("letters.own", lang=lang, token=token), code=303))


@letters.get("/<language:lang>/letter/<token>")
def own(lang: str, token: str):
    """What the link in a mail opens. It changes nothing: mail scanners open links, too."""
    return _own_page(lang, own_queries.own(token))


@letters.post("/<language:lang>/letter/<token>")
def change(lang: str, token: str):
    """Confirm, refuse, change how it is shown, sign the new version, or withdraw: as the button's `action` is."""
    it = own_queries.own(token)
    if it is None:
        return _own_page(lang, None)
    now, action = clock.now(), request.form.get("action")
    visibility, delayed = request.form.get("visibility"), bool(request.form.get("delayed"))
    known = visibility in VISIBILITIES
    match action:
        case "confirm" if it.state == "pending":
            if known:
                operations.choose(it.id, visibility, delayed, now)
                it = own_queries.own(token) or it
            done = operations.confirm(it.id, now, network.of_request())
            if done is None:
                return _own_page(lang, own_queries.own(token))
        case "confirm":
            return _own_page(lang, it)
        case "not-me" if it.state == "pending":
            operations.refuse(it.id, now)
            done = "not-me"
        case "show" if known and it.state != "refused":
            operations.choose(it.id, visibility, delayed, now)
            done = "shown"
        case "reaffirm":
            if not operations.reaffirm(it.id, request.form.get("text_language", ""), now):
                return _own_page(lang, it, 422)
            done = "reaffirmed"
        case "withdraw":
            operations.withdraw(it.id, now, note=bool(request.form.get("note")))
            done = "withdrawn"
        case "receipt" if it.state == "counted":
            return _receipt(it)
        case _:
            return _own_page(lang, it, 422)
    db.session.commit()
    if action == "confirm" and it.version != it.open_version:
        # A version was published in between: their own page says what has changed, and asks.
        return http.private(redirect(url_for("letters.own", lang=lang, token=token), code=303))
    return http.private(redirect(url_for("letters.done", lang=lang, letter=it.letter, done=done), code=303))


def _receipt(it: own_queries.Own) -> Response:
    """A receipt as a small file. It is made when it is asked for, and kept nowhere."""
    said = it.record
    text = rules.receipt(it.letter, it.roll, it.name, said.version, said.text_language, said.digest, said.moment)
    response = http.private(Response(seals.with_signature(text), mimetype="text/plain"))
    response.headers["Content-Disposition"] = f"attachment; filename=receipt-{it.letter}.txt"
    return response


def _own_page(lang: str, it: own_queries.Own | None, status: int | None = None) -> Response:
    view = it and queries.letter_view(it.letter, lang)
    campaign_view = view and campaigns.campaign_view(view.campaign, lang)
    body = render_template(
        "letters/own.html",
        campaign=campaign_view,
        letter=view,
        own=it,
        place=it and states.area_names(lang).get(it.record.country),
        ways=it and forms.visibility_choices(it.roll),
        doubts=[blocks.doubt_words(code) for code in it.doubts] if it else [],
        asked_again=bool(it and view and rules.is_asked_again(view.editions, it.version)),
        languages=i18n.EVERY,
        token=request.view_args["token"],
        robots="noindex",
    )
    return http.private(body, status or (200 if it else 404))


@letters.get(DONE_PAGE)
def done(lang: str, letter: str, done: str):
    """What has been done. The address holds no token, as some of these end the link."""
    view = queries.letter_view(letter, lang)
    campaign_view = view and campaigns.campaign_view(view.campaign, lang)
    body = render_template("letters/done.html", campaign=campaign_view, letter=view, done=done, robots="noindex")
    return http.private(body, None if view else 404)
