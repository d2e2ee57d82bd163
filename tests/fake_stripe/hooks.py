"""Webhooks: events as signed posts, in any order, more than once, late, or never."""

import hashlib
import hmac
import json
import random
from collections.abc import Callable

from .books import Books

SECRET = "whsec_fake_of_the_tests"

# What an operator subscribes to for this app; docs/stripe.md says the same.
USUAL = frozenset(
    (
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.refund.updated",
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.subscription.deleted",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_failed",
        "payout.created",
        "payout.failed",
        "payout.paid",
        "refund.created",
        "refund.failed",
        "refund.updated",
    )
)


def body_of(event: dict) -> bytes:
    """The raw body as Stripe writes it, with its white space."""
    return json.dumps(event, indent=2).encode()


def signed(body: bytes, at: int, *secrets: str) -> str:
    """The header `Stripe-Signature` of a body posted at a moment; two secrets while one is rolled."""
    marks = [hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={mark}" for mark in marks), "v0=6ffbb59b2300aae63f272406069a9788"])


class Courier:
    """Carries the books' events to `send(body, signature) -> status`; what is not answered 2xx stays to be sent again.

    `only`: the types that are subscribed to (None: every type).
    """

    def __init__(self, books: Books, send: Callable[[bytes, str], int], secret: str = SECRET, only=None) -> None:
        self.books, self.send, self.secret, self.only = books, send, secret, only
        self.waiting: list[dict] = []
        # Every event that was answered 2xx, in the order of the answers; one may be there twice.
        self.taken: list[dict] = []
        books.listeners.append(self._happened)

    def _happened(self, event: dict) -> None:
        if self.only is None or event["type"] in self.only:
            self.waiting.append(event)

    def post(self, event: dict, at: int | None = None, secret: str | None = None) -> int:
        """Send one event, signed now or as if it were `at`; the status of the answer."""
        body = body_of(event)
        status = self.send(body, signed(body, self.books.now if at is None else at, secret or self.secret))
        if 200 <= status < 300:
            self.taken.append(event)
        return status

    def deliver(self, place: int = 0) -> int:
        """Send what waits at a place; it waits on if it is not answered 2xx, or if `send` raises."""
        event = self.waiting[place]
        status = self.post(event)
        if 200 <= status < 300:
            self.waiting.remove(event)
        return status

    def deliver_all(self) -> None:
        """Send all that waits, in order; what is refused is tried once only."""
        for event in list(self.waiting):
            if 200 <= self.post(event) < 300:
                self.waiting.remove(event)

    def lose(self, place: int = 0) -> dict:
        """What waits at a place never arrives."""
        return self.waiting.pop(place)

    def double(self, place: int = 0) -> None:
        """What waits at a place will be sent twice."""
        self.waiting.append(self.waiting[place])

    def mix(self, chance: random.Random) -> None:
        """Another order."""
        chance.shuffle(self.waiting)

    def replay(self, event: dict, age: int) -> int:
        """A post that somebody kept: the body and signature of `age` seconds ago."""
        return self.post(event, at=self.books.now - age)
