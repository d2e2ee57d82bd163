"""What would follow if somebody spoke, and whom to talk to first: projections for a reader, kept nowhere."""

from flask import Blueprint, abort, render_template, request

from app.campaigns.queries import AskView, CampaignView
from app.kernel import clock, http, i18n
from app.states import members, office_words

from . import names as called
from . import prospect_queries, record, supposing, tracker_queries
from . import wording as words
from .blocks import title as title_of
from .drawing import bars, marks
from .tracker_views import ask_of

prospects_pages = Blueprint("prospects", __name__, template_folder="templates")


@prospects_pages.get("/<language:lang>/<campaign>/positions/<ask>/what-if")
def what_if(lang: str, campaign: str, ask: str):
    """Choose a group or states and what they would say; see where the counts would stand. Nothing is stored."""
    found, named = _found(lang, campaign, ask)
    setting = tracker_queries.setting(found)
    supposed = supposing.read(
        request.args.getlist("group"),
        request.args.getlist("state"),
        request.args.get("signal"),
        setting.groups,
        setting.states,
    )
    today = clock.today()
    page = render_template(
        "positions/what_if.html",
        supposed=supposed,
        projection=prospect_queries.projected(found, ask, supposed, today, setting) if supposed.whole else None,
        states=members.in_order(lang, setting.world),
        choices=[(code, group.name(lang)) for code, group in setting.groups.items()],
        signals=record.SCALE,
        **_common(found, named, setting),
    )
    # What somebody supposes is theirs: no cache holds it, and no search engine takes it for a position.
    return http.private(page, 422 if supposed.faults else None)


@prospects_pages.get("/<language:lang>/<campaign>/positions/<ask>/whom-first")
def whom_first(lang: str, campaign: str, ask: str):
    """The undecided and unknown states, those first whose word would bring most, each with the reason."""
    found, named = _found(lang, campaign, ask)
    setting = tracker_queries.setting(found)
    candidates = prospect_queries.whom_first(found, ask, clock.today(), setting, {})
    return http.public(
        render_template(
            "positions/whom_first.html",
            candidates=candidates,
            ranking=prospect_queries.ranking(candidates),
            **_common(found, named, setting),
        )
    )


def _found(lang: str, campaign: str, ask: str) -> tuple[CampaignView, AskView]:
    """The campaign and its ask, as far as that is open: of one that is closed nobody need be asked any more."""
    found, named = ask_of(lang, campaign, ask)
    if named.status != "open":
        abort(404)
    return found, named


def _common(found: CampaignView, ask: AskView, setting: tracker_queries.Setting) -> dict:
    title, title_lang = title_of(ask, found.language)
    return {
        "campaign": found,
        "ask": ask,
        "title": title,
        "title_lang": title_lang,
        "today": clock.today(),
        "setting": setting,
        "names": called.Names(setting.world, found.language),
        "words": words,
        "offices": office_words,
        "marked": called.marked,
        **marks.on_page(),
        "bar_inside": bars.draw,
        "canonical": i18n.site_url(request.endpoint, **request.view_args),
    }
