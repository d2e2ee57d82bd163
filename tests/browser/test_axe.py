"""axe finds nothing around a signature and in mails: WCAG 2.2 A and AA and best practice, in both directions, light and
dark. test_axe_everywhere.py walks all pages."""

import pytest

from tests.browser.chromium import axe_source
from tests.support import PETITION

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
WITHOUT_CONTRAST = {**EVERYTHING, "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# A mail has no landmarks and no headings: it is a letter.
RULES_OF_A_SITE = ("region", "landmark-one-main", "page-has-heading-one")
SCHEMES = ["light", "dark"]
# Selectors take time to make, and what is told is the element itself.
RUN = """([known, options]) => axe.run(
    known.length ? {exclude: known.map(number => window.axeParts[number])} : document,
    {...options, resultTypes: ["violations"], selectors: false})"""
THERE = "() => 'axe' in window"
# The parts of a page, as they are seen: words, marks and order, below which elements, in which styles, how wide and in
# which colours, but not where links lead and what fields hold. Each comes with the number of the part that it is in. No
# part has a landmark, as those are told from each other; none refers to what is outside of it; and none is a link or a
# picture beside words, as axe judges those together.
PARTS = """() => {
    const LANDMARK = "main, nav, aside, header, footer, section, form, search, [role]";
    const BLOCKS = "div, main, nav, aside, header, footer, section, article, form, search, fieldset, figure, details," +
        "ul, ol, dl, table, thead, tbody, tr";
    const IN_LINE = "a, abbr, b, bdi, cite, code, em, i, img, mark, q, s, small, span, strong, svg, sub, sup, time";
    const REFERS = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details"];
    const plain = html => html.replace(/ (?:href|hreflang|action|value)="[^"]*"/g, "");
    const opening = element => plain(element.cloneNode().outerHTML) + (element.nextElementSibling ? "" : "last") +
        (element.previousElementSibling ? "" : "first");
    const within = (part, element) => REFERS.every(name => (element.getAttribute(name) || "").split(/\\s+/)
        .every(id => !id || part.contains(document.getElementById(id)))) &&
        [...(element.labels || [])].every(label => part.contains(label));
    const whole = part => !part.matches(LANDMARK) && !part.querySelector(LANDMARK) && within(part, part) &&
        [...part.querySelectorAll("input, select, textarea, meter, progress, output, [for], [aria-labelledby]," +
            "[aria-describedby], [aria-controls], [aria-owns], [aria-details]")].every(one => within(part, one));
    const hash = text => {
        let one = 0xdeadbeef, two = 0x41c6ce57;
        for (let at = 0; at < text.length; at++) {
            const code = text.charCodeAt(at);
            one = Math.imul(one ^ code, 2654435761);
            two = Math.imul(two ^ code, 1597334677);
        }
        return `${one >>> 0}-${two >>> 0}-${text.length}`;
    };
    const found = [];
    window.axeParts = [];
    const look = (parent, above, around) => {
        const lines = [...parent.children].filter(child => child.matches(IN_LINE)).length;
        for (const child of parent.children) {
            const chain = around + opening(child);
            let inside = above;
            if (!(child.matches(IN_LINE) && lines > 1) && whole(child)) {
                inside = window.axeParts.push(child) - 1;
                found.push([hash(chain + plain(child.outerHTML)), above]);
            }
            const words = [...child.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
            if (child.matches(BLOCKS) && !words) look(child, inside, chain);
        }
    };
    const styles = [...document.styleSheets].map(sheet => sheet.href);
    look(document.body, -1, [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, ...styles,
        opening(document.documentElement), opening(document.body)].join());
    return found;
}"""

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
    """The parts of pages of one walk that were judged already: one that comes again, word for word, as wide and in the
    same colours, in the same place of elements alike, is passed over by the same rules. What is asked of a whole page,
    and how its landmarks and headings stand to each other, is asked each time."""

    def __init__(self):
        self._seen = set()

    def known(self, page, rules: object) -> list[int]:
        """Numbers of the page's parts that need not be judged; from now on all that it has are known."""
        found = page.evaluate(PARTS)
        passed: set[int] = set()
        outermost = []
        for number, (part, around) in enumerate(found):
            if around in passed:
                passed.add(number)
            elif (repr(rules), part) in self._seen:
                passed.add(number)
                outermost.append(number)
        self._seen.update((repr(rules), part) for part, _ in found)
        return outermost


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


def test_a_part_of_a_page_is_judged_again_as_soon_as_anything_of_it_is_different(visit, axe):
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
    assert seen("/en/un75/road") == set()
    assert seen("/en/un75/road", "() => document.querySelector('.brand').append('x')") == {"around"}
    assert seen("/en/un75/road", "() => document.querySelector('main').className = 'x'") == {"page"}
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    assert seen("/en/un75/road") == {"around", "page"}


@pytest.mark.parametrize(
    ("rule", "change"),
    (
        (
            "landmark-unique",
            "() => document.querySelector('header.top').after(document.querySelector('nav').cloneNode(1))",
        ),
        ("heading-order", "() => document.querySelector('main').insertAdjacentHTML('beforeend', '<h6>Far below</h6>')"),
        ("page-has-heading-one", "() => document.querySelector('h1').remove()"),
        ("label", "() => document.querySelector('label[for=email]').remove()"),
        (
            "landmark-one-main",
            "() => document.querySelector('main').replaceWith(...document.querySelector('main').childNodes)",
        ),
    ),
)
def test_how_parts_of_a_page_stand_to_each_other_is_judged_each_time(visit, axe, rule, change):
    visitor, judged = reviewer(visit, "light"), Judged()
    page = visitor.open(PETITION.format(lang="en"))
    assert violations(page, axe, judged=judged) == []
    page.evaluate(change)
    assert any(f" {rule}: " in fault for fault in violations(page, axe, judged=judged))


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
