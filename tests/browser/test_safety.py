"""On a shared device, without a script: the way out is near, and going back shows nothing of what was typed."""

import pytest

from tests.browser.visitor import follow
from tests.support import PETITION

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_way_out_is_the_second_stop_and_needs_no_script(visit, lang, width):
    visitor = visit(width=width, java_script_enabled=False)
    page = visitor.open(f"/{lang}/un75")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    visitor.arrives_at("/healthz")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_way_out_stays_in_sight_at_the_end_of_the_line_and_is_not_printed(visit, lang, width):
    page = visit(width=width).open(f"/{lang}/un75")
    leave = page.locator(".leave")
    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"() => scrollTo(0, {place})")
        box = leave.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800
        assert box["x"] < width / 2 if lang == "ar" else box["x"] + box["width"] > width / 2
    footer = page.locator(".foot .wrap > :last-child").bounding_box()
    assert footer["y"] + footer["height"] <= leave.bounding_box()["y"], "the end of the page can be read"
    page.emulate_media(media="print")
    assert not leave.is_visible()


@pytest.mark.parametrize("edition", ["", "/shared"])
def test_nothing_typed_comes_back_by_an_error_or_by_going_back(visit, edition):
    visitor = visit(java_script_enabled=False)
    page = visitor.open(PETITION.format(lang="en") + edition)
    box = page.locator("[name=shared_device]")
    assert box.is_checked() == bool(edition)
    box.check()
    page.locator("[name=name]").fill("Ama Mensah")
    page.locator("[name=email]").fill("shared@")
    page.locator("[name=email]").press("Enter")
    page.locator("#errors").wait_for()
    assert [page.locator(f"[name={name}]").input_value() for name in ("name", "email", "area")] == ["", "", ""]
    page.locator("[name=name]").fill("Ama Mensah")
    page.locator("[name=email]").fill("shared@example.org")
    page.locator("[name=area]").select_option("CAN")
    page.locator("[name=consent]").check()
    page.locator("[name=email]").press("Enter")
    visitor.arrives_at(PETITION.format(lang="en") + "/thanks/shared")
    visitor.open(PETITION.format(lang="en") + "/shared")
    page.locator("[name=email]").fill("left@example.org")
    follow(page.locator(".leave"))
    visitor.arrives_at("/healthz")
    page.go_back()
    assert page.locator("[name=email]").input_value() == ""
