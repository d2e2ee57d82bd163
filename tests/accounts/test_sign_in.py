"""Signing in: password and second factor, a passkey alone, and what leads nowhere else."""

import pytest

from app.accounts import operations, passkeys, queries
from app.kernel import clock
from tests.accounts.support import (
    PASSWORD,
    SECOND,
    SIGN_IN,
    Authenticator,
    add_passkey,
    app_code,
    make_account,
    passkey_sign_in,
    recovery_codes,
    set_up_totp,
    shown_codes,
    sign_in,
    signed_in,
)
from tests.desk_support import StaffClient


def test_a_translator_may_come_in_by_a_password_alone(app):
    client, answer = sign_in(app, make_account("translator", languages=["fr"]))
    assert answer.status_code == 303 and answer.headers["Location"] == "/en/desk"
    assert client.get("/en/desk").status_code == 200


def test_whoever_has_an_app_is_asked_for_its_code_and_is_not_in_before(app):
    someone = make_account("moderator", totp=True)
    client, answer = sign_in(app, someone)
    assert answer.headers["Location"] == SECOND
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]
    answer = client.post(SECOND, data={"code": app_code(someone.id)})
    assert answer.headers["Location"] == "/en/desk"
    assert client.get("/en/desk").status_code == 200


@pytest.mark.parametrize("role", ["administrator", "campaigner", "moderator", "coordinator", "treasurer"])
def test_whoever_sees_personal_data_and_has_no_factor_is_led_to_set_one_up_before_anything_else_opens(app, role):
    client = signed_in(app, make_account(role))
    for path in ("/en/desk", "/en/desk/me", "/en/desk/un75"):
        assert client.get(path).headers["Location"] == "/en/desk/me/factor"
    assert client.get("/en/desk/me/factor").status_code == 200
    _, answer = set_up_totp(client)
    assert len(shown_codes(answer)) == 10
    assert client.get("/en/desk").status_code == 200


@pytest.mark.parametrize("role", ["translator", "observer"])
def test_the_others_may_work_without(app, role):
    client = signed_in(app, make_account(role, languages=["fr"]))
    assert client.get("/en/desk/un75").status_code == 200


def test_a_code_is_taken_once(app):
    someone = make_account("moderator", totp=True)
    code = app_code(someone.id)
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": code}).status_code == 303
    client, _ = sign_in(app, someone)
    answer = client.post(SECOND, data={"code": code})
    assert answer.status_code == 422 and "/desk/sign-in" in client.get("/en/desk").headers["Location"]


@pytest.mark.parametrize(("back", "status"), [(0, 303), (1, 303), (-1, 303), (2, 422), (-2, 422)])
def test_a_code_may_be_half_a_minute_early_or_late_and_no_more(app, back, status):
    someone = make_account("moderator", totp=True)
    code = app_code(someone.id, back)
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": code}).status_code == status


def test_a_code_may_be_typed_with_spaces_and_in_arabic_digits(app):
    someone = make_account("moderator", totp=True)
    client, _ = sign_in(app, someone)
    code = app_code(someone.id).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert client.post(SECOND, data={"code": f" {code[:3]} {code[3:]}"}).status_code == 303


def test_a_recovery_code_works_once_and_the_page_says_how_many_are_left(app):
    someone = make_account("moderator", totp=True)
    code = recovery_codes(someone.id)[3]
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": code.lower().replace("-", " ")}).status_code == 303
    assert "9 are left" in client.get("/en/desk").get_data(as_text=True)
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": code}).status_code == 422


def test_new_recovery_codes_end_the_old_ones(app):
    someone = make_account("moderator", totp=True)
    old = recovery_codes(someone.id)
    client = signed_in(app, someone)
    new = shown_codes(client.post("/en/desk/me/codes"))
    assert len(set(new)) == 10 and not set(new) & set(old)
    client, _ = sign_in(app, someone)
    assert client.post(SECOND, data={"code": old[0]}).status_code == 422
    assert client.post(SECOND, data={"code": new[0]}).status_code == 303


def test_a_passkey_does_alone(app):
    someone = make_account("moderator")
    client = signed_in(app, someone)
    authenticator, answer = add_passkey(client)
    assert len(shown_codes(answer)) == 10
    client = StaffClient(app)
    assert passkey_sign_in(client, authenticator).headers["Location"] == "/en/desk"
    assert client.get("/en/desk").status_code == 200
    assert queries.passkeys(someone.id)[0].used_at is not None


def test_a_passkeys_answer_is_taken_once_and_for_its_own_challenge(app):
    authenticator, _ = add_passkey(signed_in(app, make_account("moderator")))
    client = StaffClient(app)
    first = client.post("/en/desk/sign-in/passkey-options").get_json()
    second = client.post("/en/desk/sign-in/passkey-options").get_json()
    swapped = {**authenticator.get(first), "step": second["step"]}
    assert client.post("/en/desk/sign-in/passkey", data=swapped).status_code == 422
    answer = authenticator.get(first)
    assert client.post("/en/desk/sign-in/passkey", data=answer).status_code == 303
    assert client.post("/en/desk/sign-in/passkey", data=answer).status_code == 422


@pytest.mark.parametrize(
    "change",
    [{"origin": "https://elsewhere.example"}, {"host": "elsewhere.example"}, {"verified": False}],
    ids=["another origin", "another host", "nobody verified"],
)
def test_a_passkey_used_elsewhere_or_without_its_owner_is_refused(app, change):
    authenticator, _ = add_passkey(signed_in(app, make_account("moderator")))
    for name, value in change.items():
        setattr(authenticator, name, value)
    assert passkey_sign_in(StaffClient(app), authenticator).status_code == 422


