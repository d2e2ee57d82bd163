"""The public page of deciders that are no states: who they are, where they stand and by what, and who holds which
office."""

from flask import Blueprint, abort, render_template

from app.campaigns import queries as campaigns
from app.kernel import clock, http
from app.states import groups, members, office_words

from . import archive_queries, deciders, queries
from .asking import OUTLINED
from .blocks import title
from .decider_forms import KIND_WORDS
from .names import marked
from .wording import LEVELS, POSITIONS

deciders_pages = Blueprint("deciders", __name__, template_folder="templates")


@deciders_pages.get("/<language:lang>/<campaign>/deciders")
def index(lang: str, campaign: str):
    """Everybody who decides and is no state."""
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    asks = {ask.slug: ask for ask in campaigns.asks(view.id)}
    today, world = clock.today(), queries.world(view.id)
    states = {state.iso3: state for state in members.in_order(lang, world)}
    order = {code: place for place, code in enumerate(states)}
    offices = sorted(groups.offices_on(today, world), key=lambda one: order.get(one.holder, 0))
    standings = deciders.standings(view.id, list(asks), today)
    page = render_template(
        "positions/deciders.html",
        campaign=view,
        standings=standings,
        kept=archive_queries.kept(view.id, [piece.ref for one in standings for piece in one.evidence]),
        disputes=queries.disputes(view.id),
        titles={slug: title(ask, lang) for slug, ask in asks.items()},
        kinds=KIND_WORDS,
        positions=POSITIONS,
        levels=LEVELS,
        offices=office_words.together(offices, OUTLINED),
        office_words=office_words,
        marked=marked,
        state_names={code: state.names[lang] for code, state in states.items()},
        group_names={code: group.name(lang) for code, group in groups.groups(world).items()},
    )
    return http.public(page)
