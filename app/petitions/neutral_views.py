"""Addresses that say nothing, for mails that say nothing: they lead to the pages that do, on the same host."""

from flask import Blueprint, redirect, url_for

from app.kernel import http

from . import news_views, queries, signature_queries

neutral = Blueprint("neutral", __name__)

PATH = "/<language:lang>/m/<token>"


@neutral.get(PATH)
def page(lang: str, token: str):
    """To the page of a signature. Whether there is one is said there."""
    return http.private(redirect(url_for("petitions.signature", lang=lang, token=token), code=303))


@neutral.get(f"{PATH}/n")
def news(lang: str, token: str):
    """To the news of the campaign whose petition was signed."""
    own = signature_queries.own_signature(token)
    view = own and queries.petition_view(own.petition, lang)
    if view is None:
        return page(lang, token)
    return http.private(redirect(url_for("updates.index", lang=lang, campaign=view.campaign), code=303))


# The page that ends the news stands here itself: what a mail program posts by itself may not be led elsewhere.
neutral.add_url_rule(f"{PATH}/u", "ask_news", news_views.ask, methods=["GET"])
neutral.add_url_rule(f"{PATH}/u", "end_news", news_views.end, methods=["POST"])
