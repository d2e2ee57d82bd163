"""A campaign's news: the list, each of them, and a feed in every language."""

from flask import Blueprint, Response, abort, render_template, request

from app.kernel import http, i18n
from app.kernel.tongues import OTHER_CODES, Language

from . import queries, update_queries
from .views import untranslated

updates = Blueprint("updates", __name__)


def _campaign(slug: str, lang: str) -> queries.CampaignView:
    view = queries.campaign_view(slug, lang)
    if view is None:
        abort(404)
    return view


@updates.get("/<language:lang>/<campaign>/updates")
def index(lang: str, campaign: str):
    """All news, newest first."""
    view = _campaign(campaign, lang)
    return http.public(
        render_template(
            "campaigns/updates.html",
            campaign=view,
            updates=update_queries.updates(view.id, lang),
            canonical=i18n.site_url("updates.index", **request.view_args),
        )
    )


@updates.get("/<language:lang>/<campaign>/updates/<update>")
def update(lang: str, campaign: str, update: str):
    """One of the news; where this language does not have it yet, the page says so and names those that do."""
    view = _campaign(campaign, lang)
    languages = update_queries.languages_of(view.id, update)
    if not languages:
        abort(404)
    found = next(iter(update_queries.updates(view.id, lang, update)), None)
    six = [code for code in languages if code in i18n.BY_CODE]
    if not found:
        return untranslated(view, six)
    return http.public(
        render_template(
            "campaigns/update.html",
            campaign=view,
            update=found,
            page_urls=i18n.page_urls(six),
            further_languages=_offered(view, update, languages),
            canonical=found.url,
        )
    )


@updates.get("/<language:lang>/<campaign>/updates/<update>/in/<code>")
def update_in(lang: str, campaign: str, update: str, code: str):
    """One of the news in a language besides the six: marked as such, in a frame that stays in the reader's."""
    view = _campaign(campaign, lang)
    if code not in OTHER_CODES:
        abort(404)
    found = next(iter(update_queries.updates(view.id, code, update, lang)), None) or abort(404)
    languages = update_queries.languages_of(view.id, update)
    place = {"campaign": campaign, "update": update}
    return http.public(
        render_template(
            "campaigns/update.html",
            campaign=view,
            update=found,
            text_language=i18n.EVERY[code],
            page_urls={},
            language_urls={c: i18n.site_url("updates.update", lang=c, **place) for c in languages if c in i18n.BY_CODE},
            further_languages=_offered(view, update, languages),
            # The text is the same in each frame: search engines are told of one of them.
            canonical=i18n.site_url("updates.update_in", lang=i18n.FALLBACK, code=code, **place),
        )
    )


def _offered(view: queries.CampaignView, update: str, codes: list[str]) -> list[tuple[Language, str]]:
    place = {"lang": view.language, "campaign": view.slug, "update": update}
    others = [code for code in codes if code in OTHER_CODES]
    return [(i18n.EVERY[code], i18n.site_url("updates.update_in", code=code, **place)) for code in others]


@updates.get("/<language:lang>/<campaign>/updates.atom")
def feed(lang: str, campaign: str):
    """The news of one language as an Atom feed (RFC 4287); every address in it is absolute, ids are addresses."""
    view = _campaign(campaign, lang)
    entries = [
        {
            "news": update,
            "url": i18n.site_url("updates.update", lang=lang, campaign=campaign, update=update.slug),
            "html": absolute(update.html),
        }
        for update in update_queries.updates(view.id, lang)
    ]
    call = queries.page_view(view, queries.CALL)
    body = render_template(
        "campaigns/updates.xml",
        campaign=view,
        entries=entries,
        # A feed without an entry must have a time as well.
        updated=entries[0]["news"].date if entries else call.updated,
        url=i18n.site_url("updates.index", **request.view_args),
        feed_url=i18n.site_url("updates.feed", **request.view_args),
    )
    return http.public(Response(body, mimetype="application/atom+xml"))


def absolute(html: str) -> str:
    """Sanitised HTML with our own links made absolute: a feed is read elsewhere."""
    return str(html).replace('href="/', f'href="{i18n.site_url("site.root")}')
