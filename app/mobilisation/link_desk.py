"""The desk's pages about the short links of networks: where each leads, words to pass it on, and its total."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, i18n
from app.people import org_queries
from app.people.org_desk import network_names

from . import links

link_desk = Blueprint("link_desk", __name__, template_folder="templates")
navigation.register("link_desk.index", lazy("Links of networks"), "networks.link", 42, campaign=False)

BASE = "/<language:lang>/desk/network-links"


@link_desk.get(BASE)
@guard.staff("networks.link")
def index(lang: str):
    """The networks whose links one may pass on."""
    return guard.page("mobilisation/links.html", networks=network_names(lang))


@link_desk.get(f"{BASE}/<int:network_id>")
@guard.staff("networks.link")
def one(lang: str, network_id: int):
    """A network's link, its QR code, words in every language, and its total."""
    network = _network(lang, network_id)
    now = clock.now()
    target = links.target_of(network.id, now)
    every, names = links.targets(now), dict(campaigns.names(lang))
    kinds = {links.LETTER: _("Letter"), links.PETITION: _("Petition")}
    return guard.page(
        "mobilisation/link.html",
        network=network,
        name=network.names.get(lang) or network.names[i18n.FALLBACK],
        target=target,
        targets=[
            (one.value, f"{names.get(one.campaign, one.campaign)} · {kinds[one.kind]}: {one.slug}") for one in every
        ],
        address=i18n.site_url("network_links.go", network=network.slug),
        words=links.words(network, target) if target else [],
        total=links.total(network, target, now.date()) if target else None,
    )


@link_desk.post(f"{BASE}/<int:network_id>")
@guard.staff("networks.link")
def choose(lang: str, network_id: int):
    """Have the link lead somewhere else."""
    network = _network(lang, network_id)
    now, wanted = clock.now(), request.form.get("target", "")
    there = url_for(".one", lang=lang, network_id=network.id)
    for target in links.targets(now):
        if target.value == wanted:
            links.choose(network.id, target, guard.current().staff_id, now)
            return guard.done(there, _("The link leads there from now on."))
    return guard.done(there, _("That cannot be signed any longer. The link leads where it led."))


def _network(lang: str, network_id: int):
    if str(network_id) not in network_names(lang):
        abort(404)
    return org_queries.network(network_id) or abort(404)
