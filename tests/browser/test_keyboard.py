"""With the keyboard alone: every stop can be seen, none is a trap, and errors are where the focus is."""

import pytest

from app.kernel.i18n import CODES
from tests.browser.visitor import send
from tests.support import PETITION

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

FOCUSED = """() => {
    // A link that runs over two lines has other words in the middle of the box around both: its first line counts.
    const element = document.activeElement, box = element.getClientRects()[0], style = getComputedStyle(element);
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const top = document.elementFromPoint(x, y);
    return {
        name: element.outerHTML.slice(0, 100),
        body: element === document.body,
        inside: box.left >= -1 && box.right <= innerWidth + 1 && box.bottom > 0 && box.top < innerHeight,
        uncovered: element.contains(top) || (top && top.contains(element)),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    };
}"""
ACTIVE = "() => document.activeElement.id"
STOPS = """() => {
    const found = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter(e => e.checkVisibility() && e.tabIndex >= 0);
    const groups = new Set(found.filter(e => e.type === "radio").map(e => e.name));
    return found.filter(e => e.type !== "radio").length + groups.size;
}"""


@pytest.mark.parametrize("lang", CODES)
def test_the_first_stop_is_the_way_past_the_head(visit, lang):
    page = visit().open(f"/{lang}/un75")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("element => element === document.activeElement")
    box = skip.bounding_box()
    assert box["y"] >= 0 and box["x"] >= 0 and box["x"] + box["width"] <= 1280
    page.keyboard.press("Enter")
    assert page.evaluate(ACTIVE) == "main"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/en/un75", "/ar/un75", "/fr/un75/privacy", "/ru/"])
def test_every_stop_is_seen_and_the_last_leads_out(visit, path, width):
    page = visit(width=width).open(path)
    expected = page.evaluate(STOPS)
    reached = 0
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            break
        reached += 1
        assert stop["inside"] and stop["uncovered"], stop
        assert stop["outline"] >= 2, stop
    assert reached == expected


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_after_a_failed_post_the_focus_is_on_the_summary_and_each_error_leads_to_its_field(visit, lang):
    visitor = visit(width=390, java_script_enabled=False)
    page = visitor.open(f"/{lang}/un75")
    send(page)
    visitor.arrives_at(PETITION.format(lang=lang))
    assert page.url.endswith("#errors")
    assert page.evaluate(ACTIVE) == "errors"
    assert 0 <= page.locator("#errors").bounding_box()["y"] < 400
    links = page.locator("#errors a")
    fields = [link.get_attribute("href").removeprefix("#") for link in links.all()]
    assert fields == ["name", "email", "area", "consent"]
    for link, field in zip(links.all(), fields, strict=True):
        words = link.inner_text()
        link.focus()
        page.keyboard.press("Enter")
        assert page.evaluate(ACTIVE) == field
        control = page.locator(f"#{field}")
        assert control.get_attribute("aria-invalid") == "true"
        described = control.get_attribute("aria-describedby").split()
        assert any(words in page.locator(f"#{name}").inner_text() for name in described)


def test_the_whole_form_is_filled_in_and_sent_without_a_mouse(visit):
    visitor = visit(java_script_enabled=False)
    page = visitor.open(PETITION.format(lang="en"))
    page.locator("[autocomplete=name]").focus()
    for keys in ("Ama Mensah", "keyboard@example.org", "Ghana"):
        page.keyboard.type(keys)
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("It matters")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("[name=shown][value=area]").is_checked()
    assert page.locator("[name=consent]").is_checked()
    assert page.locator("[autocomplete=country]").input_value() == "GHA"
    page.keyboard.press("Enter")
    visitor.arrives_at(PETITION.format(lang="en") + "/thanks")
