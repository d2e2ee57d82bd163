"""What a signatory whose mandate waits can say on their own page: which coordinator may learn of it, and an answer."""

from flask import Blueprint, abort, redirect, request, url_for

from app.kernel import clock, http
from app.kernel.db import db
from app.people.texts import clean_lines

from . import own_queries, vouching

own_mandate = Blueprint("own_mandate", __name__, template_folder="templates")


@own_mandate.app_context_processor
def choices():
    """For templates: `vouching_networks(campaign)`, the networks whose coordinators can be asked to vouch."""
    return {"vouching_networks": vouching.networks}


@own_mandate.post("/<language:lang>/letter/<token>/mandate")
def say(lang: str, token: str):
    """Choose a network or none, or answer; back to one's own page, which shows what is said now."""
    it = own_queries.own(token) or abort(404)
    now, action = clock.now(), request.form.get("action")
    back = http.private(redirect(url_for("letters.own", lang=lang, token=token, _anchor="mandate"), code=303))
    if action == "network":
        chosen = request.form.get("network", "")
        known = {str(network) for network, _names, _number in vouching.networks(it.campaign)}
        if chosen not in known | {""}:
            abort(404)
        vouching.choose(it.id, int(chosen) if chosen else None, now)
    elif action == "answer":
        vouching.answer(it.id, clean_lines(request.form.get("answer")), now)
    else:
        abort(404)
    db.session.commit()
    return back
