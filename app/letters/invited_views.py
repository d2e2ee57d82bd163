"""What the link of an invitation leads to. Opening it changes nothing and is noted nowhere: nobody can tell from our
books whether it was opened, or whether whoever got it signed."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.kernel.db import db
from app.people.websites import shown_website

from . import blocks, inviting, queries
from .invited_queries import Invited, invited
from .models import ORGANISATION

invited_pages = Blueprint("invited", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/letters/<letter>"


@invited_pages.get("/<language:lang>/m/<token>/i")
def door(lang: str, token: str):
    """The neutral address in a neutral mail: to the page that says what it is about."""
    found = invited(token) or abort(404)
    place = {"lang": lang, "campaign": found.campaign, "letter": found.letter}
    return http.private(redirect(url_for("invited.page", **place, token=token), code=303))


@invited_pages.get(f"{BASE}/invited/<token>")
def page(lang: str, campaign: str, letter: str, token: str):
    """The letter, what we know of the organisation, and the form filled with it."""
    found = _invited(campaign, letter, token)
    view = queries.letter_view(letter, lang, campaign) or abort(404)
    form = blocks.empty_form(view, ORGANISATION, **_said(found)) if view.is_open else None
    if form is not None:
        form.invitation.data = token
    body = render_template(
        "letters/invited.html",
        campaign=campaigns.campaign_view(campaign, lang),
        letter=view,
        form=form,
        invited=found,
        network=_network(found, lang),
        languages=i18n.EVERY,
        token=token,
        robots="noindex",
    )
    return http.small(http.private(body))


def _said(found: Invited) -> dict:
    """What is known of the organisation, as the fields of the form hold it. Links get forwarded: nothing of a person is
    among it, nor what other networks the organisation is in."""
    known = found.organisation
    return {
        "name": known.name,
        "name_language": known.name_language,
        **{f"name_{code}": name for code, name in known.names.items() if code in i18n.CODES},
        "acronym": known.acronym or "",
        "country": known.country or "",
        "works_in": list(known.works_in),
        "website": shown_website(known.website) if known.website else "",
        "ecosoc": known.ecosoc,
        "networks": [str(found.network_id)],
    }


@invited_pages.post(f"{BASE}/invited/<token>/stop")
def stop(lang: str, campaign: str, letter: str, token: str):
    """No more letters of this network; the ledger of consent keeps the words of the button."""
    found = _invited(campaign, letter, token)
    wording = _("Send me no more letters to sign from %(network)s", network=_network(found, lang))
    inviting.stop(found.person_id, found.network_id, wording, lang, clock.now())
    db.session.commit()
    there = url_for("invited.stopped", lang=lang, campaign=campaign, letter=letter)
    return http.private(redirect(there, code=303))


@invited_pages.get(f"{BASE}/no-invitations")
def stopped(lang: str, campaign: str, letter: str):
    """What stands after that: the same page for everybody."""
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    return http.private(render_template("letters/stopped.html", campaign=view, robots="noindex"))


def _invited(campaign: str, letter: str, token: str) -> Invited:
    found = invited(token)
    if found is None or (found.campaign, found.letter) != (campaign, letter):
        abort(404)
    return found


def _network(found: Invited, lang: str) -> str:
    return found.network.get(lang) or found.network["en"]
