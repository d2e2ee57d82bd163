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


class Schedule:
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

    # -- what happens at Stripe

    def at_stripe(self) -> None:
        """Something moves that our app has no hand in."""
        able = [act for name in dir(self) if name.startswith("s_") and (act := getattr(self, name)())]
        if able:
            self.chance.choice(able)()

    def _step(self, what: str, verb: Callable, thing: dict, **said) -> Callable:
        def act():
            self.steps.append(f"{what} {thing['id']} {said or ''}")
            verb(thing, **said)

        return act

    def _any(self, kind: str, test: Callable) -> dict | None:
        found = [thing for thing in self.books.lists[kind] if test(thing)]
        return self.chance.choice(found) if found else None

    def s_pay(self):
        """A donor pays, by card or by a debit that takes days."""
        if session := self._any("checkout.session", self.books.is_open):
            method = self.chance.choice(("card", "card", "sepa_debit"))
            late = self.chance.random() < 0.3
            return self._step("pay", self.books.pay, session, method=method, late=late)

    s_pay_as_often = s_pay

    def s_decline(self):
        """A card is declined; or nobody pays."""
        if session := self._any("checkout.session", self.books.is_open):
            verb = self.chance.choice((self.books.decline, self.books.expire))
            return self._step(verb.__name__, verb, session)

    def s_clear(self):
        """A debit comes, or does not."""
        charge = self._any("charge", lambda one: one["status"] == "pending")
        if charge is None:
            return None
        succeeds = self.chance.random() < 0.7
        for session in self.books.lists["checkout.session"]:
            invoice = session["invoice"]
            intents = [invoice and self.books._payments(invoice)[0]["payment"]["payment_intent"]]
            if charge["payment_intent"] in (session["payment_intent"], *intents):
                return self._step("clear", self.books.clear, session, succeeds=succeeds)
        invoice = next(
            one for one in self.books.lists["invoice"]
            if self.books._payments(one)[0]["payment"]["payment_intent"] == charge["payment_intent"]
        )  # fmt: skip
        return self._step("clear invoice", self.books.clear_invoice, invoice, succeeds=succeeds)

    def s_settle(self):
        """Money reaches the balance after its charge."""
        if charge := self._any("charge", lambda one: one["status"] == "succeeded" and not one["balance_transaction"]):
            return self._step("settle", self.books.settle, charge)

    def s_month(self):
        """A month is over: paid, failed, on its way, or at its end."""
        subscription = self._any("subscription", lambda one: one["status"] in ("active", "past_due"))
        if subscription is None:
            return None
        if subscription["cancel_at_period_end"] or self.chance.random() < 0.3:
            return self._step("end", self.books.end, subscription)
        if self.chance.random() < 0.2:
            return self._step("stop at end", self.books.stop_at_end, subscription)
        said = self.chance.choice(({}, {"fails": True}, {"late": True}, {"method": "sepa_debit"}))
        return self._step("renew", self.books.renew, subscription, **said)

    def s_retry(self):
        """A failed month is tried again."""
        if invoice := self._any("invoice", lambda one: one["status"] == "open" and one["next_payment_attempt"]):
            return self._step("retry", self.books.retry, invoice, succeeds=self.chance.random() < 0.6)

    def s_refund(self):
        """Money goes back, all or a part."""
        if charge := self._any("charge", self._may_go_back):
            unit = 100 if charge["currency"] == "isk" else 10
            left = (charge["amount"] - charge["amount_refunded"]) // unit
            amount = None if left < 2 or self.chance.random() < 0.5 else self.chance.randrange(1, left) * unit
            return self._step("refund", self.books.refund, charge, amount=amount, pending=self.chance.random() < 0.2)

    def _may_go_back(self, charge: dict) -> bool:
        return bool(charge["balance_transaction"] and charge["amount_refunded"] < charge["amount"]
                    and not charge["disputed"])  # fmt: skip

    def s_refund_ends(self):
        """A pending refund moves; one that had gone comes back."""
        if refund := self._any("refund", lambda one: one["status"] in ("pending", "succeeded")):
            verb = self.books.fail_refund
            if refund["status"] == "pending" and self.chance.random() < 0.7:
                verb = self.books.move_refund
            return self._step(verb.__name__, verb, refund)

    def s_dispute(self):
        """A bank takes the money back, or only asks."""
        if charge := self._any("charge", self._may_go_back):
            return self._step("dispute", self.books.dispute, charge, inquiry=self.chance.random() < 0.3)

    def s_close(self):
        """A dispute ends."""
        if dispute := self._any("dispute", lambda one: "needs_response" in one["status"]):
            won, back = self.chance.random() < 0.5, self.chance.random() < 0.5
            return self._step("close", self.books.close, dispute, won=won, fee_back=back)

    def s_account(self):
        """Payouts, fees of the account, and money that is no gift of ours."""
        currency = self.books.own[0]
        choices = [
            lambda: self.books.pay_out(self.chance.randrange(100, 2000), currency),
            lambda: self.books.bill(self.chance.randrange(1, 300), currency),
            lambda: self.books.stray(self.chance.randrange(100, 900) * 100, self.chance.choice(("eur", "isk", "jpy"))),
        ]
        if payout := self._any("payout", lambda one: one["status"] == "in_transit"):
            choices.append(lambda: self.books.arrive(payout, succeeds=self.chance.random() < 0.5))
        chosen = self.chance.choice(choices)

        def act():
            self.steps.append(f"account: {(chosen() or {}).get('id')}")

        return act if self.chance.random() < 0.3 else None


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
