"""The desk's pages about networks: their names, and who coordinates them."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock
from app.kernel.i18n import CODES

from . import org_operations, org_queries
from .org_forms import NetworkForm

networks = Blueprint("networks", __name__, template_folder="templates")
navigation.register("networks.index", lazy("Networks"), "networks.manage", 41, campaign=False)


@networks.get("/<language:lang>/desk/networks")
@guard.staff("networks.manage")
def index(lang: str):
    """Every network, and who coordinates it."""
    return guard.page("people/networks.html", networks=org_queries.networks_with_coordinators())


@networks.route("/<language:lang>/desk/networks/new", methods=["GET", "POST"])
@guard.staff("networks.manage")
def new(lang: str):
    """Start a network."""
    form = NetworkForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            org_operations.create_network(form.slug.data, form.names(), guard.current().staff_id, clock.now())
            return guard.done(url_for(".index", lang=lang), _("The network is entered."))
        except org_operations.SlugTaken:
            _taken(form)
    return _page(form, None)


@networks.route("/<language:lang>/desk/networks/<int:network_id>", methods=["GET", "POST"])
@guard.staff("networks.manage")
def network(lang: str, network_id: int):
    """Change what a network is called."""
    found = org_queries.network(network_id) or abort(404)
    if request.method == "GET":
        said = {f"name_{code}": found.names.get(code, "") for code in CODES}
        return _page(NetworkForm(slug=found.slug, **said), found)
    form = NetworkForm(request.form)
    if form.validate():
        try:
            who = guard.current()
            org_operations.change_network(found.id, form.slug.data, form.names(), who.staff_id, clock.now())
            return guard.done(url_for(".index", lang=lang), _("The change is kept."))
        except org_operations.SlugTaken:
            _taken(form)
    return _page(form, found)


def _taken(form: NetworkForm) -> None:
    form.slug.errors = [_("Another network has this name in addresses.")]


def _page(form: NetworkForm, found):
    return guard.page("people/network_form.html", status=422 if form.errors else None, form=form, network=found)
