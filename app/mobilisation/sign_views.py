"""What the personal link of a mailing leads to: the letter, with the organisation's public name in its form.

Such links get forwarded, so nothing else is filled in, and nothing is noted: nobody can tell from our books whether a
link was opened, or whether whoever got it signed. Signing needs a mail to confirm, as for everybody.
"""

from flask import Blueprint, abort, redirect, render_template, url_for

from app.campaigns import queries as campaigns
from app.kernel import http, i18n
from app.letters import blocks, queries
from app.letters.models import ORGANISATION

from . import mailing_queries, stamps

mailing_links = Blueprint("mailing_links", __name__, template_folder="templates")


@mailing_links.get("/<language:lang>/mail/<token>/letter")
def sign(lang: str, token: str):
    """The letter that a mailing asks to sign; the campaign's page where it asks for none."""
    said = stamps.token_of_link(token) or abort(404)
    found = mailing_queries.of_token(said) or abort(404)
    view = found.letter and queries.letter_view(found.letter, lang, found.campaign)
    if not view:
        return http.private(redirect(url_for("campaigns.call", lang=lang, campaign=found.campaign), code=303))
    names = {f"name_{code}": name for code, name in (found.names or {}).items() if code in i18n.CODES}
    said = {"name": found.name, "name_language": found.name_language, **names} if found.name else {}
    body = render_template(
        "mobilisation/sign.html",
        campaign=campaigns.campaign_view(found.campaign, lang) or abort(404),
        letter=view,
        form=blocks.empty_form(view, ORGANISATION, **said) if view.is_open else None,
        languages=i18n.EVERY,
        robots="noindex",
    )
    return http.small(http.private(body))
