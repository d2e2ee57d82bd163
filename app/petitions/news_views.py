"""The page that ends the news, and the one click in a mail program that does (RFC 8058)."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http
from app.kernel.db import db

from . import news as operations
from . import queries, signature_queries

news = Blueprint("news", __name__)

PATH = "/<language:lang>/signature/<token>/news"


@news.get(PATH)
def ask(lang: str, token: str):
    """What the link beneath the news opens. It changes nothing: mail scanners open links, too."""
    return _page(lang, signature_queries.own_signature(token))


@news.post(PATH)
@http.from_anywhere
def end(lang: str, token: str):
    """End the news. A mail program posts here by itself, so it is answered at once and leads nowhere else."""
    own = signature_queries.own_signature(token)
    if own is not None:
        operations.end(own.id, lang, _("Send me no more news"), clock.now())
        db.session.commit()
    return _page(lang, signature_queries.own_signature(token), bool(request.form.get("shared_device")))


def _page(lang: str, own: signature_queries.OwnSignature | None, shared_device: bool = False):
    view = own and queries.petition_view(own.petition, lang)
    body = render_template(
        "petitions/news.html",
        campaign=view and campaigns.campaign_view(view.campaign, lang),
        petition=view,
        signature=own,
        shared_device=shared_device,
        robots="noindex",
    )
    return (http.forgets if shared_device else http.private)(body, 200 if own else 404)
