"""The fake is worth what the real library reads from it: shapes, paging, idempotency, errors, signatures, sums."""

import json
import random
import time
import urllib.request
from decimal import Decimal

import pytest
import stripe

from . import Api, Books, Client, Courier, Server, signed
from .store import VERSION

KEY = "sk_test_fake"
ITEM = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 2500, "product_data": {"name": "A gift"}}}
ONCE = {"mode": "payment", "success_url": "https://plenary.test/fr/thanks", "locale": "fr", "line_items": [ITEM],
        "client_reference_id": "gift-1"}  # fmt: skip
MONTHLY_ITEM = {"quantity": 1, "price_data": {**ITEM["price_data"], "recurring": {"interval": "month"}}}
MONTHLY = {**ONCE, "mode": "subscription", "line_items": [MONTHLY_ITEM]}


@pytest.fixture
def books():
    return Books()


@pytest.fixture
def http(books):
    return Client(Api(books))


@pytest.fixture
def account(http):
    return stripe.StripeClient(KEY, http_client=http, max_network_retries=0).v1


def _keyed(key):
    return {"idempotency_key": key}


def test_it_speaks_the_version_that_the_library_pins():
    assert stripe.api_version == VERSION


def test_a_gift_once_goes_from_a_session_to_a_balance_transaction(books, account):
    session = account.checkout.sessions.create(ONCE)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    books.pay(session.id, email="ama@example.org")
    session = account.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    charge = session.payment_intent.latest_charge
    assert session.customer is None and session.customer_details.email == "ama@example.org"
    assert session.line_items.data[0].description == "A gift"
    txn = account.balance_transactions.retrieve(charge.balance_transaction, {"expand": ["source"]})
    assert (txn.amount, txn.fee, txn.net, txn.currency, txn.exchange_rate) == (2500, 63, 2437, "eur", None)
    assert txn.source.id == charge.id
    listed = account.checkout.sessions.list({"payment_intent": session.payment_intent.id})
    assert [each.client_reference_id for each in listed] == ["gift-1"]
    assert [event["type"] for event in books.events][-4:] == [
        "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated"
    ]  # fmt: skip
    succeeded = next(event for event in books.events if event["type"] == "charge.succeeded")
    assert succeeded["data"]["object"]["balance_transaction"] is None


