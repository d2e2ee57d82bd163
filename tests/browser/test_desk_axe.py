"""axe finds nothing on the pages around signing in to the desk; test_desk_axe_everywhere.py walks those inside."""

import pytest

from app.accounts import invitations
from app.accounts.roles import Role
from app.kernel import clock
from tests.browser.chromium import axe_source
from tests.browser.desk import in_house
from tests.browser.test_axe import SCHEMES, violations
from tests.browser.visitor import follow

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def axe():
    return axe_source()


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
    follow(stranger.page.locator("form[novalidate] button[type=submit]"))
    stranger.page.locator("#errors").wait_for()
    found += violations(stranger.page, axe)

    colleague = desk("administrator", "*", bypass_csp=True, color_scheme=scheme)
    page = colleague.open(f"/{lang}/desk/me/factor")
    found += violations(page, axe)
    follow(page.locator("form[action$='/totp/begin'] button"))
    page.locator(".totp img").wait_for()
    found += violations(page, axe)
    found += violations(colleague.open(f"/{lang}/desk/staff/{colleague.staff_id}"), axe)
    assert not found, "\n".join(found)
