"""The pages of one gift, whose address only its giver knows: on to Stripe, and what Stripe said; on the blueprint of
give_views.py."""

from datetime import timedelta

from flask import abort, redirect, render_template, request, url_for

from app.campaigns import queries as campaigns
from app.campaigns.queries import CampaignView
from app.kernel import clock, http, network
from app.kernel.db import db

from . import gateway, limits, opening, operations, public_queries, switch
from .give_views import BASE, giving
from .models import Gift
from .money import Money

ONE = f"{BASE}/<token>"
# Seconds until a browser goes on to Stripe by itself: long enough to read what is about to be paid.
GOES_ON_AFTER = 5
# Who comes back to the page by the browser's arrow is not sent on a second time.
GOES_ON_WITHIN = timedelta(minutes=1)
TRY_AFTER = 60


def _found(campaign: str, lang: str, token: str) -> tuple[CampaignView, Gift]:
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    gift = operations.by_token(token)
    if gift is None or gift.campaign != view.slug:
        abort(404)
    return view, gift


def _page(view: CampaignView, gift: Gift, token: str, standing: str, status: int = 200, refused: bool = False):
    body = render_template(
        "donations/gift.html",
        campaign=view,
        gift=gift,
        given=Money(gift.minor, gift.currency),
        standing=standing,
        refused=refused,
        named=public_queries.names_anyone(view.slug),
        token=token,
        test_mode=not gift.livemode,
        robots="noindex",
    )
    return http.private(body, status)


def _standing(gift: Gift) -> str:
    """What the page says: `away`, `late`, `open`, `processing`, `given`, `back`, `failed` or `expired`."""
    if gift.state in ("begun", "held"):
        # Whoever is over a limit and whoever comes while Stripe is away read the same.
        old = clock.now() - gift.created_at >= operations.TRIED_AGAIN_FOR
        return "late" if old or gift.livemode != switch.livemode() else "away"
    if gift.state == "given" and public_queries.given_back(gift):
        return "back"
    return gift.state


@giving.get(f"{ONE}/pay")
def pay(lang: str, campaign: str, token: str):
    """What is about to be paid, and the way to Stripe, which the browser takes by itself. No form may lead off this
    site, so a page of ours stands between."""
    view, gift = _found(campaign, lang, token)
    standing = _standing(gift)
    if standing == "away":
        response = _page(view, gift, token, standing, 503)
        response.headers["Retry-After"] = str(TRY_AFTER)
        return response
    if standing != "open" or not gift.checkout_url:
        return http.private(redirect(url_for("giving.gift", lang=lang, campaign=campaign, token=token), code=303))
    # This is no claim to be believed: it only keeps the page still.
    if request.args.get("stay"):
        return _page(view, gift, token, "stay")
    response = _page(view, gift, token, "pay")
    if clock.now() - gift.changed_at < GOES_ON_WITHIN:
        response.headers["Refresh"] = f"{GOES_ON_AFTER}; url={gift.checkout_url}"
    return response


@giving.post(f"{ONE}/pay")
def again(lang: str, campaign: str, token: str):
    """Ask Stripe once more for the same gift."""
    view, gift = _found(campaign, lang, token)
    now = clock.now()
    waits = _standing(gift) == "away"
    if waits and gift.state == "held":
        limits.release(gift, network.of_request(), now)
        db.session.commit()
    if waits and operations.may_try(gift, now):
        try:
            opening.open_at_stripe(gift, token, view.name)
        except gateway.Refused:
            return _page(view, operations.by_token(token), token, "away", 409, refused=True)
    return http.private(redirect(url_for("giving.pay", lang=lang, campaign=campaign, token=token), code=303))


@giving.get(ONE)
def gift(lang: str, campaign: str, token: str):
    """What Stripe's webhook said of a gift; nothing in the address is believed. Until it has said anything, the page
    asks again by itself."""
    view, found = _found(campaign, lang, token)
    standing = _standing(found)
    response = _page(view, found, token, standing)
    if standing == "open":
        # Who has just paid waits seconds; a window that was left open asks seldom, and in the end not at all.
        age = clock.now() - found.changed_at
        if age < timedelta(hours=1):
            http.asks_again(response, 3 if age < timedelta(minutes=15) else 30)
    return response


@giving.post(ONE)
def unname(lang: str, campaign: str, token: str):
    """Take the giver's name off the public list; it is asked for anew each time, so it is gone at once."""
    view, found = _found(campaign, lang, token)
    if request.form.get("action") != "unname":
        return _page(view, found, token, _standing(found), 422)
    found.shown_name = None
    db.session.commit()
    return http.private(redirect(url_for("giving.gift", lang=lang, campaign=campaign, token=token), code=303))