def test_a_monthly_gift_is_renewed_fails_is_tried_again_and_ends(books, account):
    session = account.checkout.sessions.create(MONTHLY)
    books.pay(session.id)
    session = account.checkout.sessions.retrieve(session.id)
    subscription = account.subscriptions.retrieve(session.subscription)
    assert (subscription.status, session.payment_intent) == ("active", None)
    first = account.invoices.retrieve(session.invoice, {"expand": ["payments"]})
    assert first.parent.subscription_details.subscription == subscription.id
    intent = first.payments.data[0].payment.payment_intent
    asked = {"payment": {"type": "payment_intent", "payment_intent": intent}}
    assert [each.invoice for each in account.invoice_payments.list(asked)] == [first.id]
    books.renew(subscription.id, fails=True)
    assert account.subscriptions.retrieve(subscription.id).status == "past_due"
    books.retry(account.subscriptions.retrieve(subscription.id).latest_invoice)
    assert account.subscriptions.retrieve(subscription.id).status == "active"
    charges = account.charges.list({"customer": session.customer})
    assert [charge.status for charge in charges] == ["succeeded", "failed", "succeeded"]
    assert account.subscriptions.cancel(subscription.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.subscriptions.cancel(subscription.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_a_delayed_method_is_unpaid_until_the_bank_says_so(books, account):
    sessions = [account.checkout.sessions.create(ONCE).id for _ in range(2)]
    for session, succeeds in zip(sessions, (True, False), strict=True):
        charge = books.pay(session, method="sepa_debit")
        assert account.checkout.sessions.retrieve(session).payment_status == "unpaid"
        books.clear(session, succeeds)
        assert bool(account.charges.retrieve(charge["id"]).balance_transaction) is succeeds
    assert [event["type"] for event in books.events if "async" in event["type"]] == [
        "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"
    ]  # fmt: skip


def test_what_an_account_holds_is_the_sum_of_its_transactions(books, account):
    rand = random.Random(7)
    charges = [books.stray(rand.randrange(1, 9000) * 100, rand.choice(sorted(books.rates))) for _ in range(30)]
    books.fail_refund(account.refunds.create({"charge": charges[0]["id"], "amount": 100}).id)
    account.refunds.create({"charge": charges[1]["id"]})
    books.close(books.dispute(charges[2]), won=True)
    books.close(books.dispute(charges[3]), won=False)
    books.arrive(books.pay_out(1000, "eur"), succeeds=False)
    books.pay_out(700, "eur")
    books.bill(99, "eur")
    seen = list(account.balance_transactions.list({"limit": 7}).auto_paging_iter())
    assert [each.id for each in reversed(seen)] == [each["id"] for each in books.lists["balance_transaction"]]
    assert all(each.net == each.amount - each.fee for each in seen)
    for ahead in (0, 3 * 86_400):
        books.advance(ahead)
        balance = account.balance.retrieve()
        held = sum(part.amount for part in [*balance.available, *balance.pending])
        assert held == sum(each.net for each in seen) == books.sums()["eur"]


def test_a_rate_reads_the_same_as_text_and_gives_the_amount(books, account):
    charge = account.charges.retrieve(books.stray(1_000_000, "jpy")["id"], {"expand": ["balance_transaction"]})
    txn = charge.balance_transaction
    assert Decimal(repr(txn.exchange_rate)) == Decimal("0.0061034")
    assert txn.amount == 610_340  # 1,000,000 yen, in euro cents


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after", "server_error_after"])
def test_the_same_key_is_answered_the_same_even_if_the_first_answer_was_lost(kind, books, http, account):
    http.fault(kind, "POST /v1/checkout/sessions")
    with pytest.raises((stripe.APIConnectionError, stripe.APIError)):
        account.checkout.sessions.create(ONCE, _keyed("k1"))
    first = account.checkout.sessions.create(ONCE, _keyed("k1"))
    assert account.checkout.sessions.create(ONCE, _keyed("k1")).id == first.id
    assert first.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        account.checkout.sessions.create({**ONCE, "locale": "es"}, _keyed("k1"))
    books.advance(90_000)  # a key is forgotten after a day
    assert account.checkout.sessions.create(ONCE, _keyed("k1")).id != first.id
    assert len(books.lists["checkout.session"]) == 2


def test_the_library_tries_again_by_itself_with_one_key_and_one_session(books, http):
    account = stripe.StripeClient(KEY, http_client=http, max_network_retries=2).v1
    for kind in ("timeout_after", "unavailable"):
        http.fault(kind, "POST /v1/checkout")
    account.checkout.sessions.create(ONCE)
    assert len(books.lists["checkout.session"]) == 1 and len(http.slept) == 2


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("timeout_before", stripe.APIConnectionError, None),
        ("reset", stripe.APIConnectionError, None),
        ("rate_limited", stripe.RateLimitError, 429),
        ("server_error", stripe.APIError, 500),
    ],
)
def test_scripted_faults_are_the_library_s_own_errors(kind, error, status, http, account, books):
    http.fault(kind, "POST", skip=1)
    account.customers.create({"email": "a@example.org"})
    with pytest.raises(error) as raised:
        account.customers.create({"email": "b@example.org"})
    assert raised.value.http_status == status and len(books.lists["customer"]) == 1
    assert status != 429 or raised.value.headers["Retry-After"] == "2"


def _once(**changes):
    return {**ONCE, **changes}


