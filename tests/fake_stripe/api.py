"""Requests as the library sends them, and answers as Stripe shapes them: paging, expanding, idempotency, errors."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

from . import checks
from .books import Books
from .errors import Wrong, invalid, missing
from .lists import answer as listed
from .posts import PARAMS, POSTS
from .store import DAY, VERSION, copied

# What an object is called in a path, and what it is.
COLLECTIONS = {
    "balance_transactions": "balance_transaction", "charges": "charge", "checkout/sessions": "checkout.session",
    "customers": "customer", "disputes": "dispute", "events": "event", "invoice_payments": "invoice_payment",
    "invoices": "invoice", "payment_intents": "payment_intent", "payouts": "payout", "prices": "price",
    "products": "product", "refunds": "refund", "subscriptions": "subscription",
}  # fmt: skip
PATH = re.compile(r"/v1/(checkout/sessions|billing_portal/sessions|\w+)(?:/(\w+))?(?:/(\w+))?")
INCLUDED_AT_MOST = 4


def nested(pairs) -> dict:
    """`a[b][0]=c` as {"a": {"b": ["c"]}}; `a[]=b` likewise."""
    tree: dict = {}
    for key, value in pairs:
        names = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key)
        here = tree
        for name in names[:-1]:
            here = here.setdefault(name, {})
        last = names[-1]
        here[str(len(here)) if last == "" else last] = value
    return _lists(tree)


def _lists(tree):
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdigit() for key in tree):
        return [_lists(tree[key]) for key in sorted(tree, key=int)]
    return {key: _lists(value) for key, value in tree.items()}


class Api:
    """One account's API. `keys`: the secret keys it takes; every test key if nothing is said.

    `calls` is what was asked, for tests to look at: (method, path, parameters).
    """

    def __init__(self, books: Books, keys: tuple[str, ...] = ()) -> None:
        self.books, self.keys = books, keys
        self.calls: list[tuple[str, str, dict]] = []
        # key -> (when, what was asked, status, body)
        self._answered: dict[str, tuple[int, tuple, int, str]] = {}
        self._requests = 0

    def handle(self, method: str, url: str, headers, body: str | bytes | None) -> tuple[int, dict[str, str], str]:
        """Answer one request: status, headers, body."""
        with self.books.lock:
            headers = {name.lower(): value for name, value in dict(headers or {}).items()}
            address = urlsplit(url)
            text = body.decode() if isinstance(body, bytes) else body or ""
            params = nested(parse_qsl(address.query if method in ("get", "delete") else text, keep_blank_values=True))
            asked = (method, address.path, copied(params))
            self.calls.append(asked)
            self._requests += 1
            told = {"Request-Id": f"req_{self.books.name}{self._requests:014d}", "Content-Type": "application/json",
                    "Stripe-Version": VERSION}  # fmt: skip
            key = headers.get("idempotency-key") if method == "post" else None
            self.books.request = {"id": told["Request-Id"], "idempotency_key": key}
            try:
                self._admit(headers)
                if key:
                    kept = self._replay(key, asked)
                    if kept:
                        return kept[0], {**told, "Idempotency-Key": key, "Idempotent-Replayed": "true"}, kept[1]
                status, kept, answer = 200, True, self._answer(method, address.path, params)
            except Wrong as wrong:
                status, kept, answer = wrong.status, wrong.kept, {"error": wrong.error}
            finally:
                self.books.request = {"id": None, "idempotency_key": None}
            text = json.dumps(answer)
            if key:
                told["Idempotency-Key"] = key
                if kept:
                    self._answered[key] = (self.books.now, asked, status, text)
            return status, told, text

    def _admit(self, headers: dict) -> None:
        key = headers.get("authorization", "").removeprefix("Bearer ")
        kinds = ("sk_live_", "rk_live_") if self.books.livemode else ("sk_test_", "rk_test_")
        if key not in self.keys and (self.keys or not key.startswith(kinds)):
            raise Wrong(401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}****")
        if headers.get("stripe-version", VERSION) != VERSION:
            raise invalid(f"Invalid Stripe API version: {headers['stripe-version']}")

    def _replay(self, key: str, asked: tuple) -> tuple[int, str] | None:
        """What the key was answered before; keys are forgotten after a day."""
        kept = self._answered.get(key)
        if kept is None or kept[0] + DAY <= self.books.now:
            return None
        if kept[1] != asked:
            raise Wrong(400, "idempotency_error", "Keys for idempotent requests can only be used with the same"
                        f" parameters they were first used with. Try using a key other than '{key}' if you meant to"
                        " execute a different request.")  # fmt: skip
        return kept[2], kept[3]

    def _answer(self, method: str, path: str, params: dict) -> dict:
        place = PATH.fullmatch(path)
        if not place:
            raise Wrong(404, "invalid_request_error", f"Unrecognized request URL ({method.upper()}: {path}).")
        where, thing, verb = place.groups()
        expand = params.pop("expand", [])
        if method == "get":
            found = self._get(where, thing, verb, params)
        else:
            found = self._write(method, where, thing, verb, params)
        return self._expanded(found, expand)

    def _get(self, where: str, thing: str | None, verb: str | None, params: dict) -> dict:
        if where == "balance" and not thing:
            return self.books.balance()
        kind = COLLECTIONS.get(where)
        if kind is None or verb not in (None, "line_items"):
            raise Wrong(404, "invalid_request_error", f"Unrecognized request URL (GET: /v1/{where}).")
        if thing is None:
            return listed(self.books, kind, f"/v1/{where}", params)
        found = self._one(kind, thing)
        if verb:
            return _whole(self.books.includable[thing]["line_items"], f"/v1/{where}/{thing}/{verb}")
        return found

    def _one(self, kind: str, thing: str) -> dict:
        found = self.books.objects.get(thing)
        if found is None or found["object"] != kind:
            raise missing(kind, thing)
        if kind == "checkout.session":
            self.books.is_open(found)
        return self._present(found)

    def _present(self, thing: dict) -> dict:
        if thing.get("object") == "balance_transaction" and thing["available_on"] <= self.books.now:
            thing["status"] = "available"
        return thing

    def _write(self, method: str, where: str, thing: str | None, verb: str | None, params: dict) -> dict:
        name = (method, where + ("/:id" if thing else "") + (f"/{verb}" if verb else ""))
        act = POSTS.get(name)
        if act is None:
            raise Wrong(404, "invalid_request_error", f"Unrecognized request URL ({method.upper()}: /v1/{where}).")
        if name in PARAMS:
            found = checks.wrong(PARAMS[name], params)
            if found and found[1] == "unknown":
                raise invalid(f"Received unknown parameter: {found[0]}", found[0], "parameter_unknown")
            if found:
                raise invalid(f"Invalid {found[0]}", found[0])
        if thing is None:
            return act(self.books, params)
        return act(self.books, self._one(COLLECTIONS[where], thing), params)

    # -- expanding

    def _expanded(self, found: dict, paths: list[str]) -> dict:
        """A copy of the answer in which the named ids are the objects themselves."""
        tree: dict = {}
        for path in paths:
            names = path.split(".")
            if len(names) > INCLUDED_AT_MOST:
                raise invalid("You cannot expand more than 4 levels of a property.", "expand")
            here = tree
            for name in names:
                here = here.setdefault(name, {})
        return self._grow(found, tree) if tree else found

    def _grow(self, thing, tree: dict):
        if isinstance(thing, list):
            return [self._grow(each, tree) for each in thing]
        grown = dict(thing)
        for name, below in tree.items():
            held = self.books.includable.get(thing.get("id", ""), {}).get(name)
            if held is not None:
                value = _whole(held, f"/v1/{name}")
            elif name in grown:
                value = grown[name]
            elif name in checks.fields(thing.get("object")):
                continue
            else:
                raise invalid(f"This property cannot be expanded ({name}).", "expand")
            if isinstance(value, str):
                # What the fake keeps no object of stays an id.
                value = self._present(self.books.objects[value]) if value in self.books.objects else value
            grown[name] = self._grow(value, below) if isinstance(value, dict | list) else value
        return grown


def _whole(things: list, url: str) -> dict:
    return {"object": "list", "data": things, "has_more": False, "url": url}
