"""The languages besides the six that a campaign has texts in."""

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock, i18n
from app.kernel.tongues import OTHER_CODES, OTHERS

from . import further as book
from .models import Campaign
from .translate_desk import open_campaign

further = Blueprint("further", __name__, template_folder="templates")
navigation.register("further.index", lazy("Further languages"), "campaign.settings", 64, group=navigation.TEXTS)


@further.get("/<language:lang>/desk/<campaign>/further-languages")
@guard.staff("campaign.settings")
def index(lang: str, campaign: str):
    """Which there are, and all that can be added."""
    return _page(open_campaign(campaign))


def _page(campaign: Campaign, status: int | None = None, wrong: str | None = None):
    return guard.page(
        "campaigns/desk/further_languages.html",
        status,
        campaign=campaign.slug,
        held=[i18n.EVERY[code] for code in campaign.content_languages],
        others=[language for language in OTHERS if language.code not in campaign.content_languages],
        wrong=wrong,
    )


@further.post("/<language:lang>/desk/<campaign>/further-languages")
@guard.staff("campaign.settings")
def put(lang: str, campaign: str):
    """Add a language, or take one away in which there is no text."""
    found = open_campaign(campaign)
    add, remove = request.form.get("add", ""), request.form.get("remove", "")
    if (add or remove) not in OTHER_CODES:
        return _page(found, 422, _("Please choose a language."))
    codes = {code for code in (*found.content_languages, add) if code and code != remove}
    try:
        book.set_languages(found, codes, guard.current().staff_id, clock.now())
    except book.StillSpoken:
        return _page(found, 422, _("There are texts in this language, so it stays."))
    return guard.done(url_for("further.index", lang=lang, campaign=campaign), _("Saved."))
