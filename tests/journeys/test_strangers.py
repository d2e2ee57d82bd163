"""The main job, as a stranger does it: read in one's own language, sign, confirm by mail, be counted. No JavaScript."""

import json
import re

import pytest

from app.kernel.i18n import BY_CODE, CODES
from tests.browser.visitor import send
from tests.machine import PATIENCE, eventually

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ACCEPTED = {
    "ar": "ar-EG,ar;q=0.9,en;q=0.5",
    "zh": "zh-CN,zh;q=0.9",
    "en": "en-GB,en;q=0.9",
    "fr": "fr-CH,fr;q=0.9,de;q=0.5",
    "ru": "ru-RU,ru;q=0.9,en;q=0.3",
    "es": "es-MX,es;q=0.9",
}
NAMES = {
    "ar": "ليلى حداد",
    "zh": "王秀英",
    "en": "Ama Serwaa Mensah",
    "fr": "Zoé D'Almeida",
    "ru": "Ольга Петрова",
    "es": "José Ñáñez",
}


def stranger(visit, lang: str):
    return visit(width=390, java_script_enabled=False, extra_http_headers={"Accept-Language": ACCEPTED[lang]})


def confirmed(house) -> int:
    return json.loads(house.get("/api/v1/petitions/focal-point")[1])["signatures"]["confirmed"]


def fill_in(page, name: str, address: str) -> None:
    page.locator("[autocomplete=name]").fill(name)
    page.locator("[autocomplete=email]").fill(address)
    page.locator("[autocomplete=country]").select_option("GHA")
    page.locator("[name=consent]").check()


def read_and_sign(visitor, lang: str) -> str:
    """From the first page to the thanks page; the address that was given."""
    page = visitor.open("/")
    visitor.arrives_at(f"/{lang}/")
    page.locator("main a.button").first.click()
    visitor.arrives_at(f"/{lang}/un75")
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (lang, BY_CODE[lang].dir)
    assert len(page.locator("article.call").inner_text()) > 300
    assert page.locator("[name=updates]").is_checked() is False
    assert page.locator("[name=shown][value=none]").is_checked()
    address = f"stranger-{lang}@example.org"
    fill_in(page, NAMES[lang], address)
    send(page)
    visitor.arrives_at(f"/{lang}/un75/petitions/focal-point/thanks")
    return address


def follow_the_mail(visitor, lang: str, address: str) -> None:
    """Open the mailbox, the mail to this address and its first link; nothing is pressed yet."""

    def entry():
        found = visitor.open(f"/{lang}/mailbox").locator("main").get_by_role("listitem").filter(has_text=address)
        return found if found.count() else None

    page = visitor.page
    link = eventually(entry, PATIENCE, f"no mail to {address} is in the mailbox").get_by_role("link")
    assert link.get_attribute("lang") == lang
    link.click()
    page.locator(f"main a[href*='/{lang}/signature/'], main a[href*='/{lang}/m/']").first.click()
    page.wait_for_url(re.compile(rf"/{lang}/signature/[\w-]{{20,}}$"))


def test_a_stranger_in_each_of_the_six_languages_signs_without_javascript_and_the_count_goes_up_by_six(visit, house):
    before = confirmed(house)
    visitors = {lang: stranger(visit, lang) for lang in CODES}
    addresses = {lang: read_and_sign(visitor, lang) for lang, visitor in visitors.items()}
    for lang, visitor in visitors.items():
        follow_the_mail(visitor, lang, addresses[lang])
    assert confirmed(house) == before
    for lang, visitor in visitors.items():
        assert NAMES[lang] in visitor.page.locator("main").inner_text()
        visitor.page.locator("main button[value=confirm]").click()
        visitor.arrives_at(f"/{lang}/done/focal-point/confirmed")
    eventually(lambda: confirmed(house) >= before + 6, PATIENCE, "the count did not move")
    assert confirmed(house) == before + 6
    # Somebody new: the six may keep the page that they have read for a minute.
    count = stranger(visit, "ar").open("/ar/un75").locator(".count bdi")
    assert count.inner_text() == str(before + 6)


def test_what_was_typed_stays_when_something_is_missing_and_then_the_signature_goes_through(visit, house):
    visitor = stranger(visit, "fr")
    page = visitor.open("/fr/un75")
    page.locator("[autocomplete=name]").fill(NAMES["fr"])
    page.locator("[autocomplete=country]").select_option("BEN")
    page.locator("[name=shown][value=area]").check()
    page.locator("[name=updates]").check()
    send(page)
    page.locator("#errors").wait_for()
    assert page.locator("#errors li").count() == 2
    assert page.locator("[autocomplete=name]").input_value() == NAMES["fr"]
    assert page.locator("[autocomplete=country]").input_value() == "BEN"
    assert page.locator("[name=shown][value=area]").is_checked()
    assert page.locator("[name=updates]").is_checked()
    page.locator("[autocomplete=email]").fill("encore@example.org")
    page.locator("[name=consent]").check()
    send(page)
    visitor.arrives_at("/fr/un75/petitions/focal-point/thanks")


def test_somebody_who_did_not_sign_can_say_so_and_the_link_ends(visit, house):
    link = house.sign("es", name="Alguien Más")
    visitor = stranger(visit, "es")
    visitor.open(link).locator("main button[value=not-me]").click()
    visitor.arrives_at("/es/done/focal-point/not-me")
    visitor.open(link, status=404)


def test_a_signature_can_be_shown_and_hidden_again_at_once(visit, house):
    name = "Владимира Непохожая"
    link = house.sign("ru", name=name)
    house.confirm(link)
    visitor = stranger(visit, "ru")

    def choose(how: str) -> str:
        page = visitor.open(link)
        page.locator(f"[name=shown][value={how}]").check()
        page.locator("main button[value=show]").click()
        visitor.arrives_at("/ru/done/focal-point/shown")
        return visitor.open("/ru/un75/petitions/focal-point/signatories").locator("main").inner_text()

    assert name in choose("name")
    assert name not in choose("none")


def test_whoever_withdraws_or_is_erased_leaves_by_two_clicks(visit, house):
    for action, done in (("withdraw", "withdrawn"), ("erase", "erased")):
        link = house.sign("zh", name="張偉")
        house.confirm(link)
        visitor = stranger(visit, "zh")
        visitor.open(link).locator(f"main button[value={action}]").click()
        visitor.arrives_at(f"/zh/done/focal-point/{done}")
        visitor.open(link, status=404)
