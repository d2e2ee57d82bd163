"""The page of a segment while its form is filled in: number, words and rule are of one and the same rule."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_words_go_with_the_live_number(desk):
    page = desk("campaigner").open("/en/desk/un75/segments/rule?rule=country:KEN")
    rule, sentence = page.locator("[data-rule]"), page.locator("[data-sentence]")
    assert rule.inner_text() == "country:KEN" and "Kenya" in sentence.inner_text()
    page.check("#r-0-not")
    page.get_by_text("not country:KEN", exact=True).wait_for()
    assert "not (" in sentence.inner_text() and page.locator("[data-count]").inner_text() == "Nobody"
    page.select_option("#r-0-values", ["KEN", "GHA"])
    page.uncheck("#r-0-not")
    page.get_by_text("country:KEN,GHA", exact=True).wait_for()
    page.select_option("#r-0-values", [])
    page.get_by_text("A condition is not finished.").wait_for()
    assert not rule.is_visible() and not sentence.is_visible()
