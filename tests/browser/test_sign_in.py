"""Into the desk in a real browser: an invitation, a passkey of the virtual authenticator, an authenticator app."""

import re

import pyotp
import pytest

from app.accounts import invitations
from app.accounts.roles import Role
from app.kernel import clock
from tests.browser.desk import in_house
from tests.browser.visitor import follow

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def invite(house, role: str, email: str) -> str:
    """The path of the link of a new invitation."""

    def act() -> str:
        return invitations.new_link(invitations.invite(email, Role(role, "un75"), "en", None, clock.now(), mail=False))

    return f"/en/desk/invitation/{in_house(house, act)}"


def with_authenticator(colleague):
    """Give the browser an authenticator that says yes (Chrome DevTools Protocol, WebAuthn)."""
    session = colleague.context.new_cdp_session(colleague.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def test_an_invitation_a_passkey_and_in_again_with_it_alone(desk, house):
    colleague = desk(None)
    page = colleague.open(invite(house, "moderator", "passkey@staff.example.org"))
    with_authenticator(colleague)
    page.get_by_label("Your name").fill("Fictional Moderator")
    follow(page.get_by_role("button", name="Begin with a passkey"))
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    assert page.locator(".codes li").count() == 10
    follow(page.get_by_role("link", name="I have them"))
    colleague.arrives_at("/en/desk")

    page.goto(f"{colleague.url}/en/desk/me")
    follow(page.get_by_role("button", name="Sign out"))
    colleague.arrives_at("/en/desk/sign-in")
    follow(page.get_by_role("button", name="Sign in with a passkey"))
    colleague.arrives_at("/en/desk")
    assert page.get_by_role("heading", level=1).inner_text()


def test_an_invitation_a_password_an_app_and_in_again_without_a_script(desk, house):
    colleague = desk(None, java_script_enabled=False)
    page = colleague.open(invite(house, "moderator", "totp@staff.example.org"))
    assert page.get_by_text("Passkeys need JavaScript").count() == 1
    assert page.get_by_role("button", name="Begin with a passkey").count() == 0
    page.get_by_label("Your name").fill("Fictional Moderator")
    page.get_by_label("A new password").fill("ten green bottles on a wall")
    page.get_by_label("The same password again").fill("ten green bottles on a wall")
    follow(page.get_by_role("button", name="Begin with a password"))
    colleague.arrives_at("/en/desk/me/factor")
    follow(page.get_by_role("button", name="Set up an app"))
    colleague.arrives_at("/en/desk/me/totp")
    assert page.evaluate("document.querySelector('.totp img').naturalWidth") > 100
    secret = re.sub(r"\s", "", page.locator(".secret code").inner_text())
    page.get_by_label("The code").fill(pyotp.TOTP(secret).now())
    follow(page.get_by_role("button", name="Finish"))
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    follow(page.get_by_role("link", name="I have them"))
    colleague.arrives_at("/en/desk")

    page.goto(f"{colleague.url}/en/desk/me")
    follow(page.get_by_role("button", name="Sign out"))
    page.get_by_label("Your e-mail address").fill("totp@staff.example.org")
    page.get_by_label("Your password").fill("ten green bottles on a wall")
    follow(page.get_by_role("button", name="Sign in", exact=True))
    colleague.arrives_at("/en/desk/sign-in/second")
    page.get_by_label("The code").fill(codes[0])
    follow(page.get_by_role("button", name="Go on"))
    colleague.arrives_at("/en/desk")
    assert "9 are left" in page.get_by_role("status").inner_text()


def test_a_passkey_that_is_refused_says_so_and_leaves_the_other_ways(desk, house):
    colleague = desk(None)
    page = colleague.open("/en/desk/sign-in")
    session, authenticator = with_authenticator(colleague)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("button", name="Sign in with a passkey").is_enabled()
    assert page.get_by_label("Your password").is_visible()
