"""The desk's page of whom to talk to first: the public ranking, with our organisations there and our work beside it."""

from flask import Blueprint, abort, request
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, i18n
from app.people import org_reporting
from app.states import office_words

from . import contact_queries, prospect_queries, tracker_queries
from . import names as called
from .blocks import title as title_of

first_desk = Blueprint("first", __name__, template_folder="templates")
navigation.register("first.index", lazy("Whom to talk to first"), "readings.see", 51)


@first_desk.get("/<language:lang>/desk/<campaign>/whom-first")
@guard.staff("readings.see")
def index(lang: str, campaign: str):
    """The undecided and unknown states on an open ask, those first whose word would bring most: why, how many of our
    organisations are there, who looks after it, when it was last spoken to."""
    view = campaigns.campaign_view(campaign, lang) or campaigns.campaign_view(campaign, i18n.FALLBACK) or abort(404)
    asks = {ask.slug: title_of(ask, lang) for ask in campaigns.asks(view.id) if ask.status == "open"}
    ask = request.args.get("ask", "")
    ask = ask if ask in asks else next(iter(asks), "")
    today, setting = clock.today(), tracker_queries.setting(view)
    candidates = ()
    if ask:
        candidates = prospect_queries.whom_first(view, ask, today, setting, org_reporting.by_area())
    return guard.page(
        "positions/desk_first.html",
        campaign=campaign,
        asks=asks,
        ask=ask,
        candidates=candidates,
        names=called.Names(view.world, lang),
        setting=setting,
        works=contact_queries.works(view.id),
        nobody=contact_queries.NOBODY,
        last=contact_queries.last_contacts(view.id),
        offices=office_words,
        marked=called.marked,
        today=today,
    )
