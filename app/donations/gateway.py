"""The one place that talks to Stripe: verbs that give plain dicts, in which every number with decimals is a Decimal.

Each verb raises Away when it is worth trying again, or Refused with Stripe's code. The library is loaded by the first
call. A test puts an HTTP client of its own into app.extensions["stripe_http"].
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from flask import current_app

from app.kernel.logs import log

from . import money
from .models import Gift
from .money import Money

# Somebody waits for the page: to connect, and for the answer, in seconds.
TIMEOUT = (3, 8)
RETRIES = 1
PAGE = 100
# After so many keys an answer that Stripe repeats is believed.
KEYS = 3
# Languages that Checkout and the portal speak; elsewhere they follow the browser.
LOCALES = frozenset({"en", "fr", "es", "ru", "zh"})
_TRANSACTIONS = ["balance_transaction", "failure_balance_transaction"]


class Away(Exception):
    """Stripe did not answer, or asks to be asked again later."""


class Refused(Exception):
    """Stripe will not do it; `code` is its own word for why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def client():
    """A StripeClient with the site's key."""
    import stripe

    config = current_app.config
    http = current_app.extensions.get("stripe_http")
    if http is None:
        logging.getLogger("stripe").setLevel(logging.WARNING)
        # One for the process: it keeps a connection for each thread.
        http = current_app.extensions["stripe_http"] = stripe.RequestsClient(timeout=TIMEOUT)
    base = config["STRIPE_API_BASE"]
    return stripe.StripeClient(
        config["STRIPE_SECRET_KEY"],
        http_client=http,
        max_network_retries=RETRIES,
        base_addresses={"api": base} if base else None,
    )


def open_checkout(gift: Gift, back: str, purpose: str) -> tuple[str, str]:
    """Open a Checkout Session for a gift: its id, and the address of Stripe's page.

    `back` is the absolute address of the gift's page here, `purpose` what Stripe's page and receipts call it. Asked
    again for the same gift it gives the same session, as the gift's key goes with the call.
    """
    number, currency = money.to_stripe(Money(gift.minor, gift.currency))
    price = {"currency": currency, "unit_amount": number, "product_data": {"name": purpose}}
    told = {"gift": str(gift.key), "campaign": gift.campaign}
    params = {
        "client_reference_id": str(gift.key),
        "metadata": told,
        "line_items": [{"quantity": 1, "price_data": price}],
        "locale": gift.language if gift.language in LOCALES else "auto",
        # What is asked is what is charged: no other currency by a rate of Stripe's.
        "adaptive_pricing": {"enabled": False},
        "success_url": back,
        "cancel_url": back,
    }
    if gift.interval == "monthly":
        price["recurring"] = {"interval": "month"}
        params |= {"mode": "subscription", "subscription_data": {"metadata": told}}
    else:
        params |= {
            "mode": "payment",
            "submit_type": "donate",
            "payment_intent_data": {"metadata": told, "description": purpose},
        }
    session = _again_if_repeated(
        str(gift.key), lambda stripe, options: stripe.checkout.sessions.create(params, options)
    )
    return session["id"], session["url"]


def portal_url(customer: str, back: str, language: str) -> str:
    """The address of a session of Stripe's portal, where a donor changes or ends what they give."""
    params = {"customer": customer, "return_url": back, "locale": language if language in LOCALES else "auto"}
    return _call(lambda stripe: stripe.billing_portal.sessions.create(params))["url"]


def refund(charge: str, minor: int, currency: str, key: str) -> dict:
    """Give money of a charge back; `key` is the press's own, so that it goes once. Gives the Refund."""
    params = {"charge": charge, "amount": money.to_stripe(Money(minor, currency))[0], "metadata": {"key": key}}

    def ask(stripe, options):
        if options["idempotency_key"] != key:
            # What was broken may have been done all the same.
            for made in refunds_of(charge):
                if (made.get("metadata") or {}).get("key") == key:
                    return made
        return stripe.refunds.create(params, options)

    return _again_if_repeated(key, ask)


def cancel(subscription: str) -> dict:
    """End a monthly gift now. Gives the Subscription, also of one that had ended."""
    try:
        return _call(lambda stripe: stripe.subscriptions.cancel(subscription))
    except Refused:
        found = subscription_now(subscription)
        if found["status"] != "canceled":
            raise
        return found


def charge(charge_id: str) -> dict:
    """A Charge with its balance transactions."""
    return _call(lambda stripe: stripe.charges.retrieve(charge_id, {"expand": _TRANSACTIONS}))


def payment_intent(intent_id: str) -> dict:
    """A PaymentIntent with its latest charge and that one's balance transactions."""
    expand = [f"latest_charge.{name}" for name in _TRANSACTIONS]
    return _call(lambda stripe: stripe.payment_intents.retrieve(intent_id, {"expand": expand}))


def session(session_id: str) -> dict:
    """A Checkout Session."""
    return _call(lambda stripe: stripe.checkout.sessions.retrieve(session_id))


