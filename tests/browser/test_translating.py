"""The translator's pages in a real browser: usable at 360 pixels, in both directions, and axe finds nothing."""

from dataclasses import replace

import pytest

from tests.browser.chromium import axe_source
from tests.browser.test_axe import violations
from tests.browser.visitor import follow

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PAGES = (
    "translate",
    "translate/ar",
    "translate/ar/pages/why",
    "translate/ar/files",
    "translate/ar/files/{returned}",
    "glossary",
    "glossary/new",
    "questions",
    "further-languages",
)


# A process may leave this file and come back to it (--dist=worksteal), and would write into the one house twice.
@pytest.fixture(scope="package")
def desk(house):
    """Somebody signed in at the desk, with something behind, a term, a question, and a file that came back: the
    cookie's name, the token, and the file's id."""
    from app.accounts import guard, sessions
    from app.campaigns import drafts, editing, further, glossary_book, questions, returning
    from app.campaigns.glossary import Entry, Said
    from app.kernel import clock
    from app.kernel.db import db
    from tests.desk_support import make_staff

    with house.app.app_context():
        me, other, now = make_staff("administrator").id, make_staff("campaigner").id, clock.now()
        campaign = drafts.campaign("un75")
        lead = next(row for row in drafts.rows(campaign.id, "pages", "why")["en"] if row.key == "lead")
        place = ("pages", "why", "en", "lead")
        words = lead.text.replace("United Nations", "United Nations today", 1)
        editing.save_block(campaign, *place, text=words, seen=lead.digest, actor=other, now=now)
        term = Entry("civil society", "", {"ar": Said("المجتمع المدني", ("الأهالي",))})
        glossary_book.put(campaign, term, me, now, ["ar"])
        questions.ask(campaign, ("pages", "why", "lead"), "ar", "One word?", other, now)
        further.set_languages(campaign, ["sw", "ur"], me, now)
        texts = [replace(u, target=f"{u.target} x") for u in returning.units(campaign, "ar", "pages/why")]
        returned = returning.receive(campaign, "ar", texts, me, now).id
        token = sessions.begin(me, "Chromium, Linux", True, now)
        db.session.commit()
        db.engine.dispose()
        return guard.cookie_name(), token, returned


@pytest.fixture
def signed_in(browser, house, desk):
    """Makes pages of a browser that holds the session's cookie."""
    contexts = []

    def arrive(width: int, scheme: str = "light"):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
        contexts.append(context)
        context.add_cookies([{"name": desk[0], "value": desk[1], "url": house.url}])
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(signed_in, house, desk, lang, scheme):
    page, found = signed_in(360, scheme), []
    for path in PAGES:
        answer = page.goto(f"{house.url}/{lang}/desk/un75/{path.format(returned=desk[2])}")
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found += violations(page, axe_source())
    assert not found, "\n".join(found)


def test_original_and_translation_stand_one_above_the_other_and_on_wide_screens_side_by_side(signed_in, house):
    def boxes(width, lang):
        page = signed_in(width)
        page.goto(f"{house.url}/{lang}/desk/un75/translate/ar/pages/why")
        part = page.locator("#b-lead")
        return part.locator(".words").bounding_box(), part.locator("textarea[name=words]").bounding_box()

    source, target = boxes(360, "en")
    assert source["y"] + source["height"] <= target["y"]
    source, target = boxes(1280, "en")
    assert source["x"] + source["width"] <= target["x"]
    source, target = boxes(1280, "ar")
    assert target["x"] + target["width"] <= source["x"]


def test_a_part_is_saved_and_its_mark_is_gone(signed_in, house):
    page = signed_in(360)
    page.goto(f"{house.url}/en/desk/un75/translate/ar/pages/why")
    part = page.locator("#b-lead")
    assert part.locator("ins").inner_text().strip() == "today"
    follow(part.get_by_role("button", name="Save"))
    page.get_by_role("status").wait_for()
    assert page.url.endswith("#b-lead")
    assert part.locator("ins").count() == 0
