"""Sessions: a new id at each sign-in, idle and absolute limits, listed and ended, everywhere when it matters."""

import pytest

from app.accounts import guard, invitations, operations, sessions
from app.accounts.models import StaffSession
from app.accounts.roles import Role
from app.kernel import clock
from tests.accounts.support import (
    PASSWORD,
    SECOND,
    add_passkey,
    app_code,
    make_account,
    passkey_sign_in,
    set_up_totp,
    sign_in,
    signed_in,
)
from tests.desk_support import StaffClient
from tests.support import run_task


def token(client) -> str | None:
    found = client.get_cookie(guard.cookie_name())
    return found.value if found else None


def is_in(client) -> bool:
    return client.get("/en/desk/me").status_code == 200


def test_signing_in_takes_no_session_that_was_there_before(app):
    """Fixation: a cookie that somebody slipped in opens nothing, and is not the one after signing in."""
    someone = make_account("translator")
    client = StaffClient(app)
    client.set_cookie(guard.cookie_name(), "chosen-by-somebody-else")
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]
    sign_in(app, someone, client=client)
    assert token(client) != "chosen-by-somebody-else" and is_in(client)
    other = StaffClient(app)
    other.set_cookie(guard.cookie_name(), "chosen-by-somebody-else")
    assert not is_in(other)


def test_each_sign_in_has_an_id_of_its_own_and_ends_the_one_before_in_that_browser(app, time):
    someone = make_account("moderator", totp=True)
    client = signed_in(app, someone)
    first = token(client)
    time.move(minutes=1)
    sign_in(app, someone, client=client)
    client.post(SECOND, data={"code": app_code(someone.id)})
    assert token(client) != first and is_in(client)
    old = StaffClient(app)
    old.set_cookie(guard.cookie_name(), first)
    assert not is_in(old)


