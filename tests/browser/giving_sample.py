"""Gifts in several states, so that their pages have something to show. Every donor is fictional; nobody is asked."""

import uuid
from datetime import timedelta

from app.donations import portal
from app.donations.models import Fund, Gift, Payment
from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import new_token
from app.people.operations import email_digests

ADDRESS = "fictional-donor@example.org"
# So long ago that no page goes on by itself while somebody looks at it.
AGO = timedelta(hours=2)


def gift(state: str, **values) -> tuple[Gift, str]:
    """A gift in a state, and the token of its page."""
    token, digest = new_token()
    at = clock.now() - AGO
    said = {"minor": 2500, "currency": "EUR", "interval": "once", "language": "en", "livemode": False, **values}
    row = Gift(
        key=uuid.uuid4(), token_digest=digest, campaign="un75", state=state, created_at=at, changed_at=at, **said
    )
    db.session.add(row)
    db.session.flush()
    return row, token


def paid(row: Gift) -> None:
    """What was paid of a gift."""
    at = clock.now() - AGO
    money = {"minor": row.minor, "currency": row.currency, "livemode": False}
    db.session.add(Payment(gift_id=row.id, charge=f"ch_{row.id}", paid_at=at, created_at=at, **money))


def fill() -> dict[str, list[str]]:
    """Some of everything; the tokens of pages, by endpoint."""
    now = clock.now()
    db.session.merge(Fund(campaign="un75", open=True, goal=5_000_000, currency="EUR", changed_at=now))
    monthly = {"interval": "monthly", "monthly_state": "past_due", "customer": "cus_f", "subscription": "sub_f"}
    given, token = gift(
        "given",
        given_at=now,
        shown_name="Fictional Donor",
        donor_email=ADDRESS,
        donor_digest=email_digests(ADDRESS)[0],
        **monthly,
    )
    paid(given)
    url = "https://checkout.stripe.example/c/pay/cs_test_fictional"
    others = {state: gift(state)[1] for state in ("processing", "failed", "expired")}
    waiting = gift("open", checkout_url=url)[1]
    _, link = portal.new_link(given.id, now)
    return {"giving.gift": [token, waiting, *others.values()], "giving.pay": [waiting], "giving.mine": [link]}
