"""What may be written through the API: Checkout Sessions, customers, prices, refunds, subscriptions, the portal."""

import stripe.params as shapes
from stripe.params import billing_portal as portal_shapes
from stripe.params import checkout as checkout_shapes

from .books import Books
from .errors import invalid, missing
from .lists import whole
from .store import AS_TWO_DECIMALS, THREE_DECIMALS, places

LARGEST = 99_999_999


def _amount(text, name: str, currency: str) -> int:
    """An amount of minor units that Stripe would take."""
    amount = whole(text, name)
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", name, "parameter_invalid_integer")
    if amount > LARGEST:
        raise invalid("Amount must be no more than 99999999.", name, "amount_too_large")
    if currency in THREE_DECIMALS and amount % 10:
        raise invalid(f"Invalid amount for {currency}: the last digit must be 0.", name)
    if currency in AS_TWO_DECIMALS and amount % 100:
        raise invalid(f"Invalid amount for {currency}: it must be divisible by 100.", name)
    return amount


def _currency(books: Books, params: dict, name: str) -> str:
    currency = params.get("currency")
    if not currency:
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    if currency not in books.rates:
        raise invalid(f"Invalid currency: {currency}. Stripe currently supports these currencies: "
                      f"{', '.join(sorted(books.rates))}", name)  # fmt: skip
    return currency


def _need(params: dict, name: str) -> str:
    if not params.get(name):
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return params[name]


def _known(books: Books, params: dict, name: str, kind: str) -> str | None:
    given = params.get(name)
    if given and books.objects.get(given, {}).get("object") != kind:
        raise missing(kind, given, name, 400)
    return given


def _price(books: Books, params: dict, place: str, monthly: bool) -> dict:
    """The price a line item names, or makes."""
    if _known(books, params, "price", "price"):
        return books.one(params["price"])
    data = params.get("price_data")
    if not data:
        raise invalid(f"Missing required param: {place}[price].", f"{place}[price]", "parameter_missing")
    place += "[price_data]"
    currency = _currency(books, data, f"{place}[currency]")
    amount = _amount(_need(data, "unit_amount"), f"{place}[unit_amount]", currency)
    interval = (data.get("recurring") or {}).get("interval")
    if monthly and not interval:
        raise invalid("You must provide at least one recurring price in `subscription` mode when using prices.")
    if interval and not monthly:
        raise invalid("You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode"
                      " or use only one-time prices.")  # fmt: skip
    if not _known(books, data, "product", "product"):
        made = data.get("product_data")
        if not made or not made.get("name"):
            raise invalid(f"Missing required param: {place}[product_data][name].", place, "parameter_missing")
        product = books.product(made["name"], made.get("description"), made.get("metadata"))
    else:
        product = books.one(data["product"])
    return books.price(product, amount, currency, interval)


def _session(books: Books, params: dict) -> dict:
    mode = params.get("mode", "")
    if mode not in ("payment", "subscription"):
        raise invalid("The fake knows the modes payment and subscription.", "mode")
    for name, only in (("payment_intent_data", "payment"), ("subscription_data", "subscription"),
                       ("customer_creation", "payment")):  # fmt: skip
        if name in params and mode != only:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if "customer" in params and "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.")
    _known(books, params, "customer", "customer")
    for name in ("success_url", "cancel_url"):
        if not params.get(name, "https://").startswith(("https://", "http://")):
            raise invalid("Not a valid URL", name, "url_invalid")
    _need(params, "success_url")
    if len(params.get("client_reference_id", "")) > 200:
        raise invalid("Invalid string: must be at most 200 characters", "client_reference_id")
    if "expires_at" in params:
        params["expires_at"] = whole(params["expires_at"], "expires_at")
        if not 1800 <= params["expires_at"] - books.now <= 86_400:
            raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session"
                          " creation.", "expires_at")  # fmt: skip
    items = params.get("line_items")
    if not isinstance(items, list) or len(items) != 1:
        raise invalid("The fake takes one line item.", "line_items", "parameter_missing")
    quantity = whole(items[0].get("quantity", 1), "line_items[0][quantity]")
    price = _price(books, items[0], "line_items[0]", mode == "subscription")
    if price["unit_amount"] * quantity * books.rates[price["currency"]] * 2 < 10 ** places(price["currency"]):
        raise invalid("The Checkout Session's total amount must convert to at least 50 cents.", None,
                      "amount_too_small")  # fmt: skip
    return books.open_session(mode, price, quantity, **{k: v for k, v in params.items() if k not in
                                                        ("mode", "line_items")})  # fmt: skip


