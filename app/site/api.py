"""/api/v1: what a campaign has, and how a petition stands. Public, cacheable, without a name."""

from flask import Blueprint, abort, jsonify

from app.campaigns import queries as campaigns
from app.kernel import http, i18n
from app.letters import cards as letters
from app.petitions import queries as petitions

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/campaigns/<campaign>")
def campaign(campaign: str):
    """The campaign's languages, pages, petitions, letters and asks, with the address of each in every language."""
    view = in_some_language(lambda code: campaigns.campaign_view(campaign, code))
    if view is None:
        abort(404)
    return http.public(
        jsonify(
            slug=view.slug,
            name=view.name,
            fictional=view.fictional,
            languages=list(i18n.CODES),
            pages=[{"slug": slug, "title": title, "urls": _page_urls(view.slug, slug)} for slug, title in view.pages],
            petitions=[
                {
                    "slug": petition.slug,
                    "title": petition.title,
                    "version": petition.version,
                    "urls": _urls("petitions.petition", campaign=view.slug, petition=petition.slug),
                    "api": i18n.site_url("api.petition", petition=petition.slug),
                }
                for petition in petitions.campaign_petitions(view.id, view.language)
            ],
            letters=[
                {
                    "slug": letter.slug,
                    "title": letter.title,
                    "version": letter.version,
                    "urls": _urls("letters.letter", campaign=view.slug, letter=letter.slug),
                    "api": i18n.site_url("letters_api.letter", letter=letter.slug),
                }
                for letter in letters.campaign_letters(view.id, view.slug, view.language)
            ],
            asks=[
                {
                    "slug": ask.slug,
                    "status": ask.status,
                    "variants": ask.variants,
                    "titles": ask.titles,
                    "tracker": _urls("tracker.hall", campaign=view.slug, ask=ask.slug),
                }
                for ask in campaigns.asks(view.id)
            ],
        )
    )


@api.get("/petitions/<petition>")
def petition(petition: str):
    """How the petition stands, after the disclosure rule; and the digest of each language's text."""
    view = in_some_language(lambda code: petitions.petition_view(petition, code))
    if view is None:
        abort(404)
    figures = petitions.tally(view.petition.id, i18n.FALLBACK)
    fictional = campaigns.fictional(view.campaign)
    answer = http.public(
        jsonify(
            slug=view.slug,
            campaign=view.campaign,
            fictional=fictional,
            version=view.version,
            opens=view.petition.opened_on.isoformat(),
            closes=view.end and view.end.iso,
            time_zone=view.end and view.end.zone,
            open=view.is_open,
            signatures={"confirmed": view.confirmed, "on_paper": view.on_paper},
            by_area=figures.by_area,
            withdrawn=figures.withdrawn,
            by_day=figures.by_day,
            names=figures.names,
            digests=petitions.digests(view.petition),
            urls=_urls("petitions.petition", campaign=view.campaign, petition=view.slug),
        )
    )
    if fictional:
        # Its address does not name the campaign, by which campaigns/views.py knows it.
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def in_some_language(find):
    """What is there in English or else in the first language that it is there in."""
    codes = (i18n.FALLBACK, *(code for code in i18n.CODES if code != i18n.FALLBACK))
    return next((found for code in codes if (found := find(code))), None)


def _urls(endpoint: str, **values) -> dict[str, str]:
    return {code: i18n.site_url(endpoint, lang=code, **values) for code in i18n.CODES}


def _page_urls(campaign: str, page: str) -> dict[str, str]:
    if page == campaigns.CALL:
        return _urls("site.campaign", campaign=campaign)
    return _urls("campaigns.page", campaign=campaign, page=page)
