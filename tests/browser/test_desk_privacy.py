"""An erasure request done and proved, in a real browser: entered at the desk, confirmed by its person, done, told; and
the data of somebody given to them in Arabic. axe finds nothing on the pages on the way."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import axe_source
from tests.browser.house import House
from tests.browser.test_axe import violations
from tests.browser.visitor import follow
from tests.machine import PATIENCE, eventually
from tests.support import messages

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def axe():
    return axe_source()


def link_in_mail(house: House, address: str, number: int) -> str:
    """The path of the link in the mail of this number (from 1) about a request to an address."""

    def found() -> str | None:
        links = []
        for mail in messages(house.instance / "mailbox"):
            link = re.search(r"/\w\w/(?:request/[\w-]+|m/[\w-]+/r)(?=\s)", mail.get_body(("plain",)).get_content())
            if str(mail["To"]) == address and link:
                links.append(link[0])
        return links[number - 1] if len(links) >= number else None

    return eventually(found, PATIENCE, f"no mail about a request came to {address}: {house.said()}")


def enter(colleague, address: str, kind: str, lang: str, desk_lang: str = "en"):
    """Enter a request at the desk; the page of it."""
    page = colleague.open(f"/{desk_lang}/desk/privacy/new")
    page.fill("#email", address)
    page.check(f"[name=kind][value={kind}]")
    page.select_option("#language", lang)
    follow(page.locator("form:has(#email) button[type=submit]"))
    page.wait_for_url(re.compile(r"/desk/privacy/\d+(#errors)?$"))
    return page


def test_an_erasure_request_is_proved_done_and_told(visit, house, axe, desk):
    address = house.ask("en", name="Fictional Signer", area="CHE", shown="name")
    own = house.link_for(address)
    house.confirm(own)
    colleague = desk("administrator", "*", bypass_csp=True)
    page = enter(colleague, address, "erase", "en")
    assert address not in page.url and page.locator("button[value=carry-out]").count() == 0
    faults = violations(page, axe)
    person = visit(width=360, bypass_csp=True)
    asked = person.open(link_in_mail(house, address, 1))
    faults += violations(asked, axe)
    follow(asked.locator("button[value=confirm]"))
    asked.locator("[role=status]").wait_for()
    assert house.get(own)[0] == 200, "nothing has happened yet"
    page.reload()
    follow(page.locator("button[value=carry-out]"))
    page.locator(".notice").wait_for()
    told = person.open(link_in_mail(house, address, 2))
    assert "It is done." in told.locator("main").inner_text()
    faults += violations(told, axe)
    assert house.get(own)[0] == 404, "the person's links are gone"
    page.reload()
    assert address not in page.content()
    faults += violations(page, axe)
    for path in ("/en/desk/privacy", "/en/desk/privacy/new", "/en/desk/audit", "/en/desk/exports"):
        faults += violations(colleague.open(path), axe)
    assert not faults, "\n".join(faults)


def test_somebody_reads_and_keeps_their_data_in_arabic(visit, house, axe, desk):
    address = house.ask("ar", name="أحمد الخيالي", area="CHE")
    house.confirm(house.link_for(address))
    colleague = desk("moderator", "*", width=360, bypass_csp=True)
    page = enter(colleague, address, "access", "ar", "ar")
    faults = violations(page, axe)
    person = visit(width=360, bypass_csp=True)
    asked = person.open(link_in_mail(house, address, 1))
    follow(asked.locator("button[value=confirm]"))
    asked.locator("[role=status]").wait_for()
    page.reload()
    follow(page.locator("button[value=carry-out]"))
    page.locator(".notice").wait_for()
    told = person.open(link_in_mail(house, address, 2))
    assert urlsplit(told.url).path.startswith("/ar/request/")
    with told.expect_download() as download:
        told.locator("a[href$='/data.json']").click()
    assert "أحمد الخيالي" in Path(download.value.path()).read_text(encoding="utf-8")
    follow(told.locator("a[href$='/data']"))
    told.wait_for_url(re.compile("/data$"))
    assert "أحمد الخيالي" in told.locator("main").inner_text()
    assert told.evaluate("document.documentElement.scrollWidth <= innerWidth")
    faults += violations(told, axe)
    for path in ("/ar/desk/privacy", "/ar/desk/privacy/new"):
        page = colleague.open(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        faults += violations(page, axe)
    assert not faults, "\n".join(faults)
