"""What donations offer to pages that span features: the way to give, and how far it is to the goal."""

from dataclasses import dataclass

from babel.numbers import get_currency_name
from flask import g, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.campaigns import beside
from app.campaigns.queries import CampaignView

from . import money, queries, switch
from .models import Fund
from .money import Money


@dataclass(frozen=True)
class Standing:
    """How a campaign stands: its goal, what arrived of it in the goal's currency (never below nought), and what was
    settled in other currencies, which is added to nothing. Without a goal nothing is said of what arrived."""

    url: str
    goal: Money | None
    arrived: Money | None
    others: tuple[Money, ...]
    test_mode: bool


def open_fund(campaign: CampaignView) -> Fund | None:
    """How a campaign takes gifts, if it takes any: never real money where all that it is about is invented. It is read
    once for a request."""
    if not switch.on() or (campaign.fictional and switch.state() == switch.LIVE):
        return None
    funds = g.setdefault("funds", {})
    if campaign.slug not in funds:
        funds[campaign.slug] = queries.fund(campaign.slug)
    found = funds[campaign.slug]
    return found if found is not None and found.open else None


def standing(campaign: CampaignView) -> Standing | None:
    """How it stands with gifts to a campaign; None where it takes none."""
    fund = open_fund(campaign)
    if fund is None:
        return None
    url = url_for("giving.give", lang=campaign.language, campaign=campaign.slug)
    if fund.goal is None:
        return Standing(url, None, None, (), switch.test_mode())
    sums = queries.arrived(campaign.slug)
    there = sum((one.minor for one in sums if one.currency == fund.currency), start=0)
    others = tuple(one for one in sums if one.currency != fund.currency and one.minor > 0)
    goal = Money(fund.goal, fund.currency)
    return Standing(url, goal, Money(max(there, 0), fund.currency), others, switch.test_mode())


def offer(campaign: CampaignView) -> beside.Offer | None:
    """The way to give, for pages below: None where a campaign takes no gifts."""
    if open_fund(campaign) is None:
        return None
    words = _("Campaigns cost money. If you can, give something: once or every month, from wherever you are.")
    return beside.Offer(
        title=_("Give to the campaign"),
        words=f"{words} {_('Test mode: no real money moves.')}" if switch.test_mode() else words,
        label=_("Give"),
        url=url_for("giving.give", lang=campaign.language, campaign=campaign.slug),
        menu=_("Give"),
    )


def written(amount: Money, lang: str) -> Markup:
    """An amount as a reader of a language writes it, isolated from the words around it."""
    return Markup("<bdi>{}</bdi>").format(money.words(amount, lang, short=True))


def currency_name(code: str, lang: str) -> str:
    """What a currency is called in a language."""
    return get_currency_name(code, locale=lang)


def register() -> None:
    """Put the way to give beside every campaign."""
    beside.register(offer)
