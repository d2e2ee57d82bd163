"""What tests of donations do again and again: switch gifts on, give, bring events, run the jobs."""

import time

from sqlalchemy import select

from app.donations import gateway, operations
from app.donations.books import Entry
from app.donations.models import Gift
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from tests.fake_stripe import Api, Books, Client, Courier
from tests.fake_stripe.hooks import SECRET
from tests.support import run_jobs

KEY = "sk_test_of_the_tests"


def switch_on(app, monkeypatch, http=None, key: str = KEY) -> None:
    """Give an app keys, and the library an HTTP client."""
    for name, value in {
        "DONATIONS": "live" if "_live_" in key else "test",
        "STRIPE_SECRET_KEY": key,
        "STRIPE_WEBHOOK_SECRET": (SECRET,),
        "STRIPE_API_BASE": None,
    }.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setitem(app.extensions, "stripe_http", http)


class World:
    """The fake Stripe (`books`), its HTTP client with faults (`http`), its webhooks (`courier`), and our side."""

    def __init__(self, app, monkeypatch):
        self.app = app
        self.books = Books(start=time.time)
        self.api = Api(self.books)
        self.http = Client(self.api)
        self.courier = Courier(self.books, self.send)
        switch_on(app, monkeypatch, self.http)

    def send(self, body: bytes, signature: str) -> int:
        """Post to the webhook; the status of the answer."""
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return self.app.test_client().post("/hooks/stripe", data=body, headers=headers).status_code

    def begin(self, minor=2500, currency="EUR", interval="once", **more) -> Gift:
        """A gift whose session is open."""
        values = {"campaign": "un75", "language": "fr", "now": clock.now(), **more}
        gift, token = operations.begin(given=Money(minor, currency), interval=interval, **values)
        db.session.commit()
        back = f"http://plenary.test/fr/un75/give/{token}"
        session, url = gateway.open_checkout(gift, back, "A gift (fictional)")
        operations.opened(gift, session, url, clock.now())
        db.session.commit()
        return gift

    def tell(self) -> None:
        """Bring every event, and let the jobs run."""
        self.courier.deliver_all()
        assert not self.courier.waiting
        run_jobs(self.app)

    def agrees(self) -> None:
        """The ledger holds what the fake's books hold, to the cent."""
        ours = db.session.execute(select(Entry).where(Entry.source == "stripe")).scalars().all()
        net: dict[str, int] = {}
        for entry in ours:
            net[entry.source_id] = net.get(entry.source_id, 0) + entry.settled_minor
        theirs = {each["id"]: each["net"] for each in self.books.lists["balance_transaction"]}
        assert net == theirs


def entries(kind: str | None = None) -> list[Entry]:
    """The ledger's lines, in order."""
    wanted = select(Entry).order_by(Entry.id)
    return list(db.session.scalars(wanted.where(Entry.kind == kind) if kind else wanted))
