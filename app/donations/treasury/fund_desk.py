"""The desk's pages about how a campaign asks for gifts: whether it does, its goal, and what is suggested."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock

from .. import queries, rules
from ..models import INTERVALS
from ..rules import CURRENCIES
from . import frame, settling
from .forms import FundForm, OfferForm, typed

fund_desk = Blueprint("asking", __name__, template_folder="../templates")
navigation.register("asking.index", lazy("Asking for gifts"), "gifts.settings", 30, group=navigation.MONEY)

BASE = "/<language:lang>/desk/<campaign>/asking-for-gifts"


@fund_desk.route(BASE, methods=["GET", "POST"])
@guard.staff("gifts.settings")
def index(lang: str, campaign: str):
    """Whether gifts can be given for a campaign, its goal, and what is suggested in each currency."""
    slug, posted = frame.checked(campaign), request.method == "POST"
    form = FundForm(request.form) if posted else FundForm(data=_stands(slug, lang))
    if posted and form.validate():
        actor = guard.current().staff_id
        settling.set_fund(slug, form.open.data, form.hoped, actor=actor, now=clock.now())
        return guard.done(url_for("asking.index", lang=lang, campaign=slug), _("Saved."))
    return frame.page(
        "giving.html",
        422 if posted else None,
        campaign=slug,
        form=form,
        offers=settling.offers(slug),
        recipient=queries.recipient(),
    )


def _stands(slug: str, lang: str) -> dict:
    found = queries.fund(slug)
    said = {"open": bool(found and found.open), "currency": rules.CURRENCY_OF[lang]}
    if found and found.goal is not None:
        said |= {"goal": typed(found.goal, found.currency), "currency": found.currency}
    return said


@fund_desk.route(f"{BASE}/<currency>/<interval>", methods=["GET", "POST"])
@guard.staff("gifts.settings")
def offer(lang: str, campaign: str, currency: str, interval: str):
    """What a campaign suggests in one currency for one interval, or that it suggests what all do."""
    slug, posted = frame.checked(campaign), request.method == "POST"
    if currency not in CURRENCIES or interval not in INTERVALS:
        abort(404)
    actor, now = guard.current().staff_id, clock.now()
    back = url_for("asking.index", lang=lang, campaign=slug)
    if posted and request.form.get("step") == "default":
        settling.set_offer(slug, currency, interval, None, actor=actor, now=now)
        return guard.done(back, _("Saved."))
    stands = queries.suggested(slug, currency, interval)
    if posted:
        form = OfferForm(request.form, currency=currency)
        if form.validate():
            settling.set_offer(slug, currency, interval, form.wanted, actor=actor, now=now)
            return guard.done(back, _("Saved."))
    else:
        amounts = "\n".join(typed(minor, currency) for minor in stands.amounts)
        form = OfferForm(data={"amounts": amounts, "minimum": typed(stands.minimum, currency)}, currency=currency)
    return frame.page(
        "offer.html",
        422 if posted else None,
        campaign=slug,
        form=form,
        currency=currency,
        interval=interval,
        own=any(row.own for row in settling.offers(slug) if (row.currency, row.interval) == (currency, interval)),
    )
