"""A coordinator's page in a real browser: who asked them to vouch, without a fault and at every width."""

import pytest

from tests.browser import letter_sample
from tests.browser.chromium import axe_source
from tests.browser.desk import Colleague, begin_session, in_house
from tests.browser.house import House
from tests.browser.test_axe import violations
from tests.browser.visitor import follow
from tests.people.org_support import network

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def own_house(browser, make_database, tmp_path_factory):
    """A house of the test's own, as it writes."""
    site = House(make_database(), tmp_path_factory.mktemp("vouched"))
    try:
        yield site.wait()
    finally:
        site.stop()


@pytest.mark.parametrize(("lang", "scheme", "width"), (("en", "light", 1280), ("ar", "dark", 360)))
def test_a_coordinator_vouches_for_who_chose_them(browser, own_house, lang, scheme, width):
    axe = axe_source()
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme)
    colleague = Colleague(own_house, context)
    net = in_house(own_house, lambda: network("fictional-network"))
    begin_session(colleague, "coordinator", "un75", networks=(net,))
    in_house(own_house, lambda: letter_sample.sign_ons(net))
    page = colleague.page
    assert page.goto(f"{colleague.url}/{lang}/desk/un75/vouching").status == 200
    assert page.locator("ol.queue > li").count() == len(letter_sample.NAMES)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = violations(page, axe)
    follow(page.locator("button[value=vouch]").first)
    assert page.locator("ol.queue > li").count() == len(letter_sample.NAMES) - 1
    assert not found + violations(page, axe) + colleague.leave()
