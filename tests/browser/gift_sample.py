"""Gifts in several states, their payments and the ledger, so that the treasurer's pages have something to show. Every
name is fictional, and no money ever moved."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.donations import operations
from app.donations.books import Entry, Reconciliation
from app.donations.models import Fund, Gift, Offer, Payment, Refund
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from app.people import operations as people


def gift(minor: int = 2500, currency: str = "EUR", *, livemode: bool = True, **more) -> Gift:
    """A gift that was given once by somebody fictional; `more` says what is otherwise."""
    now = clock.now()
    address = more.pop("donor_email", f"{secrets.token_hex(4)}@donor.example.org")
    values = {
        "key": uuid.uuid4(),
        "token_digest": secrets.token_bytes(32),
        "campaign": "un75",
        "interval": "once",
        "language": "fr",
        "state": "given",
        "donor_name": "Fictional Donor",
        "created_at": now,
        "changed_at": now,
        "given_at": now if more.get("state", "given") == "given" else None,
        **more,
    }
    if address:
        values |= {"donor_email": address, "donor_digest": people.email_digests(address)[0]}
    found = Gift(minor=minor, currency=currency, livemode=livemode, **values)
    db.session.add(found)
    db.session.flush()
    return found


def entry(kind: str, minor: int, currency: str, settled: tuple[int, str] | None = None, **more) -> Entry:
    """A line of the ledger, as Stripe's books would give it."""
    now = clock.now()
    there = settled or (minor, currency)
    values = {"source_id": f"txn_{secrets.token_hex(8)}", "livemode": True, "happened_at": now, "booked_at": now} | more
    found = Entry(
        kind=kind,
        source="stripe",
        minor=minor,
        currency=currency,
        settled_minor=there[0],
        settled_currency=there[1],
        **values,
    )
    db.session.add(found)
    db.session.flush()
    return found


def payment(of: Gift | None, minor: int, currency: str, *, fee: int = 60, **more) -> Payment:
    """A payment of a gift, or (None) of none, that arrived, with its two lines in the ledger."""
    now = clock.now()
    livemode = of.livemode if of else more.pop("livemode", True)
    values = {"paid_at": now, "created_at": now} | more
    found = Payment(
        gift_id=of and of.id,
        charge=f"ch_{secrets.token_hex(8)}",
        minor=minor,
        currency=currency,
        livemode=livemode,
        **values,
    )
    db.session.add(found)
    db.session.flush()
    said = {"campaign": of and of.campaign, "payment_id": found.id, "about": found.charge, "livemode": livemode}
    entry("gift", minor, currency, **said)
    entry("fee", -fee, currency, **said)
    return found


def fill(staff_id: int, livemode: bool = True) -> dict[str, object]:
    """One of everything; ids as the desk's addresses name them."""
    now = clock.now()
    mode = {"livemode": livemode}
    gift(**mode, state="begun", donor_email=None, donor_name=None)
    gift(500_000, "JPY", **mode, state="processing", donor_name="王芳")
    gift(1500, "KWD", **mode, state="expired", donor_email=None, donor_name=None)
    monthly = gift(
        1000,
        "CHF",
        **mode,
        interval="monthly",
        monthly_state="active",
        subscription="sub_fictional",
        shown_name="Ama F.",
    )
    for number in range(3):
        there = {"paid_at": now - timedelta(days=30 * number), "receipt_year": 2026, "receipt_number": 41 - number}
        payment(monthly, 1000, "CHF", **there, receipt_sent_at=now)
    goes_on = {"interval": "monthly", "monthly_state": "past_due", "subscription": "sub_fictional_2"}
    ama = gift(**mode, **goes_on, donor_email="ama@donor.example.org", donor_name="Ama Fictive")
    paid = payment(ama, 2500, "EUR", refunded=500, receipt_year=2026, receipt_number=42)
    entry("refund", -500, "EUR", campaign="un75", payment_id=paid.id, about="re_fictional", **mode)
    asked = {"payment_id": paid.id, "staff_id": staff_id, "reason": "Asked for by letter", "asked_at": now}
    db.session.add(Refund(key=uuid.uuid4(), minor=500, state="taken", refund="re_fictional", **asked))
    db.session.add(Refund(key=uuid.uuid4(), minor=9, state="refused", refused="charge_disputed", **asked))
    old = asked | {"asked_at": now - timedelta(hours=3)}
    waiting = Refund(key=uuid.uuid4(), minor=100, state="asked", **old)
    db.session.add(waiting)
    disputed = gift(8000, "USD", **mode)
    charged = payment(disputed, 8000, "USD", dispute="open", disputed=8000)
    entry(
        "dispute", -8000, "USD", (-7400, "EUR"), rate=Decimal("0.925"), payment_id=charged.id, campaign="un75", **mode
    )
    stray = payment(None, 700, "EUR", **mode)
    entry("payout", -1200, "EUR", **mode)
    entered = datetime(2026, 3, 4, tzinfo=UTC)
    for kind, given in (("grant", Money(500_000, "CHF")), ("transfer", Money(12_345, "EUR"))):
        said = {"note": "Fictional bank statement 7", "staff_id": staff_id, "now": now, "campaign": "un75"}
        operations.enter(kind=kind, key=uuid.uuid4(), given=given, happened_at=entered, **said)
    number = db.session.query(Entry.id).filter(Entry.kind == "transfer").scalar()
    db.session.merge(Fund(campaign="un75", open=True, goal=1_000_000, currency="EUR", changed_at=now))
    db.session.add(
        Offer(campaign="un75", currency="EUR", interval="once", amounts=[700, 2000], minimum=500, changed_at=now)
    )
    compared(livemode, now)
    db.session.flush()
    return {
        "gift_id": ama.id,
        "payment_id": paid.id,
        "refund_id": waiting.id,
        "stray_id": stray.id,
        "entry_id": number,
        "currency": "EUR",
        "interval": "once",
    }


def compared(livemode: bool, now: datetime) -> None:
    """Two comparisons with Stripe's books: one that agreed, and a later one that did not."""
    balances = {"EUR": {"here": 12_300, "there": 12_350}, "JPY": {"here": 500, "there": 500}}
    line = {"word": "gift", "minor": 50, "currency": "EUR", "settled_minor": 50, "settled_currency": "EUR"}
    sums = [dict.fromkeys(line) | {"word": "balance", "minor": n, "currency": "EUR"} for n in (12_300, 12_350)]
    difference = {"what": "missing", "id": "txn_fictional", "here": [], "there": [line], "repaired": True}
    other = {"what": "balance", "id": "EUR", "here": sums[:1], "there": sums[1:], "repaired": False}
    for agreed, number, found in ((True, 0, []), (False, 2, [difference, other])):
        db.session.add(
            Reconciliation(
                livemode=livemode,
                since=now - timedelta(days=2),
                until=now,
                agreed=agreed,
                number=number,
                differences=found,
                balances=balances,
                ended_at=now,
            )
        )
        db.session.flush()
