"""On paper, in forced colours, with more contrast and with no motion, everything is still there to be read."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# Every run of text that is shown, with the contrast of its colour to the ground it stands on (WCAG 2.2).
PALE = """least => {
    const parts = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = colour => {
        const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const [r, g, b] = parts(colour).map(v => linear(v / 255));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const ground = element => {
        for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor, alpha = parts(colour)[3];
            if (alpha === undefined || alpha > .5) return colour;
        }
        const probe = document.createElement("div");
        probe.style.color = "Canvas";
        document.body.append(probe);
        const colour = getComputedStyle(probe).color;
        probe.remove();
        return colour;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    let shown = 0;
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || element.closest(".unseen, option")) continue;
        if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        shown += texts.currentNode.data.trim().length;
        const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
        const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (contrast < least) found.push(`${contrast.toFixed(2)} ${texts.currentNode.data.trim().slice(0, 60)}`);
    }
    return {found, shown};
}"""
# What only a border or a fill shows: it must differ from the ground.
EDGES = """() => [...document.querySelectorAll("button, a.button, select, input:not([type=hidden]), .document, .card")]
    .filter(e => e.checkVisibility())
    .filter(e => {
        const style = getComputedStyle(e), behind = getComputedStyle(document.body).backgroundColor;
        const native = ["checkbox", "radio"].includes(e.type);
        const edge = style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) >= 1
            && style.borderTopColor !== behind && !/^rgba.*, 0\\)$/.test(style.borderTopColor);
        return !native && !edge;
    })
    .map(e => e.outerHTML.slice(0, 90))"""
# The largest letters, in pixels, of the elements of a selector; 0 where there is none.
SIZES = """selector => Math.max(0, ...[...document.querySelectorAll(selector)].filter(e => e.checkVisibility())
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
PAGES = ["/en/un75", "/ar/un75", "/en/un75/petitions/focal-point/signatories", "/zh/un75/privacy", "/fr/imprint"]


def read(page, least: float) -> int:
    answer = page.evaluate(PALE, least)
    assert not answer["found"], (page.url, answer["found"])
    return answer["shown"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_the_text_in_dark_ink_on_white_and_no_form(visit, seen, scheme):
    visitor = visit(width=794, color_scheme=scheme)
    for path in PAGES:
        page = visitor.open(path)
        on_screen = page.locator("main").inner_text()
        page.emulate_media(media="print")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert read(page, 7) > 200
        assert page.locator("h1").is_visible()
        for part in page.locator(".prose p, .document h2, .facts dd, .lines-list strong").all():
            assert part.is_visible()
        assert not page.locator("form").or_(page.locator(".languages")).or_(page.locator(".menu")).first.is_visible()
        assert len(page.locator("main").inner_text()) > len(on_screen) * 0.4
        assert page.evaluate(SIZES, "main .fine, main .note") < page.evaluate(SIZES, "main p:not([class])")
        page.emulate_media(media="screen")


def test_the_printed_call_is_a_document_of_a_few_sheets(visit):
    page = visit().open("/en/un75")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 1 <= len(sheets) <= 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_every_word_and_every_control_is_seen(visit, seen, scheme):
    visitor = visit(forced_colors="active", color_scheme=scheme)
    for path in (*PAGES, "/en/" + seen.pending, "/ar/" + seen.confirmed):
        page = visitor.open(path)
        assert page.evaluate("() => matchMedia('(forced-colors: active)').matches")
        assert read(page, 4.5) > 200
        assert not page.evaluate(EDGES)
    page = visitor.fail_the_form("en")
    assert read(page, 4.5) > 200
    assert not page.evaluate(EDGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_is_given_to_whoever_asks_for_it(visit, scheme):
    page = visit(contrast="more", color_scheme=scheme).open("/en/un75")
    assert read(page, 5.5) > 2000


def test_nothing_moves(visit):
    page = visit(reduced_motion="reduce").open("/en/un75")
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
        const style = getComputedStyle(e);
        return style.transitionDuration !== "0s" || style.animationName !== "none" || style.scrollBehavior !== "auto";
    }).map(e => e.tagName)"""
    assert page.evaluate(moving) == []
