"""Lists: newest first, paged by `starting_after`, filtered as each kind of object may be."""

import re
from bisect import bisect_left, bisect_right

from .books import Books
from .errors import invalid, missing
from .store import DAY

EVENTS_KEPT = 30 * DAY

# What a list may be filtered by, beside `created`: a parameter and the field that must be equal.
FILTERS = {
    "balance_transaction": ("currency", "source", "type"),
    "charge": ("customer", "payment_intent"),
    "checkout.session": ("customer", "payment_intent", "status", "subscription"),
    "customer": ("email",),
    "dispute": ("charge", "payment_intent"),
    "event": (),
    "invoice": ("customer", "status", "collection_method"),
    "invoice_payment": ("invoice", "status"),
    "payment_intent": ("customer",),
    "payout": ("status",),
    "price": ("currency", "product", "type"),
    "product": (),
    "refund": ("charge", "payment_intent"),
    "subscription": ("customer", "status"),
}


def whole(text, name: str) -> int:
    """A parameter that is a number."""
    if not str(text).lstrip("-").isdecimal():
        raise invalid(f"Invalid integer: {text}", name, "parameter_invalid_integer")
    return int(text)


def answer(books: Books, kind: str, url: str, params: dict) -> dict:
    """One page of a list."""
    params = dict(params)
    limit = whole(params.pop("limit", 10), "limit")
    if not 1 <= limit <= 100:
        raise invalid("This value must be between 1 and 100 (inclusive).", "limit", "parameter_invalid_integer")
    after, before = params.pop("starting_after", None), params.pop("ending_before", None)
    if after and before:
        raise invalid("Received both ending_before and starting_after parameters.", "ending_before")
    every = books.events if kind == "event" else books.lists[kind]
    low, high = _span(books, kind, every, params.pop("created", {}))
    wanted = _wanted(books, kind, params)
    if after:
        high = min(high, _index(books, kind, every, after, "starting_after"))
    if before:
        low = max(low, _index(books, kind, every, before, "ending_before") + 1)
    found: list[dict] = []
    # One more than is wanted tells whether there are more; `ending_before` goes the other way.
    for number in range(low, high) if before else range(high - 1, low - 1, -1):
        if wanted(every[number]):
            found.append(every[number])
            if len(found) > limit:
                break
    more, page = len(found) > limit, found[:limit]
    if before:
        page.reverse()
    if kind == "balance_transaction":
        for each in page:
            if each["available_on"] <= books.now:
                each["status"] = "available"
    return {"object": "list", "data": page, "has_more": more, "url": url}


def _span(books: Books, kind: str, every: list[dict], created) -> tuple[int, int]:
    """Between which places of the list the wanted moments are: it is in the order of time."""
    created = {"gte": created, "lte": created} if isinstance(created, str) else dict(created)
    low, high = 0, len(every)
    key = _created
    if kind == "event":
        low = bisect_left(every, books.now - EVENTS_KEPT, key=key)
    for name, text in created.items():
        moment = whole(text, f"created[{name}]")
        if name == "gte":
            low = max(low, bisect_left(every, moment, key=key))
        elif name == "gt":
            low = max(low, bisect_right(every, moment, key=key))
        elif name == "lte":
            high = min(high, bisect_right(every, moment, key=key))
        elif name == "lt":
            high = min(high, bisect_left(every, moment, key=key))
        else:
            raise invalid(f"Received unknown parameter: created[{name}]", f"created[{name}]", "parameter_unknown")
    return low, high


def _created(thing: dict) -> int:
    return thing["created"]


def _index(books: Books, kind: str, every: list[dict], given: str, name: str) -> int:
    found = books.objects.get(given)
    if found is None or found["object"] != kind:
        raise missing(kind, given, name, 400)
    at = bisect_left(every, found["created"], key=_created)
    while every[at]["id"] != given:
        at += 1
    return at


def _wanted(books: Books, kind: str, params: dict):
    """A test of one object from the parameters that are left."""
    equal, types, deep = {}, None, {}
    for name, value in params.items():
        if kind == "event" and name in ("type", "types"):
            # `charge.*` means all of a group.
            types = tuple(
                re.compile(re.escape(each).replace(r"\*", ".*")) for each in ([value] if name == "type" else value)
            )
        elif kind == "balance_transaction" and name == "payout":
            raise invalid("The fake does not know which payout a transaction belongs to.", "payout")
        elif kind == "invoice_payment" and name == "payment":
            deep = {key: each for key, each in value.items() if key != "type"}
        elif kind == "invoice" and name == "subscription":
            deep = {name: value}
        elif name in FILTERS[kind]:
            equal[name] = value
        else:
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
    if kind == "subscription":
        status = equal.pop("status", "not canceled")

    def test(thing: dict) -> bool:
        if any(thing.get(name) != value for name, value in equal.items()):
            return False
        if types is not None and not any(each.fullmatch(thing["type"]) for each in types):
            return False
        if deep and kind == "invoice_payment":
            return all(thing["payment"].get(name) == value for name, value in deep.items())
        if deep:
            return thing["parent"]["subscription_details"]["subscription"] == deep["subscription"]
        if kind == "subscription" and status != "all":
            return (thing["status"] != "canceled") if status == "not canceled" else thing["status"] == status
        return True

    return test
