"""Everything fits, 320 pixels wide, at twice the text size and with wide spacing; and every target can be hit."""

import pytest

from app.kernel.i18n import CODES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# Whatever would have to be scrolled sideways to, also where `overflow` hides the scroll bar (WCAG 1.4.10).
TOO_WIDE = """() => {
    const wide = document.scrollingElement.clientWidth, found = [];
    if (document.scrollingElement.scrollWidth > wide) found.push(`scrolls to ${document.scrollingElement.scrollWidth}`);
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(".unseen") || !element.checkVisibility()) continue;
        for (const box of element.getClientRects())
            if (box.width && (box.right > wide + 1 || box.left < -1))
                found.push(`${element.outerHTML.slice(0, 90)} ${Math.round(box.left)}..${Math.round(box.right)}`);
    }
    return found;
}"""
# Text that sticks out of the box that is meant to hold it.
CUT_OFF = """() => [...document.querySelectorAll("a, button, summary, label, legend, h1, h2, p, dd, li")]
    .filter(e => !e.closest(".unseen") && e.checkVisibility() && getComputedStyle(e).overflow !== "visible"
        && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
    .map(e => e.outerHTML.slice(0, 90))"""
# Root sizes are given in per cent, and the style sheet's own for Arabic is 112.5.
TWICE = ":root { font-size: 200% !important } :root:lang(ar) { font-size: 225% !important }"
# WCAG 1.4.12.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""
STYLE = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
# Links in running text need not be large (WCAG 2.5.8, "inline"); whatever stands alone must be.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")]
    .filter(e => e.checkVisibility() && getComputedStyle(e).display !== "inline" && e.type !== "hidden")
    .filter(e => !e.matches(".skip") || e === document.activeElement)
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width < 24 || box.height < 24)
    .map(([e, box]) => `${e.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
# An inline link is one only if there are other words in its block (its parent may be no more than a language mark).
ALONE = """() => {
    const block = e => getComputedStyle(e).display === "inline" ? block(e.parentElement) : e;
    return [...document.querySelectorAll("a")]
        .filter(e => e.checkVisibility() && getComputedStyle(e).display === "inline")
        .filter(e => !block(e).textContent.replace(e.textContent, "").trim())
        .map(e => [e, e.getBoundingClientRect()])
        .filter(([e, box]) => box.width < 24 || box.height < 24)
        .map(([e, box]) => `${e.outerHTML.slice(0, 90)} ${box.width}x${box.height}`);
}"""
# How high a link in a line is depends on the font alone. This one, from whatever there is, is flatter than any in use.
FLAT = """@font-face {
    font-family: Flat; ascent-override: 80%; descent-override: 20%; line-gap-override: 0%;
    src: local("Noto Sans"), local("DejaVu Sans"), local("Liberation Sans"), local("Arial"), local("Noto Sans CJK SC");
}
* { font-family: Flat, sans-serif !important }"""
HEIGHT = """() => {
    const probe = document.body.appendChild(document.createElement("span"));
    probe.textContent = "x";
    probe.style.fontSize = "100px";
    return Math.round(probe.getBoundingClientRect().height);
}"""


def pages(visitor, house, seen, lang: str):
    for path in house.public_pages(lang):
        yield visitor.open(path)
    yield from seen.visited_by(visitor, lang)


def told(page, *questions: str) -> list[str]:
    return [f"{page.url}: {fault}" for question in questions for fault in page.evaluate(question)]


def restyled(page, style: str, *questions: str) -> list[str]:
    """The same once more, under a style sheet of the reader's own."""
    page.evaluate(STYLE, style)
    return told(page, *questions)


@pytest.mark.parametrize("lang", CODES)
def test_at_320_pixels_nothing_scrolls_sideways_and_every_target_can_be_hit_also_with_wide_spacing(
    visit, house, seen, lang
):
    visitor = visit(width=320, height=640)
    found = []
    for page in pages(visitor, house, seen, lang):
        found += told(page, TOO_WIDE, TOO_SMALL, ALONE)
        found += restyled(page, SPACED, TOO_WIDE, CUT_OFF)
        found += restyled(page, FLAT, TOO_SMALL, ALONE)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_at_1280_pixels_every_target_can_be_hit_and_text_at_twice_its_size_fits(visit, house, seen, lang):
    visitor = visit(width=1280)
    found = []
    for page in pages(visitor, house, seen, lang):
        found += told(page, TOO_SMALL, ALONE)
        found += restyled(page, TWICE, TOO_WIDE, CUT_OFF)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", CODES)
def test_the_open_menu_fits_into_320_pixels(visit, lang):
    page = visit(width=320, height=640).open(f"/{lang}/un75/why")
    page.locator(".menu summary").click()
    assert page.locator(".menu [aria-current]").is_visible()
    assert not told(page, TOO_WIDE, TOO_SMALL)


def test_a_page_that_is_too_wide_and_a_target_that_is_too_small_are_found(visit):
    page = visit(width=320).open("/en/imprint")
    assert restyled(page, "h1 { inline-size: 400px }", TOO_WIDE)
    assert restyled(page, ".brand { min-block-size: 0; font-size: 8px } .brand svg { display: none }", TOO_SMALL)
    assert restyled(page, "h1 { overflow: hidden; block-size: 10px }", CUT_OFF)


def test_a_link_that_stands_alone_is_found_also_where_a_language_mark_is_around_it(visit):
    page = visit(width=320).open("/en/imprint")
    write = "html => { document.querySelector('main').innerHTML = html }"
    style = "main a { font-size: 12px; padding: 0 }"
    for alone in ('<ul><li><a href="/">A name</a></li></ul>', '<p><bdi lang="fr"><a href="/">A name</a></bdi></p>'):
        page.evaluate(write, alone)
        assert restyled(page, style, ALONE)
    page.evaluate(write, '<ul><li><bdi lang="fr"><a href="/">A name</a></bdi>, of which more is said.</li></ul>')
    assert not told(page, ALONE)


def test_the_flat_font_is_flat_on_this_machine(visit):
    page = visit().open("/en/imprint")
    page.evaluate(STYLE, FLAT)
    assert page.evaluate(HEIGHT) == 100
