"""What is kept of donors and how long; what goes when somebody is erased, and what the law on accounts keeps."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from app.donations import holdings as donations
from app.donations import public_queries, reconciling, retention
from app.donations.books import Event
from app.donations.models import Gift, Payment, Statement
from app.donations.receipts import operations, stamps
from app.donations.receipts.stamps import Stamp
from app.kernel import clock
from app.people import holdings, privacy_mails
from app.people import operations as people
from tests.donations.receipt_support import ADDRESS, gift, organisation, payment
from tests.support import run_jobs

NOW = datetime(2028, 1, 1, 3, tzinfo=UTC)
YEAR = timedelta(days=365)


def told(session, payload: str, at: datetime) -> int:
    """An event of Stripe's that the books have."""
    values = {"stripe_id": f"evt_{payload[:40]}", "type": "charge.succeeded", "livemode": False, "created": at}
    row = Event(**values, payload=payload, received_at=at, taken_at=at)
    session.add(row)
    session.flush()
    return row.id


def swept(sweep) -> int:
    """How much a sweep lets go of, until nothing is left for it."""
    done = 0
    while number := sweep(NOW, 1):
        done += number
    return done


def test_each_thing_goes_in_its_time_and_not_before(app, session):
    old, fresh = told(session, "old", NOW - timedelta(days=30)), told(session, "fresh", NOW - timedelta(days=29))
    assert swept(retention.forget_payloads) == 1
    assert session.get(Event, old).payload is None and session.get(Event, fresh).payload == "fresh"

    gift(None, network=b"\1" + b"n" * 32, created_at=NOW - timedelta(days=1))
    gift(None, network=b"\1" + b"n" * 32, created_at=NOW - timedelta(hours=23))
    assert swept(retention.forget_networks) == 1

    month = NOW - timedelta(days=30)
    for state in ("begun", "held", "open", "expired", "failed", "processing"):
        given = gift(None, state=state, created_at=month, given_at=None, campaign=f"old-{state}")
        if state == "failed":
            payment(given).paid_at = None
        gift(None, state=state, created_at=month + timedelta(days=1), given_at=None, campaign="new")
    session.flush()
    assert swept(retention.forget_unfinished) == 5
    assert session.scalars(select(Gift.campaign).where(Gift.campaign.like("old-%"))).all() == ["old-processing"]
    assert session.scalar(select(func.count()).select_from(Payment)) == 0


def test_an_address_goes_a_year_after_and_the_name_on_receipts_ten_years_after_the_year_of_the_payment(app, session):
    def given(paid: datetime, **values) -> int:
        one = gift(f"{paid:%Y%m%d}-{len(values)}@example.org", given_at=paid, created_at=paid, **values)
        payment(one, paid)
        return one.id

    last = given(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), shown_name="Amina")
    this = given(datetime(2027, 1, 1, tzinfo=UTC), shown_name="Amina")
    monthly = given(datetime(2020, 1, 1, tzinfo=UTC), interval="monthly", monthly_state="active")
    ended = given(
        datetime(2016, 1, 1, tzinfo=UTC), interval="monthly", monthly_state="cancelled", ended_at=NOW - 9 * YEAR
    )
    payment(session.get(Gift, ended), datetime(2018, 1, 1, tzinfo=UTC))
    over = given(datetime(2017, 12, 31, tzinfo=UTC))
    assert swept(retention.forget_addresses) == 3
    assert swept(retention.forget_names) == 1
    session.expire_all()
    kept = {
        one.id: (bool(one.donor_email), bool(one.shown_name), bool(one.donor_name))
        for one in session.scalars(select(Gift))
    }
    assert kept == {
        last: (False, False, True),
        this: (True, True, True),
        monthly: (True, False, True),
        ended: (False, False, True),
        over: (False, False, False),
    }


def test_nothing_goes_of_whoever_asked_that_it_is_kept(app, session):
    paid = datetime(2015, 1, 1, tzinfo=UTC)
    payment(gift(given_at=paid, created_at=paid), paid)
    people.restrict_address(people.email_digests(ADDRESS), clock.now())
    assert swept(retention.forget_addresses) == swept(retention.forget_names) == 0
    people.lift_address(people.email_digests(ADDRESS))
    assert swept(retention.forget_addresses) == swept(retention.forget_names) == 1


