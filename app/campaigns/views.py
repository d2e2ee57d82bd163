"""Public pages of a campaign that stand alone."""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request

from app.kernel import http, i18n

from . import beside, further, queries

campaigns = Blueprint("campaigns", __name__, template_folder="templates")


@campaigns.app_context_processor
def besides():
    """For every template: `offers_beside(campaign)`, what rooms above offer beside a campaign."""
    return {"offers_beside": beside.offers}


@campaigns.after_app_request
def hide_fictional(response):
    """Have search engines pass over every answer of a fictional campaign: pages, which say so themselves as well, and
    files, feeds and JSON, which have no other way to."""
    slug = (request.view_args or {}).get("campaign")
    # An address with a NUL was refused before, and PostgreSQL takes none.
    if (
        slug
        and "\0" not in slug
        and response.status_code < 500
        and "X-Robots-Tag" not in response.headers
        and queries.fictional(slug)
    ):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@campaigns.get("/<language:lang>/<campaign>/<page>")
def page(lang: str, campaign: str, page: str):
    """One page of a campaign; 404 where there is none, and in words of its own where it is only not translated."""
    view = queries.campaign_view(campaign, lang)
    if not view or page == queries.CALL:
        abort(404)
    found = queries.page_view(view, page)
    if not found:
        return untranslated(view, queries.page_languages(view, page))
    return http.public(
        render_template(
            "campaigns/page.html",
            campaign=view,
            page=found,
            show_controller=page == "privacy",
            page_urls=i18n.page_urls(found.languages),
            further_languages=further.offered(view, page, found.further),
            canonical=i18n.site_url("campaigns.page", **request.view_args),
            share_image=share_image(view, page),
        )
    )


def untranslated(campaign: queries.CampaignView, codes: list[str]):
    """The answer in the asked language that a page is there only in the languages `codes`; 404 if in none."""
    if not codes:
        abort(404)
    offered = [(i18n.BY_CODE[code], url) for code, url in i18n.page_urls(codes).items()]
    page = render_template("campaigns/untranslated.html", campaign=campaign, offered=offered, robots="noindex")
    return http.private(page, 404)


@campaigns.get("/<language:lang>/<campaign>/<page>/in/<code>")
def page_in(lang: str, campaign: str, page: str, code: str):
    """A page whose text is in a language besides the six: marked as such, in a frame that stays in the reader's."""
    view = queries.campaign_view(campaign, lang)
    found = view and further.page(view, page, code)
    if not found:
        abort(404)
    return http.public(
        render_template(
            "campaigns/further.html",
            campaign=view,
            page=found,
            text_language=found.language,
            page_urls={},
            language_urls={c: replace(view, language=c).page_url(page) for c in found.languages},
            further_languages=further.offered(view, page, found.further),
            # The text is the same in each frame: search engines are told of one of them.
            canonical=i18n.site_url("campaigns.page_in", **{**request.view_args, "lang": i18n.FALLBACK}),
            share_image=share_image(view, page, code),
        )
    )


@campaigns.get("/<language:lang>/<campaign>/share/in/<code>/<page>-<digest>.png", endpoint="share_in")
@campaigns.get("/<language:lang>/<campaign>/share/<page>-<digest>.png")
def share(lang: str, campaign: str, page: str, digest: str, code: str | None = None):
    """The share picture of a page, 1200 by 630 pixels."""
    png = queries.share_png(campaign, page, code or lang)
    if png is None:
        abort(404)
    view = queries.campaign_view(campaign, lang)
    current = view and queries.share_digest(view.id, page, code or lang)
    if current is None or not digest or not current.startswith(digest):
        abort(404)
    response = http.public(png, "public, max-age=604800, immutable")
    response.mimetype = "image/png"
    return response


def share_image(campaign: queries.CampaignView, page: str, further: str | None = None) -> str | None:
    """The absolute address of a page's share picture, or None; in `further`, a language besides the six, if there is
    one."""
    values = {"lang": campaign.language, "campaign": campaign.slug, "page": page}
    if further and (digest := queries.share_digest(campaign.id, page, further)):
        return i18n.site_url("campaigns.share_in", code=further, digest=digest[:16], **values)
    digest = queries.share_digest(campaign.id, page, campaign.language)
    return digest and i18n.site_url("campaigns.share", digest=digest[:16], **values)
