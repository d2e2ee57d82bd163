"""Pure decisions of donations: what may be given, what is suggested, how a gift moves. No Flask, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from . import money
from .money import Money

# A gift's state only rises in this order, so that no order, repeat or loss of what Stripe tells can break it. What a
# later word says is the greater one: that a payment failed comes after that it is on its way, and money that arrived is
# given whatever else was told.
RISING = ("held", "begun", "open", "processing", "failed", "expired", "given")

# The currency that is offered first to who reads a language.
CURRENCY_OF = {"en": "USD", "fr": "EUR", "es": "EUR", "ar": "USD", "zh": "USD", "ru": "EUR"}


@dataclass(frozen=True)
class Suggested:
    """What is suggested in one currency for one interval: minor units, rising, and the least that is taken."""

    amounts: tuple[int, ...]
    minimum: int


# In whole units: given once, every month, and the least. Round numbers worth about as much as those of the euro.
_ROUND = {
    "EUR USD GBP CHF CAD AUD NZD": ((10, 25, 50, 100), (5, 10, 20, 50), 2),
    "SEK NOK DKK": ((100, 250, 500, 1000), (50, 100, 200, 500), 20),
    "PLN BRL ILS MYR": ((40, 100, 200, 400), (20, 40, 80, 200), 10),
    "AED SAR QAR MAD": ((40, 100, 200, 400), (20, 40, 80, 200), 10),
    "CZK TWD THB PHP": ((250, 500, 1000, 2500), (100, 250, 500, 1000), 50),
    "CNY HKD": ((50, 200, 400, 800), (40, 80, 150, 400), 20),
    "MXN ZAR UAH TRY EGP": ((200, 500, 1000, 2000), (100, 200, 400, 1000), 50),
    "INR KES": ((500, 1500, 3000, 6000), (300, 500, 1000, 3000), 100),
    "JPY": ((1000, 3000, 5000, 10000), (500, 1000, 2000, 5000), 300),
    "KRW": ((10000, 30000, 50000, 100000), (5000, 10000, 20000, 50000), 3000),
    "ISK": ((1500, 3500, 7000, 15000), (700, 1500, 3000, 7000), 300),
    "HUF": ((4000, 10000, 20000, 40000), (2000, 4000, 8000, 20000), 1000),
    "XOF XAF": ((5000, 15000, 30000, 60000), (3000, 5000, 10000, 30000), 1000),
    "KWD BHD": ((3, 8, 15, 30), (2, 3, 6, 15), 1),
    "JOD OMR": ((5, 10, 20, 40), (2, 5, 10, 20), 1),
    "TND": ((30, 80, 150, 300), (15, 30, 60, 150), 8),
}
_DEFAULTS = {code: row for codes, row in _ROUND.items() for code in codes.split()}
CURRENCIES = tuple(sorted(_DEFAULTS))


def suggested(currency: str, interval: str) -> Suggested:
    """What is suggested where a campaign says nothing. Raises KeyError for a currency that gifts are not taken in."""
    once, monthly, least = _DEFAULTS[currency]
    unit = 10 ** money.exponent(currency)
    return Suggested(tuple(whole * unit for whole in (once if interval == "once" else monthly)), least * unit)


def too_little(given: Money, minimum: int) -> bool:
    """Whether an amount is below the least that is taken."""
    return given.minor < max(minimum, 1)


def too_much(given: Money) -> bool:
    """Whether Stripe would refuse an amount as too large (eight digits). Raises NotMoney as `money.to_stripe`."""
    return money.to_stripe(given)[0] > money.MOST_AT_STRIPE


def moved(state: str, told: str) -> str:
    """The state of a gift in `state` once Stripe has `told` another: the later of both."""
    return max(state, told, key=RISING.index)


def told_by_session(event_type: str, session: Mapping) -> str | None:
    """What an event about a Checkout Session says of its gift; None: nothing.

    `completed` with a method that takes days is not given yet: `unpaid` until async_payment_succeeded.
    """
    match event_type:
        case "checkout.session.completed":
            return "given" if session.get("payment_status") == "paid" else "processing"
        case "checkout.session.async_payment_succeeded":
            return "given"
        case "checkout.session.async_payment_failed":
            return "failed"
        case "checkout.session.expired":
            return "expired"
    return None


def monthly(subscription: Mapping) -> str | None:
    """The state of a monthly gift by its Subscription; None: it has not begun, as its first payment is open."""
    match subscription.get("status"):
        case "canceled" | "incomplete_expired":
            return "cancelled"
        case "past_due" | "unpaid" | "paused":
            return "past_due"
        case "active" | "trialing":
            ends = subscription.get("cancel_at_period_end") or subscription.get("cancel_at")
            return "ending" if ends else "active"
    return None


def dispute(status: str) -> str:
    """`open`, `won` or `lost`, by the status of Stripe's Dispute."""
    if status == "lost":
        return "lost"
    return "won" if status in ("won", "warning_closed", "prevented") else "open"


def moment(seconds: int) -> datetime:
    """A moment as Stripe tells it."""
    return datetime.fromtimestamp(seconds, UTC)


def id_of(thing: str | Mapping | None) -> str | None:
    """The id of what Stripe gives as an id or, expanded, as an object."""
    return thing["id"] if isinstance(thing, Mapping) else thing


def subscription_of(invoice: Mapping) -> str | None:
    """The Subscription that an Invoice is for: under `parent` since Stripe's version of March 2025."""
    parent = invoice.get("parent") or {}
    details = parent.get("subscription_details") or {}
    return id_of(details.get("subscription") or invoice.get("subscription"))