def test_the_half_way_cookie_opens_nothing(app):
    client, _ = sign_in(app, make_account("moderator", totp=True))
    half = client.get_cookie(guard.step_cookie_name()).value
    client.set_cookie(guard.cookie_name(), half)
    assert not is_in(client)


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(app, monkeypatch):
    someone = make_account("translator")
    _, answer = sign_in(app, someone)
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Max-Age" not in answer.headers["Set-Cookie"] and "Domain" not in answer.headers["Set-Cookie"]
    monkeypatch.setitem(app.config, "SITE_URL", "https://plenary.example.org")
    origin = {"Origin": "https://plenary.example.org"}
    answer = StaffClient(app).post(
        "/en/desk/sign-in", data={"email": someone.email, "password": PASSWORD}, headers=origin
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-desk=") and "Secure" in cookie and "Path=/" in cookie


def test_a_session_ends_after_two_idle_hours(app, time):
    client = signed_in(app, make_account("translator"))
    time.move(hours=1, minutes=59)
    assert is_in(client)
    time.move(hours=1, minutes=59)
    assert is_in(client)
    time.move(hours=2)
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(app, time):
    client = signed_in(app, make_account("translator"))
    for _ in range(11):
        time.move(hours=1)
        assert is_in(client)
    time.move(hours=1)
    assert not is_in(client)


def test_signing_out_ends_it_in_the_database_too(app):
    client = signed_in(app, make_account("translator"))
    kept = token(client)
    assert client.post("/en/desk/sign-out").status_code == 303
    assert token(client) is None
    client.set_cookie(guard.cookie_name(), kept)
    assert not is_in(client)


def test_one_sees_ones_sessions_and_ends_them_singly_or_all_others(app):
    someone = make_account("translator")
    here, there, third = (signed_in(app, someone) for _ in range(3))
    page = here.get("/en/desk/me").get_data(as_text=True)
    assert page.count("/end") - page.count("/end-others") == 2
    signed = sessions.signed(token(there), clock.now())
    here.post(f"/en/desk/me/sessions/{signed.session_id}/end")
    assert not is_in(there) and is_in(third)
    here.post("/en/desk/me/sessions/end-others")
    assert not is_in(third) and is_in(here)


def test_nobody_ends_the_session_of_another(app):
    mine, other = signed_in(app, make_account("translator")), signed_in(app, make_account("translator"))
    signed = sessions.signed(token(other), clock.now())
    mine.post(f"/en/desk/me/sessions/{signed.session_id}/end")
    assert is_in(other)


@pytest.mark.parametrize(
    "act",
    [
        lambda someone, now: operations.disable(someone.id, None, now),
        lambda someone, now: invitations.reset(someone.id, None, now),
        lambda someone, now: operations.end_sessions(someone.id, None, now),
        lambda someone, now: operations.set_password(someone.id, "another wall, another ten", now),
    ],
    ids=["disabled", "factor reset", "ended by an administrator", "password changed"],
)
def test_everything_ends_everywhere_when_it_matters(app, session, act):
    someone = make_account("moderator", totp=True)
    clients = [signed_in(app, someone)]
    clients.append(StaffClient(app))
    clients[1].set_cookie(guard.cookie_name(), sessions.begin(someone.id, "", True, clock.now()))
    session.commit()
    act(someone, clock.now())
    session.commit()
    assert not any(is_in(client) for client in clients)


def test_changing_ones_password_keeps_this_browser_under_a_new_id_and_no_other(app):
    someone = make_account("translator")
    here, there = signed_in(app, someone), signed_in(app, someone)
    before = token(here)
    new = "a rather long one, with ß"
    data = {"new-password": new, "new-repeated": new}
    page = here.post("/en/desk/me/password", data=data)
    assert page.status_code == 403, "a password is asked for again first"
    kept = {**data, "again-target": "/en/desk/me/password", "again-method": "POST", "again-password": PASSWORD}
    assert here.post("/en/desk/again", data=kept).status_code == 200
    assert here.post("/en/desk/me/password", data=data).status_code == 303
    assert token(here) != before and is_in(here) and not is_in(there)
    assert sign_in(app, someone)[1].status_code == 422
    assert sign_in(app, someone, password=new)[1].status_code == 303


def test_a_first_factor_ends_what_a_password_alone_had_opened(app):
    someone = make_account("moderator")
    thief, owner = signed_in(app, someone), signed_in(app, someone)
    set_up_totp(owner)
    assert is_in(owner)
    assert "/desk/sign-in" in thief.get("/en/desk/me/factor").headers["Location"]


def test_a_role_that_sees_people_is_not_used_before_there_is_a_factor(app, session):
    someone = make_account("translator")
    client = signed_in(app, someone)
    assert client.get("/en/desk/un75").status_code == 200
    operations.give_role(someone.id, Role("moderator", "un75"), None, clock.now())
    session.commit()
    assert client.get("/en/desk/un75").headers["Location"] == "/en/desk/me/factor"


def test_a_role_taken_away_is_gone_at_once_from_an_open_session(app, session):
    someone = make_account("translator")
    client = signed_in(app, someone)
    operations.take_role(someone.id, "un75", "translator", None, clock.now())
    session.commit()
    assert client.get("/en/desk/un75").status_code == 403
    assert client.post("/en/desk/sign-out").status_code == 303


def test_sessions_that_ended_long_ago_are_deleted(app, session, time):
    signed_in(app, make_account("translator"))
    time.move(days=32)
    run_task(app, "privacy:forget")
    assert session.query(StaffSession).count() == 0


def test_what_matters_much_asks_again_after_a_quarter_of_an_hour_and_keeps_what_was_typed(app, time):
    someone = make_account("administrator", "*", totp=True)
    client = signed_in(app, someone)
    data = {"email": "new@staff.example.org", "language": "fr", "role": "translator", "languages": ["fr", "ar"]}
    time.move(minutes=16)
    answer = client.post("/en/desk/un75/staff/invite", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    for value in ("new@staff.example.org", 'value="ar"', 'name="again-target" value="/en/desk/un75/staff/invite"'):
        assert value in page
    kept = {**data, "again-target": "/en/desk/un75/staff/invite", "again-method": "POST"}
    wrong = client.post("/en/desk/again", data={**kept, "again-code": "000000"})
    assert wrong.status_code == 422 and "new@staff.example.org" in wrong.get_data(as_text=True)
    right = client.post("/en/desk/again", data={**kept, "again-code": app_code(someone.id)})
    page = right.get_data(as_text=True)
    assert right.status_code == 200 and '<form method="post" action="/en/desk/un75/staff/invite">' in page
    assert page.count('name="languages"') == 2 and "again-" not in page
    assert client.post("/en/desk/un75/staff/invite", data=data).status_code == 303


def test_a_passkey_answers_the_same_question(app, time):
    someone = make_account("administrator", "*")
    client = signed_in(app, someone)
    authenticator, _ = add_passkey(client)
    time.move(minutes=16)
    assert client.get("/en/desk/me/factor").status_code == 403
    options = client.post("/en/desk/again/passkey-options").get_json()
    said = {f"again-{name}": value for name, value in authenticator.get(options).items()}
    answer = client.post("/en/desk/again", data={**said, "again-target": "/en/desk/me/factor", "again-method": "GET"})
    assert answer.headers["Location"] == "/en/desk/me/factor"
    assert client.get("/en/desk/me/factor").status_code == 200


def test_a_password_is_no_answer_where_there_is_a_factor(app, time):
    someone = make_account("moderator", totp=True)
    client = signed_in(app, someone)
    time.move(minutes=16)
    said = {"again-target": "/en/desk/me", "again-password": PASSWORD}
    assert client.post("/en/desk/again", data=said).status_code == 422
    assert client.post("/en/desk/me/codes").status_code == 403


def test_a_password_asked_for_again_is_no_second_factor(app, time):
    someone = make_account("moderator")
    client = signed_in(app, someone)
    time.move(minutes=16)
    assert client.get("/en/desk/me/factor").status_code == 403
    answer = client.post("/en/desk/again", data={"again-target": "/en/desk", "again-password": PASSWORD})
    assert answer.headers["Location"] == "/en/desk/me/factor"
    assert client.get("/en/desk").headers["Location"] == "/en/desk/me/factor"
    assert client.get("/en/desk/me/factor").status_code == 200


def test_passkey_sign_in_is_a_new_session_too(app):
    someone = make_account("moderator")
    client = signed_in(app, someone)
    authenticator, _ = add_passkey(client)
    before = token(client)
    passkey_sign_in(client, authenticator)
    assert token(client) != before
    old = StaffClient(app)
    old.set_cookie(guard.cookie_name(), before)
    assert not is_in(old)
