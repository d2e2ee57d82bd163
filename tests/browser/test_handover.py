"""Handing a letter over in a real browser: the job makes the document, it comes as a file, the delivery is written."""

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.letters import mandating
from app.letters.models import Signatory
from tests.browser import letter_sample
from tests.browser.chromium import axe_source
from tests.browser.desk import Colleague, begin_session, in_house
from tests.browser.house import House
from tests.browser.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
PAGE = "{url}/{lang}/desk/un75/letters/focal-point/handover"


@pytest.fixture
def own_house(browser, make_database, tmp_path_factory):
    """A house of the test's own, as it writes."""
    site = House(make_database(), tmp_path_factory.mktemp("handed"))
    try:
        yield site.wait()
    finally:
        site.stop()


def all_count() -> None:
    """Every signatory of the sample counts, and is told as it chose."""
    letter_sample.sign_ons()
    for signatory_id in db.session.scalars(select(Signatory.id)).all():
        assert mandating.accept(signatory_id, mandating.LOOKED, actor=1, now=clock.now())


@pytest.mark.parametrize(("lang", "scheme", "width"), (("en", "light", 1280), ("ar", "dark", 360)))
def test_a_document_is_made_and_taken_and_a_delivery_is_written_down(browser, own_house, lang, scheme, width):
    axe = axe_source()
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme)
    colleague = Colleague(own_house, context)
    begin_session(colleague, "administrator", "un75")
    in_house(own_house, all_count)
    page, place = colleague.page, PAGE.format(url=colleague.url, lang=lang)
    assert page.goto(place).status == 200
    found = violations(page, axe)
    page.select_option("select[name=document-state]", "KEN")
    page.fill("textarea[name=document-address]", "Fictional Mission\n1 Fictional Plaza")
    page.check("input[name=document-country_first]")
    page.locator("form[action*='/handover'] button").nth(1).click()
    page.locator("a.button[href$='/handover']").wait_for(timeout=60_000)
    page.locator("a.button[href$='/handover']").click()
    with page.expect_download() as coming:
        page.locator("a.big[href*='/handover/full/']").click()
    assert coming.value.suggested_filename == f"un75_focal-point_{lang}_v1_not-for-publication.pdf"
    page.fill("input[name=deliver-addressee]", "Fictional Mission")
    page.fill("input[name=deliver-state]", "KEN")
    page.fill("input[name=deliver-day]", clock.today().isoformat())
    page.check("input[name=deliver-handover]")
    page.locator("form[action*='/deliveries#'] button").click()
    assert page.locator("a[href*='/evidence/new?']").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found += violations(page, axe)
    assert not found + colleague.leave()