def test_an_unknown_passkey_and_nonsense_are_refused_alike(app):
    client = StaffClient(app)
    unknown = passkey_sign_in(client, Authenticator())
    for nonsense in ("", "x", "[]", "{}", '{"id": 5}', '{"id": "%%%"}', '{"id":"AAAA","response":{}}', "[" * 9000):
        answer = passkey_sign_in(client, Authenticator(), credential=nonsense)
        assert answer.status_code == unknown.status_code == 422
    assert client.post("/en/desk/sign-in/passkey", data={}).status_code == 422


def test_another_persons_passkey_does_not_answer_for_somebody(app):
    stranger, _ = add_passkey(signed_in(app, make_account("moderator")))
    client = signed_in(app, make_account("moderator", totp=True))
    options = client.post("/en/desk/again/passkey-options").get_json()
    said = {f"again-{name}": value for name, value in stranger.get(options).items()}
    assert client.post("/en/desk/again", data={**said, "again-target": "/en/desk/me"}).status_code == 422


def test_whoever_is_disabled_comes_in_by_no_way(app, session):
    someone = make_account("moderator", totp=True)
    authenticator, _ = add_passkey(signed_in(app, someone))
    half, _ = sign_in(app, someone)
    operations.disable(someone.id, None, clock.now())
    session.commit()
    assert sign_in(app, someone)[1].status_code == 422
    assert half.post(SECOND, data={"code": app_code(someone.id, -1)}).status_code == 422
    assert passkey_sign_in(StaffClient(app), authenticator).status_code == 422


def test_signing_in_leads_back_to_the_page_one_wanted(app):
    someone = make_account("translator", languages=["fr"])
    client = StaffClient(app)
    answer = client.get("/fr/desk/me?x=1")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'name="next" type="hidden" value="/fr/desk/me?x=1"' in page
    _, answer = sign_in(app, someone, client=client, next="/fr/desk/me?x=1")
    assert answer.headers["Location"] == "/fr/desk/me?x=1"


ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/en/desk",
    "/\\elsewhere.example/en/desk",
    "/en/desk/../../..//elsewhere.example",
    "/en/desk/./x",
    "/en/desk//elsewhere.example",
    "/en/deskelsewhere",
    "/en/un75",
    "javascript:alert(1)",
    "/en/desk\r\nSet-Cookie: a=b",
    " /en/desk",
    "/en/desk\u2028x",
    "en/desk",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nothing_leads_elsewhere(app, elsewhere):
    someone = make_account("moderator", totp=True)
    client, answer = sign_in(app, someone, next=elsewhere)
    assert answer.headers["Location"] == SECOND
    assert client.post(SECOND, data={"code": app_code(someone.id), "next": elsewhere}).headers["Location"] == "/en/desk"
    assert client.get(SIGN_IN, query_string={"next": elsewhere}).headers["Location"] == "/en/desk"
    said = {"again-target": elsewhere, "again-code": app_code(someone.id, -1), "again-method": "POST"}
    page = client.post("/en/desk/again", data=said).get_data(as_text=True)
    assert '<form method="post" action="/en/desk">' in page


def test_the_password_comes_back_on_no_page_and_the_address_does(app):
    someone = make_account("moderator", totp=True)
    _, answer = sign_in(app, someone, password=f"{PASSWORD}!")
    page = answer.get_data(as_text=True)
    assert PASSWORD not in page and someone.email in page


def test_a_sign_in_half_done_grows_old(app, time):
    someone = make_account("moderator", totp=True)
    client, _ = sign_in(app, someone)
    time.move(minutes=11)
    assert client.get(SECOND).status_code == 422
    assert client.post(SECOND, data={"code": app_code(someone.id)}).status_code == 422


def test_a_sign_in_half_done_ends_with_the_password_that_began_it(app, session):
    someone = make_account("moderator", totp=True)
    client, _ = sign_in(app, someone)
    assert client.get(SECOND).status_code == 200
    operations.set_password(someone.id, "eleven blue bottles on a wall", clock.now())
    session.commit()
    assert client.post(SECOND, data={"code": app_code(someone.id)}).status_code == 422


def test_post_from_elsewhere_signs_nobody_in_or_out(app):
    client = signed_in(app, make_account("translator"))
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/en/desk/sign-out", headers=elsewhere).status_code == 403
    assert client.get("/en/desk").status_code == 200


@pytest.mark.parametrize(
    ("mode", "asked", "host", "origins"),
    [
        ("production", "plenary.example.org", "plenary.example.org", ["https://plenary.example.org"]),
        ("production", "localhost:8000", "plenary.example.org", ["https://plenary.example.org"]),
        ("development", "localhost:8000", "localhost", ["https://plenary.example.org", "http://localhost:8000"]),
        ("development", "192.0.2.1", "plenary.example.org", ["https://plenary.example.org"]),
    ],
)
def test_passkeys_are_for_the_public_address_and_outside_production_for_localhost(
    app, monkeypatch, mode, asked, host, origins
):
    monkeypatch.setitem(app.config, "MODE", mode)
    monkeypatch.setitem(app.config, "SITE_URL", "https://plenary.example.org")
    with app.test_request_context(base_url=f"http://{asked}/"):
        assert passkeys.place() == (host, origins)