def test_who_is_erased_leaves_what_the_law_on_accounts_needs_and_nothing_else(app, client, session):
    organisation()
    mine = gift(
        shown_name="Amina",
        interval="monthly",
        monthly_state="active",
        subscription="sub_fictional",
        customer="cus_fictional",
        network=b"\1" + b"n" * 32,
    )
    one = payment(mine)
    operations.take_number(one.id)
    theirs, others = told(session, "{cus_fictional}", clock.now()), told(session, "{cus_other}", clock.now())
    session.add(Statement(year=2025, livemode=False, donor_digest=mine.donor_digest))
    session.commit()
    link = f"/en/receipt/{stamps.word(Stamp(stamps.RECEIPT, one.id))}"
    assert client.get(link).status_code == 200
    assert not people.erase_address(ADDRESS, clock.now())
    session.commit()
    session.expire_all()
    assert (mine.donor_email, mine.donor_digest, mine.person_id, mine.shown_name, mine.network) == (None,) * 5
    assert mine.donor_name == "Amina Fictive" and mine.erased_at is not None
    assert (one.minor, one.receipt_number) == (2500, 1)
    assert session.get(Event, theirs).payload is None and session.get(Event, others).payload == "{cus_other}"
    assert session.scalar(select(Statement.id)) is None
    assert client.get(link).status_code == 404
    jobs = session.execute(text("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo'")).all()
    assert jobs == [("donors:end", {"gift_id": mine.id})], "nobody could tell them any longer that it goes on"


def test_a_monthly_gift_ends_with_its_donor_and_nothing_of_them_comes_back(app, world, session):
    mine = world.begin(interval="monthly")
    charge = world.books.pay(mine.session, ADDRESS, "Amina Fictive")
    world.tell()
    session.refresh(mine)
    assert mine.donor_email == ADDRESS and mine.monthly_state == "active"
    people.erase_address(ADDRESS, clock.now())
    session.commit()
    run_jobs(app)
    world.tell()
    world.books.refund(charge)
    world.tell()
    reconciling.reconcile(clock.now(), from_the_start=True)
    session.refresh(mine)
    assert world.books.one(mine.subscription)["status"] == "canceled"
    assert mine.monthly_state == "cancelled" and mine.donor_name == "Amina Fictive"
    assert (mine.donor_email, mine.donor_digest, mine.person_id) == (None, None, None)
    world.agrees()


def test_the_page_and_the_mail_say_what_is_kept(app, client, session):
    payment(gift())
    session.commit()
    with app.test_request_context("/en/"):
        assert holdings.remainders() == [str(donations.KEPT)]
    values = {"state": "done", "address": ADDRESS, "language": "en", "token": "t", "discreet": False}
    until = clock.today()
    said = privacy_mails.request_letter(kind="erase", until=until, on=until, **values)
    assert str(donations.KEPT) in said.paragraphs
    assert (
        str(donations.KEPT)
        not in privacy_mails.request_letter(kind="access", until=until, on=until, **values).paragraphs
    )
    assert str(donations.KEPT) in client.get("/en/done/focal-point/erased").get_data(as_text=True)


def test_what_somebody_gave_is_given_to_who_asks_for_their_data(app, session):
    organisation()
    one = payment(gift(shown_name="Amina"), refunded=100)
    operations.take_number(one.id)
    gift("other@example.org")
    found = {holding.name: rows for holding, rows in holdings.everything(holdings.subject_of(ADDRESS))}
    (given,), (paid,) = found["gifts"], found["payments"]
    assert (given["amount"], given["name"], given["shown_name"]) == ("25.00 EUR", "Amina Fictive", "Amina")
    assert paid["refunded"] == "1.00 EUR" and paid["receipt"].startswith("TEST-")
    assert found["statements"] == []


def test_who_asked_that_their_data_are_used_for_nothing_stands_on_no_list_meanwhile(app, session):
    payment(gift(shown_name="Amina", livemode=True))
    assert public_queries.names_anyone("un75")
    people.restrict_address(people.email_digests(ADDRESS), clock.now())
    assert not public_queries.names_anyone("un75") and public_queries.donors("un75", None)[0] == []
    people.lift_address(people.email_digests(ADDRESS))
    assert public_queries.names_anyone("un75")
