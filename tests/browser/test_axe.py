"""axe finds nothing around a signature and in mails: WCAG 2.2 A and AA and best practice, in both directions, light and
dark. test_axe_everywhere.py walks all pages."""

import pytest

from tests.browser.chromium import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
WITHOUT_CONTRAST = {**EVERYTHING, "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# A mail has no landmarks and no headings: it is a letter.
RULES_OF_A_SITE = ("region", "landmark-one-main", "page-has-heading-one")
SCHEMES = ["light", "dark"]
# Selectors take time to make, and what is told is the element itself.
RUN = """([known, options]) => axe.run(known.length ? {exclude: known} : document,
    {...options, resultTypes: ["violations"], selectors: false})"""
THERE = "() => 'axe' in window"
# What stands around every page, and how it is seen: its words, marks and order, not where its links lead.
FRAME = ["header.top", "footer.foot"]
AROUND = """frame => [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, ...frame.map(selector =>
    document.querySelector(selector)?.outerHTML.replace(/ (?:href|hreflang|action|value)="[^"]*"/g, ""))]"""

# axe takes short Arabic texts for pictures and passes them over. Latin letters in their place have the same colours.
LATIN = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let changed = 0;
    while (texts.nextNode()) {
        const words = texts.currentNode.data.replace(/\\p{Script=Arabic}/gu, "n");
        changed += words !== texts.currentNode.data;
        texts.currentNode.data = words;
    }
    return changed;
}"""


@pytest.fixture(scope="module")
def axe():
    return axe_source()


def reviewer(visit, scheme: str):
    """axe is a script and the site's policy lets none in: this visitor alone does not keep to it. It is on every page
    that they open."""
    visitor = visit(bypass_csp=True, color_scheme=scheme)
    visitor.context.add_init_script(axe_source())
    return visitor


def inject(page, axe: str) -> None:
    """Have axe on the page, unless it is there."""
    if not page.evaluate(THERE):
        page.evaluate(axe)


class Judged:
    """What stands around the pages of one walk and was judged already: it is passed over where it comes again, word for
    word, as wide and in the same colours, by the same rules. What is asked of a whole page is asked each time."""

    def __init__(self):
        self._seen = set()

    def known(self, page, rules: object) -> list[list[str]]:
        """Selectors of what need not be judged on this page; from now on all of its frame is known."""
        width, dark, *parts = page.evaluate(AROUND, FRAME)
        found = [(repr(rules), width, dark, selector, html) for selector, html in zip(FRAME, parts, strict=True)]
        known = [[key[3]] for key in found if key in self._seen and key[4]]
        self._seen.update(found)
        return known


def told_by_axe(page, options: dict, judged: Judged | None) -> list[str]:
    """What axe finds on the page by some rules."""
    known = judged.known(page, options) if judged else []
    rules = page.evaluate(RUN, [known, options])["violations"]
    return [f"{page.url} {rule['id']}: {node['html'][:200]}" for rule in rules for node in rule["nodes"]]


def violations(page, axe: str, options: dict = EVERYTHING, judged: Judged | None = None) -> list[str]:
    """What axe finds on the page as it is; on an Arabic one, contrast is judged with Latin letters in place of its own,
    as that alone sees all of them. On a walk, `judged` is what was seen on it before."""
    inject(page, axe)
    if options is WITHOUT_CONTRAST or page.locator("html").get_attribute("lang") != "ar":
        return told_by_axe(page, options, judged)
    rules = {**options.get("rules", {}), "color-contrast": {"enabled": False}}
    found = [] if options is CONTRAST else told_by_axe(page, {**options, "rules": rules}, judged)
    assert page.evaluate(LATIN) >= 5
    return found + told_by_axe(page, CONTRAST, judged)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_on_the_pages_around_a_signature(visit, seen, axe, lang, scheme):
    visitor = reviewer(visit, scheme)
    found = [fault for page in seen.visited_by(visitor, lang) for fault in violations(page, axe)]
    assert not found, "\n".join(found)


def test_what_stands_around_a_page_is_judged_again_as_soon_as_anything_of_it_is_different(visit, axe):
    visitor, judged = reviewer(visit, "light"), Judged()
    pale = "header.top a, main a { color: #b8bcb9 !important; background: none !important }"

    def seen(path: str, change: str = "() => 1") -> set[str]:
        page = visitor.open(path)
        page.evaluate(change)
        page.add_style_tag(content=pale)
        found = violations(page, axe, CONTRAST, judged)
        whole = page.evaluate("document.querySelector('header.top').innerHTML")
        return {"around" if fault.split(": ", 1)[1] in whole else "page" for fault in found}

    assert seen("/en/un75/road") == {"around", "page"}
    assert seen("/en/un75/road") == {"page"}
    assert seen("/en/un75/road", "() => document.querySelector('.brand').append('x')") == {"around", "page"}
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    assert seen("/en/un75/road") == {"around", "page"}


def test_the_second_pass_sees_a_short_arabic_text_that_is_too_pale(visit, axe):
    page = reviewer(visit, "light").open("/ar/un75/why")
    page.add_style_tag(content="h1 { color: #b8bcb9 }")
    assert any("<h1>" in fault for fault in violations(page, axe, CONTRAST))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_in_a_mail(visit, house, axe, lang, scheme):
    house.sign(lang)
    newest = max((house.instance / "mailbox").glob("[!.]*.eml")).stem
    page = reviewer(visit, scheme).open(f"/{lang}/imprint")
    # As a mail program shows it: alone, without the sandbox that the local mailbox puts around it.
    page.set_content(house.get(f"/{lang}/mailbox/{newest}.html")[1])
    found = violations(page, axe, {**EVERYTHING, "rules": {rule: {"enabled": False} for rule in RULES_OF_A_SITE}})
    assert not found, "\n".join(found)
