"""The ledger says what Stripe's balance says, line by line."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.donations import asking, booking, gateway, lines, operations, queries
from app.donations.books import Entry, Total
from app.donations.models import Fund, Payment
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from app.people.operations import email_digests
from tests.donations.support import entries
from tests.support import run_jobs


def line(entry: Entry) -> tuple:
    return entry.kind, entry.minor, entry.currency, entry.settled_minor, entry.settled_currency


def test_a_gift_its_fee_a_refund_and_a_payout_are_lines_with_amount_settlement_and_rate(world):
    world.begin_usd = world.begin(2500, "USD")
    charge = world.books.pay(world.begin_usd.session)
    world.tell()
    gift, fee = entries()
    theirs = world.books.one(charge["balance_transaction"])
    assert line(gift) == ("gift", 2500, "USD", theirs["amount"], "EUR")
    assert gift.rate == Decimal(str(theirs["exchange_rate"])) and gift.source_id == theirs["id"]
    assert line(fee) == ("fee", -theirs["fee"], "EUR", -theirs["fee"], "EUR") and fee.campaign == "un75"
    world.books.refund(charge, 1000)
    world.books.pay_out(500, "eur")
    world.books.bill(99, "eur")
    world.tell()
    refund, payout = entries()[2:]
    assert (refund.kind, refund.minor, refund.currency, refund.campaign) == ("refund", -1000, "USD", "un75")
    assert line(payout) == ("payout", -500, "EUR", -500, "EUR") and payout.campaign is None
    # What no event tells of, the reconciliation brings this way.
    new = booking.book_transactions(gateway.balance_transactions(None), clock.now())
    db.session.commit()
    assert len(new) == 1 and line(entries()[-1]) == ("fee", -99, "EUR", -99, "EUR")
    assert booking.book_transactions(gateway.balance_transactions(None), clock.now()) == []
    world.agrees()
    held = {"EUR": db.session.scalar(select(text("sum(settled_minor)")).select_from(Entry))}
    assert gateway.balance() == held


@pytest.mark.parametrize(
    ("minor", "currency"), [(500, "JPY"), (5120, "KWD"), (1500, "ISK"), (35000, "UGX"), (2501, "EUR"), (70000, "KRW")]
)
def test_every_kind_of_currency_is_charged_and_booked_as_it_was_given(world, minor, currency):
    world.books.pay(world.begin(minor, currency).session)
    world.tell()
    assert line(entries("gift")[0])[1:3] == (minor, currency)
    world.agrees()


def test_disputes_refunds_that_fail_and_payouts_that_come_back(world):
    charge, second = (world.books.pay(world.begin().session) for _ in range(2))
    world.tell()
    one, two = db.session.scalars(select(Payment).order_by(Payment.id))
    dispute = world.books.dispute(charge)
    refund = world.books.refund(second)
    payout = world.books.pay_out(300, "eur")
    world.tell()
    db.session.expire_all()
    assert (one.disputed, one.dispute, one.refunded, two.refunded) == (2500, "open", 0, 2500)
    world.books.close(dispute, won=True)
    world.books.fail_refund(refund)
    world.books.arrive(payout, succeeds=False)
    world.tell()
    db.session.expire_all()
    assert (one.disputed, one.dispute, two.refunded) == (0, "won", 0)
    world.agrees()
    assert queries.arrived("un75") == [Money(5000, "EUR")]
    lost = world.books.dispute(second, 1500)
    world.books.close(lost, won=False)
    world.tell()
    db.session.expire_all()
    assert (two.disputed, two.dispute) == (1500, "lost")
    assert queries.arrived("un75") == [Money(3500, "EUR")]
    world.agrees()


def test_a_charge_that_is_disputed_again_says_how_the_later_dispute_stands(world):
    charge = world.books.pay(world.begin().session)
    first = world.books.dispute(charge, 500)
    world.books.close(first, won=True)
    world.tell()
    payment = db.session.scalar(select(Payment))
    assert (payment.dispute, payment.disputed) == ("won", 0)
    world.books.advance(60)
    second = world.books.dispute(charge, 700)
    world.tell()
    db.session.expire_all()
    assert (payment.dispute, payment.disputed) == ("open", 700)
    booking.write(asking.Found(disputes={first["id"]: dict(first)}), clock.now())
    db.session.expire_all()
    assert payment.dispute == "open", "an answer about the earlier one ends nothing"
    world.books.close(second, won=False)
    world.tell()
    db.session.expire_all()
    assert (payment.dispute, payment.disputed) == ("lost", 700)
    world.agrees()


def test_a_monthly_gift_has_many_payments_and_its_state_is_stripes(world):
    gift = world.begin(1000, "EUR", "monthly")
    world.books.pay(gift.session)
    world.tell()
    db.session.refresh(gift)
    assert (gift.monthly_state, gift.state) == ("active", "given") and gift.customer and gift.subscription
    subscription = gift.subscription
    world.books.renew(subscription)
    world.tell()
    world.books.renew(subscription, fails=True)
    world.tell()
    db.session.refresh(gift)
    assert gift.monthly_state == "past_due"
    world.books.renew(subscription)
    world.books.stop_at_end(subscription, True)
    world.tell()
    db.session.refresh(gift)
    assert gift.monthly_state == "ending"
    paid = db.session.scalars(select(Payment).where(Payment.gift_id == gift.id)).all()
    assert len(paid) == 3 and {entry.campaign for entry in entries()} == {"un75"}
    gateway.cancel(subscription)
    assert gateway.cancel(subscription)["status"] == "canceled"
    world.tell()
    db.session.refresh(gift)
    assert gift.monthly_state == "cancelled" and gift.ended_at
    world.agrees()


@pytest.mark.parametrize("interval", ["once", "monthly"])
def test_a_charge_finds_its_gift_without_what_we_told_stripe_with_it(world, interval):
    """Its metadata may be lost: the PaymentIntent, the customer or the session say whose it is."""
    gift = world.begin(interval=interval)
    session = world.books.one(gift.session)
    charge = world.books.pay(session)
    for thing in world.books.objects.values():
        if thing["object"] in ("charge", "payment_intent", "subscription"):
            thing["metadata"] = {}
    booking.book_transactions(gateway.balance_transactions(None), clock.now())
    db.session.commit()
    payment = db.session.scalar(select(Payment).where(Payment.charge == charge["id"]))
    db.session.refresh(gift)
    assert payment.gift_id == gift.id and gift.state == "given" and {e.campaign for e in entries()} == {"un75"}
    assert gift.donor_email == "ama@example.org" and gift.donor_digest == email_digests("ama@example.org")[0]


def test_money_of_no_gift_is_booked_with_none(world):
    world.books.stray(700, "usd")
    world.tell()
    (payment,) = db.session.scalars(select(Payment))
    assert payment.gift_id is None and payment.paid_at
    assert entries("gift")[0].campaign is None and queries.arrived("un75") == []
    world.agrees()


def test_who_follows_hears_of_each_payment_once(world, monkeypatch):
    heard = []
    monkeypatch.setattr(booking, "_followers", [lambda ids, now: heard.extend(ids)])
    gift = world.begin(interval="monthly")
    world.books.pay(gift.session)
    world.books.stray(100, "eur")
    world.tell()
    world.books.renew(world.books.one(gift.session)["subscription"])
    world.tell()
    assert heard == sorted(set(heard)) and len(heard) == 2


def test_a_job_that_finds_stripe_away_leaves_nothing_half_done(world):
    gift = world.begin()
    world.books.pay(gift.session)
    world.courier.deliver_all()
    world.http.fault("server_error", times=2)
    with pytest.raises(gateway.Away):
        run_jobs(world.app)
    db.session.rollback()
    assert not entries() and not db.session.scalars(select(Payment)).all()


def test_the_ledger_is_only_added_to_and_its_sums_follow(world):
    now = clock.now()
    enter = {"campaign": "un75", "happened_at": now, "note": "a bank transfer", "staff_id": 1, "now": now}
    import uuid

    key = uuid.uuid4()
    assert operations.enter(kind="transfer", key=key, given=Money(10000, "CHF"), **enter)
    assert not operations.enter(kind="transfer", key=key, given=Money(10000, "CHF"), **enter)
    assert operations.enter(kind="grant", key=uuid.uuid4(), given=Money(1_000_000, "JPY"), **enter)
    wrong = entries("grant")[0]
    assert operations.reverse(wrong.id, "typed wrongly", 1, now) and not operations.reverse(wrong.id, "again", 1, now)
    db.session.commit()
    with pytest.raises(ValueError):
        operations.reverse(entries("grant")[1].id, "no", 1, now)
    assert queries.arrived("un75") == [Money(10000, "CHF")]
    sums = {(total.kind, total.currency): (total.minor, total.number) for total in db.session.scalars(select(Total))}
    assert sums == {("transfer", "CHF"): (10000, 1), ("grant", "JPY"): (0, 2)}
    for statement in (
        "UPDATE donations_entry SET minor = 1",
        "DELETE FROM donations_entry",
        "TRUNCATE donations_entry CASCADE",
    ):
        with pytest.raises(DBAPIError, match="only added to"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_the_goal_counts_what_arrived_and_not_what_is_on_its_way(world):
    db.session.add(Fund(campaign="un75", open=True, goal=100_000, currency="EUR", changed_at=clock.now()))
    db.session.commit()
    world.begin()
    assert queries.bar("un75").arrived == Money(0, "EUR")
    charge = world.books.pay(world.begin().session)
    world.tell()
    assert queries.bar("un75").arrived == Money(2500, "EUR")
    # Some methods are in the balance before anybody knows whether they come.
    db.session.execute(text("UPDATE donations_payment SET paid_at = NULL"))
    assert queries.arrived("un75") == [Money(0, "EUR")] or queries.arrived("un75") == []
    db.session.rollback()
    world.books.refund(charge, 500)
    world.tell()
    assert queries.bar("un75").arrived == Money(2000, "EUR") and queries.takes_gifts("un75")


def test_what_a_payment_says_of_refunds_is_what_the_ledger_says():
    txn = {"id": "txn_1", "type": "adjustment", "reporting_category": "other_adjustment", "amount": 7, "fee": 0}
    assert lines.kind_of(txn) == "adjustment"
    assert lines.kind_of({**txn, "reporting_category": "dispute_reversal"}) == "dispute"
    assert lines.kind_of({**txn, "source": {"object": "dispute"}}) == "dispute"
    for type_, kind in {
        "charge": "gift",
        "payment": "gift",
        "payment_refund": "refund",
        "refund_failure": "refund",
        "payment_failure_refund": "refund",
        "payout_failure": "payout",
        "stripe_fee": "fee",
        "topup": "adjustment",
        "something_new": "adjustment",
    }.items():
        assert lines.kind_of({**txn, "type": type_}) == kind
