"""A campaign's news: the list, each of them, and a feed in every language."""

from flask import Blueprint, Response, abort, render_template, request

from app.kernel import http, i18n

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
    languages = [code for code in i18n.CODES if _find(view.id, code, update)]
    if not languages:
        abort(404)
    found = _find(view.id, lang, update)
    if not found:
        return untranslated(view, languages)
    return http.public(
        render_template(
            "campaigns/update.html",
            campaign=view,
            update=found,
            page_urls=i18n.page_urls(languages),
            canonical=found.url,
        )
    )


def _find(campaign_id: int, lang: str, slug: str) -> update_queries.UpdateView | None:
    return next((update for update in update_queries.updates(campaign_id, lang) if update.slug == slug), None)


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
