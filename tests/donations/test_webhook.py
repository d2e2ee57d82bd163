"""What Stripe tells is proved over its raw body, written down once, and does no harm however often it comes."""

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe
from sqlalchemy import func, select, text

from app import create_app
from app.donations import intake, operations, signatures
from app.donations.books import Entry, Event
from app.donations.models import Gift, Payment
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from tests.conftest import environment
from tests.donations.support import World, entries, switch_on
from tests.fake_stripe import signed
from tests.fake_stripe.hooks import SECRET, body_of
from tests.support import run_jobs

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "some.thing_new",
    "created": 1_764_340_000,
    "livemode": False,
    "data": {"object": {"id": "thing_1", "object": "thing", "rate": 1.1}},
}


@pytest.fixture
def site(app, monkeypatch):
    """The app with test keys; nobody is called."""
    switch_on(app, monkeypatch)
    return app


def post(app, body: bytes, header: str | None) -> int:
    headers = {"Stripe-Signature": header} if header is not None else {}
    return app.test_client().post("/hooks/stripe", data=body, headers=headers).status_code


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Event))


def test_without_keys_there_is_no_webhook(app):
    body = body_of(EVENT)
    assert post(app, body, signed(body, int(time.time()), SECRET)) == 404


def test_only_what_is_signed_over_the_raw_body_and_lately_is_taken(site):
    body, now = body_of(EVENT), int(time.time())
    compact = json.dumps(EVENT).encode()
    refused = {
        "no signature": (body, None),
        "another body": (compact, signed(body, now, SECRET)),
        "a space more": (body + b" ", signed(body, now, SECRET)),
        "another secret": (body, signed(body, now, "whsec_other")),
        "a replay older than five minutes": (body, signed(body, now - 301, SECRET)),
        "from the future": (body, signed(body, now + 400, SECRET)),
        "another moment": (body, signed(body, now - 1, SECRET).replace(f"t={now - 1}", f"t={now}")),
        "no moment": (body, signed(body, now, SECRET).split(",", 1)[1]),
        "two moments": (body, f"t={now - 9999}," + signed(body, now, SECRET)),
        "another scheme": (body, signed(body, now, SECRET).replace("v1=", "v2=")),
        "nonsense": (body, "t=,v1=,=,é"),
        "no JSON": (b"\xff\x00", signed(b"\xff\x00", now, SECRET)),
        "no event": (b"[]", signed(b"[]", now, SECRET)),
        "an event of nothing": (b'{"id": "evt_2"}', signed(b'{"id": "evt_2"}', now, SECRET)),
    }
    for why, (sent, header) in refused.items():
        assert post(site, sent, header) == 400, why
    assert stored() == 0
    assert post(site, body, signed(body, now - 299, SECRET)) == 200
    assert post(site, compact, signed(compact, now, SECRET)) == 200
    assert stored() == 1


def test_a_secret_is_rolled_while_both_are_held(site, monkeypatch):
    monkeypatch.setitem(site.config, "STRIPE_WEBHOOK_SECRET", ("whsec_new", SECRET))
    now = int(time.time())
    for number, secrets in enumerate((("whsec_new",), (SECRET,), ("whsec_gone", SECRET))):
        body = body_of({**EVENT, "id": f"evt_{number}"})
        assert post(site, body, signed(body, now, *secrets)) == 200
    assert stored() == 3


def test_ours_and_the_librarys_idea_of_a_signature_are_the_same():
    now, body = int(time.time()), '{"id": "é"}'
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET, now)
    assert signatures.genuine(body.encode(), header, [SECRET], now)
    assert stripe.WebhookSignature.verify_header(body, signed(body.encode(), now, SECRET), SECRET, 300)


def test_an_event_of_a_kind_nobody_knows_is_stored_sealed_and_left(site):
    body = body_of(EVENT)
    assert post(site, body, signed(body, int(time.time()), SECRET)) == 200
    event = db.session.scalar(select(Event))
    assert (event.type, event.about) == ("some.thing_new", "thing_1") and event.taken_at
    # Numbers stay as they were written.
    assert '"rate": "1.1"' in event.payload
    raw = db.session.scalar(text("SELECT payload FROM donations_event"))
    assert b"thing_1" not in bytes(raw)
    assert run_jobs(site) == []


def test_what_is_of_another_livemode_is_stored_and_changes_nothing(world):
    gift = world.begin()
    world.books.livemode = True
    try:
        world.books.pay(gift.session)
    finally:
        world.books.livemode = False
    for event in world.courier.waiting:
        event["livemode"] = True
    world.tell()
    db.session.refresh(gift)
    assert gift.state == "open" and gift.donor_email is None and not entries()
    assert stored() > 2


