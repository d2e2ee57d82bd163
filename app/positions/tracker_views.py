"""The tracker of an ask: four views of the same data, an address each, and the files of them."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from app.campaigns import paths
from app.campaigns import queries as campaigns
from app.campaigns.queries import AskView, CampaignView
from app.kernel import clock, http, i18n

from . import asking, record, tracker_files, tracker_queries
from . import wording as words
from .blocks import title as title_of
from .drawing import bars, marks
from .drawing import world as atlas

tracker = Blueprint("tracker", __name__, template_folder="templates")
VIEWS = ("hall", "tiles", "map", "table")


@tracker.get("/<language:lang>/<campaign>/positions/<ask>")
def hall(lang: str, campaign: str, ask: str):
    """The tracker as a hall."""
    return _page(lang, campaign, ask, "hall")


@tracker.get("/<language:lang>/<campaign>/positions/<ask>/<any('tiles', 'map', 'table'):view>")
def view(lang: str, campaign: str, ask: str, view: str):
    """The tracker as tiles, as a map, as a table."""
    return _page(lang, campaign, ask, view)


@tracker.get("/<language:lang>/<campaign>/positions/<ask>/positions.csv")
def table(lang: str, campaign: str, ask: str):
    """The states that were asked for as CSV."""
    found, named, asked, setting = _asked(lang, campaign, ask)
    content = tracker_files.table(tracker_queries.read(found, named, asked, setting))
    return _file(content, "text/csv; charset=utf-8", f"{_name(campaign, ask, asked)}.csv")


@tracker.get(
    "/<language:lang>/<campaign>/positions/<ask>/<any('hall', 'tiles', 'map', 'table'):view>.<any('svg', 'png'):kind>"
)
def picture(lang: str, campaign: str, ask: str, view: str, kind: str):
    """A view as a picture with title, day, legend and source."""
    found, named, asked, setting = _asked(lang, campaign, ask)
    if view == "map" and not _mapped(setting):
        abort(404)
    content = tracker_files.picture(
        tracker_queries.read(found, named, asked, setting),
        view,
        tracker_queries.seats(),
        found.name,
        title_of(named, lang)[0],
        _address(view, found, ask, asked),
        {code: group.name(lang).text for code, group in setting.groups.items()},
    )
    name = f"{_name(campaign, ask, asked)}-{view}-{lang}.{kind}"
    if kind == "svg":
        return _file(content, "image/svg+xml", name)
    return _file(tracker_files.png(content), "image/png", name)


def _page(lang: str, campaign: str, ask: str, view: str):
    found, named = ask_of(lang, campaign, ask)
    setting = tracker_queries.setting(found)
    placeless = view == "map" and not _mapped(setting)
    asked = asking.read(http.asked(asking.NAMES), clock.today(), setting.groups, setting.regions)
    read = tracker_queries.read(found, named, asked, setting)
    title, title_lang = title_of(named, lang)
    dated = _address(view, found, ask, asked)
    page = render_template(
        "positions/tracker.html",
        campaign=found,
        ask=named,
        title=title,
        title_lang=title_lang,
        path=paths.path_of(found, named),
        view=view,
        views=VIEWS,
        placeless=placeless,
        tracker=read,
        asked=asked,
        setting=setting,
        choices=_choices(setting),
        drawing=view != "table"
        and not placeless
        and tracker_files.drawing(read, view, tracker_queries.seats(), linked=True),
        **marks.on_page(),
        dispute_sign=marks.DISPUTE,
        state_names={row.place.code: row.place.name for row in read.rows},
        lines=marks.LINES,
        bar_inside=bars.draw,
        words=words,
        any_of=i18n.any_of,
        isolated=lambda text: i18n.isolated(str(text), lang),
        others=[
            (_url("hall", found, other.slug, {}), *title_of(other, lang))
            for other in campaigns.asks(found.id)
            if other.slug != ask
        ],
        evidence=tracker_queries.evidence(found, ask, asked.as_of, setting),
        dated=dated,
        next_sort=asked.next_sort,
        cite=words.citation(found.name, title, asked.as_of, clock.today(), dated),
        method=record.METHOD,
        today=clock.today(),
        first_day=asking.FIRST_DAY,
        url=lambda name, **changes: _url(name, found, ask, asked.query(**changes)),
        file=lambda name, **values: url_for(
            f"tracker.{name}", lang=lang, campaign=campaign, ask=ask, **values, **asked.query()
        ),
        canonical=i18n.site_url(request.endpoint, **request.view_args),
        language_urls={
            code: url_for(request.endpoint, **{**request.view_args, "lang": code}, **asked.query())
            for code in i18n.CODES
        },
    )
    if asked.faults:
        return http.private(page, 422)
    return http.public(page, by_query=asking.NAMES)


def _choices(setting: tracker_queries.Setting) -> dict[str, list[tuple]]:
    """What the form offers, by field: codes, words, and the language of the words."""
    lang = setting.lang
    names = {code: group.name(lang) for code, group in setting.groups.items()}
    outlined = [code for code in asking.OUTLINED if code in names]
    both = [("both", _("Both"))] if len(outlined) > 1 else []
    return {
        "group": [(code, name.text, name.lang) for code, name in names.items()],
        "region": [(code, name, lang) for code, name in setting.regions.items()],
        "basis": [(code, words.LEVELS[code], lang) for code in record.LEVELS],
        "position": [(code, words.POSITIONS[code], lang) for code in record.POSITIONS],
        "seats": [("position", _("By position"), lang)],
        "outlines": [*both, *((code, setting.shown[code]) for code in outlined), ("none", _("No outlines"))],
        "lines": [(code, setting.shown[code]) for code in outlined],
        "columns": [
            ("name", _("States")),
            ("position", _("Position")),
            ("level", _("Basis")),
            ("date", _("Decided by")),
        ],
    }


def ask_of(lang: str, campaign: str, ask: str) -> tuple[CampaignView, AskView]:
    """A campaign and its ask in a language; 404 where there is none."""
    found = campaigns.campaign_view(campaign, lang)
    named = found and next((one for one in campaigns.asks(found.id) if one.slug == ask), None)
    if not named:
        abort(404)
    return found, named


def _asked(lang: str, campaign: str, ask: str):
    """For files: what is not understood is no file at all."""
    found, named = ask_of(lang, campaign, ask)
    setting = tracker_queries.setting(found)
    asked = asking.read(http.asked(asking.NAMES), clock.today(), setting.groups, setting.regions)
    if asked.faults:
        abort(404)
    return found, named, asked, setting


def _mapped(setting) -> bool:
    """Whether the states of this world are on the map: fictional ones are not."""
    return not atlas.states().isdisjoint(setting.states)


def _url(view: str, campaign: CampaignView, ask: str, query: dict[str, str]) -> str:
    values = {"lang": campaign.language, "campaign": campaign.slug, "ask": ask, **query}
    return url_for("tracker.hall", **values) if view == "hall" else url_for("tracker.view", view=view, **values)


def _address(view: str, campaign: CampaignView, ask: str, asked: asking.Asked) -> str:
    """The absolute address under which the same will be seen for ever."""
    values = {"lang": campaign.language, "campaign": campaign.slug, "ask": ask}
    values |= asked.query(as_of=asked.as_of.isoformat())
    return (
        i18n.site_url("tracker.hall", **values)
        if view == "hall"
        else i18n.site_url("tracker.view", view=view, **values)
    )


def _name(campaign: str, ask: str, asked: asking.Asked) -> str:
    return f"{campaign}-{ask}-{asked.as_of.isoformat()}"


def _file(content: bytes, media_type: str, name: str):
    response = http.public(Response(content, content_type=media_type), by_query=asking.NAMES)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