def _costs(**price):
    return _once(line_items=[{**ITEM, "price_data": {**ITEM["price_data"], **price}}])


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (_once(locale="ar"), None),  # Stripe's page does not speak Arabic
        (_once(submit="now"), "parameter_unknown"),
        (_once(subscription_data={"metadata": {"a": "b"}}), None),
        ({**MONTHLY, "customer_creation": "always"}, None),
        ({**MONTHLY, "line_items": [ITEM]}, None),
        (_once(success_url="/thanks"), "url_invalid"),
        (_once(line_items=[{**ITEM, "price_data": {**ITEM["price_data"], "amount": 3}}]), "parameter_unknown"),
        (_once(customer="cus_nobody"), "resource_missing"),
        (_costs(currency="xxx"), None),
        (_costs(unit_amount=3), "amount_too_small"),
        (_costs(unit_amount=100_000_000), "amount_too_large"),
        (_costs(currency="kwd", unit_amount=1005), None),
        (_costs(currency="isk", unit_amount=50_050), None),
    ],
)
def test_what_stripe_would_refuse_is_refused(params, code, account):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.checkout.sessions.create(params)
    assert (refused.value.http_status, refused.value.code) == (400, code)


def test_a_refund_is_never_more_than_is_left(books, account):
    charge = books.stray(1000, "usd")["id"]
    account.refunds.create({"charge": charge, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        account.refunds.create({"charge": charge, "amount": 401})
    account.refunds.create({"charge": charge})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.refunds.create({"charge": charge})
    assert refused.value.code == "charge_already_refunded"


def test_lists_are_filtered_by_time_and_events_are_kept_for_thirty_days(books, account):
    start = books.now
    for _ in range(5):
        books.stray(1000, "eur")
        books.advance(10)
    listed = account.charges.list({"created": {"gt": start, "lte": start + 30}})
    assert [each.created - start for each in listed] == [30, 20, 10]
    kinds = account.events.list({"types": ["charge.succeeded"], "created": {"gte": start + 40}})
    assert [each.type for each in kinds] == ["charge.succeeded"]
    books.advance(31 * 86_400)
    assert account.events.list().data == []
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_live_fake", http_client=Client(Api(books))).v1.balance.retrieve()


def test_the_library_accepts_the_courier_s_signature_and_no_other(books):
    took = []

    def send(body, signature):
        try:
            took.append(stripe.Webhook.construct_event(body, signature, "whsec_a", tolerance=10**9).id)
        except stripe.SignatureVerificationError:
            return 400
        return 200

    courier = Courier(books, send, "whsec_a")
    books.stray(1000, "eur")
    courier.double()
    courier.lose(1)
    courier.mix(random.Random(1))
    courier.deliver_all()
    assert not courier.waiting and len(took) == len(books.events)
    assert courier.post(books.events[0], secret="whsec_b") == 400
    body = json.dumps(books.events[0]).encode()
    assert stripe.Webhook.construct_event(body, signed(body, int(time.time()), "old", "new"), "new")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signed(body, int(time.time()) - 301, "new"), "new")


def test_over_http_a_page_is_paid_and_the_app_is_told(monkeypatch):
    with Server(Books(start=time.time)) as server:
        account = stripe.StripeClient(KEY, base_addresses={"api": server.url}).v1
        here = _once(success_url=f"{server.url}/v1/thanks?of={{CHECKOUT_SESSION_ID}}")
        session = account.checkout.sessions.create(here)
        page = _read(session.url)
        assert '<html lang="fr">' in page and "Payer 25.00 EUR" in page
        told = []
        server._send = lambda body, signature: told.append(signature) or 200
        server.courier.send, server.hook = server._send, "to the list"
        with pytest.raises(urllib.error.HTTPError) as thanks:  # nothing is there; but that is where it leads
            urllib.request.urlopen(session.url, b"email=ama%40example.org&way=card")
        assert thanks.value.url.endswith(f"of={session.id}")
        thanks.value.close()
        assert account.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert server.wait() and len(told) == len(server.books.events)
        portal = account.billing_portal.sessions.create({"customer": server.books.customer("a@example.org")["id"]})
        assert "subscription" in _read(portal.url)


def _read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()
