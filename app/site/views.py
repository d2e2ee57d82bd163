"""Pages that span features: the first page, a campaign's own page, the imprint, and what search engines read."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from app.campaigns import further
from app.campaigns import queries as campaigns
from app.campaigns.views import share_image, untranslated
from app.donations import blocks as donations
from app.kernel import http, i18n
from app.letters import cards as letters
from app.petitions import blocks, partners
from app.petitions import queries as petitions
from app.positions import blocks as positions
from app.positions import wording

site = Blueprint("site", __name__, template_folder="templates")


@site.get("/")
def root():
    """To the first page in the reader's language."""
    response = redirect(url_for("site.home", lang=i18n.negotiated()))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


@site.get("/<language:lang>/")
def home(lang: str):
    """Every campaign with its count."""
    cards = [
        {"campaign": view, "petitions": petitions.campaign_petitions(view.id, lang)}
        for view in campaigns.campaign_views(lang)
    ]
    return http.public(render_template("site/home.html", cards=cards, canonical=i18n.site_url("site.home", lang=lang)))


@site.get("/<language:lang>/<campaign>")
def campaign(lang: str, campaign: str):
    """A campaign's own page: the call, its petition and the form."""
    view = campaigns.campaign_view(campaign, lang)
    if not view:
        abort(404)
    page = campaigns.page_view(view, campaigns.CALL)
    if not page:
        return untranslated(view, campaigns.page_languages(view, campaigns.CALL))
    petition = next(iter(petitions.campaign_petitions(view.id, lang)), None)
    source, canonical = http.source(), i18n.site_url("site.campaign", lang=lang, campaign=campaign)
    return http.public(
        render_template(
            "site/campaign.html",
            campaign=view,
            page=page,
            petition=petition,
            letters=letters.campaign_letters(view.id, view.slug, lang),
            standings=positions.standings(view),
            wording=wording,
            notice=campaigns.front_notice(view, page.notice, petition and petition.notice),
            form=petition and blocks.sign_form(petition, source),
            source=source,
            partner=partners.came_through(source, view.slug, lang),
            post=blocks.post(view, canonical),
            giving=donations.standing(view),
            canonical=canonical,
            page_urls=i18n.page_urls(page.languages),
            further_languages=further.offered(view, campaigns.CALL, page.further),
            share_image=share_image(view, campaigns.CALL),
        ),
        by_source=True,
    )


@site.get("/<language:lang>/imprint")
def imprint(lang: str):
    """Who runs this site, and where each campaign's privacy notice stands."""
    return http.public(
        render_template(
            "site/imprint.html",
            campaigns=campaigns.campaign_views(lang),
            canonical=i18n.site_url("site.imprint", lang=lang),
        )
    )


@site.get("/<language:lang>/leave")
def leave(lang: str):
    """Away from here at once, to a page that nobody wonders at. It needs no script; the browser's history stays."""
    return http.forgets(redirect(current_app.config["LEAVE_URL"], code=303), directives=http.FORGET_AT_ONCE)


@site.get("/sitemap.xml")
def sitemap():
    """Every public page in every language, each with its alternates (sitemaps.org; hreflang as Google reads it)."""
    pages = [_alternates(*page) for page in public_pages()]
    pages += [{code: address} for code, address in further.addresses()]
    body = render_template("site/sitemap.xml", pages=pages)
    return http.public(Response(body, mimetype="application/xml"))


@site.get("/robots.txt")
def robots():
    """Everything may be found but the pages that belong to one person, and the way out."""
    ways = ("correction/", "leave", "letter/", "m/", "partner/", "request/", "signature/")
    closed = [f"Disallow: /{code}/{path}" for code in i18n.CODES for path in ways]
    lines = ["User-agent: *", *closed]
    lines += ["Allow: /", f"Sitemap: {i18n.site_url('site.sitemap')}", ""]
    return http.public(Response("\n".join(lines), mimetype="text/plain"))


def public_pages() -> list[tuple[str, dict, tuple[str, ...]]]:
    """Every page that search engines may list: its endpoint, its values but the language, its languages."""
    pages: list[tuple[str, dict, tuple[str, ...]]] = [("site.home", {}, i18n.CODES), ("site.imprint", {}, i18n.CODES)]
    for slug, page, codes in campaigns.page_slugs():
        if page == campaigns.CALL:
            pages.append(("site.campaign", {"campaign": slug}, codes))
        else:
            pages.append(("campaigns.page", {"campaign": slug, "page": page}, codes))
    for view in campaigns.campaign_views(i18n.FALLBACK):
        if view.fictional:
            continue
        pages.append(("updates.index", {"campaign": view.slug}, i18n.CODES))
        if donations.standing(view):
            pages.append(("giving.give", {"campaign": view.slug}, i18n.CODES))
    for slug, update, codes in campaigns.page_slugs("updates"):
        pages.append(("updates.update", {"campaign": slug, "update": update}, codes))
    for slug, petition, codes in petitions.petition_slugs():
        values = {"campaign": slug, "petition": petition}
        pages += [(f"petitions.{name}", values, codes) for name in ("petition", "signatories")]
    for slug, letter in letters.letter_slugs():
        values = {"campaign": slug, "letter": letter}
        pages += [(f"letters.{name}", values, i18n.CODES) for name in ("letter", "signatories", "verify")]
    for view in campaigns.campaign_views(i18n.FALLBACK):
        if view.fictional:
            continue
        for ask in campaigns.asks(view.id):
            values = {"campaign": view.slug, "ask": ask.slug}
            pages.append(("tracker.hall", values, i18n.CODES))
            pages += [("tracker.view", {**values, "view": name}, i18n.CODES) for name in ("tiles", "map", "table")]
        pages += [(f"position_pages.{name}", {"campaign": view.slug}, i18n.CODES) for name in ("method", "changes")]
    return pages


def _alternates(endpoint: str, values: dict, codes: tuple[str, ...]) -> dict[str, str]:
    return {code: i18n.site_url(endpoint, lang=code, **values) for code in codes}


@site.get("/<language:lang>/<campaign>/")
def campaign_slash(lang: str, campaign: str):
    """The address with a slash at its end leads to the one without."""
    query = request.query_string.decode("ascii", "ignore")
    address = url_for("site.campaign", lang=lang, campaign=campaign)
    return redirect(f"{address}?{query}" if query else address, code=308)
