"""Pages of a state and of a group, and of what moved: positions together with signatures."""

from datetime import UTC, date, datetime, time

from flask import Blueprint, Response, abort, render_template, request

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.letters import blocks as letters
from app.petitions import queries as petitions
from app.positions import accounts, archive_queries, names, queries, record, words
from app.positions import wording as positions
from app.positions.drawing import bars, marks
from app.positions.names import marked
from app.states import groups, members, office_words

position_pages = Blueprint("position_pages", __name__, template_folder="templates")
CHANGES = 50


@position_pages.get("/<language:lang>/<campaign>/states/<iso3>")
def state(lang: str, campaign: str, iso3: str):
    """Where a state stands on each ask, by what evidence and since when; its groups; who signed there."""
    view = _campaign(lang, campaign)
    found = members.states(view.world).get(iso3) or abort(404)
    today = clock.today()
    asks = accounts.of_state(view, iso3, today)
    return http.public(
        render_template(
            "site/state.html",
            campaign=view,
            state=found,
            asks=asks,
            kept=archive_queries.kept(view.id, accounts.refs(asks)),
            periods=groups.periods_of_state(iso3),
            now=groups.groups_on(iso3, today),
            group_names=_group_names(view),
            names=names.Names(view.world, lang),
            disputes=queries.disputes(view.id),
            changes=queries.changes(view.id, 10, {iso3}),
            titles=_titles(view),
            petitions=_signed(view, iso3),
            letters=letters.signed_there(view.id, view.slug, lang, iso3),
            **_common(),
        )
    )


@position_pages.get("/<language:lang>/<campaign>/groups/<code>")
def group(lang: str, campaign: str, code: str):
    """How many members of a group stand where, what it said, who dissociated, who would be counted if it spoke."""
    view = _campaign(lang, campaign)
    found = groups.groups(view.world).get(code) or abort(404)
    today = clock.today()
    asks = accounts.of_group(view, code, today, words.thresholds())
    said = accounts.said_by_group(view.id, code)
    return http.public(
        render_template(
            "site/group.html",
            campaign=view,
            group=found,
            asks=asks,
            now=groups.members_on(code, today),
            periods=groups.periods_of_group(code),
            states=members.in_order(lang, view.world),
            said=said,
            kept=archive_queries.kept(view.id, [one.piece.ref for one in said]),
            offices=office_words.together(one for one in groups.offices(view.world) if one.body == code),
            office_words=office_words,
            marked=marked,
            names=names.Names(view.world, lang),
            disputes=queries.disputes(view.id),
            sources=groups.sources(found.source),
            titles=_titles(view),
            bar_inside=bars.draw,
            **_common(),
        )
    )


@position_pages.get("/<language:lang>/<campaign>/positions/changes")
def changes(lang: str, campaign: str):
    """The latest positions that moved."""
    view = _campaign(lang, campaign)
    return http.public(
        render_template(
            "site/changes.html",
            campaign=view,
            changes=queries.changes(view.id, CHANGES),
            disputes=queries.disputes(view.id),
            names=names.Names(view.world, lang),
            titles=_titles(view),
            **_common(),
        )
    )


@position_pages.get("/<language:lang>/<campaign>/positions/changes.xml")
def changes_feed(lang: str, campaign: str):
    """The same as an Atom feed (RFC 4287)."""
    return _feed(lang, campaign, None, "")


@position_pages.get("/<language:lang>/<campaign>/states/<iso3>/changes.xml")
def state_feed(lang: str, campaign: str, iso3: str):
    """What moved of one state."""
    view = _campaign(lang, campaign)
    found = members.states(view.world).get(iso3) or abort(404)
    return _feed(lang, campaign, {iso3}, found.names[lang])


@position_pages.get("/<language:lang>/<campaign>/groups/<code>/changes.xml")
def group_feed(lang: str, campaign: str, code: str):
    """What moved of the states that are in a group today."""
    view = _campaign(lang, campaign)
    found = groups.groups(view.world).get(code) or abort(404)
    return _feed(lang, campaign, set(groups.members_on(code, clock.today())), found.name(lang).text)


@position_pages.get("/<language:lang>/<campaign>/positions/method")
def method(lang: str, campaign: str):
    """How positions are derived, told to a reader."""
    view = _campaign(lang, campaign)
    return http.public(
        render_template(
            "site/method.html",
            campaign=view,
            version=record.METHOD,
            thresholds=words.thresholds(),
            **_common(),
        )
    )


def _feed(lang: str, campaign: str, states: set[str] | None, about: str):
    view = _campaign(lang, campaign)
    found = queries.changes(view.id, CHANGES, states)
    body = render_template(
        "site/changes.xml",
        campaign=view,
        about=about,
        changes=found,
        disputes=queries.disputes(view.id),
        names=names.Names(view.world, lang),
        titles=_titles(view),
        # A feed without an entry must have a time as well.
        updated=found[0].at if found else datetime.combine(_born(view), time(), UTC),
        url=i18n.site_url("position_pages.changes", lang=lang, campaign=campaign),
        feed_url=i18n.site_url(request.endpoint, **request.view_args),
        site_url=i18n.site_url,
        positions=positions,
    )
    return http.public(Response(body, mimetype="application/atom+xml"))


def _campaign(lang: str, slug: str) -> campaigns.CampaignView:
    return campaigns.campaign_view(slug, lang) or abort(404)


def _born(view: campaigns.CampaignView) -> date:
    return campaigns.page_view(view, campaigns.CALL).updated


def _common() -> dict:
    return {
        **marks.on_page(),
        "canonical": i18n.site_url(request.endpoint, **request.view_args),
        "method": record.METHOD,
        "words": positions,
    }


def _titles(view: campaigns.CampaignView) -> dict[str, tuple[str, str]]:
    """What each ask is called, and in which language that is."""
    return {ask.slug: accounts.title(ask, view.language) for ask in campaigns.asks(view.id)}


def _group_names(view: campaigns.CampaignView) -> dict:
    return {code: found.name(view.language) for code, found in groups.groups(view.world).items()}


def _signed(view: campaigns.CampaignView, iso3: str) -> list[tuple[petitions.PetitionView, int | None]]:
    """Each petition of the campaign, with how many signed in the area of this code; None where that is not told."""
    found = petitions.campaign_petitions(view.id, view.language)
    return [(petition, petitions.tally(petition.petition.id, view.language).by_area.get(iso3)) for petition in found]
