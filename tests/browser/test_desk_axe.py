"""axe finds nothing on any page of the desk: each that the menu leads an administrator to, in both directions, light
and dark, and the pages around signing in."""

from urllib.parse import urlsplit

import pytest

from app.accounts import invitations
from app.accounts.roles import Role
from app.kernel import clock
from tests.browser.chromium import axe_source
from tests.browser.desk import in_house
from tests.browser.test_axe import SCHEMES, violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def axe():
    return axe_source()


def menu(page, lang: str) -> list[str]:
    """The paths of the desk in the menu and among the parts of the page that is open."""
    links = page.locator(".desk-menu a, .desk-parts a").evaluate_all("links => links.map(link => link.href)")
    paths = [urlsplit(link).path for link in links]
    return [path for path in paths if path.startswith(f"/{lang}/desk")]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_on_any_page_the_menu_leads_to(desk, axe, lang, scheme):
    colleague = desk("administrator", "*", bypass_csp=True, color_scheme=scheme)
    waiting, seen, found = [f"/{lang}/desk", f"/{lang}/desk/un75"], [], []
    while waiting:
        path = waiting.pop(0)
        seen.append(path)
        page = colleague.open(path)
        found += violations(page, axe)
        waiting += [other for other in dict.fromkeys(menu(page, lang)) if other not in (*seen, *waiting)]
    assert {f"/{lang}/desk/me", f"/{lang}/desk/staff", f"/{lang}/desk/un75/staff"} <= set(seen)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_around_signing_in_and_on_pages_of_an_account(desk, house, axe, lang, scheme):
    def act() -> str:
        role = Role("moderator", "un75")
        address = f"{lang}.{scheme}@staff.example.org"
        return invitations.new_link(invitations.invite(address, role, lang, None, clock.now(), mail=False))

    stranger = desk(None, bypass_csp=True, color_scheme=scheme)
    found = []
    for path, status in (
        ("sign-in", 200),
        ("sign-in/second", 422),
        (f"invitation/{in_house(house, act)}", 200),
        ("invitation/gone", 404),
    ):
        found += violations(stranger.open(f"/{lang}/desk/{path}", status), axe)
    stranger.page.goto(f"{stranger.url}/{lang}/desk/sign-in")
    stranger.page.locator("form[novalidate] button[type=submit]").click()
    stranger.page.locator("#errors").wait_for()
    found += violations(stranger.page, axe)

    colleague = desk("administrator", "*", bypass_csp=True, color_scheme=scheme)
    page = colleague.open(f"/{lang}/desk/me/factor")
    found += violations(page, axe)
    page.locator("form[action$='/totp/begin'] button").click()
    page.locator(".totp img").wait_for()
    found += violations(page, axe)
    found += violations(colleague.open(f"/{lang}/desk/staff/{colleague.staff_id}"), axe)
    assert not found, "\n".join(found)
