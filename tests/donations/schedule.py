"""A small world for the property test: donors, Stripe's fake books, our app, and everything that goes wrong between."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select, text

from app.donations import booking, gateway, operations, reconciling
from app.donations.models import Gift
from app.donations.money import Money, from_stripe
from app.kernel import clock, jobs
from app.kernel.db import db
from tests.donations.at_stripe import AtStripe
from tests.fake_stripe import Api, Books, Client, Courier
from tests.fake_stripe.hooks import SECRET, USUAL

KEY = "sk_test_fake"
START = 1_764_340_000
# What our app writes down of each payment that arrived, in the same transaction; a queue that nobody works off.
ARRIVED = "test:arrived"
AMOUNTS = {"EUR": (500, 2500, 10_001), "USD": (700, 999_99), "JPY": (1000, 30_001), "KWD": (1000, 2510),
           "ISK": (1500, 3333), "GBP": (1, 350), "KRW": (30_000, 5_001)}  # fmt: skip
FAULTS = ("timeout_before", "timeout_after", "reset", "rate_limited", "server_error", "server_error_after")


class Crash(BaseException):
    """The process is killed here: nobody catches this."""


def note_arrivals(payment_ids: list[int], now: datetime) -> None:
    """A follower of the books that leaves one row for each payment."""
    for payment_id in payment_ids:
        jobs.defer(ARRIVED, queue="nobody", payment_id=payment_id)


class Schedule(AtStripe):
    """One schedule's. `steps` tells what was done; with the seed it can be told again."""

    def __init__(self, app, chance: random.Random) -> None:
        self.app, self.chance = app, chance
        own = chance.choice((("eur",), ("eur",), ("eur", "usd"), ("chf", "jpy"), ("kwd",)))
        self.books = Books(start=START, own=own)
        self.http = Client(Api(self.books))
        self.http.watch = self._watch
        self.courier = Courier(self.books, self._send, SECRET, USUAL if chance.random() < 0.8 else None)
        self.client = app.test_client()
        self.gifts: list[int] = []
        self.steps: list[str] = []
        # Refunds asked for at the desk, by the key of the press: charge, amount, whether it ended.
        self.presses: dict[str, tuple[dict, int, bool]] = {}
        self._ticks = 0
        # Points (before and after each commit and each call) until the process is killed; None: it lives.
        self.fuse: int | None = None
        # A second worker steps in at a call, with this chance.
        self.company = 0.0
        self._second = False
        self.commit = db.session.commit

    # -- what the app stands on

    def now(self) -> datetime:
        """The app's clock: Stripe's second, and never the same moment twice."""
        self._ticks += 1
        return datetime.fromtimestamp(self.books.now, UTC).replace(microsecond=self._ticks % 1_000_000)

    def _burn(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise Crash

    def committing(self) -> None:
        """Stands in for the session's commit."""
        self._burn()
        self.commit()
        self._burn()

    def _watch(self, when: str, method: str, path: str) -> None:
        self._burn()
        # With a transaction open, both workers of this one connection could not be told apart.
        if self._second or self.chance.random() >= self.company or db.session.registry().in_transaction():
            return
        self._second, fuse, self.fuse = True, self.fuse, None
        try:
            with self.app.app_context():
                self.chance.choice((self.work, self.work, self.deliver))()
        finally:
            self._second, self.fuse = False, fuse

    def _send(self, body: bytes, signature: str) -> int:
        return self.client.post("/hooks/stripe", data=body, headers={"Stripe-Signature": signature}).status_code

    def attempt(self, what: str, act: Callable) -> bool:
        """Do something that may be killed or find Stripe away; the process begins anew after it. Whether it ended."""
        self.steps.append(what)
        try:
            with self.app.app_context():
                act()
            return True
        except Crash:
            self.steps.append("  … killed")
        except gateway.Away as away:
            self.steps.append(f"  … {type(away).__name__}: {away}")
        finally:
            self.fuse = None
        return False

    # -- what happens here

    def begin(self) -> None:
        """Somebody wants to give."""
        currency = self.chance.choice(sorted(AMOUNTS))
        given = Money(self.chance.choice(AMOUNTS[currency]), currency)
        if currency == "GBP":
            given = Money(given.minor + 100, currency)
        interval = self.chance.choice(("once", "once", "monthly"))

        def act():
            gift, _token = operations.begin(
                campaign="un75", given=given, interval=interval, language="fr", now=clock.now()
            )
            number = gift.id
            db.session.commit()
            self.gifts.append(number)
            self._open(number)

        self.attempt(f"begin {given} {interval}", act)

    def _open(self, gift_id: int) -> None:
        gift = db.session.get(Gift, gift_id)
        if not operations.may_try(gift, clock.now()):
            return
        session, url = gateway.open_checkout(gift, "https://plenary.test/fr/un75/give/x", "A campaign")
        operations.opened(gift, session, url, clock.now())
        db.session.commit()

    def try_again(self) -> None:
        """A giver presses the button once more."""
        if self.gifts:
            gift_id = self.chance.choice(self.gifts)
            self.attempt(f"try gift {gift_id} again", lambda: self._open(gift_id))

    def press(self) -> None:
        """Somebody at the desk gives money back, or presses the button of an earlier try again."""
        open_ = [key for key, (_charge, _minor, done) in self.presses.items() if not done]
        if open_ and self.chance.random() < 0.7:
            key = self.chance.choice(open_)
        elif charge := self._any("charge", lambda one: one["status"] == "succeeded"):
            key = f"press-{len(self.presses)}"
            self.presses[key] = (charge, self.chance.choice((10, 100, 400)), False)
        else:
            return
        charge, amount, _ = self.presses[key]

        def act():
            try:
                gateway.refund(charge["id"], amount, charge["currency"].upper(), key)
            except gateway.Refused as refused:
                self.steps.append(f"  … refused: {refused}")
            self.presses[key] = (charge, amount, True)

        self.attempt(f"refund {amount} of {charge['id']} by {key}", act)

    def cancel(self) -> None:
        """Somebody at the desk ends a monthly gift."""
        if subscription := self._any("subscription", lambda one: True):
            self.attempt(f"cancel {subscription['id']}", lambda: gateway.cancel(subscription["id"]))

    def deliver(self) -> None:
        """One of the events that wait is posted; perhaps a second time, perhaps never."""
        if not self.courier.waiting:
            return
        place = self.chance.randrange(len(self.courier.waiting))
        event = self.courier.waiting[place]
        fate = self.chance.random()
        if fate < 0.15:
            self.steps.append(f"lose {event['type']} {event['id']}")
            self.courier.lose(place)
            return
        if fate < 0.3:
            self.courier.double(place)
        self.attempt(f"deliver {event['type']} {event['id']}", lambda: self.courier.deliver(place))

    def replay(self) -> None:
        """An old post comes again: it is refused."""
        if self.courier.taken:
            self.steps.append("replay")
            assert self.courier.replay(self.chance.choice(self.courier.taken), 301) == 400

    def work(self) -> None:
        """A worker takes a job, any of them; one that did not end stays."""
        found = db.session.execute(
            text("SELECT id, task_name, args FROM procrastinate_jobs WHERE queue_name <> 'nobody' ORDER BY id")
        ).all()
        self.commit()
        if not found:
            return
        job = self.chance.choice(found)
        act = self.app.extensions["jobs"].tasks[job.task_name].func
        if self.attempt(f"work {job.task_name} {job.args}", lambda: act(**job.args)) and self.chance.random() < 0.9:
            db.session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": job.id})
            self.commit()

    def reconcile(self) -> list:
        """Somebody compares the books; empty if it did not end."""
        outcomes: list = []
        self.attempt("reconcile", lambda: outcomes.extend(reconciling.reconcile(clock.now())))
        return outcomes


def minor(amount: int, currency: str) -> int:
    """Stripe's amount in our minor units."""
    return from_stripe(amount, currency).minor


def installed(app, monkeypatch) -> None:
    """Settings of a site that takes gifts in test mode, and the follower of the test."""
    for name, value in {
        "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": (SECRET,), "STRIPE_API_BASE": None, "DONATIONS": "test"
    }.items():  # fmt: skip
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setattr(booking, "_followers", [note_arrivals])


def gifts_of(schedule: Schedule) -> dict[str, Gift]:
    """Our gifts by their key."""
    return {str(gift.key): gift for gift in db.session.scalars(select(Gift))}
