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
RUN = "options => axe.run(document, {...options, resultTypes: ['violations'], selectors: false})"
THERE = "() => 'axe' in window"

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
    """axe is a script and the site's policy lets none in: this visitor alone does not keep to it."""
    return visit(bypass_csp=True, color_scheme=scheme)


def inject(page, axe: str) -> None:
    """Have axe on the page, unless it is there."""
    if not page.evaluate(THERE):
        page.evaluate(axe)


def violations(page, axe: str, options: dict = EVERYTHING) -> list[str]:
    """What axe finds on the page as it is; on an Arabic one, contrast is judged with Latin letters in place of its own,
    as that alone sees all of them."""
    inject(page, axe)
    if options is WITHOUT_CONTRAST or page.locator("html").get_attribute("lang") != "ar":
        found = page.evaluate(RUN, options)["violations"]
    else:
        rules = {**options.get("rules", {}), "color-contrast": {"enabled": False}}
        found = [] if options is CONTRAST else page.evaluate(RUN, {**options, "rules": rules})["violations"]
        assert page.evaluate(LATIN) >= 5
        found += page.evaluate(RUN, CONTRAST)["violations"]
    return [f"{page.url} {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_on_the_pages_around_a_signature(visit, seen, axe, lang, scheme):
    visitor = reviewer(visit, scheme)
    found = [fault for page in seen.visited_by(visitor, lang) for fault in violations(page, axe)]
    assert not found, "\n".join(found)


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
