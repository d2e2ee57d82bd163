"""Public HTTP of partners: their logos, and the page that tells a partner its own total."""

from flask import Blueprint, Response, abort, render_template

from app.campaigns import queries as campaigns
from app.kernel import clock, http, images

from . import partners as rooms

partners = Blueprint("partners", __name__, template_folder="templates")

KINDS = ", ".join(f"'{kind}'" for kind in images.EXTENSIONS.values())


@partners.get(f"/partners/<digest>.<any({KINDS}):kind>")
def logo(digest: str, kind: str):
    """A partner's logo from our own host; its address changes with it, so it may be kept for a year."""
    found = rooms.logo(digest)
    if found is None or images.EXTENSIONS[found[1]] != kind:
        abort(404)
    return http.public(Response(found[0], mimetype=found[1]), http.IMMUTABLE)


@partners.get("/<language:lang>/partner/<token>")
def own(lang: str, token: str):
    """How many came through a partner, for whoever holds its address. Never who."""
    found = rooms.own_page(token, lang, clock.today())
    campaign = found and campaigns.campaign_view(found.partner.campaign, lang)
    if campaign is None:
        abort(404)
    return http.private(render_template("petitions/partner.html", campaign=campaign, own=found, robots="noindex"))
