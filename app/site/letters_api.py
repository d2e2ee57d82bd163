"""/api/v1/letters/<slug>: a letter's versions with their digests, how many stand under it, who is public, and the
signed daily digests; and the public list as it is signed. Of who is hidden nothing but numbers in tens, made once a
day."""

from flask import Blueprint, Response, abort, jsonify

from app.kernel import http, i18n, listing
from app.letters import daily, list_queries, queries, rules, seals
from app.letters.list_queries import Search
from app.letters.models import INDIVIDUAL, ORGANISATION

from .api import in_some_language

letters_api = Blueprint("letters_api", __name__, url_prefix="/api/v1")
PAGE = 500
ASKED = ("list", "at")


@letters_api.get("/letters/<letter>")
def letter(letter: str):
    """How the letter stands. `list=individual` gives the list of individuals, `at` the part of a list that `next` led
    to."""
    view = in_some_language(lambda code: queries.letter_view(letter, code)) or abort(404)
    asked = http.asked(ASKED)
    roll = INDIVIDUAL if asked.get("list") == INDIVIDUAL else ORGANISATION
    try:
        part = list_queries.lines(view.letter.id, Search(roll=roll), asked.get("at"), PAGE)
    except listing.WrongCursor:
        abort(404)
    texts = queries.digests(view.letter.id)
    here = {"letter": view.slug, **({"list": roll} if roll == INDIVIDUAL else {})}
    return http.names_people(
        jsonify(
            slug=view.slug,
            campaign=view.campaign,
            addressees=list(view.letter.addressees),
            negotiated=view.letter.negotiated,
            individuals=view.letter.individuals,
            version=view.letter.version,
            versions=[
                {
                    "number": version.number,
                    "change": version.kind,
                    "published": version.published_at.isoformat(timespec="seconds"),
                    "texts": texts.get(version.number, {}),
                }
                for version in view.versions
            ],
            opens=view.letter.opened_on.isoformat(),
            closes=view.end and view.end.iso,
            time_zone=view.end and view.end.zone,
            open=view.is_open,
            counts={
                "organisations": {"named": view.named(), "not_named_at_least": view.unnamed()},
                "individuals": {"named": view.named(INDIVIDUAL), "not_named_at_least": view.unnamed(INDIVIDUAL)},
                "by_visibility": {
                    "organisations": view.by_visibility(ORGANISATION),
                    "individuals": view.by_visibility(INDIVIDUAL),
                },
                "named_by_version": {str(version): number for version, number in view.under},
                "not_named_by_area": view.told.get("areas", {}),
                "not_named_by_region": view.told.get("regions", {}),
                "not_named_as_of": view.told_on and view.told_on.isoformat(),
            },
            list=roll,
            signatories=[_signatory(row) for row in part.rows],
            next=part.older and i18n.site_url("letters_api.letter", **here, at=part.older),
            list_file=i18n.site_url("letters_api.list_file", letter=view.slug),
            keys={str(number): key for number, key in seals.public_keys().items()},
            daily=[_daily(digest) for digest in queries.daily(view.letter.id)],
            urls={
                code: i18n.site_url("letters.letter", lang=code, campaign=view.campaign, letter=view.slug)
                for code in i18n.CODES
            },
        )
    )


def _signatory(row) -> dict:
    said = {"name": row.name or row.person, "country": row.country, "version": row.version, "language": row.language}
    if row.roll == INDIVIDUAL:
        return {**said, "title": row.title}
    more = {"names": row.names, "acronym": row.acronym, "website": row.website, "region": row.region}
    return {**said, **more, "ecosoc": row.ecosoc, "networks": list(row.networks)}


def _daily(digest) -> dict:
    return {
        "day": digest.day.isoformat(),
        "statement": digest.statement,
        "signature": digest.signature.hex(),
        "key": digest.key,
        "salt": digest.salt.hex() if digest.salt else None,
    }


@letters_api.get("/letters/<letter>/list.txt")
def list_file(letter: str):
    """The public list as its daily digest is made of it: a line to each, the lines in the order of their bytes."""
    view = in_some_language(lambda code: queries.letter_view(letter, code)) or abort(404)
    body = rules.list_bytes(daily.list_lines(view.letter.id))
    return http.names_people(Response(body, mimetype="text/plain"))
