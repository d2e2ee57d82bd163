"""From an invitation to a page that reads otherwise: administrator, campaigner, French translator and reviewer."""

import re
import time

import pyotp
import pytest

from tests.browser.test_sign_in import with_authenticator
from tests.browser.visitor import follow
from tests.machine import PATIENCE, eventually

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TEXT = "/en/desk/un75/texts/pages/why"
FRENCH = "/en/desk/un75/translate/fr/pages/why"
STALE = "L’original de cette page"


def invite(administrator, address: str, role: str, *languages: str) -> None:
    """Have a mail with a link go to this address."""
    page = administrator.open("/en/desk/un75/staff")
    form = page.locator("form[action*='/invite']")
    form.get_by_label("E-mail address").fill(address)
    form.get_by_label("Role", exact=True).select_option(role)
    for language in languages:
        form.get_by_label(language, exact=True).check()
    follow(form.get_by_role("button", name="Invite"))
    page.get_by_text(address).first.wait_for()


def link_in_mail(house, address: str) -> str:
    """The path of the link in the invitation that came to this address."""

    def found() -> str | None:
        for path in (house.instance / "mailbox").glob("[!.]*.eml"):
            words = path.read_text(encoding="utf-8", errors="replace").replace("=\n", "")
            way = re.search(r"(/\w\w/desk/invitation/[\w-]+)", words)
            if address in words and way:
                return way[1]
        return None

    return eventually(found, PATIENCE, f"no invitation came to {address}: {house.said()}")


def accept_with_passkey(colleague, link: str, name: str) -> None:
    """Take an invitation on with the passkey of a virtual authenticator."""
    page = colleague.open(link)
    with_authenticator(colleague)
    page.get_by_label("Your name").fill(name)
    follow(page.get_by_role("button", name="Begin with a passkey"))
    follow(page.get_by_role("link", name="I have them"))
    colleague.arrives_at("/en/desk")


def accept_with_password(colleague, link: str, name: str) -> None:
    """Take an invitation on with a password and an authenticator app."""
    page = colleague.open(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("A new password").fill("ten green bottles on a wall")
    page.get_by_label("The same password again").fill("ten green bottles on a wall")
    follow(page.get_by_role("button", name="Begin with a password"))
    colleague.arrives_at("/en/desk/me/factor")
    follow(page.get_by_role("button", name="Set up an app"))
    colleague.arrives_at("/en/desk/me/totp")
    secret = re.sub(r"\s", "", page.locator(".secret code").inner_text())
    page.get_by_label("The code").fill(pyotp.TOTP(secret).now())
    follow(page.get_by_role("button", name="Finish"))
    follow(page.get_by_role("link", name="I have them"))
    colleague.arrives_at("/en/desk")


def publish(colleague, language: str) -> None:
    """Publish the text in one language."""
    page = colleague.open(TEXT)
    page.get_by_role("checkbox", name="English", exact=True).first.set_checked(language == "English")
    page.get_by_role("checkbox", name=language, exact=True).first.check()
    follow(page.get_by_role("button", name="Publish in these languages"))
    assert "Published in" in page.get_by_role("status").inner_text()


def test_from_an_invitation_to_a_french_page_that_says_something_else(desk, visit, house):
    administrator = desk("administrator", "*")
    invite(administrator, "traductrice@staff.example.org", "translator", "Français")
    invite(administrator, "reviewer@staff.example.org", "campaigner")
    translator, reviewer, campaigner = desk(None), desk(None), desk("campaigner")
    accept_with_passkey(translator, link_in_mail(house, "traductrice@staff.example.org"), "Fictional Traductrice")
    accept_with_password(reviewer, link_in_mail(house, "reviewer@staff.example.org"), "Fictional Reviewer")

    page = campaigner.open(f"{TEXT}/edit/gate")
    words = page.get_by_label("Text").first
    words.fill(words.input_value() + " This can take fictional decades.")
    follow(page.get_by_role("button", name="Save"))
    campaigner.arrives_at(TEXT)
    publish(campaigner, "English")

    public = next(path for path in house.public_pages("fr") if path.endswith("/why"))
    assert STALE in visit().open(public).inner_text("main")

    page = translator.open(FRENCH)
    part = page.locator("#b-gate")
    assert part.locator(".tag[data-state=stale]").is_visible()
    assert part.locator("ins").all_inner_texts() and part.locator("del").count() == 0
    assert "fictional decades" in " ".join(part.locator("ins").all_inner_texts())
    words = part.locator("textarea[name=words]")
    words.fill(words.input_value() + " Cela peut durer des décennies fictives.")
    follow(part.get_by_role("button", name="Save"))
    page.get_by_role("status").wait_for()
    assert part.locator(".tag[data-state=stale]").count() == 0
    assert part.get_by_role("button", name="I have reviewed this part").count() == 0

    assert STALE in visit().open(public).inner_text("main"), "what nobody has published is not public"
    page = reviewer.open(FRENCH)
    follow(page.locator("#b-gate").get_by_role("button", name="I have reviewed this part"))
    page.get_by_role("status").wait_for()
    assert page.locator("#b-gate .tag[data-state=reviewed]").is_visible()
    publish(reviewer, "Français")

    # A process may show a kept page for up to two seconds after another one has published.
    for _ in range(20):
        said = visit().open(public).inner_text("main")
        if "décennies fictives" in said:
            break
        time.sleep(0.2)
    assert "décennies fictives" in said
    assert STALE not in said