def test_the_webhook_asks_stripe_nothing_and_moves_the_gift_at_once(world):
    gift = world.begin()
    before = len(world.api.calls)
    world.books.pay(gift.session, email="Ama@Example.org", name="Ama Mensah (fictional)")
    world.courier.deliver_all()
    assert len(world.api.calls) == before
    db.session.refresh(gift)
    assert gift.state == "given" and gift.given_at and gift.checkout_url is None
    assert gift.donor_email == "Ama@example.org" and gift.donor_digest and gift.donor_name.startswith("Ama")
    assert not entries()
    run_jobs(world.app)
    world.agrees()


def test_a_delayed_method_is_processing_until_its_money_comes(world):
    for succeeds, end in ((True, "given"), (False, "failed")):
        gift = world.begin()
        world.books.pay(gift.session, method="sepa_debit")
        world.tell()
        db.session.refresh(gift)
        assert gift.state == "processing"
        world.books.clear(gift.session, succeeds)
        world.tell()
        db.session.refresh(gift)
        assert gift.state == end
    world.agrees()
    assert db.session.scalar(select(func.count()).where(Payment.paid_at.is_not(None))) == 1


@pytest.mark.parametrize("seed", range(4))
def test_no_order_and_no_doubling_changes_where_gifts_and_books_end(world, seed):
    chance = random.Random(seed)
    once, monthly, late, lost = (
        world.begin(),
        world.begin(1000, "USD", "monthly"),
        world.begin(500, "JPY"),
        world.begin(5000, "KWD"),
    )
    charge = world.books.pay(once.session)
    world.books.pay(monthly.session)
    world.books.pay(late.session, method="sepa_debit")
    world.books.clear(late.session)
    world.books.expire(lost.session)
    world.books.renew(monthly_id := world.books.one(monthly.session)["subscription"])
    world.books.refund(charge, 1000)
    world.books.end(monthly_id)
    for _ in range(5):
        world.courier.double(chance.randrange(len(world.courier.waiting)))
    world.courier.mix(chance)
    for _ in range(len(world.courier.waiting)):
        world.courier.deliver(0)
        if chance.random() < 0.3:
            run_jobs(world.app)
    world.tell()
    db.session.expire_all()
    assert [gift.state for gift in (once, monthly, late, lost)] == ["given", "given", "given", "expired"]
    assert monthly.monthly_state == "cancelled" and monthly.ended_at
    world.agrees()
    assert db.session.scalar(select(Payment.refunded).where(Payment.gift_id == once.id)) == 1000
    number = len(entries())
    for event in list(world.courier.taken):
        assert world.courier.post(event) == 200
    run_jobs(world.app)
    assert len(entries()) == number


def test_a_session_that_nobody_was_shown_ends_no_gift(world):
    gift = world.begin()
    other = json.loads(json.dumps(world.books.one(gift.session))) | {"id": "cs_test_other"}
    event = {**EVENT, "id": "evt_other", "type": "checkout.session.expired", "data": {"object": other}}
    assert world.courier.post(event) == 200
    db.session.refresh(gift)
    assert gift.state == "open"


def test_two_workers_at_once_take_an_event_once(make_database, tmp_path, monkeypatch):
    app = create_app(environment(make_database(), tmp_path))
    with app.app_context():
        world = World(app, monkeypatch)
        gift = world.begin()
        gift_id, session = gift.id, gift.session
        db.session.remove()
    world.books.pay(session)
    events, start = list(world.courier.waiting), threading.Barrier(4)

    def tell(number: int) -> list[int]:
        start.wait()
        return [world.courier.post(event) for event in (events if number % 2 else reversed(events))]

    def work(_) -> None:
        with app.app_context():
            start.wait()
            for event_id in list(db.session.scalars(select(Event.id))):
                app.extensions["jobs"].tasks["donations:book"].func(event_id=event_id)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        answers = [status for told in pool.map(tell, range(4)) for status in told]
        assert set(answers) == {200} and len(answers) == 4 * len(events)
        list(pool.map(work, range(4)))
    with app.app_context():
        assert stored() == len({event["id"] for event in events})
        assert db.session.get(Gift, gift_id).state == "given"
        world.agrees()
        assert db.session.scalar(select(func.count()).select_from(Payment)) == 1
        jobs = db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'donations:book'"))
        assert jobs == len([e for e in events if e["type"] in intake.BOOKED])
        assert db.session.scalar(select(func.count()).where(Entry.kind == "gift")) == 1
        db.session.remove()
        db.engine.dispose()


def test_a_held_gift_is_moved_by_nothing_that_is_not_its_own(world):
    gift, _ = operations.begin(
        campaign="un75", given=Money(100, "EUR"), interval="once", language="en", now=clock.now(), held=True
    )
    db.session.commit()
    assert gift.state == "held" and not operations.may_try(gift, clock.now())
