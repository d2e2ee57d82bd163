"""A screen reader hears the tally and the table of a tracker, not 193 shapes; and on paper nothing is lost."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

TRACKER = "/en/un75/positions/participation"
DRAWN = pytest.mark.parametrize(("view", "name"), [("", "Hall"), ("/tiles", "Tiles"), ("/map", "Map")])
SHAPES = re.compile(r"svg|graphics|image|img|canvas", re.IGNORECASE)


class Heard:
    """The accessibility tree of a page: what a screen reader is given of it."""

    def __init__(self, page):
        nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        self._by_id = {node["nodeId"]: node for node in nodes}
        self.nodes = [node for node in nodes if not node["ignored"]]

    def of(self, role: str) -> list[dict]:
        """Everything of a role, in the order of the page."""
        return [node for node in self.nodes if node["role"]["value"] == role]

    def named(self, role: str) -> list[str]:
        """What all of a role are called."""
        return [name_of(node) for node in self.of(role)]

    def words(self, node: dict) -> str:
        """All that is read out of a node and what is in it."""
        if node["role"].get("value") == "StaticText":
            return name_of(node)
        inside = (self.words(self._by_id[child]) for child in node.get("childIds", ()) if child in self._by_id)
        return " ".join(" ".join(inside).split())

    def inside(self, node: dict, role: str) -> list[dict]:
        """Everything of a role that is in a node."""
        found = []
        for child in node.get("childIds", ()):
            if one := self._by_id.get(child):
                found += [one] if not one["ignored"] and one["role"]["value"] == role else []
                found += self.inside(one, role)
        return found


def name_of(node: dict) -> str:
    return node.get("name", {}).get("value", "").strip()


def region(heard: Heard, name: str) -> dict:
    return next(node for node in heard.of("region") if name_of(node) == name)


@pytest.mark.parametrize("view", ["", "/tiles", "/map", "/table"])
def test_the_first_that_is_heard_after_the_title_is_the_tally_with_its_two_numbers(visit, view):
    heard = Heard(visit().open(TRACKER + view))
    assert heard.named("heading")[:2] == ["Simpler and wider participation", "Where it stands"]
    tally = heard.inside(region(heard, "Where it stands"), "paragraph")
    assert heard.words(tally[0]) == "63 in their own name 0 more through a group no known opponent"
    assert heard.words(tally[1]).startswith("Of 193 members, as of ")


@DRAWN
def test_a_drawing_is_one_sentence_and_no_shape_of_it_is_heard(visit, view, name):
    heard = Heard(visit().open(TRACKER + view))
    assert not [node for node in heard.nodes if SHAPES.search(node["role"]["value"])]
    (figure,) = heard.of("figure")
    figures = "63 in their own name, 0 more through a group; no known opponent"
    said = [heard.words(one) for one in heard.inside(figure, "paragraph")]
    assert said[0] == f"{name}: {figures}. The table has every state by name."
    assert not heard.inside(figure, "link")
    # Every state that stands somewhere is heard once, in the list beneath.
    standing = region(heard, "State by state")
    listed = [name_of(link) for link in heard.inside(standing, "link")]
    assert listed.count("Costa Rica") == 1 and "Costa Rica: Champion" not in listed


@DRAWN
def test_the_keyboard_goes_past_a_drawing(visit, view, name):
    page = visit().open(TRACKER + view)
    assert page.locator(".drawing a").count() >= 190
    assert page.locator(".drawing a:not([tabindex='-1'])").count() == 0
    assert page.locator(".drawing[aria-hidden=true]").count() == 1


def test_the_table_is_heard_as_a_table_with_its_heads(visit):
    heard = Heard(visit().open(f"{TRACKER}/table"))
    (table,) = heard.of("table")
    assert name_of(table) == "Where states stand on: Simpler and wider participation"
    heads = [re.sub(r" ↑$", "", name_of(head)) for head in heard.inside(table, "columnheader")]
    assert heads == ["States", "Position", "Basis", "Decided by", "Good to know", "Groups"]
    assert len(heard.inside(table, "rowheader")) == 195
    rows = [heard.words(row) for row in heard.inside(table, "row")]
    assert any(row.startswith("Costa Rica Champion In its own name 20 September 2024") for row in rows)


@pytest.mark.parametrize("lang", ["ar", "en"])
@DRAWN
def test_on_paper_a_drawing_keeps_its_signs_and_lines_and_the_choice_stays_away(visit, lang, view, name):
    page = visit().open(f"/{lang}/un75/positions/participation{view}")
    page.emulate_media(media="print")
    signs = page.locator(".legend use, .drawing use")
    assert signs.count() >= 63 + 7
    assert all(signs.evaluate_all("all => all.map(one => one.checkVisibility())"))
    assert page.locator(".drawing .line-NAM .ink, .drawing .line-G77 .ink").count() >= 2
    for gone in (".choose", ".views", ".files"):
        assert not page.locator(gone).is_visible()
    # Whoever has it on paper can find it again, and reads every name.
    assert "as_of=" in page.locator("#dated").input_value() and page.locator("#dated").is_visible()
    assert page.locator("details.stand p").is_visible()


def test_on_paper_a_table_fits_the_sheet_and_the_lists_say_their_sources(visit):
    visitor = visit(width=794)
    page = visitor.open(f"{TRACKER}/table")
    page.emulate_media(media="print")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 794
    assert not page.locator("td.groups").first.is_visible()
    source = page.locator(".lines-list a[rel~=noopener]").first
    address = source.get_attribute("href")
    assert address in source.evaluate("link => getComputedStyle(link, '::after').content.replaceAll('\"', '')")
