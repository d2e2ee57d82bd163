"""The owner of an account hears by mail, in their language, of whatever changes a way into it."""

from collections import Counter

import pytest
from flask_babel import force_locale

from app.accounts import invitations, mails, operations
from app.kernel import audit, clock, i18n
from tests.accounts.support import (
    PASSWORD,
    SECOND,
    add_passkey,
    app_code,
    has_totp,
    make_account,
    recovery_codes,
    set_up_totp,
    sign_in,
    signed_in,
)


@pytest.fixture
def heard(work, mailbox):
    """The subjects of the mails that came since the last time, all of them to this address."""
    read = Counter()

    def to(someone) -> list[str]:
        work()
        # Time stands still, so the mailbox knows no order.
        there = Counter((letter.to, letter.subject) for letter in mailbox())
        new = list((there - read).elements())
        read.update(new)
        assert {address for address, _ in new} <= {someone.email}
        return sorted(subject for _, subject in new)

    return to


def test_a_factor_that_is_added_or_removed_is_told(app, heard):
    someone = make_account("translator")
    client = signed_in(app, someone)
    assert heard(someone) == []
    set_up_totp(client)
    assert heard(someone) == ["An authenticator app was set up"]
    add_passkey(client)
    assert heard(someone) == ["A passkey was added"]
    passkey = client.get("/en/desk/me").get_data(as_text=True).partition("/passkeys/")[2].partition("/")[0]
    client.post(f"/en/desk/me/passkeys/{passkey}/remove")
    assert heard(someone) == ["A passkey was removed"]
    client.post("/en/desk/me/totp/remove")
    assert heard(someone) == ["The authenticator app was removed"] and not has_totp(someone.id)
    client.post("/en/desk/me/totp/remove")
    assert heard(someone) == []


def test_a_new_password_is_told_and_a_refused_one_is_not(app, heard):
    someone = make_account("translator", totp=True)
    client = signed_in(app, someone)
    client.post("/en/desk/me/password", data={"new-password": "password", "new-repeated": "password"})
    assert heard(someone) == []
    long = "eleven blue bottles on a wall"
    client.post("/en/desk/me/password", data={"new-password": long, "new-repeated": long})
    assert heard(someone) == ["Your password was changed"]


def test_recovery_codes_made_anew_or_used_are_told(app, heard, time):
    someone = make_account("moderator", totp=True)
    codes = recovery_codes(someone.id)
    assert heard(someone) == []
    client, _ = sign_in(app, someone)
    client.post(SECOND, data={"code": codes[0]})
    assert heard(someone) == ["A recovery code was used"]
    client.post("/en/desk/me/codes")
    assert heard(someone) == ["New recovery codes were made"]
    time.move(minutes=20)
    left = recovery_codes(someone.id)
    heard(someone)
    client.post("/en/desk/again", data={"again-code": left[0]})
    assert heard(someone) == ["A recovery code was used"]
    client.post("/en/desk/again", data={"again-code": app_code(someone.id)})
    assert heard(someone) == []


def test_a_link_printed_for_an_administrator_is_told_and_so_is_its_use(app, session, heard, client):
    someone = make_account("moderator", totp=True)
    made = invitations.reset(someone.id, None, clock.now(), mail=False)
    token = invitations.new_link(made)
    session.commit()
    assert heard(someone) == ["Your ways in were taken away"]
    data = {"name": "Fictional", "language": "en", "password": PASSWORD, "repeated": PASSWORD}
    assert client.post(f"/en/desk/invitation/{token}", data=data).status_code == 303
    assert heard(someone) == ["Your account was set up anew"]


def test_nobody_is_written_to_who_works_here_no_longer(session, heard):
    someone = make_account("moderator", totp=True)
    operations.set_password(someone.id, PASSWORD, clock.now())
    operations.disable(someone.id, None, clock.now())
    session.commit()
    assert heard(someone) == []


def test_the_mail_is_in_the_owners_language_and_says_when(app, session, work, mailbox):
    someone = make_account("translator")
    someone.language = "ar"
    operations.set_password(someone.id, PASSWORD, clock.now())
    session.commit()
    work()
    letter = mailbox()[-1]
    assert letter.language == "ar" and i18n.site_url("own.me", lang="ar") in letter.text
    with app.app_context(), force_locale("ar"):
        assert letter.subject == str(mails.NEWS["account.password"][0])
    assert f"{clock.now():%H:%M}" in letter.text


def test_every_change_that_is_told_has_its_words(app, session):
    """Whatever accounts tell is in the table of mails: no job fails for want of words."""
    someone = make_account("moderator", totp=True)
    for action in mails.NEWS:
        assert mails.news_letter(someone, action, clock.now()).subject
    entry = audit.record("account.password", f"staff:{someone.id}", actor=None, now=clock.now())
    assert session.get(audit.Entry, entry).action == "account.password"
