"""Invitations: by mail, for a week, once; the first administrator's link; a link to begin anew."""

import re

import pytest

from app.accounts import invitations, operations, queries
from app.accounts.models import Invitation, Staff, StaffRole
from app.accounts.roles import EVERYWHERE, Role
from app.kernel import clock
from tests.accounts.support import (
    PASSWORD,
    Authenticator,
    add_passkey,
    make_account,
    passkey_sign_in,
    recovery_codes,
    set_up_totp,
    shown_codes,
    sign_in,
    signed_in,
)
from tests.desk_support import StaffClient

LINK = re.compile(r"http://plenary\.test(/\w\w/desk/invitation/[\w-]+)")
NEW = "new.colleague@staff.example.org"


def invite(session, role: str = "moderator", campaign: str = "un75", email: str = NEW, lang: str = "en", **held) -> int:
    made = invitations.invite(email, Role(role, campaign, **held), lang, None, clock.now())
    session.commit()
    return made


@pytest.fixture
def link(session, work, mailbox):
    """Invites, and gives the path of the link in the mail."""

    def by_mail(*args, **kwargs) -> str:
        invite(session, *args, **kwargs)
        work()
        return LINK.search(mailbox()[-1].text)[1]

    return by_mail


def fill_in(**changes) -> dict[str, str]:
    values = {"name": "Fictional Newcomer", "language": "fr", "password": PASSWORD, "repeated": PASSWORD}
    return {**values, **changes}


def begin_with_passkey(client, path: str, **changes):
    options = client.post(f"{path}/passkey-options", data={"name": "Fictional Newcomer"}).get_json()
    authenticator = Authenticator()
    values = {"name": "Fictional Newcomer", "language": "fr", **authenticator.create(options), **changes}
    return authenticator, client.post(path, data=values)


def roles_of(session, email: str) -> list[tuple]:
    someone = queries.by_address(email)
    rows = session.query(StaffRole).filter_by(staff_id=someone.id)
    return [(row.campaign, row.role, row.languages, row.networks) for row in rows]


def test_an_invitation_comes_by_mail_in_its_language_and_opens_its_page(app, session, work, mailbox):
    invite(session, lang="ar")
    assert work() == ["accounts:invite"]
    (mail,) = mailbox()
    assert mail.to == NEW and mail.language == "ar"
    assert "signed" not in mail.text and "Withdraw" not in mail.text
    page = StaffClient(app).get(LINK.search(mail.text)[1])
    assert page.status_code == 200


def test_a_password_begins_and_leads_to_the_second_factor(app, session, link):
    client, path = StaffClient(app), link("moderator")
    assert client.post(path, data=fill_in()).headers["Location"] == "/fr/desk"
    assert client.get("/fr/desk").headers["Location"] == "/fr/desk/me/factor"
    _, answer = set_up_totp(client)
    assert len(shown_codes(answer)) == 10
    assert client.get("/fr/desk").status_code == 200
    assert roles_of(session, NEW) == [("un75", "moderator", [], [])]


def test_a_passkey_begins_alone_and_shows_the_recovery_codes_once(app, session, link):
    client, path = StaffClient(app), link("moderator")
    authenticator, answer = begin_with_passkey(client, path)
    assert answer.status_code == 200 and len(shown_codes(answer)) == 10
    assert client.get("/fr/desk").status_code == 200
    assert queries.by_address(NEW).password is None
    assert passkey_sign_in(StaffClient(app), authenticator).headers["Location"] == "/fr/desk"


def test_a_translator_gets_the_languages_named(app, session, link):
    StaffClient(app).post(link("translator", languages=("fr", "pt")), data=fill_in())
    assert roles_of(session, NEW) == [("un75", "translator", ["fr", "pt"], [])]


def test_opening_the_link_changes_nothing(app, session, link):
    path = link()
    for _ in range(3):
        assert StaffClient(app).get(path).status_code == 200
    assert queries.by_address(NEW) is None


