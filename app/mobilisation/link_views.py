"""The short link of a network, and its QR code. It leads on, and notes nothing."""

from flask import Blueprint, abort, redirect, url_for

from app.kernel import clock, http, i18n
from app.kernel.qr import qr_code

from . import links

network_links = Blueprint("network_links", __name__)


@network_links.get("/n/<network>", strict_slashes=False)
def go(network: str):
    """To what the network's members are asked to sign, in the reader's language."""
    response = _go(network, i18n.negotiated())
    response.headers["Vary"] = "Accept-Language"
    return response


@network_links.get("/n/<network>/<language:lang>", strict_slashes=False)
def go_in(network: str, lang: str):
    """The same in the language of the words around the link."""
    return _go(network, lang)


def _go(slug: str, lang: str):
    network = links.by_slug(slug) or abort(404)
    target = links.target_of(network.id, clock.now())
    if target is None:
        address = url_for("site.home", lang=lang)
    elif target.kind == links.LETTER:
        address = url_for("letters.letter", lang=lang, campaign=target.campaign, letter=target.slug)
    else:
        place = {"lang": lang, "campaign": target.campaign, "petition": target.slug}
        address = url_for("petitions.petition", **place, **{"from": links.mark(network)})
    response = redirect(address, code=303)
    response.headers["Cache-Control"] = "no-cache"
    return response


@network_links.get("/n/<network>/qr.svg")
def qr(network: str):
    """A QR code that leads to the short link."""
    found = links.by_slug(network) or abort(404)
    response = http.public(qr_code(i18n.site_url("network_links.go", network=found.slug)))
    response.mimetype = "image/svg+xml"
    return response
