"""Staff HTTP of partners: the list, entering and changing one, showing it, the address of its own page."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import CombinedMultiDict

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import audit, clock, i18n
from app.kernel.db import db

from . import partners, queries
from .partner_forms import PartnerForm

partner_desk = Blueprint("partner_desk", __name__, template_folder="templates")

BASE = "/<language:lang>/desk/<campaign>/partners"
# A logo that is somewhat too large still comes back with words of our own, and the rest of the form filled in.
MOST_BYTES = 2 * 1024 * 1024

navigation.register("partner_desk.index", lazy("Partners"), "partners.manage", 600, group=navigation.OUTWARD)


def _campaign(lang: str, campaign: str):
    view = campaigns.campaign_view(campaign, lang)
    if view is None:
        abort(404)
    return view


def _partner(campaign: str, partner_id: int):
    partner = partners.get(campaign, partner_id) if partner_id < 2**63 else None
    if partner is None:
        abort(404)
    return partner


def _note(action: str, partner, **said) -> None:
    who, campaign = guard.current(), request.view_args["campaign"]
    subject = f"partner:{partner.id}"
    audit.record(action, subject, actor=who.staff_id, now=clock.now(), campaign=campaign, **said)


@partner_desk.get(BASE)
@guard.staff("partners.manage")
def index(lang: str, campaign: str):
    """Every partner of the campaign with its total."""
    _campaign(lang, campaign)
    return guard.page("desk/partners.html", campaign=campaign, lines=partners.lines(campaign, lang))


@partner_desk.get(f"{BASE}/new")
@guard.staff("partners.manage")
def new(lang: str, campaign: str):
    """An empty form."""
    _campaign(lang, campaign)
    return _page(campaign, PartnerForm(), None)


@partner_desk.post(f"{BASE}/new")
@guard.staff("partners.manage")
def add(lang: str, campaign: str):
    """Keep a new partner: 303 to the list; or the form again: 422."""
    view = _campaign(lang, campaign)
    form = _sent()
    if not form.validate():
        return _page(campaign, form, None, 422)
    partner = partners.new(view.id, clock.now())
    partner.slug = form.slug.data
    _fill(partner, form)
    try:
        with db.session.begin_nested():
            partners.put(partner)
    except IntegrityError:
        form.slug.errors = [_("Another partner of this campaign has this name.")]
        return _page(campaign, form, None, 422)
    _note("partners.add", partner, after={"slug": partner.slug, "logo": partner.logo_digest})
    words = _("%(name)s is entered. Pages show it once you say so.", name=partner.names[i18n.FALLBACK])
    return guard.done(url_for("partner_desk.index", lang=lang, campaign=campaign), words)


@partner_desk.get(f"{BASE}/<int:partner_id>")
@guard.staff("partners.manage")
def edit(lang: str, campaign: str, partner_id: int):
    """A partner in the form."""
    partner = _partner(campaign, partner_id)
    names = {f"name_{code}": name for code, name in partner.names.items()}
    return _page(campaign, PartnerForm(slug=partner.slug, website=partner.website, **names), partner)


@partner_desk.post(f"{BASE}/<int:partner_id>")
@guard.staff("partners.manage")
def change(lang: str, campaign: str, partner_id: int):
    """Keep what was changed; the name in the address stays, as links with it are in the world."""
    partner = _partner(campaign, partner_id)
    form = _sent()
    form.slug.validators, form.slug.data = [], partner.slug
    if not form.validate():
        return _page(campaign, form, partner, 422)
    before = {"names": partner.names, "website": partner.website, "logo": partner.logo_digest}
    _fill(partner, form)
    partners.put(partner)
    after = {"names": partner.names, "website": partner.website, "logo": partner.logo_digest}
    _note("partners.change", partner, before=before, after=after)
    return guard.done(url_for("partner_desk.index", lang=lang, campaign=campaign), _("Kept."))


@partner_desk.post(f"{BASE}/<int:partner_id>/shown")
@guard.staff("partners.manage")
def show(lang: str, campaign: str, partner_id: int):
    """Show a partner to who comes by its address, or no longer."""
    partner = _partner(campaign, partner_id)
    active = request.form.get("shown") == "yes"
    if active != partner.active:
        partners.activate(partner.id, active)
        _note("partners.show", partner, before={"shown": not active}, after={"shown": active})
    words = _("Pages show it now to who comes by its address.") if active else _("Pages do not show it any longer.")
    return guard.done(url_for("partner_desk.index", lang=lang, campaign=campaign), words)


@partner_desk.post(f"{BASE}/<int:partner_id>/page")
@guard.staff("partners.manage")
def new_page(lang: str, campaign: str, partner_id: int):
    """Make the address of the partner's own page, and show it this once."""
    partner = _partner(campaign, partner_id)
    token = partners.new_page(partner.id)
    _note("partners.page", partner)
    db.session.commit()
    address = i18n.site_url("partners.own", lang=lang, token=token)
    shown = partners.view(partner, campaign, lang)
    return guard.page("desk/partner_page.html", campaign=campaign, partner=shown, address=address)


def _sent() -> PartnerForm:
    request.max_content_length = MOST_BYTES
    return PartnerForm(CombinedMultiDict([request.form, request.files]))


def _fill(partner, form: PartnerForm) -> None:
    partner.names = form.names()
    partner.website = form.website.data or None
    if form.picture:
        partners.set_logo(partner, form.picture)
    elif form.without_logo.data:
        partners.set_logo(partner, None)


def _page(campaign: str, form: PartnerForm, partner, status: int | None = None):
    lang = request.view_args["lang"]
    view = _campaign(lang, campaign)
    petitions = [petition.slug for petition in queries.campaign_petitions(view.id, lang)]
    values = {"lang": lang, "campaign": campaign}
    return guard.page(
        "desk/partner.html",
        status,
        campaign=campaign,
        form=form,
        languages=i18n.LANGUAGES,
        partner=partner and partners.view(partner, campaign, lang),
        addresses=[
            i18n.site_url("site.campaign", **values),
            *(i18n.site_url("petitions.petition", petition=slug, **values) for slug in petitions),
        ],
    )