def test_an_invitation_is_used_once(app, session, link):
    path = link()
    StaffClient(app).post(path, data=fill_in())
    client = StaffClient(app)
    assert client.get(path).status_code == 404
    assert client.post(path, data=fill_in()).status_code == 404
    assert client.post(f"{path}/passkey-options").status_code == 404
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]


def test_an_invitation_expires_after_a_week(app, link, time):
    path = link()
    time.move(days=6, hours=23)
    assert StaffClient(app).get(path).status_code == 200
    time.move(hours=1)
    assert StaffClient(app).get(path).status_code == 404
    assert StaffClient(app).post(path, data=fill_in()).status_code == 404


def test_an_invitation_that_was_withdrawn_opens_nothing_and_sends_no_mail(app, session, link, work, mailbox):
    path = link()
    administrator = signed_in(app, make_account("administrator", totp=True))
    page = administrator.get("/en/desk/un75/staff").get_data(as_text=True)
    assert NEW in page
    answer = administrator.post(re.search(r'action="([^"]+/withdraw)"', page)[1])
    assert answer.status_code == 303
    assert StaffClient(app).get(path).status_code == 404
    invitations.withdraw(invite(session), None, None, clock.now())
    session.commit()
    work()
    assert len(mailbox()) == 1


def test_a_mail_that_goes_out_twice_has_a_link_that_works(app, session, work, mailbox, time):
    made = invite(session)
    work()
    time.move(seconds=1)
    app.extensions["jobs"].tasks["accounts:invite"].func(invitation_id=made)
    assert StaffClient(app).get(LINK.search(mailbox()[-1].text)[1]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short", "repeated": "short"}, "at least 12 characters"),
        ({"password": "password2026!", "repeated": "password2026!"}, "first that are tried"),
        ({"password": "Fictional Newcomer", "repeated": "Fictional Newcomer"}, "first that are tried"),
        ({"repeated": "something else entirely"}, "not the same"),
        ({"name": " \u202e "}, "write your name"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_goes_on_working(app, link, changes, words):
    client, path = StaffClient(app), link()
    answer = client.post(path, data=fill_in(**changes))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and words in page
    assert PASSWORD not in page
    assert client.post(path, data=fill_in()).status_code == 303


def test_a_passkey_made_for_somebody_elses_page_is_refused(app, session, link):
    path = link()
    own = signed_in(app, make_account("translator"))
    options = own.post("/en/desk/me/passkeys/options").get_json()
    values = {"name": "Fictional", "language": "en", **Authenticator().create(options)}
    assert StaffClient(app).post(path, data=values).status_code == 422
    mine = StaffClient(app).post(f"{path}/passkey-options").get_json()
    assert own.post("/en/desk/me/passkeys", data=Authenticator().create(mine)).status_code == 422


def test_whoever_has_an_account_signs_in_and_takes_the_role_on(app, session, link):
    someone = make_account("translator", "another")
    path = link("observer", email=someone.email.upper())
    stranger = StaffClient(app)
    page = stranger.get(path).get_data(as_text=True)
    assert "have an account here already" in page and f"next={path}" in page
    stranger.post(path, data=fill_in())
    other = signed_in(app, make_account("translator"))
    other.post(path)
    assert len(roles_of(session, someone.email)) == 1
    client = signed_in(app, someone)
    assert "Take the role on" in client.get(path).get_data(as_text=True)
    assert client.post(path).headers["Location"] == "/en/desk/un75"
    assert len(roles_of(session, someone.email)) == 2
    assert client.post(path).status_code == 404


def test_the_first_administrator_has_a_link_until_somebody_works_here(app, session):
    session.query(Invitation).delete()
    first, second = invitations.first(clock.now()), invitations.first(clock.now())
    session.commit()
    client = StaffClient(app)
    assert client.get(f"/en/desk/invitation/{first}").status_code == 404, "a fresh one takes its place"
    path = f"/en/desk/invitation/{second}"
    assert client.post(path, data=fill_in()).status_code == 422, "an address is asked for"
    assert client.post(path, data=fill_in(email="first@staff.example.org")).status_code == 303
    assert roles_of(session, "first@staff.example.org") == [(EVERYWHERE, "administrator", [], [])]
    assert invitations.first(clock.now()) is None
    assert client.get(path).status_code == 404


def test_the_first_administrators_link_dies_with_the_first_account_however_it_came(app, session, link):
    token = invitations.first(clock.now())
    session.commit()
    StaffClient(app).post(link(), data=fill_in())
    assert StaffClient(app).get(f"/en/desk/invitation/{token}").status_code == 404
    assert StaffClient(app).post(f"/en/desk/invitation/{token}", data=fill_in(email="x@example.org")).status_code == 404


def test_a_lost_key_is_reset_and_its_owner_begins_anew_with_the_roles_they_had(app, session, work, mailbox):
    someone = make_account("moderator", totp=True)
    codes = recovery_codes(someone.id)
    client = signed_in(app, someone)
    authenticator, _ = add_passkey(client)
    invitations.reset(someone.id, None, clock.now())
    session.commit()
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]
    assert sign_in(app, someone)[1].status_code == 422, "the password alone does not let a thief set up a factor"
    assert passkey_sign_in(StaffClient(app), authenticator).status_code == 422
    work()
    mail = mailbox()[-1]
    assert mail.to == someone.email
    path = LINK.search(mail.text)[1]
    fresh = StaffClient(app)
    assert someone.name in fresh.get(path).get_data(as_text=True)
    _, answer = begin_with_passkey(fresh, path)
    assert len(shown_codes(answer)) == 10 and not set(shown_codes(answer)) & set(codes)
    assert fresh.get("/fr/desk").status_code == 200
    assert [role for _, role, *_ in roles_of(session, someone.email)] == ["moderator"]
    assert session.query(Staff).filter_by(id=someone.id).one().password is None


def test_a_second_reset_ends_the_first_link(app, session, work, mailbox, time):
    someone = make_account("moderator")
    for _ in range(2):
        time.move(seconds=1)
        invitations.reset(someone.id, None, clock.now())
        session.commit()
        work()
    first, second = (LINK.search(mail.text)[1] for mail in mailbox())
    assert StaffClient(app).get(first).status_code == 404
    assert StaffClient(app).get(second).status_code == 200


@pytest.mark.parametrize("path", ["by the verb", "in the row alone"])
def test_what_somebody_wrote_who_is_shut_out_meanwhile_lets_nobody_in(session, work, mailbox, client, path):
    inviter = make_account("administrator")
    role = Role("administrator", "un75")
    invitations.invite(NEW, role, "en", inviter.id, clock.now())
    session.commit()
    work()
    link = LINK.search(mailbox()[-1].text)[1]
    assert client.get(link).status_code == 200
    invitations.invite("other@staff.example.org", role, "en", inviter.id, clock.now())
    if path == "by the verb":
        operations.disable(inviter.id, None, clock.now())
    else:
        session.get(Staff, inviter.id).disabled_at = clock.now()
    session.commit()
    assert client.get(link).status_code == 404
    assert client.post(link, data=fill_in()).status_code == 404
    assert queries.by_address(NEW) is None
    assert not [one for one in queries.open_invitations(None, clock.now()) if one.invited_by]
    sent = len(mailbox())
    work()
    assert len(mailbox()) == sent


def test_an_invitation_stays_dead_when_its_writer_comes_back(session, client):
    inviter = make_account("administrator")
    token = invitations.new_link(
        invitations.invite(NEW, Role("moderator", "un75"), "en", inviter.id, clock.now(), mail=False)
    )
    operations.disable(inviter.id, None, clock.now())
    operations.enable(inviter.id, None, clock.now())
    session.commit()
    assert client.get(f"/en/desk/invitation/{token}").status_code == 404
