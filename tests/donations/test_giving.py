"""The pages of gifts: what a giver sees, what is asked of Stripe, and what is believed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.donations import gateway, limits, operations, pressure
from app.donations.models import Fund, Gift, Payment
from app.donations.money import Money
from app.kernel import clock, pagecache
from app.kernel.db import db
from tests.donations.giving_support import (
    CHECKOUT,
    GIVE,
    SOMEWHERE,
    Stripe,
    booked,
    gifts,
    give,
    made,
    open_fund,
    words,
)


@pytest.fixture
def stripe(app, monkeypatch):
    """Keys of the test mode, a campaign that takes gifts, and what stands for Stripe."""
    monkeypatch.setitem(app.config, "DONATIONS", "test")
    open_fund()
    return Stripe(monkeypatch)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def token_of(answer) -> str:
    return re.fullmatch(r"/\w\w/un75/give/([\w-]+)/pay", answer.headers["Location"])[1]


def test_without_keys_there_is_no_page_no_button_and_no_line_of_the_sitemap(app, client):
    open_fund()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("giving."):
            with app.test_request_context():
                path = app.url_map.bind("x").build(rule.endpoint, {"lang": "en", "campaign": "un75", "token": "x"})
            for method in rule.methods & {"GET", "POST"}:
                assert client.open(path, method=method).status_code == 404, path
    for path in ("/en/un75", "/en/un75/why", "/en/un75/petitions/focal-point/thanks", "/sitemap.xml"):
        assert "/give" not in text(client.get(path)), path


def test_with_keys_the_way_to_give_stands_on_every_page_of_the_campaign_and_after_signing(client, stripe):
    for path in ("/en/un75", "/en/un75/why", "/en/un75/petitions/focal-point"):
        assert 'href="/en/un75/give"' in text(client.get(path)), path
    for path in ("/en/un75/petitions/focal-point/thanks", "/en/done/focal-point/confirmed"):
        answer = client.get(path)
        assert 'class="button second" href="/en/un75/give"' in text(answer) and "Test mode" in words(answer), path
    assert 'class="button second" href="/en/un75/give"' not in text(client.get("/en/done/focal-point/withdrawn"))
    assert "<loc>http://plenary.test/ar/un75/give</loc>" in text(client.get("/sitemap.xml"))


def test_real_money_is_never_taken_for_what_is_invented(app, client, stripe, monkeypatch):
    from app.site import packs
    from tests.conftest import ROOT

    packs.import_folder(ROOT / "campaigns" / "demo")
    db.session.merge(Fund(campaign="demo", open=True, changed_at=clock.now()))
    db.session.commit()
    assert client.get("/en/demo/give").status_code == 200
    monkeypatch.setitem(app.config, "DONATIONS", "live")
    app.wsgi_app.clear()
    assert client.get("/en/demo/give").status_code == 404
    assert "/en/demo/give" not in text(client.get("/en/demo"))
    assert "Test mode" not in words(client.get("/en/un75/give"))


def test_the_form_speaks_the_readers_currency_or_the_one_that_was_asked_for(client, stripe):
    french = client.get(GIVE.format(lang="fr"))
    assert 'name="currency" value="EUR"' in text(french) and "25 €" in words(french)
    yen = client.get(GIVE.format(lang="en") + "?currency=JPY&every=month")
    assert 'name="currency" value="JPY"' in text(yen) and 'value="500"' in text(yen) and "¥500" in words(yen)
    assert 'name="interval" value="monthly"' in text(yen)
    nonsense = client.get(GIVE.format(lang="en") + "?currency=%3Cb%3E&every=hour")
    assert 'name="currency" value="USD"' in text(nonsense) and 'name="interval" value="once"' in text(nonsense)
    for answer in (french, yen, nonsense):
        assert "checked" not in text(answer) and 'role="note"' in text(answer)


def test_a_gift_is_written_down_before_stripe_is_asked_and_leads_on_by_a_page_of_ours(client, stripe):
    answer = give(client, "fr")
    assert answer.status_code == 303 and answer.headers["Cache-Control"] == "no-store"
    token, gift = token_of(answer), gifts()[0]
    back = f"http://plenary.test/fr/un75/give/{token}"
    assert stripe.asked == [(str(gift.key), "begun", 2500, "EUR", back)]
    assert (gift.state, gift.shown_name, gift.language, gift.livemode) == ("open", None, "fr", False)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert page.headers["Refresh"].endswith(f"; url={CHECKOUT.format(gift.key)}")
    assert f'href="{CHECKOUT.format(gift.key)}"' in text(page) and "25 €" in words(page)
    stays = client.get(answer.headers["Location"] + "?stay=1")
    assert "Refresh" not in stays.headers and "Rien n’a été payé" in words(stays)
    gift.changed_at -= timedelta(minutes=10)
    db.session.commit()
    assert "Refresh" not in client.get(answer.headers["Location"]).headers


@pytest.mark.parametrize(
    ("state", "heading", "refreshes"),
    [
        ("open", "Your gift is being confirmed", True),
        ("processing", "Your gift is being confirmed", False),
        ("given", "Thank you for your gift", False),
        ("failed", "The payment did not go through", False),
        ("expired", "This page to pay has expired", False),
    ],
)
def test_the_page_of_a_gift_says_what_the_webhook_said_whatever_its_address_says(
    client, stripe, state, heading, refreshes
):
    _, token = made(state)
    for query in ("", "?state=given&paid=1&session_id=cs_test_x&redirect_status=succeeded"):
        answer = client.get(f"/en/un75/give/{token}{query}")
        assert heading in words(answer) and answer.headers["Cache-Control"] == "no-store"
        assert ("Refresh" in answer.headers) is refreshes
        if refreshes:
            assert answer.headers["Refresh"] == f"3; url=/en/un75/give/{token}"
    assert client.get(f"/en/demo/give/{token}").status_code == 404
    assert client.get("/en/un75/give/no-such-token").status_code == 404


def test_what_was_typed_comes_back_and_nothing_is_written_down(client, stripe):
    answer = give(client, amount="own", own="1.5", name="Ama Mensah")
    assert answer.status_code == 422
    assert 'value="1.5"' in text(answer) and 'value="Ama Mensah"' in text(answer)
    assert "The smallest gift is €2." in words(answer)
    for changes in ({"currency": "XXX"}, {"currency": "eur"}, {"interval": "daily"}, {"currency": ""}):
        assert give(client, **changes).status_code == 422
    assert gifts() == [] and stripe.asked == []


def test_while_stripe_is_away_the_same_row_waits_and_is_tried_again(client, stripe):
    stripe.fails = gateway.Away("timeout")
    answer = give(client)
    pay = answer.headers["Location"]
    page = client.get(pay)
    assert page.status_code == 503 and "Nothing has been paid" in words(page)
    assert client.post(pay).status_code == 303 and client.get(pay).status_code == 503
    stripe.fails = None
    assert client.post(pay).status_code == 303 and client.get(pay).status_code == 200
    assert len({key for key, *_ in stripe.asked}) == 1 and len(gifts()) == 1
    # Once it is open, pressing again asks nobody.
    asked = len(stripe.asked)
    client.post(pay)
    assert len(stripe.asked) == asked
    stripe.fails = gateway.Refused("amount_too_small")
    assert give(client, own="2", amount="own").status_code == 422


def test_who_is_over_the_limit_sees_what_others_see_while_stripe_is_away_and_no_call_is_made(client, stripe):
    for _ in range(pressure.FREE):
        assert give(client).status_code == 303
    held = give(client)
    assert len(stripe.asked) == pressure.FREE and gifts()[-1].state == "held"
    assert client.get(token_page := held.headers["Location"]).status_code == 503
    # From elsewhere gifts go on; there Stripe is away, and the pages are alike but for their token.
    stripe.fails = gateway.Away("timeout")
    away = give(client, place="198.51.100.9")
    same = [text(client.get(a.headers["Location"])).replace(token_of(a), "") for a in (held, away)]
    assert same[0] == same[1]
    assert {n: v for n, v in held.headers if n not in ("Location", "Content-Length", "X-Request-ID")} == {
        n: v for n, v in away.headers if n not in ("Location", "Content-Length", "X-Request-ID")
    }
    stripe.fails = None
    asked = len(stripe.asked)
    there = {"environ_overrides": {"REMOTE_ADDR": SOMEWHERE}}
    assert client.post(token_page, **there).status_code == 303 and len(stripe.asked) == asked
    # What a network gave in the end buys it more.
    first = gifts()[0]
    first.state, first.given_at = "given", clock.now()
    db.session.commit()
    assert client.post(token_page, **there).status_code == 303 and len(stripe.asked) == asked + 1
    assert client.get(token_page).status_code == 200


def test_held_gifts_are_no_store_that_is_let_loose_later(client, stripe):
    for _ in range(pressure.FREE):
        give(client)
    later = [give(client).headers["Location"] for _ in range(pressure.FREE + 5)]
    for gift in gifts():
        gift.created_at -= timedelta(hours=2)
    db.session.commit()
    for pay in later:
        client.post(pay, environ_overrides={"REMOTE_ADDR": SOMEWHERE})
    assert len(stripe.asked) == 2 * pressure.FREE


def test_a_program_that_fills_in_everything_asks_nothing_of_stripe(client, stripe):
    answer = give(client, remark="x")
    assert answer.status_code == 303 and stripe.asked == [] and gifts()[0].state == "held"


def test_under_pressure_small_gifts_are_not_taken_and_large_ones_are(client, stripe):
    at = clock.now() - timedelta(minutes=20)
    for _ in range(pressure.STEPS[1]):
        made("open", at=at)
    answer = give(client, amount="own", own="5")
    assert answer.status_code == 422 and "The smallest gift is €25." in words(answer)
    assert give(client, amount="2500").status_code == 303
    given = db.session.scalars(select(Gift).where(Gift.created_at == at).limit(pressure.STEPS[1] // pressure.ONE_IN))
    for gift in given.all():
        gift.state, gift.given_at = "given", clock.now()
    db.session.commit()
    assert limits.raised(clock.now()) == 0
    assert give(client, amount="own", own="5").status_code == 303


def test_the_bar_counts_what_arrived_in_the_goals_currency_and_follows_new_money(client, stripe):
    open_fund(Money(100_000, "EUR"))
    pagecache.bump()
    assert "Arrived so far: €0 of €1,000" in words(client.get("/en/un75"))
    booked(25_000)
    booked(3_000, settled=Money(2_750, "EUR"), currency="USD")
    booked(-5_000, kind="refund")
    booked(-900, kind="fee")
    booked(4_000, currency="CHF")
    # A gift that Stripe has taken and no bank confirmed is on its way: it has not arrived.
    coming = Payment(charge="py_1", minor=70_000, currency="EUR", livemode=False, created_at=clock.now())
    db.session.add(coming)
    db.session.flush()
    booked(70_000, payment_id=coming.id)
    pagecache.bump()
    for path in ("/en/un75", "/en/un75/give", "/en/un75/give/donors"):
        answer = client.get(path)
        said = words(answer).partition("Arrived so far: ")[2][:90]
        assert said.startswith("€227.50 of €1,000 Besides, in other currencies, and not in the bar: CHF 40"), path
        assert text(answer).count('max="100000" value="22750"') == 1
    booked(-90_000, kind="dispute")
    pagecache.bump()
    assert 'value="0"' in text(client.get("/en/un75"))


def test_only_who_wished_it_and_gave_is_named_and_their_name_is_gone_at_once(client, stripe):
    _, token = made(shown_name="Fictional Donor")
    made("open", shown_name="Not Yet")
    made(shown_name=None)
    for gift in gifts():
        if gift.state == "given":
            paid = {"minor": 2500, "currency": "EUR", "livemode": False, "created_at": clock.now()}
            db.session.add(Payment(gift_id=gift.id, charge=f"ch_{gift.id}", paid_at=clock.now(), **paid))
    db.session.commit()
    answer = client.get("/en/un75/give/donors")
    assert "Fictional Donor" in words(answer) and "Not Yet" not in words(answer) and "25" not in words(answer)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.post(f"/en/un75/give/{token}", data={"action": "unname"}).status_code == 303
    assert "Fictional Donor" not in words(client.get("/en/un75/give/donors"))


def test_many_donors_are_read_part_by_part_and_each_once(client, stripe):
    at = clock.now()
    for number in range(120):
        # Many in the same moment.
        gift, _ = made(shown_name=f"Donor N{number:03}", at=at - timedelta(hours=number // 40))
        db.session.add(
            Payment(
                gift_id=gift.id,
                charge=f"ch_{number}",
                minor=2500,
                currency="EUR",
                livemode=False,
                paid_at=at,
                created_at=at,
            )
        )
    db.session.commit()
    seen, path = [], "/en/un75/give/donors"
    while path:
        page = text(client.get(path))
        seen += re.findall(r"Donor N\d{3}", page)
        path = (re.search(r'href="(/en/un75/give/donors\?before=\d+)"', page) or [None, None])[1]
    assert len(seen) == len(set(seen)) == 120


def test_the_link_to_a_monthly_gift_goes_to_its_donor_and_the_answer_tells_nothing(client, stripe, work, mailbox):
    from app.people.operations import email_digests

    address = "fictional-donor@example.org"
    said = {"interval": "monthly", "customer": "cus_1", "donor_email": address, "monthly_state": "active"}
    made(**said, subscription="sub_1", donor_digest=email_digests(address)[0], language="fr")
    other, _ = made(
        interval="monthly",
        customer="cus_2",
        subscription="sub_2",
        monthly_state="active",
        donor_email="other@example.org",
        donor_digest=email_digests("other@example.org")[0],
    )
    answers = [client.post("/en/un75/give/monthly", data={"email": a}) for a in (address, "nobody@example.org")]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    client.post("/en/un75/give/monthly", data={"email": "Fictional-Donor@example.org"})
    work()
    [mail] = mailbox()
    assert mail.to == address and mail.language == "fr"
    link = re.search(r"http://plenary\.test(/fr/un75/give/monthly/[\w-]+)\s", mail.text)[1]
    page = client.get(link)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store" and stripe.portals == []
    assert "25 €" in words(page) and "cus_" not in text(page)
    number = re.search(r'name="gift" value="(\d+)"', text(page))[1]
    assert client.post(link, data={"gift": str(other.id)}).status_code == 422
    portal = client.post(link, data={"gift": number})
    assert portal.headers["Refresh"].endswith("; url=https://billing.stripe.example/p/cus_1")
    assert stripe.portals == [("cus_1", f"http://plenary.test{link}")]
    stripe.fails = gateway.Away("timeout")
    assert client.post(link, data={"gift": number}).status_code == 503


def test_a_link_works_for_a_day(client, stripe, monkeypatch):
    from app.donations import portal
    from app.people.operations import email_digests

    gift, _ = made(
        interval="monthly",
        customer="cus_1",
        subscription="sub_1",
        monthly_state="active",
        donor_email="a@example.org",
        donor_digest=email_digests("a@example.org")[0],
    )
    _, old = portal.new_link(gift.id, clock.now() - timedelta(hours=25))
    _, token = portal.new_link(gift.id, clock.now() - timedelta(hours=23))
    db.session.commit()
    assert client.get(f"/en/un75/give/monthly/{token}").status_code == 200
    assert client.get(f"/en/un75/give/monthly/{old}").status_code == 404
    assert client.post(f"/en/un75/give/monthly/{old}", data={"gift": str(gift.id)}).status_code == 404
    assert stripe.portals == []


def test_a_row_older_than_stripes_memory_is_not_tried_again(client, stripe):
    _, token = made("begun", at=clock.now() - operations.TRIED_AGAIN_FOR)
    assert client.post(f"/en/un75/give/{token}/pay").status_code == 303
    assert stripe.asked == []
    answer = client.get(f"/en/un75/give/{token}")
    assert "too old" in words(answer)
    assert db.session.scalar(select(func.count()).select_from(Gift)) == 1
