"""The treasurer's part of the desk, over the fake Stripe: what is given back goes once and never too much, the ledger
is only added to, and nobody is named where it need not be."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import select, text

from app.donations import reconciling
from app.donations.books import Entry
from app.donations.models import Fund, Gift, Payment, Recipient, Refund
from app.donations.treasury import ledger, refunding, tasks, today
from app.kernel import clock
from app.kernel.db import db
from app.people import holdings
from tests.donations.receipt_support import organisation
from tests.donations.support import entries
from tests.support import run_jobs

GIFTS = "/en/desk/un75/gifts"
DONOR, ADDRESS = "Ama Mensah (fictional)", "ama@example.org"


@pytest.fixture
def desk(world, staff):
    """A treasurer of all campaigns."""
    return staff("treasurer", "*")


def given(world, minor=2500, currency="EUR", **more) -> Gift:
    """A gift that arrived and is booked."""
    gift = world.begin(minor, currency, **more)
    world.books.pay(gift.session)
    world.tell()
    db.session.expire_all()
    return gift


def path_of(gift: Gift) -> str:
    number = db.session.scalar(select(Payment.id).where(Payment.gift_id == gift.id).order_by(Payment.id.desc()))
    return f"{GIFTS}/{gift.id}/payments/{number}/refund"


def fields(answer) -> dict[str, str]:
    """What the only form of a page that goes to a post would send, its buttons left out."""
    (form,) = [one for one in html.fromstring(answer.get_data(as_text=True)).xpath("//main//form[@method='post']")]
    return dict(form.form_values())


def asked(desk, path: str, **typed) -> dict[str, str]:
    """The form of the page that says what will happen."""
    said = {**fields(desk.get(path)), "reason": "Asked for by letter", **typed}
    answer = desk.post(path, data=said)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {**fields(answer), "step": "do"}


def refunds(world) -> list[int]:
    return [one["amount"] for one in world.books.lists["refund"]]


def audited() -> str:
    return " ".join(db.session.scalars(text("SELECT concat(action, subject, after, before, reason) FROM kernel_audit")))


def test_a_payment_is_given_back_in_parts_and_the_ledger_agrees(world, desk):
    gift = given(world, 2500)
    path = path_of(gift)
    page = desk.post(path, data={**fields(desk.get(path)), "how": "part", "amount": "10.5", "reason": "By letter"})
    assert "Give €10.50 back?" in page.get_data(as_text=True) and not refunds(world)
    press = {**fields(page), "step": "do"}
    for _ in range(3):
        # Pressed again and again, it goes once.
        assert desk.post(path, data=press).status_code == 303
    assert refunds(world) == [1050]
    # Before the ledger has heard of it, it is gone all the same.
    too_much = {**fields(desk.get(path)), "how": "part", "amount": "14.51", "reason": "By letter"}
    assert "No more than €14.50 is left" in desk.post(path, data=too_much).get_data(as_text=True)
    world.tell()
    assert desk.post(path, data=asked(desk, path, how="whole")).status_code == 303
    world.tell()
    assert refunds(world) == [1050, 1450] and sum(e.minor for e in entries() if e.kind != "fee") == 0
    assert desk.post(path, data={**press, "key": str(uuid.uuid4())}).status_code == 422
    world.agrees()
    page = desk.get(f"{GIFTS}/{gift.id}").get_data(as_text=True)
    assert "refund asked for" in page and "−€10.50" in page.replace("-", "−") and "Asked for by letter" in page
    assert all(word not in audited() for word in (DONOR, ADDRESS))


@pytest.mark.parametrize("where", ["safe", "not", "without a receipt"])
def test_a_donor_is_told_once_and_in_their_language_that_money_goes_back(app, world, desk, mailbox, monkeypatch, where):
    if where != "without a receipt":
        organisation()
    if where == "not":
        monkeypatch.setattr(holdings, "is_known_discreet", lambda person_id: True)
    gift = given(world, 2500)
    run_jobs(app)
    before = len(mailbox())
    path = path_of(gift)
    assert desk.post(path, data=asked(desk, path, how="part", amount="10.5")).status_code == 303
    run_jobs(app)
    world.tell()
    run_jobs(app)
    (told,) = mailbox()[before:]
    assert (told.to, told.language) == (gift.donor_email, "fr")
    leads = {"safe": "/fr/receipt/", "not": "/fr/m/", "without a receipt": "/fr/un75"}[where]
    assert leads in told.text
    if where == "not":
        assert all(word not in told.text + told.subject for word in ("10,50", "un75", "Mensah", "receipt"))
    else:
        assert "10,50" in told.subject and "10,50" in told.text
    tasks.tell.func(refund_id=db.session.scalar(select(Refund.id)))
    assert len({one.raw["Message-ID"] for one in mailbox()[before:]}) == 1, "sent again, it is the same mail"


def test_two_presses_at_once_never_give_back_more_than_there_is(world, desk):
    path = path_of(given(world, 2500))
    first, second = (asked(desk, path, how="part", amount="20") for _ in range(2))
    assert desk.post(path, data=first).status_code == 303
    answer = desk.post(path, data=second)
    assert answer.status_code == 422 and refunds(world) == [2000]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after", "server_error", "unavailable"])
def test_when_stripe_is_away_a_refund_waits_and_goes_once(world, desk, kind, monkeypatch):
    path = path_of(given(world, 2500))
    press = asked(desk, path, how="whole")
    world.http.fault(kind, "POST /v1/refunds", times=9)
    assert desk.post(path, data=press).status_code == 303
    said = desk.get(path.partition("/payments")[0]).get_data(as_text=True)
    assert "It is written down, and tried again by itself" in said and "Ask Stripe again" in said
    assert db.session.scalar(select(Refund.state)) == "asked"
    assert "refund waits" not in desk.get("/en/desk").get_data(as_text=True)
    later = clock.now() + timedelta(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        with world.app.test_request_context("/en/desk"):
            (need,) = today.refunds(None, None)
    assert "refund waits" in need.text and need.url.endswith("state=refunding")
    # What the library lost it asks again, and what we lost the job does.
    world.http.faults.clear()
    refund_id = db.session.scalar(select(Refund.id))
    assert refunding.send(refund_id, clock.now()) == "taken" == refunding.send(refund_id, clock.now())
    world.tell()
    assert refunds(world) == [2500] and ledger.years("un75") and len(entries("refund")) == 1
    world.agrees()


def test_a_refund_whose_key_stripe_has_forgotten_is_looked_for_first(world, desk):
    path = path_of(given(world, 2500))
    press = asked(desk, path, how="part", amount="5")
    world.http.fault("timeout_after", "POST /v1/refunds", times=9)
    desk.post(path, data=press)
    world.http.faults.clear()
    assert refunds(world) == [500]
    world.books.advance(30 * 3600)
    refund_id = db.session.scalar(select(Refund.id))
    assert refunding.send(refund_id, clock.now() + timedelta(hours=30)) == "taken"
    assert refunds(world) == [500]


def test_a_refund_that_a_bank_sent_back_can_be_given_again(world, desk):
    path = path_of(given(world, 2500))
    assert desk.post(path, data=asked(desk, path, how="whole")).status_code == 303
    world.books.fail_refund(db.session.scalar(select(Refund.refund)))
    world.tell()
    tasks.follow(0)
    assert db.session.scalar(select(Refund.state)) == "refused"
    assert desk.post(path, data=asked(desk, path, how="whole")).status_code == 303 and refunds(world) == [2500, 2500]
    world.tell()
    world.agrees()


def test_what_stripe_refuses_is_said_and_counts_no_more(world, desk):
    gift = given(world, 2500)
    path = path_of(gift)
    press = asked(desk, path, how="whole")
    charge = db.session.scalar(select(Payment.charge))
    world.books.refund(charge, 2500)
    assert desk.post(path, data=press).status_code == 303
    page = desk.get(f"{GIFTS}/{gift.id}").get_data(as_text=True)
    assert "Stripe refused: charge_already_refunded" in page
    world.tell()
    assert refunds(world) == [2500] and db.session.scalar(select(Refund.state)) == "refused"


def test_a_disputed_payment_is_not_given_back_and_stands_on_the_first_page(world, desk):
    gift = given(world, 2500)
    world.books.dispute(db.session.scalar(select(Payment.charge)))
    world.tell()
    assert desk.post(path_of(gift), data={"how": "whole", "reason": "x", "key": ""}).status_code == 422
    first = desk.get("/en/desk").get_data(as_text=True)
    assert "1 payment is disputed" in first
    listed = desk.get("/en/desk/gifts?state=disputed").get_data(as_text=True)
    assert f"{GIFTS}/{gift.id}" in listed


def test_a_monthly_gift_is_ended_once_and_nothing_is_said_to_have_happened_while_stripe_is_away(world, desk):
    gift = given(world, 1000, interval="monthly")
    path = f"{GIFTS}/{gift.id}/end"
    world.http.fault("unavailable", "DELETE /v1/subscriptions", times=9)
    answer = desk.post(path, data={"reason": "Asked for by letter"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "Nothing was changed" in page and "Asked for by letter" in page
    world.http.faults.clear()
    assert desk.post(path, data={"reason": "Asked for by letter"}).status_code == 303
    assert desk.post(path, data={"reason": "Again"}).status_code == 422
    db.session.expire_all()
    assert gift.monthly_state == "cancelled" and gift.ended_at
    world.tell()
    assert audited().count("gifts.cancel") == 1


def test_who_gave_is_masked_until_somebody_says_why_they_look_and_is_in_no_address(world, desk, staff):
    gift, other = given(world, 2500), given(world, 700)
    pages = [desk.get(path).get_data(as_text=True) for path in (GIFTS, "/en/desk/gifts", f"{GIFTS}/{gift.id}")]
    assert all(DONOR not in page and ADDRESS not in page and "A•••" in page for page in pages)
    answer = desk.post(GIFTS, data={"address": ADDRESS.upper()})
    assert answer.status_code == 303 and "@" not in answer.location
    listed = desk.get(answer.location).get_data(as_text=True)
    assert all(f"{GIFTS}/{one.id}" in listed for one in (gift, other))
    assert desk.post(GIFTS, data={"address": "nobody@example.org"}).status_code == 422
    assert desk.post(f"{GIFTS}/{gift.id}/look", data={"reason": ""}).status_code == 422
    looked = desk.post(f"{GIFTS}/{gift.id}/look", data={"reason": "Answered a letter"}).get_data(as_text=True)
    assert DONOR in looked and ADDRESS in looked and "gifts.look" in audited()
    db.session.execute(text("UPDATE donations_payment SET receipt_year = 2026, receipt_number = 42"
                            " WHERE gift_id = :gift"), {"gift": other.id})  # fmt: skip
    db.session.commit()
    assert desk.post(GIFTS, data={"receipt": "TEST-2026-000042"}).location.endswith(f"/gifts/{other.id}")
    # A treasurer of another campaign sees nothing of it.
    assert staff("treasurer", "another").get(f"{GIFTS}/{gift.id}").status_code == 403
    assert desk.get(f"/en/desk/another/gifts/{gift.id}").status_code == 404


def entered(desk, **typed):
    path = "/en/desk/ledger/new"
    said = {**fields(desk.get(path)), "amount": "1 234,50", "currency": "chf", "on": "2026-03-04", "campaign": "un75"}
    said |= {"kind": "grant", "note": "=1+1", **typed}
    return desk.post(path, data=said), said


def test_a_line_by_hand_is_entered_once_and_taken_back_by_another_never_changed(world, desk, session):
    answer, said = entered(desk)
    assert answer.status_code == 303 and desk.post("/en/desk/ledger/new", data=said).status_code == 303
    (line,) = entries()
    assert (line.minor, line.currency, line.campaign, line.staff_id) == (123_450, "CHF", "un75", desk.staff_id)
    for wrong in ({"amount": "0"}, {"amount": "1.234"}, {"currency": "XXZ"}, {"on": "2999-01-01"}, {"campaign": "no"}):
        answer = entered(desk, **wrong)[0]
        assert answer.status_code == 422 and all(value in answer.get_data(as_text=True) for value in wrong.values())
    path = f"/en/desk/un75/ledger/{line.id}/take-back"
    assert desk.post(path, data={"reason": ""}).status_code == 422
    for _ in range(2):
        assert desk.post(path, data={"reason": "Typed twice"}).status_code == 303
    first, second = entries()
    assert second.minor == -first.minor and second.reverses == first.id
    assert desk.get(f"/en/desk/ledger/{second.id}/take-back").status_code == 404
    assert ledger.sums("un75", 2026)[0].parts["net"] == 0


def test_sums_add_up_to_the_ledger_and_to_what_stripe_holds(world, desk):
    for minor, currency in ((2500, "EUR"), (5000, "USD"), (700, "JPY"), (5120, "KWD")):
        given(world, minor, currency)
    world.books.refund(db.session.scalar(select(Payment.charge).where(Payment.currency == "USD")), 1000)
    world.books.pay_out(300, "eur")
    world.books.stray(900, "eur")
    world.tell()
    sums = ledger.together(ledger.sums(None, None))
    held = {one.currency: one.parts["net"] + one.parts["payouts"] for one in sums}
    assert held == {currency.upper(): minor for currency, minor in world.books.sums().items()}
    of_campaign = {one.currency: one.parts for one in ledger.sums("un75", None, settled=False) if one.parts["gross"]}
    assert {code: parts["gross"] for code, parts in of_campaign.items()} == {
        "EUR": 2500, "USD": 5000, "JPY": 700, "KWD": 5120
    }  # fmt: skip
    assert of_campaign["USD"]["refunds"] == -1000
    page = desk.get("/en/desk/ledger/sums").get_data(as_text=True)
    assert "-€3.00" in page and "KWD" in page and "¥700" in page


def test_money_of_no_gift_and_books_that_differ_stand_on_the_first_page_until_somebody_has_looked(world, desk):
    world.books.stray(900, "eur")
    world.tell()
    assert "1 payment belongs to no gift of ours" in desk.get("/en/desk").get_data(as_text=True)
    (stray,) = db.session.scalars(select(Payment.id))
    assert desk.post(f"/en/desk/stray-money/{stray}").status_code == 303
    assert "belongs to no gift" not in desk.get("/en/desk").get_data(as_text=True)
    path = f"/en/desk/stray-money/{stray}/refund"
    assert desk.post(path, data=asked(desk, path, how="whole")).status_code == 303 and refunds(world) == [900]
    given(world)
    db.session.execute(text("ALTER TABLE donations_entry DISABLE TRIGGER USER"))
    db.session.execute(text("UPDATE donations_entry SET settled_minor = settled_minor + 1, minor = minor + 1"
                            " WHERE id = (SELECT max(id) FROM donations_entry WHERE kind = 'gift')"))  # fmt: skip
    db.session.execute(text("ALTER TABLE donations_entry ENABLE TRIGGER USER"))
    reconciling.reconcile(clock.now())
    first, page = (desk.get(f"/en/desk{end}").get_data(as_text=True) for end in ("", "/comparison-with-stripe"))
    assert "did not agree when they were last compared" in first
    assert "Both have it, and not the same" in page and "somebody has to look" in page and "€25.01" in page
    assert desk.post("/en/desk/comparison-with-stripe").status_code == 303
    assert "donations:reconcile" in run_jobs(world.app)


def test_what_is_settled_is_said_once_more_in_any_language_and_checked(world, staff):
    desk = staff("treasurer", "*")
    path = "/fr/desk/un75/asking-for-gifts"
    assert desk.post(path, data={"open": "y", "goal": "10 000,50", "currency": "EUR"}).status_code == 303
    fund = db.session.get(Fund, "un75")
    assert (fund.open, fund.goal, fund.currency) == (True, 1_000_050, "EUR")
    assert 'value="10000,50"' in desk.get(path).get_data(as_text=True)
    offer = f"{path}/KWD/once"
    # What a page shows in a field it takes back, in every language, whatever divides decimals there.
    for lang in ("ar", "en", "es", "fr", "ru", "zh"):
        own = offer.replace("/fr/", f"/{lang}/")
        assert desk.post(own, data=fields(desk.get(own))).status_code == 303
    for amounts, least in (("", "1"), ("5\n0", "1"), ("5\n10", "6"), ("1,0001", "1"), ("5,001", "1")):
        assert desk.post(offer, data={"amounts": amounts, "minimum": least}).status_code == 422
    assert desk.post(offer, data={"amounts": "10\n5,5", "minimum": "2,25"}).status_code == 303
    stands = db.session.execute(text("SELECT amounts, minimum FROM donations_offer")).one()
    assert tuple(stands) == ([5500, 10_000], 2250)
    assert desk.post(offer, data={"step": "default"}).status_code == 303
    said = {"name": "Fictional Society", "address": "1 Street\nNowhere", "reply_to": "a@example.org", "tax_fr": "Mots"}
    assert desk.post("/fr/desk/organisation-on-receipts", data={**said, "reply_to": "nobody"}).status_code == 422
    assert desk.post("/fr/desk/organisation-on-receipts", data=said).status_code == 303
    assert db.session.get(Recipient, 1).tax == {"fr": "Mots"} and "a@example.org" not in audited()


def test_without_keys_the_real_books_are_shown_and_nothing_is_given_back(app, staff, session):
    from tests.browser import gift_sample

    desk = staff("treasurer", "*")
    ids = gift_sample.fill(desk.staff_id)
    session.commit()
    page = desk.get(f"{GIFTS}/{ids['gift_id']}").get_data(as_text=True)
    assert "Give back" not in page and "End this monthly gift" not in page
    refund = f"{GIFTS}/{ids['gift_id']}/payments/{ids['payment_id']}/refund"
    answer = desk.post(refund, data={"how": "whole", "reason": "x", "key": str(uuid.uuid4()), "step": "do"})
    assert answer.status_code == 422 and "Gifts are switched off" in desk.get("/en/desk/gifts").get_data(as_text=True)
    assert re.search(r"1 refund waits", desk.get("/en/desk").get_data(as_text=True))


def test_a_line_of_the_last_moment_of_a_day_is_of_that_day(world, session):
    late = datetime(2026, 3, 4, 23, 59, 59, 999_999, UTC)
    given(world)
    wanted = {"since": "2026-03-04", "until": "2026-03-04"}
    values = {c.key: getattr(entries()[0], c.key) for c in Entry.__table__.columns if c.key != "id"}
    for at in (late, late + timedelta(microseconds=1)):
        session.add(Entry(**{**values, "happened_at": at, "source_id": f"txn_{at.timestamp()}"}))
    session.flush()
    assert [row.happened_at for row in ledger.page(ledger.chosen(wanted), None).rows] == [late]
    assert ledger.chosen({"until": "9999-12-31"}) and ledger.page(ledger.chosen({"until": "9999-12-31"}), None).rows
