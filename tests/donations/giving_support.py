"""What tests of the pages of gifts do again and again: open a campaign for gifts, give as a stranger would."""

import re
import uuid
from datetime import datetime

from sqlalchemy import select

from app.donations import gateway
from app.donations.books import Entry
from app.donations.models import Fund, Gift
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import new_token

GIVE = "/{lang}/un75/give"
CHECKOUT = "https://checkout.stripe.example/c/pay/cs_test_{}"
SOMEWHERE = "203.0.113.7"


class Stripe:
    """Stands for the gateway: what it was asked for, and what it answers."""

    def __init__(self, monkeypatch):
        self.asked: list[tuple[str, str, int, str, str]] = []
        self.portals: list[tuple[str, str]] = []
        self.fails: Exception | None = None
        monkeypatch.setattr(gateway, "open_checkout", self._open)
        monkeypatch.setattr(gateway, "portal_url", self._portal)

    def _open(self, gift, back, purpose):
        committed = db.session.scalar(select(Gift.state).where(Gift.key == gift.key))
        self.asked.append((str(gift.key), committed, gift.minor, gift.currency, back))
        if self.fails:
            raise self.fails
        return f"cs_test_{gift.key}", CHECKOUT.format(gift.key)

    def _portal(self, customer, back, language):
        self.portals.append((customer, back))
        if self.fails:
            raise self.fails
        return f"https://billing.stripe.example/p/{customer}"


def open_fund(goal: Money | None = None) -> None:
    """Have the campaign take gifts."""
    now = clock.now()
    row = Fund(campaign="un75", open=True, goal=goal and goal.minor, currency=goal and goal.currency, changed_at=now)
    db.session.merge(row)
    db.session.commit()


def give(client, lang: str = "en", place: str = SOMEWHERE, **changes):
    """Send the form as a stranger; the answer."""
    values = {"currency": "EUR", "interval": "once", "amount": "2500", "own": "", "name": "", **changes}
    return client.post(GIVE.format(lang=lang), data=values, environ_overrides={"REMOTE_ADDR": place})


def gifts() -> list[Gift]:
    """Every gift, the oldest first."""
    return list(db.session.scalars(select(Gift).order_by(Gift.id).execution_options(populate_existing=True)))


def made(state: str = "given", *, at: datetime | None = None, **values) -> tuple[Gift, str]:
    """A gift as if it had been begun before, and the token of its page."""
    token, digest = new_token()
    at = at or clock.now()
    said = {"campaign": "un75", "minor": 2500, "currency": "EUR", "interval": "once", "language": "en", **values}
    gift = Gift(
        key=uuid.uuid4(), token_digest=digest, state=state, livemode=False, created_at=at, changed_at=at, **said
    )
    if state == "given":
        gift.given_at = at
    db.session.add(gift)
    db.session.commit()
    return gift, token


def booked(minor: int, kind: str = "gift", settled: Money | None = None, currency: str = "EUR", **values) -> None:
    """A line of the ledger."""
    now = clock.now()
    settled = settled or Money(minor, currency)
    entry = Entry(
        kind=kind,
        source="stripe",
        source_id=f"txn_{uuid.uuid4().hex}",
        livemode=False,
        minor=minor,
        currency=currency,
        settled_minor=settled.minor,
        settled_currency=settled.currency,
        campaign="un75",
        happened_at=now,
        booked_at=now,
        **values,
    )
    db.session.add(entry)
    db.session.commit()


def words(answer) -> str:
    """The text of a page's main part, without markup, in single spaces."""
    main = answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", "", "<main" + main).replace("\xa0", " ").replace("\u202f", " ").split())
