"""Nobody learns from the way in whether there is an account: same words, same status, same number of hashes, same
number of statements; and whoever tries too often is told the same of every address."""

import re

import argon2
import pytest

from app.accounts import limits, operations
from app.accounts.models import Attempt, SignInStep
from app.kernel import clock
from app.kernel.crypto import keyring
from tests.accounts.support import (
    PASSWORD,
    SECOND,
    SIGN_IN,
    add_passkey,
    app_code,
    make_account,
    passkey_sign_in,
    sign_in,
    signed_in,
)
from tests.desk_support import StaffClient, make_staff
from tests.house.queries import counted
from tests.support import run_task


@pytest.fixture
def hashes(monkeypatch):
    """How often argon2 was computed, by anything."""
    computed = []
    for name in ("hash_secret", "verify_secret"):
        original = getattr(argon2.low_level, name)

        def noted(*args, original=original, **kwargs):
            computed.append(1)
            return original(*args, **kwargs)

        monkeypatch.setattr(argon2.low_level, name, noted)
        monkeypatch.setattr(f"argon2._password_hasher.{name}", noted)
    return computed


def accounts(session) -> dict[str, str]:
    """An address of each kind."""
    disabled = make_account("translator")
    operations.disable(disabled.id, None, clock.now())
    session.commit()
    return {
        "known": make_account("translator").email,
        "with a factor": make_account("moderator", totp=True).email,
        "disabled": disabled.email,
        "without a password": make_staff("translator").email,
        "unknown": "nobody@staff.example.org",
        "no address at all": "nobody",
    }


def test_every_wrong_password_gets_the_same_answer_at_the_same_cost(app, session, hashes):
    found = {}
    for kind, address in accounts(session).items():
        hashes.clear()
        with counted() as asked:
            answer = StaffClient(app).post(SIGN_IN, data={"email": address, "password": "not this one at all"})
        page = re.sub(re.escape(address), "ADDRESS", answer.get_data(as_text=True))
        found[kind] = (answer.status_code, page, len(hashes), len(asked.statements), sorted(answer.headers.keys()))
    assert len({str(seen) for seen in found.values()}) == 1, {
        kind: seen[0:1] + seen[2:] for kind, seen in found.items()
    }
    assert found["known"][0] == 422 and found["known"][2] == 1


def test_the_right_password_of_a_disabled_account_says_no_more(app, session):
    disabled = make_account("translator")
    operations.disable(disabled.id, None, clock.now())
    session.commit()
    _, right = sign_in(app, disabled)
    _, wrong = sign_in(app, disabled, password="not this one at all")
    assert (right.status_code, right.data) == (wrong.status_code, wrong.data)


def test_a_password_beyond_all_measure_costs_the_same_and_opens_nothing(app, hashes):
    for address in (make_account("translator").email, "nobody@staff.example.org"):
        hashes.clear()
        answer = StaffClient(app).post(SIGN_IN, data={"email": address, "password": "x" * 50_000})
        assert answer.status_code == 422 and len(hashes) == 1


def test_too_many_attempts_say_the_same_for_every_address(app, session, hashes):
    said = set()
    for address in accounts(session).values():
        client = StaffClient(app)
        for _ in range(limits.LIMITS["account"][0].tries):
            assert client.post(SIGN_IN, data={"email": address, "password": "wrong"}).status_code == 422
        hashes.clear()
        answer = client.post(SIGN_IN, data={"email": address, "password": PASSWORD})
        assert answer.status_code == 429 and not hashes
        said.add(re.sub(re.escape(address), "ADDRESS", answer.get_data(as_text=True)))
    assert len(said) == 1
    assert "Please wait 15 minutes" in said.pop()


def test_another_spelling_of_the_address_is_the_same_account(app):
    someone = make_account("translator")
    client = StaffClient(app)
    for number in range(limits.LIMITS["account"][0].tries):
        spelt = someone.email.upper() if number % 2 else f" {someone.email} "
        client.post(SIGN_IN, data={"email": spelt, "password": "wrong"})
    assert sign_in(app, someone)[1].status_code == 429


def test_after_the_minutes_that_were_said_one_may_try_again(app, time):
    someone = make_account("translator")
    for _ in range(limits.LIMITS["account"][0].tries):
        sign_in(app, someone, password="wrong")
    time.move(minutes=14)
    _, answer = sign_in(app, someone)
    assert answer.status_code == 429 and "Please wait 1 minute," in answer.get_data(as_text=True)
    time.move(minutes=1)
    assert sign_in(app, someone)[1].status_code == 303


def test_refused_attempts_do_not_prolong_the_wait(app, time):
    someone = make_account("translator")
    for _ in range(limits.LIMITS["account"][0].tries):
        sign_in(app, someone, password="wrong")
    time.move(minutes=14)
    for _ in range(5):
        assert sign_in(app, someone)[1].status_code == 429
    time.move(minutes=1)
    assert sign_in(app, someone)[1].status_code == 303


def test_what_succeeds_does_not_count(app):
    someone = make_account("translator")
    for _ in range(limits.LIMITS["account"][0].tries + 2):
        assert sign_in(app, someone)[1].status_code == 303


def test_one_network_cannot_try_many_addresses(app):
    client = StaffClient(app)
    somewhere = {"REMOTE_ADDR": "203.0.113.7"}
    for number in range(limits.LIMITS["network"][0].tries):
        data = {"email": f"nobody{number}@staff.example.org", "password": "wrong"}
        assert client.post(SIGN_IN, data=data, environ_overrides=somewhere).status_code == 422
    someone = make_account("translator")
    data = {"email": someone.email, "password": PASSWORD}
    assert client.post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": "203.0.113.99"}).status_code == 429
    assert client.post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).status_code == 303


def test_codes_cannot_be_tried_out_not_even_over_a_day(app, time):
    someone = make_account("moderator", totp=True)
    wrong = "000000" if app_code(someone.id) != "000000" else "000001"
    tried, refused = 0, 0
    for _ in range(8):
        client, _ = sign_in(app, someone)
        for _ in range(8):
            status = client.post(SECOND, data={"code": wrong}).status_code
            tried, refused = tried + (status == 422), refused + (status == 429)
        time.move(minutes=16)
    short, day = limits.LIMITS["factor"]
    assert tried == day.tries and refused == 8 * 8 - day.tries and short.tries < 8
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": app_code(someone.id)}).status_code == 429


def test_whoever_is_kept_out_by_others_tries_comes_in_by_a_passkey(app):
    someone = make_account("moderator")
    authenticator, _ = add_passkey(signed_in(app, someone))
    for _ in range(limits.LIMITS["account"][0].tries + 1):
        sign_in(app, someone, password="wrong")
    assert passkey_sign_in(StaffClient(app), authenticator).status_code == 303


def test_the_tables_of_tries_name_nobody_and_are_emptied(app, session, time):
    someone = make_account("moderator", totp=True)
    sign_in(app, someone)
    data = {"email": someone.email, "password": "wrong"}
    StaffClient(app).post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    rows = session.scalars(session.query(Attempt).statement).all()
    assert {row.scope for row in rows} == {"account", "network"}
    keys = {digest[0] for digest in keyring().digests("x", "x")}
    assert all(len(row.digest) == 33 and row.digest[0] in keys for row in rows)
    time.move(days=3)
    run_task(app, "privacy:forget")
    assert not session.query(Attempt).all() and not session.query(SignInStep).all()
