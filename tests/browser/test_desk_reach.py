"""Every page of the desk's menu fits 320 and 360 pixels and the desktop, and every target can be hit."""

import pytest

from tests.browser.test_reach import ALONE, CUT_OFF, SPACED, TOO_SMALL, TOO_WIDE, restyled, told

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# A wide table scrolls in a box of its own, which the keyboard reaches (WCAG 1.4.10 leaves tables out).
FITS = TOO_WIDE.replace('element.closest(".unseen")', 'element.closest(".unseen") || element.closest(".scroll table")')
BOXES = """() => [...document.querySelectorAll(".scroll")]
    .filter(e => e.checkVisibility() && e.tabIndex !== 0).map(e => e.outerHTML.slice(0, 90))"""
LINKS = """() => [...document.querySelectorAll(".desk-menu a")].map(e => new URL(e.href).pathname)"""
# The narrowest last, as there it is spaced, too. A page is loaded once: it has no script that would notice.
WIDTHS = (1280, 360, 320)
# Below the menu: forms one opens from a list, too.
FURTHER = ("/{lang}/desk/un75/partners/new", "/{lang}/desk/un75/report?since=2026-02-01&until=2026-01-01")


def menu(colleague, lang: str) -> list[str]:
    """The path of every page that the menus of the site and of the campaign lead to."""
    found: dict[str, None] = {}
    for path in (f"/{lang}/desk", f"/{lang}/desk/un75"):
        found |= dict.fromkeys(colleague.open(path).evaluate(LINKS))
    assert len(found) > 4, "the menu leads nowhere"
    return list(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_of_the_desk_fits_and_every_target_can_be_hit(desk, lang):
    colleague = desk("administrator", "*")
    found = []
    for path in (*menu(colleague, lang), *(path.format(lang=lang) for path in FURTHER)):
        page = colleague.open(path, 422 if "until=" in path else 200)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{width}: {fault}" for fault in told(page, FITS, TOO_SMALL, ALONE, BOXES)]
        found += restyled(page, SPACED, FITS, CUT_OFF)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_open_menu_of_the_desk_fits_into_320_pixels(desk, lang):
    page = desk("administrator", "*", width=320, height=640).open(f"/{lang}/desk/un75")
    page.locator(".menu summary").click()
    assert page.locator(".menu [aria-current]").is_visible()
    assert not told(page, FITS, TOO_SMALL)


def test_the_report_is_one_sheet_of_a4(desk):
    for lang in ("en", "ar", "ru"):
        page = desk("observer").open(f"/{lang}/desk/un75/report")
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 1, lang