def sessions_of(**whose: str) -> list[dict]:
    """The latest Checkout Sessions of a `payment_intent`, a `customer` or a `subscription`."""
    return _call(lambda stripe: stripe.checkout.sessions.list({**whose, "limit": 10}))["data"]


def subscription_now(subscription: str) -> dict:
    """A Subscription as it stands."""
    return _call(lambda stripe: stripe.subscriptions.retrieve(subscription))


def invoice(invoice_id: str) -> dict:
    """An Invoice."""
    return _call(lambda stripe: stripe.invoices.retrieve(invoice_id))


def payments_of_invoice(invoice_id: str) -> list[dict]:
    """What was paid of an Invoice: its InvoicePayments."""
    return _call(lambda stripe: stripe.invoice_payments.list({"invoice": invoice_id, "limit": PAGE}))["data"]


def refund_now(refund_id: str) -> dict:
    """A Refund with its balance transactions."""
    return _call(lambda stripe: stripe.refunds.retrieve(refund_id, {"expand": _TRANSACTIONS}))


def refunds_of(charge_id: str) -> list[dict]:
    """All Refunds of a charge, with their balance transactions."""
    expand = [f"data.{name}" for name in _TRANSACTIONS]
    return list(_pages(lambda stripe, part: stripe.refunds.list({"charge": charge_id, "expand": expand, **part})))


def dispute(dispute_id: str) -> dict:
    """A Dispute; its balance transactions stand in it."""
    return _call(lambda stripe: stripe.disputes.retrieve(dispute_id))


def payout(payout_id: str) -> dict:
    """A Payout with its balance transactions."""
    return _call(lambda stripe: stripe.payouts.retrieve(payout_id, {"expand": _TRANSACTIONS}))


def balance_transactions(since: datetime | None, until: datetime | None = None) -> Iterator[dict]:
    """Every balance transaction made in [since, until), the newest first, its `source` expanded; page by page."""
    params = {"expand": ["data.source"], **_created(since, until)}
    return _pages(lambda stripe, part: stripe.balance_transactions.list({**params, **part}))


def has_transaction(transaction_id: str) -> bool:
    """Whether Stripe has a balance transaction."""
    try:
        _call(lambda stripe: stripe.balance_transactions.retrieve(transaction_id))
    except Refused as refused:
        if refused.code != "resource_missing":
            raise
        return False
    return True


def events(since: datetime | None, until: datetime | None = None) -> Iterator[dict]:
    """Every event made in [since, until) that Stripe still has (30 days), the newest first; page by page."""
    params = _created(since, until)
    return _pages(lambda stripe, part: stripe.events.list({**params, **part}))


def balance() -> dict[str, int]:
    """What Stripe holds for us, available or pending, in minor units by currency."""
    told = _call(lambda stripe: stripe.balance.retrieve())
    held: dict[str, int] = {}
    for part in (*told["available"], *told["pending"]):
        found = money.from_stripe(part["amount"], part["currency"])
        held[found.currency] = held.get(found.currency, 0) + found.minor
    return held


def _created(since: datetime | None, until: datetime | None) -> dict:
    limits = {name: int(at.timestamp()) for name, at in (("gte", since), ("lt", until)) if at}
    return {"created": limits} if limits else {}


def _pages(ask: Callable) -> Iterator[dict]:
    part: dict = {"limit": PAGE}
    while True:
        told = _call(lambda stripe, part=part: ask(stripe, part))
        yield from told["data"]
        if not told["has_more"]:
            return
        part = {"limit": PAGE, "starting_after": told["data"][-1]["id"]}


def _again_if_repeated(key: str, ask: Callable) -> dict:
    """Stripe repeats for a key whatever it answered first, even that it was broken: then another key asks anew. What
    may have been opened under the first is shown to nobody, and expires."""
    for number in range(1, KEYS + 1):
        options = {"idempotency_key": key if number == 1 else f"{key}-{number}"}
        try:
            return _call(lambda stripe, options=options: ask(stripe, options))
        except _Repeated as error:
            last = error
    raise Away(str(last))


class _Repeated(Away):
    """The answer was that of an earlier call with the same key."""


def _call(ask: Callable) -> dict:
    """What `ask(client.v1)` gives, as plain data."""
    import stripe

    try:
        found = ask(client().v1)
    except stripe.StripeError as error:
        raise _translated(error) from error
    if isinstance(found, dict):
        return found
    # The library reads decimals as floats; the body says them exactly.
    return json.loads(found.last_response.body, parse_float=Decimal)


def _translated(error) -> Exception:
    import stripe

    name, headers = type(error).__name__, error.headers or {}
    repeated = str(_header(headers, "idempotent-replayed")).lower() == "true"
    if isinstance(error, stripe.IdempotencyError) and error.http_status != 409:
        return _Repeated(name)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        # An operator has to see to it; until then it is as if Stripe were away.
        log.error("stripe refuses the key", extra={"error": name})
        return Away(name)
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.IdempotencyError):
        return Away(name)
    if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
        return _Repeated(name) if repeated else Away(name)
    return Refused(error.code or name)


def _header(headers: Mapping, name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)
