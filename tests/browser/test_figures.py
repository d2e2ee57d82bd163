"""A petition's figures as readers meet them: small and large, in both directions, dark, forced colours, on paper."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.kernel.i18n import CODES
from tests.browser.chromium import axe_source
from tests.browser.house import House
from tests.browser.test_axe import SCHEMES, reviewer, violations
from tests.browser.test_media import PALE
from tests.browser.test_reach import ALONE, TOO_SMALL, TOO_WIDE, told
from tests.browser.visitor import follow
from tests.support import PETITION, crowd

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# days and signatures a day: nobody, 8 in two days, 63,750 in fourteen months.
SIZES = {"nobody": (0, 0), "few": (2, 4), "many": (425, 150)}
OPEN = "() => document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture(scope="module")
def house(browser, make_database, tmp_path_factory):
    """A site of its own, whose figures these tests set as they like."""
    site = House(make_database(), tmp_path_factory.mktemp("figures"))
    try:
        yield site.wait()
    finally:
        site.stop()


@pytest.fixture
def stand(house):
    """Sets the petition's figures to one of SIZES."""
    engine = create_engine(house.database_url)

    def setting(size: str) -> None:
        with Session(engine) as session:
            crowd(session, *SIZES[size], on_paper=7 if size == "many" else 0)

    yield setting
    engine.dispose()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_the_page_of_a_petition_however_many_have_signed(visit, stand, size, scheme):
    stand(size)
    visitor, axe = reviewer(visit, scheme), axe_source()
    found = []
    for lang in ("ar", "en"):
        page = visitor.open(PETITION.format(lang=lang) + "?from=amnesty")
        page.evaluate(OPEN)
        found += violations(page, axe)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", CODES)
def test_figures_and_tables_fit_into_320_pixels(visit, stand, lang):
    stand("many")
    page = visit(width=320, height=640).open(PETITION.format(lang=lang))
    page.evaluate(OPEN)
    assert not told(page, TOO_WIDE, TOO_SMALL, ALONE)


# Where the drawn curve begins and ends on the screen.
ENDS = """() => {
    const line = document.querySelector(".curve .line"), at = line.getScreenCTM();
    const place = part => line.getPointAtLength(line.getTotalLength() * part).matrixTransform(at);
    return [place(0).x, place(0).y, place(1).x, place(1).y];
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_time_runs_as_the_language_is_read_and_the_curve_rises(visit, stand, lang):
    stand("many")
    page = visit().open(PETITION.format(lang=lang))
    begin, low, end, high = page.evaluate(ENDS)
    assert (end > begin) == (lang == "en")
    assert high < low
    bar = page.locator(".bars rect").nth(5).bounding_box()
    track = page.locator(".bars svg").nth(5).bounding_box()
    assert bar["width"] < track["width"]
    if lang == "ar":
        assert bar["x"] + bar["width"] == pytest.approx(track["x"] + track["width"], abs=1)
    else:
        assert bar["x"] == pytest.approx(track["x"], abs=1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_forced_colours_curve_and_bars_have_the_colour_of_text(visit, stand, scheme):
    stand("many")
    page = visit(color_scheme=scheme, forced_colors="active").open(PETITION.format(lang="en"))
    colour = "part => getComputedStyle(document.querySelector(part))"
    ink = page.evaluate(f"({colour})('figcaption').color")
    assert page.evaluate(f"({colour})('.curve .line').stroke") == ink
    assert page.evaluate(f"({colour})('.bars rect').fill") == ink


def test_paper_shows_figures_and_the_qr_code_and_nothing_that_has_to_be_pressed(visit, stand):
    stand("many")
    page = visit(width=794, color_scheme="dark").open(PETITION.format(lang="en"))
    page.emulate_media(media="print")
    for part in (".goal", "progress", ".curve", ".bars li", ".qr img"):
        assert page.locator(part).first.is_visible(), part
    for part in (".share-links", "#share-address", ".behind", ".qr figcaption"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator(".qr img").evaluate("picture => picture.naturalWidth > 0")
    assert not page.evaluate(PALE, 7)["found"]


def test_the_address_can_be_selected_with_the_keyboard_alone(visit):
    page = visit().open(PETITION.format(lang="en"))
    page.locator(".share-links a").last.focus()
    page.keyboard.press("Tab")
    chosen = page.evaluate("() => document.activeElement.value.slice(document.activeElement.selectionStart)")
    assert chosen.endswith("?from=copy")
    assert page.evaluate("() => document.activeElement.selectionEnd - document.activeElement.selectionStart") == len(
        chosen
    )


def test_a_reader_goes_to_their_mastodon_server_by_a_form_and_a_link(visit):
    page = visit().open(PETITION.format(lang="en"))
    follow(page.locator(".share-links a", has_text="Mastodon"))
    page.locator("#server").fill("@me@mastodon.example")
    page.locator("main button").click()
    link = page.locator("main a.button")
    link.wait_for()
    assert link.get_attribute("href").startswith("https://mastodon.example/share?text=")