def _expire(books: Books, session: dict, params: dict) -> dict:
    if session["status"] != "open":
        raise invalid("Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a"
                      f" status of `{session['status']}`.")  # fmt: skip
    return books.expire(session)


def _refund(books: Books, params: dict) -> dict:
    given = params.get("charge")
    if not given:
        intent = _known(books, params, "payment_intent", "payment_intent")
        given = intent and books.one(intent)["latest_charge"]
        if not given:
            raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    elif books.objects.get(given, {}).get("object") != "charge":
        raise missing("charge", given, "charge", 400)
    charge = books.one(given)
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {given} has not succeeded and cannot be refunded.", "charge")
    if not left:
        raise invalid(f"Charge {given} has already been refunded.", None, "charge_already_refunded")
    open_disputes = [each for each in books.lists["dispute"] if each["charge"] == given
                     and not each["is_charge_refundable"] and each["status"] != "won"]  # fmt: skip
    if open_disputes:
        raise invalid(f"Charge {given} has been charged back; cannot issue a refund.", None, "charge_disputed")
    amount = _amount(params["amount"], "amount", charge["currency"]) if "amount" in params else left
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")
    return books.refund(charge, amount, params.get("reason"), params.get("metadata"))


def _cancel(books: Books, subscription: dict, params: dict) -> dict:
    if subscription["status"] == "canceled":
        raise missing("subscription", subscription["id"])
    return books.end(subscription)


def _change(books: Books, subscription: dict, params: dict) -> dict:
    if subscription["status"] == "canceled":
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    if "cancel_at_period_end" in params:
        books.stop_at_end(subscription, params["cancel_at_period_end"] == "true")
    return subscription


def _portal(books: Books, params: dict) -> dict:
    _need(params, "customer")
    customer = _known(books, params, "customer", "customer")
    return books.portal(customer, params.get("return_url"), params.get("locale"))


def _customer(books: Books, params: dict) -> dict:
    locales = params.get("preferred_locales") or [None]
    return books.customer(params.get("email"), params.get("name"), locales[0], params.get("metadata"))


def _product(books: Books, params: dict) -> dict:
    return books.product(_need(params, "name"), params.get("description"), params.get("metadata"))


def _make_price(books: Books, params: dict) -> dict:
    data = {key: params[key] for key in ("currency", "unit_amount", "recurring", "product", "product_data")
            if key in params}  # fmt: skip
    return _price(books, {"price_data": data}, "price", "recurring" in params)


POSTS = {
    ("post", "billing_portal/sessions"): _portal,
    ("post", "checkout/sessions"): _session,
    ("post", "checkout/sessions/:id/expire"): _expire,
    ("post", "customers"): _customer,
    ("post", "prices"): _make_price,
    ("post", "products"): _product,
    ("post", "refunds"): _refund,
    ("post", "subscriptions/:id"): _change,
    ("delete", "subscriptions/:id"): _cancel,
}

# What the library says that each may be told.
PARAMS = {
    ("post", "billing_portal/sessions"): portal_shapes.SessionCreateParams,
    ("post", "checkout/sessions"): checkout_shapes.SessionCreateParams,
    ("post", "checkout/sessions/:id/expire"): checkout_shapes.SessionExpireParams,
    ("post", "customers"): shapes.CustomerCreateParams,
    ("post", "prices"): shapes.PriceCreateParams,
    ("post", "products"): shapes.ProductCreateParams,
    ("post", "refunds"): shapes.RefundCreateParams,
    ("post", "subscriptions/:id"): shapes.SubscriptionUpdateParams,
    ("delete", "subscriptions/:id"): shapes.SubscriptionCancelParams,
}
