"""Public pages of giving: the form, and the list of those who wanted to be named."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.campaigns.queries import CampaignView
from app.kernel import clock, http, i18n, network
from app.kernel.db import db

from . import blocks, gateway, limits, opening, operations, pressure, public_queries, rules, switch
from .forms import GiveForm, Terms
from .models import INTERVALS
from .rules import Suggested

giving = Blueprint("giving", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/give"
# What the address may say: in which currency, and how often.
ASKED = ("currency", "every")
MONTH = "month"


@giving.before_request
def only_with_keys():
    """Without keys there is no page at all."""
    if not switch.on():
        abort(404)


@giving.app_template_filter("amount")
def amount(value) -> str:
    """An amount of money as the reader's language writes it."""
    return blocks.written(value, i18n.current_language())


@giving.get(BASE)
def give(lang: str, campaign: str):
    """What is suggested, in the currency and as often as the address says."""
    view = open_campaign(campaign, lang)
    said = http.asked(ASKED)
    interval = "monthly" if said.get("every") == MONTH else "once"
    offered = public_queries.offered(view.slug, interval)
    terms = _terms(view, offered, said.get("currency", ""), interval)
    return http.public(_page(view, offered, GiveForm(terms=terms)), by_query=ASKED)


@giving.post(BASE)
def begin(lang: str, campaign: str):
    """Write a gift down, ask Stripe for its page, and lead on: 303 to the gift's own page, the same for everybody; or
    the form again with what was typed: 422."""
    view = open_campaign(campaign, lang)
    currency, interval = request.form.get("currency", ""), request.form.get("interval", "")
    known = interval in INTERVALS
    interval = interval if known else "once"
    offered = public_queries.offered(view.slug, interval)
    if not known or currency not in offered:
        # Nobody typed this. In which currency the amount was meant is not guessed at.
        form = GiveForm(terms=_terms(view, offered, "", interval))
        form.notice = _("Please choose the amount once more.")
        return http.private(_page(view, offered, form), 422)
    form = GiveForm(request.form, terms=_terms(view, offered, currency, interval))
    if not form.validate():
        return http.private(_page(view, offered, form), 422)
    now, place = clock.now(), network.of_request()
    gift, token = operations.begin(
        campaign=view.slug,
        given=form.given,
        interval=interval,
        language=lang,
        now=now,
        shown_name=form.name.data or None,
        network=place,
        # Over the limit, or a program: it is told what everybody is told while Stripe is away.
        held=limits.over(place, now) or bool(form.remark.data),
    )
    db.session.commit()
    if gift.state != "held":
        try:
            opening.open_at_stripe(gift, token, view.name)
        except gateway.Refused:
            form.notice = _("This amount cannot be paid in this currency. Please choose another amount or currency.")
            return http.private(_page(view, offered, form), 422)
    return http.private(redirect(url_for("giving.pay", lang=lang, campaign=campaign, token=token), code=303))


@giving.get(f"{BASE}/donors")
def donors(lang: str, campaign: str):
    """Those who wanted to be named, newest first; no amounts."""
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**63:
        abort(404)
    rows, older = public_queries.donors(view.slug, before)
    return http.names_people(
        render_template(
            "donations/donors.html",
            campaign=view,
            rows=rows,
            standing=blocks.standing(view),
            test_mode=switch.test_mode(),
            older_url=older and url_for("giving.donors", **request.view_args, before=older),
            robots="noindex",
        )
    )


def open_campaign(campaign: str, lang: str) -> CampaignView:
    """A campaign that takes gifts, else 404."""
    view = campaigns.campaign_view(campaign, lang)
    if view is None or blocks.open_fund(view) is None:
        abort(404)
    return view


def _terms(view: CampaignView, offered: dict[str, Suggested], currency: str, interval: str) -> Terms:
    code = currency.upper()
    if code not in offered:
        code = rules.CURRENCY_OF[view.language]
    least = pressure.least(offered[code], limits.raised(clock.now()))
    return Terms(view.language, code, interval, offered[code].amounts, least)


def _page(view: CampaignView, offered: dict[str, Suggested], form: GiveForm) -> str:
    terms, here = form.terms, {"lang": view.language, "campaign": view.slug}

    def address(currency: str, interval: str) -> str:
        said = {"every": MONTH} if interval == "monthly" else {}
        return url_for("giving.give", **here, currency=currency, **said)

    return render_template(
        "donations/give.html",
        campaign=view,
        terms=terms,
        form=form,
        standing=blocks.standing(view),
        currencies=[
            (code, blocks.currency_name(code, view.language), address(code, terms.interval)) for code in offered
        ],
        ways={interval: address(terms.currency, interval) for interval in INTERVALS},
        named=public_queries.names_anyone(view.slug),
        test_mode=switch.test_mode(),
        canonical=i18n.site_url("giving.give", **here),
    )
