"""A letter's way in a real browser: signed in Arabic, changed in substance, signed again, hidden, handed over."""

import re

import pytest

from tests.browser.house import eventually

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LETTER = "/{lang}/un75/letters/focal-point"
DESK = "/en/desk/un75/letters/focal-point"
TEXT = "/en/desk/un75/texts/letters/focal-point/edit/text"
ADDRESS = "huda@fictional-rivers.org"
NAME = "الرابطة الخيالية للأنهار"


def link_in_mail(house) -> str:
    """The path of the page that the newest mail leads to."""

    def found() -> str | None:
        for path in sorted((house.instance / "mailbox").glob("[!.]*.eml"), reverse=True):
            words = path.read_text(encoding="utf-8", errors="replace").replace("=\n", "")
            way = re.search(r"(/\w\w/(?:letter/[\w-]+|m/[\w-]+/l))", words)
            if ADDRESS in words and way:
                return way[1]
        return None

    return eventually(found, 60, f"no mail came: {house.said()}")


def sign(visitor) -> None:
    """Fill in the Arabic form by the names of its fields, and send it."""
    page = visitor.open(LETTER.format(lang="ar"))
    for name, value in {
        "name": NAME,
        "website": "fictional-rivers.org",
        "person": "هدى الخيالية",
        "title": "مديرة",
        "email": ADDRESS,
    }.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#country").select_option("CPV")
    page.locator("input[name=visibility][value=public]").check()
    page.locator("#authorised").check()
    page.locator("#consent").check()
    page.locator("form:has(#authorised) button[type=submit]").click()
    visitor.arrives_at(LETTER.format(lang="ar") + "/thanks")


def press(page, action: str) -> None:
    page.locator(f"button[name=action][value={action}]").click()


def is_listed(visitor) -> bool:
    return NAME in visitor.open(LETTER.format(lang="en") + "/signatories").locator("main").inner_text()


def test_from_a_signature_in_arabic_over_a_material_change_to_the_handover(desk, visit, house):
    huda, campaigner = visit(width=360), desk("campaigner")
    sign(huda)
    assert not is_listed(huda)
    own = link_in_mail(house)
    page = huda.open(own)
    press(page, "confirm")
    huda.arrives_at("/ar/letter/done/focal-point/counted")
    assert is_listed(huda)

    page = campaigner.open(TEXT)
    text = page.locator("textarea[name=text]")
    text.fill(text.input_value() + "\n\nWe ask for an answer before the session ends.")
    page.locator("form:has(textarea[name=text]) button").first.click()
    page.wait_for_load_state()
    page = campaigner.open(DESK)
    page.locator("input[name=freeze-kind][value=material]").check()
    page.locator("form[action*=freeze] button").click()
    page.get_by_text("Version 2 is frozen").wait_for()

    assert "1 under version 1" in huda.open(LETTER.format(lang="en")).locator("main").inner_text()
    page = huda.open(own)
    assert page.locator("#reaffirm").is_visible()
    press(page, "reaffirm")
    huda.arrives_at("/ar/letter/done/focal-point/reaffirmed")
    assert "1 under version 2" in huda.open(LETTER.format(lang="en")).locator("main").inner_text()

    page = huda.open(own)
    page.locator("input[name=visibility][value=counted]").check()
    press(page, "show")
    huda.arrives_at("/ar/letter/done/focal-point/shown")
    assert not is_listed(huda)
    page = huda.open(own)
    page.locator("input[name=visibility][value=public]").check()
    page.locator("#delayed").check()
    press(page, "show")
    huda.arrives_at("/ar/letter/done/focal-point/shown")
    assert not is_listed(huda)

    page = campaigner.open(DESK + "/handover")
    page.locator("#deliver-addressee").fill("Permanent Mission of Fictional Rivers")
    page.locator("#deliver-day").fill("2026-11-28")
    page.locator("#deliver-handover").check()
    page.locator("form[action*=deliveries] button").click()
    page.get_by_role("status").wait_for()
    assert is_listed(huda)
    assert "Permanent Mission of Fictional Rivers" in huda.open(LETTER.format(lang="en")).locator("main").inner_text()
