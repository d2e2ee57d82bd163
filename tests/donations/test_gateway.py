"""Our row exists before the call, and its key makes every try the same call."""

from datetime import timedelta

import pytest

from app.donations import gateway, operations
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db

BACK = "http://plenary.test/en/un75/give/token"


def begun(**more):
    values = {"campaign": "un75", "given": Money(2500, "EUR"), "interval": "once", "language": "ar", **more}
    gift, _token = operations.begin(now=clock.now(), **values)
    db.session.commit()
    return gift


def sessions(world) -> list[dict]:
    return world.books.lists["checkout.session"]


@pytest.mark.parametrize("kind", ["timeout_after", "timeout_before", "reset", "server_error", "server_error_after"])
def test_one_fault_is_tried_again_with_the_same_key_and_opens_one_session(world, kind):
    gift = begun()
    world.http.fault(kind, "POST /v1/checkout")
    session, url = gateway.open_checkout(gift, BACK, "A gift (fictional)")
    assert [each["id"] for each in sessions(world)] == [session] and url.startswith("https://")


@pytest.mark.parametrize("kind", ["timeout_after", "rate_limited", "unavailable"])
def test_when_stripe_is_away_the_same_row_is_tried_again_later(world, kind):
    gift = begun()
    # The library tries none again that asks for patience.
    world.http.fault(kind, "POST /v1/checkout", times=1 if kind == "rate_limited" else 2)
    with pytest.raises(gateway.Away):
        gateway.open_checkout(gift, BACK, "A gift (fictional)")
    assert operations.may_try(gift, clock.now()) and not operations.may_try(gift, clock.now() + timedelta(hours=24))
    session, url = gateway.open_checkout(gift, BACK, "A gift (fictional)")
    assert [each["id"] for each in sessions(world)] == [session]
    operations.opened(gift, session, url, clock.now())
    assert gift.state == "open" and gift.checkout_url == url and not operations.may_try(gift, clock.now())


def test_an_answer_that_stripe_only_repeats_is_asked_for_with_another_key(world, monkeypatch):
    """Stripe keeps for a key that it was broken, and repeats it for a day."""
    gift, keys, honest = begun(), [], world.http.request

    def broken(method, url, headers, post_data=None, **more):
        keys.append(headers["Idempotency-Key"])
        if keys[-1] != str(gift.key):
            return honest(method, url, headers, post_data, **more)
        return '{"error": {"type": "api_error"}}', 500, {"Idempotent-Replayed": "true" if len(keys) > 1 else "false"}

    monkeypatch.setattr(world.http, "request", broken)
    session, _url = gateway.open_checkout(gift, BACK, "A gift (fictional)")
    assert [each["id"] for each in sessions(world)] == [session]
    assert keys == [str(gift.key), str(gift.key), f"{gift.key}-2"]


def test_a_title_that_changed_meanwhile_keeps_nobody_from_giving(world):
    gift = begun()
    gateway.open_checkout(gift, BACK, "A gift (fictional)")
    session, _url = gateway.open_checkout(gift, BACK, "Another name (fictional)")
    assert sessions(world)[-1]["id"] == session and len(sessions(world)) == 2


def test_what_is_asked_of_stripe(world):
    gift = begun(given=Money(1500, "ISK"), interval="monthly")
    gateway.open_checkout(gift, BACK, "A gift (fictional)")
    method, path, asked = world.api.calls[-1]
    assert (method, path) == ("post", "/v1/checkout/sessions")
    price = asked["line_items"][0]["price_data"]
    assert (price["currency"], price["unit_amount"], price["recurring"]["interval"]) == ("isk", "150000", "month")
    assert asked["client_reference_id"] == str(gift.key) and asked["mode"] == "subscription"
    assert (
        asked["locale"] == "auto" and asked["success_url"] == BACK and asked["adaptive_pricing"]["enabled"] == "false"
    )


def test_a_refund_goes_once_whatever_happens_to_the_answer(world):
    charge = world.books.pay(world.begin().session)
    for kind in ("timeout_after", "server_error_after"):
        world.http.fault(kind, "POST /v1/refunds", times=2)
        with pytest.raises(gateway.Away):
            gateway.refund(charge["id"], 500, "EUR", f"press-{kind}")
        made = gateway.refund(charge["id"], 500, "EUR", f"press-{kind}")
        assert made["amount"] == 500
    assert len(world.books.lists["refund"]) == 2
    with pytest.raises(gateway.Refused):
        gateway.refund(charge["id"], 2000, "EUR", "press-too-much")


def test_a_key_that_stripe_refuses_is_as_if_stripe_were_away(world, monkeypatch):
    monkeypatch.setitem(world.app.config, "STRIPE_SECRET_KEY", "sk_live_other")
    with pytest.raises(gateway.Away):
        gateway.balance()


def test_the_portal_speaks_the_readers_language_where_it_can(world):
    gift = world.begin(interval="monthly")
    world.books.pay(gift.session)
    world.tell()
    db.session.refresh(gift)
    assert gateway.portal_url(gift.customer, BACK, "fr").startswith("https://")
    assert world.api.calls[-1][2]["locale"] == "fr"
