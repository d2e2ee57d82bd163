"""One's own monthly gifts: the link is mailed to the address that Stripe told; on the blueprint of give_views.py."""

from flask import abort, redirect, render_template, request, url_for

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.kernel.db import db
from app.people.operations import email_digests

from . import gateway, portal, public_queries, switch
from .forms import LinkForm
from .gift_views import BASE, giving
from .models import Gift
from .money import Money

MONTHLY = f"{BASE}/monthly"


@giving.get(MONTHLY)
def monthly(lang: str, campaign: str):
    """Asks for the address."""
    return http.public(_ask(campaign, lang, LinkForm()))


@giving.post(MONTHLY)
def ask_link(lang: str, campaign: str):
    """Have the link mailed: 303 to a page that is the same whatever is known of the address."""
    form = LinkForm(request.form)
    if not form.validate():
        return http.private(_ask(campaign, lang, form), 422)
    campaigns.campaign_view(campaign, lang) or abort(404)
    portal.ask(form.address)
    db.session.commit()
    return http.private(redirect(url_for("giving.asked", lang=lang, campaign=campaign), code=303))


@giving.get(f"{MONTHLY}/asked")
def asked(lang: str, campaign: str):
    """What comes next. It is the same page whoever asked."""
    return http.public(_ask(campaign, lang, None))


def _ask(campaign: str, lang: str, form: LinkForm | None) -> str:
    return render_template(
        "donations/monthly.html",
        campaign=campaigns.campaign_view(campaign, lang) or abort(404),
        form=form,
        test_mode=switch.test_mode(),
        robots="noindex",
    )


@giving.get(f"{MONTHLY}/<token>")
def mine(lang: str, campaign: str, token: str):
    """What the link in a mail opens: the monthly gifts that run. It changes nothing: mail scanners open links, too."""
    return _mine(campaign, lang, token)


@giving.post(f"{MONTHLY}/<token>")
def to_portal(lang: str, campaign: str, token: str):
    """Open Stripe's portal for one of them, where it is changed or ended. No form may lead off this site, so the answer
    is a page with the way there, which the browser takes by itself."""
    gifts = _gifts(token)
    gift = next((one for one in gifts if str(one.id) == request.form.get("gift")), None)
    if gift is None:
        return _mine(campaign, lang, token, 422 if gifts else None)
    back = i18n.site_url("giving.mine", lang=lang, campaign=campaign, token=token)
    customer = gift.customer
    # No connection to the database is held while Stripe takes its time.
    db.session.rollback()
    try:
        url = gateway.portal_url(customer, back, lang)
    except (gateway.Away, gateway.Refused):
        return _mine(campaign, lang, token, 503, away=True)
    response = _mine(campaign, lang, token, portal=url)
    response.headers["Refresh"] = f"2; url={url}"
    return response


def _gifts(token: str) -> list[Gift]:
    """The monthly gifts that run of whoever a link was mailed to."""
    found = public_queries.by_link(token, clock.now())
    return public_queries.running(email_digests(found.donor_email)) if found and found.donor_email else []


def _mine(campaign: str, lang: str, token: str, status: int | None = None, **values):
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    known = public_queries.by_link(token, clock.now()) is not None
    rows = []
    for gift in _gifts(token):
        other = campaigns.campaign_view(gift.campaign, lang)
        rows.append((gift, Money(gift.minor, gift.currency), other.name if other else gift.campaign))
    body = render_template(
        "donations/mine.html",
        campaign=view,
        known=known,
        rows=rows,
        token=token,
        test_mode=switch.test_mode(),
        robots="noindex",
        **values,
    )
    return http.private(body, status or (200 if known else 404))
