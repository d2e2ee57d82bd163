"""`flask donations reconcile`: what was missed is taken in, and every difference is named."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, insert, select, text

from app import create_app
from app.donations import booking, differences, gateway, reconciling, rules
from app.donations.books import Entry, Event, Reconciliation
from app.kernel import clock
from app.kernel.db import db
from tests.conftest import environment
from tests.donations.schedule import note_arrivals
from tests.donations.support import KEY, World, entries
from tests.fake_stripe.hooks import SECRET
from tests.support import run_jobs, run_task


@pytest.fixture
def run(app):
    """Run the command: its exit code and what it said."""

    def invoke(*args: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["donations", "reconcile", *args])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return invoke


def line_of(source_id: str, at, minor: int = 100, **changes) -> dict:
    """A line of the ledger that Stripe never told of."""
    values = {
        "kind": "gift", "source": "stripe", "source_id": source_id, "livemode": False, "minor": minor,
        "currency": "EUR", "settled_minor": minor, "settled_currency": "EUR", "happened_at": at, "booked_at": at,
    }  # fmt: skip
    return {**values, **changes}


def test_what_was_lost_is_taken_in_and_the_second_run_finds_nothing(world, run):
    gift = world.begin(2500, "EUR")
    world.books.pay(gift.session)
    world.books.bill(99, "eur")
    world.courier.waiting.clear()
    code, said = run()
    assert code == 1
    assert f"gift {gift.id}: was open, is given now" in said
    assert said.count("missing txn_") == 2 and "gift 25.00 EUR, fee -0.63 EUR; booked now" in said
    assert "EUR: 23.38 here, 23.38 at Stripe (test mode)" in said and "Now both books agree." in said
    db.session.expire_all()
    assert gift.state == "given" and gift.donor_email == "ama@example.org"
    assert run() == (0, "EUR: 23.38 here, 23.38 at Stripe (test mode)\nBoth books agree (2 transactions compared).\n")
    run_jobs(world.app)
    world.agrees()
    assert reconciling.last().agreed


def test_once_both_agreed_only_what_is_new_is_looked_at_and_the_task_does_it_by_itself(world):
    now = clock.now()
    world.books.stray(1000, "eur")
    world.books.advance(40 * 86_400)
    assert not reconciling.reconcile(now + timedelta(days=40))[0].agreed
    world.books.advance(10 * 86_400)
    world.books.stray(700, "eur")
    [first, second] = reconciling.reconcile(now + timedelta(days=50))
    assert (first.transactions, first.number, second.agreed) == (1, 1, True)
    assert first.since == now + timedelta(days=40) - reconciling.OVERLAP
    run_task(world.app, "donations:reconcile")
    assert db.session.scalar(select(func.count()).select_from(Reconciliation)) == 5


def test_events_that_stripe_no_longer_has_are_made_up_for_by_the_transactions(world, run):
    gift = world.begin(2500, "USD")
    world.books.pay(gift.session)
    world.books.advance(31 * 86_400)
    world.courier.waiting.clear()
    assert run()[0] == 1 and run()[0] == 0
    db.session.expire_all()
    assert gift.state == "given" and db.session.scalar(select(func.count()).select_from(Event)) == 0
    world.agrees()


def test_what_differs_or_is_only_ours_is_named_and_stays_for_a_person_to_see_to(world, run):
    charge = world.books.stray(1000, "eur")
    txn = world.books.one(charge["balance_transaction"])
    at = rules.moment(txn["created"])
    fee = line_of(txn["id"], at, -txn["fee"], kind="fee")
    db.session.execute(insert(Entry), [line_of(txn["id"], at, 1001), fee, line_of("txn_nobody", at, 5)])
    db.session.commit()
    for _ in range(2):
        code, said = run()
        assert code == 1 and "3 differences were found. 3 are left." in said
        assert f"differing {txn['id']}: here fee -0.40 EUR, gift 10.01 EUR; at Stripe gift 10.00 EUR, fee" in said
        assert "only here txn_nobody: gift 0.05 EUR" in said
        assert "balance: here balance 9.66 EUR; at Stripe balance 9.60 EUR" in said
    assert not reconciling.last().agreed and len(reconciling.last().differences) == 3


def test_a_line_that_went_missing_before_the_last_agreement_is_found_by_the_sums(world):
    world.books.stray(1000, "eur")
    now = clock.now() + timedelta(days=30)
    assert reconciling.reconcile(now)[-1].agreed
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text("DELETE FROM donations_entry WHERE kind = 'fee'"))
    db.session.execute(text("SET LOCAL session_replication_role = origin"))
    db.session.commit()
    outcomes = reconciling.reconcile(now + timedelta(days=1))
    assert [(each.since is None, each.number, each.unrepaired) for each in outcomes] == [
        (False, 1, 1), (True, 1, 0), (True, 0, 0)
    ]  # fmt: skip
    assert [each.kind for each in entries()] == ["gift", "fee"]


def test_what_moves_while_it_looks_is_no_difference_of_the_sums(world, monkeypatch):
    world.books.stray(1000, "eur")
    reconciling.reconcile(clock.now())
    ask, late = gateway.balance, [700]

    def balance():
        if late:
            world.books.stray(late.pop(), "eur")
        return ask()

    monkeypatch.setattr(gateway, "balance", balance)
    assert [each.agreed for each in reconciling.reconcile(clock.now())] == [True]
    world.agrees()


def test_stripe_away_is_told_by_another_exit_code_and_without_keys_there_is_nothing_to_do(world, run, monkeypatch):
    world.http.fault("unavailable", times=99)
    assert run()[0] == 2
    monkeypatch.setitem(world.app.config, "DONATIONS", "off")
    assert run() == (0, "Donations are off: there are no keys.\n")


def test_a_job_that_was_lost_is_given_again(world):
    world.books.pay(world.begin().session)
    world.courier.deliver_all()
    db.session.execute(text("DELETE FROM procrastinate_jobs"))
    reconciling.reconcile(clock.now() + timedelta(days=2))
    run_jobs(world.app)
    assert db.session.scalars(select(Event.id).where(Event.taken_at.is_(None))).all() == []


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_stripe_lacks_are_found_however_the_pages_are_cut(seed, world):
    chance = random.Random(seed)
    start = rules.moment(1_764_340_000)
    at = {f"txn_{n}": start + timedelta(seconds=chance.randrange(6)) for n in range(20)}
    theirs = {id_ for id_ in at if chance.random() < 0.7}
    db.session.execute(insert(Entry), [line_of(id_, when) for id_, when in at.items()])
    listed = sorted(theirs, key=lambda id_: (at[id_], chance.random()), reverse=True)
    alone, found = differences.Alone(), set()
    size = chance.choice((1, 2, 5))
    for page in (listed[n : n + size] for n in range(0, len(listed), size)):
        found |= alone.beside([{"id": id_, "created": int(at[id_].timestamp())} for id_ in page])
    assert found | alone.rest(None) == at.keys() - theirs


def test_a_page_takes_as_many_statements_however_many_there_are(world):
    counted = []

    def count(*_) -> None:
        counted.append(1)

    def cost(pages: int, times: int) -> list[int]:
        for _ in range(pages):
            # Each page ends in a second of its own: one that ends in the same as the page before it asks once less.
            world.books.advance(1)
            for _ in range(gateway.PAGE):
                world.books.stray(1000, "usd")
        taken = []
        for _ in range(times):
            counted.clear()
            event.listen(db.engine.engine, "before_cursor_execute", count)
            outcome = reconciling._compare(None, now)
            event.remove(db.engine.engine, "before_cursor_execute", count)
            taken.append(len(counted))
            assert outcome.transactions % gateway.PAGE == 0
        return taken

    now = clock.now() + timedelta(days=60)
    world.books.events.clear()
    few = cost(1, 2)
    # Two more that are new, after one that is there; then three that are there.
    more = cost(2, 2)
    each_new, each_old = (more[0] - few[1]) / 2, (more[1] - few[1]) / 2
    assert each_new <= 30 and each_old <= 6
    assert cost(4, 1)[0] - more[1] == 4 * each_new


def test_two_workers_two_couriers_and_a_comparison_at_once_do_no_harm(make_database, tmp_path, monkeypatch):
    keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
    app = create_app({**environment(make_database(), tmp_path), **keys})
    monkeypatch.setattr(booking, "_followers", [note_arrivals])
    with app.app_context():
        world = World(app, monkeypatch)
        gifts = [world.begin(interval=interval).session for interval in ("once", "once", "monthly", "monthly") * 2]
        db.session.remove()
    charges = [world.books.pay(session) for session in gifts]
    world.books.refund(charges[0], 700)
    world.books.close(world.books.dispute(charges[1]), won=True)
    world.books.end(world.books.lists["subscription"][0])
    world.books.pay_out(500, "eur")
    told = list(world.courier.waiting)

    def carry(seed: int) -> None:
        mine = random.Random(seed).sample(told, len(told))
        for each in mine:
            assert world.courier.post(each) == 200

    def work(_: int) -> None:
        with app.app_context():
            ids = db.session.scalars(select(Event.id).where(Event.taken_at.is_(None)).order_by(func.random())).all()
            db.session.commit()
            for event_id in ids:
                booking.book(event_id, clock.now())
                db.session.commit()
            db.session.remove()

    def compare(_: int) -> None:
        with app.app_context():
            reconciling.reconcile(clock.now())
            db.session.remove()

    with ThreadPoolExecutor(7) as pool:
        list(pool.map(lambda job: job[0](job[1]), [(carry, 1), (carry, 2), (compare, 0)]))
        list(pool.map(lambda job: job[0](job[1]), [*((work, n) for n in range(5)), (compare, 1), (carry, 3)]))
    with app.app_context():
        assert [outcome.agreed for outcome in reconciling.reconcile(clock.now())] == [True]
        world.agrees()
        arrived = db.session.scalars(
            text("SELECT args->>'payment_id' FROM procrastinate_jobs WHERE task_name = 'test:arrived'")
        ).all()
        assert len(arrived) == len(set(arrived)) == len(gifts)
        assert db.session.scalar(select(func.count()).select_from(Event)) == len(told)
        states = db.session.execute(text("SELECT state, monthly_state FROM donations_gift ORDER BY id")).all()
        assert [state for state, _ in states] == ["given"] * 8
        assert [monthly for _, monthly in states if monthly] == ["cancelled", "active", "active", "active"]
        db.session.remove()
        db.engine.dispose()


def test_the_books_of_a_test_account_say_nothing_about_the_real_ones(world):
    at = clock.now()
    db.session.execute(insert(Entry), [line_of("txn_real", at, livemode=True)])
    assert [each.agreed for each in reconciling.reconcile(at)] == [True]
    assert not world.books.lists["balance_transaction"]
