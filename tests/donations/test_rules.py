"""A gift only rises; the settings of Stripe fit together or nothing starts."""

from itertools import permutations

import pytest

from app.donations import rules
from app.donations.models import GIFT_STATES
from app.donations.money import Money
from app.kernel import stripekeys

HOOK = "whsec_a"


def test_a_gift_ends_the_same_whatever_order_it_is_told_in():
    assert set(rules.RISING) == set(GIFT_STATES)
    for told in permutations(("open", "processing", "failed", "given", "expired"), 4):
        state = "begun"
        for word in (*told, *reversed(told)):
            state = rules.moved(state, word)
        assert state == max(told, key=rules.RISING.index)
    assert rules.moved("given", "expired") == "given"


def test_what_events_of_a_session_say():
    def said(word: str, paid: str = "paid"):
        return rules.told_by_session(f"checkout.session.{word}", {"payment_status": paid})

    assert (said("completed"), said("completed", "unpaid")) == ("given", "processing")
    assert (said("async_payment_succeeded"), said("async_payment_failed")) == ("given", "failed")
    assert (said("expired"), said("something_new")) == ("expired", None)


def test_the_state_of_a_monthly_gift_is_that_of_its_subscription():
    def said(status: str, **more):
        return rules.monthly({"status": status, **more})

    assert [said(s) for s in ("active", "trialing", "past_due", "unpaid", "canceled", "incomplete")] == [
        *("active", "active", "past_due", "past_due", "cancelled"),
        None,
    ]
    assert said("active", cancel_at_period_end=True) == said("active", cancel_at=1) == "ending"
    assert [rules.dispute(s) for s in ("needs_response", "warning_closed", "won", "lost")] == [
        *("open", "won", "won", "lost"),
    ]


def test_the_subscription_of_an_invoice_is_found_in_the_shapes_of_old_and_new_versions():
    new = {"parent": {"subscription_details": {"subscription": "sub_1"}}}
    for invoice in (new, {"subscription": "sub_1"}, {"subscription": {"id": "sub_1"}}):
        assert rules.subscription_of(invoice) == "sub_1"
    assert rules.subscription_of({"parent": None}) is None


def test_amounts_are_neither_too_small_nor_larger_than_stripe_takes():
    assert rules.too_little(Money(199, "EUR"), 200) and not rules.too_little(Money(200, "EUR"), 200)
    assert rules.too_much(Money(100_000_000, "EUR")) and not rules.too_much(Money(99_999_999, "EUR"))
    assert rules.too_much(Money(1_000_000, "ISK"))


@pytest.mark.parametrize(
    ("env", "state"),
    [
        ({}, "off"),
        ({"STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}, "off"),
        ({"STRIPE_SECRET_KEY": "sk_test_a", "STRIPE_WEBHOOK_SECRET": HOOK}, "test"),
        ({"STRIPE_SECRET_KEY": "rk_live_a", "STRIPE_WEBHOOK_SECRET": f"{HOOK}, whsec_b"}, "live"),
    ],
)
def test_keys_say_whether_donations_are_off_test_or_live(env, state):
    found = stripekeys.settings(env, "production", "https://plenary.example.org")
    assert (
        found["DONATIONS"] == state and len(found["STRIPE_WEBHOOK_SECRET"]) == {"off": 0, "test": 1, "live": 2}[state]
    )


@pytest.mark.parametrize(
    ("env", "mode", "url"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_a"}, "development", "http://localhost:8000"),
        ({"STRIPE_WEBHOOK_SECRET": HOOK}, "development", "http://localhost:8000"),
        ({"STRIPE_SECRET_KEY": "pk_test_a", "STRIPE_WEBHOOK_SECRET": HOOK}, "production", "https://a.example.org"),
        ({"STRIPE_SECRET_KEY": "sk_live_a", "STRIPE_WEBHOOK_SECRET": HOOK}, "development", "http://localhost:8000"),
        (
            {"STRIPE_SECRET_KEY": "sk_test_a", "STRIPE_WEBHOOK_SECRET": HOOK, "STRIPE_API_BASE": "http://localhost:9"},
            "production",
            "https://a.example.org",
        ),
        (
            {"STRIPE_SECRET_KEY": "sk_test_a", "STRIPE_WEBHOOK_SECRET": HOOK, "STRIPE_API_BASE": "http://a.example"},
            "development",
            "http://localhost:8000",
        ),
    ],
)
def test_settings_that_could_lose_or_leak_money_keep_the_site_from_starting(env, mode, url):
    with pytest.raises(ValueError, match="STRIPE_"):
        stripekeys.settings(env, mode, url)


def test_readyz_says_how_it_stands(client, app, monkeypatch):
    for state in ("off", "test", "live"):
        monkeypatch.setitem(app.config, "DONATIONS", state)
        assert client.get("/readyz").json["donations"] == state
