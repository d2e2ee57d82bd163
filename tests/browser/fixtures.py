"""Fixtures for whoever needs a browser: a package's conftest takes them in by name."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.desk import Colleague, begin_session
from tests.browser.house import House
from tests.browser.visitor import Visitor
from tests.support import PETITION

__all__ = ["browser", "desk", "house", "seen", "visit"]


# Not for the whole session: while Playwright runs, no other test of this process could use asyncio.
@pytest.fixture(scope="package")
def browser():
    """A Chromium of this machine."""
    path = chromium.required()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="package")
def house(browser, make_database, tmp_path_factory):
    """The site with its worker; started only where there is a browser to visit it."""
    site = House(make_database(), tmp_path_factory.mktemp("house"))
    try:
        yield site.wait()
    finally:
        site.stop()


@pytest.fixture
def visit(browser, house):
    """Makes visitors: `visit(width=1280, **options of a browser context)`. At the end none may have seen a fault."""
    visitors = []

    def arrive(width: int = 1280, height: int = 800, **options) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        visitors.append(Visitor(house, context))
        return visitors[-1]

    yield arrive
    faults = [fault for visitor in visitors for fault in visitor.leave()]
    assert not faults, "\n".join(faults)


@pytest.fixture
def desk(browser, house):
    """Makes colleagues who are signed in: `desk(role, campaign="un75", width=1280, languages=(), networks=(), **options
    of a browser context)`; with the role None, somebody at the desk's door. At the end none may have seen a fault."""
    colleagues = []

    def arrive(role, campaign="un75", width=1280, height=800, languages=(), networks=(), **options) -> Colleague:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        colleagues.append(Colleague(house, context))
        if role:
            begin_session(colleagues[-1], role, campaign, languages, networks)
        return colleagues[-1]

    yield arrive
    faults = [fault for colleague in colleagues for fault in colleague.leave()]
    assert not faults, "\n".join(faults)


@dataclass(frozen=True)
class Seen:
    """Pages that exist only once people have signed: paths in one language."""

    pending: str
    confirmed: str
    mail: str

    def paths(self, lang: str) -> dict[str, int]:
        """Every page that is not in the sitemap, with the status it answers."""
        done = ("confirmed", "withdrawn", "not-me", "shown", "commented", "erased")
        return {
            PETITION.format(lang=lang) + "/thanks": 200,
            PETITION.format(lang=lang) + "/thanks/shared": 200,
            PETITION.format(lang=lang) + "/shared": 200,
            PETITION.format(lang=lang) + "/mastodon": 200,
            f"/{lang}/{self.pending}": 200,
            f"/{lang}/{self.confirmed}": 200,
            f"/{lang}/signature/there-is-none": 404,
            **{f"/{lang}/done/focal-point/{what}": 200 for what in done},
            f"/{lang}/done/focal-point/confirmed/shared": 200,
            f"/{lang}/nowhere": 404,
            f"/{lang}/mailbox": 200,
            f"/{lang}/{self.mail}": 200,
        }

    def visited_by(self, visitor: Visitor, lang: str):
        """One page after the other, and at last the form with its errors."""
        for path, status in self.paths(lang).items():
            yield visitor.open(path, status)
        yield visitor.fail_the_form(lang)


PEOPLE = (
    ("ar", "فاطمة الزهراء بن عبد الرحمن", "MAR"),
    ("zh", "李小龍", "SGP"),
    ("ru", "Александра Константинопольская-Рождественская", "KGZ"),
    ("fr", "Anne-Sophie de La Rochefoucauld", "VCT"),
    ("es", "Nombredeunapersonaquenotieneespaciosensunombreperoesmuylargo", "BOL"),
)


@pytest.fixture(scope="package")
def seen(house) -> Seen:
    """People of many scripts have signed, all shown by name; one signature waits for its button."""
    addresses = [house.ask(lang, name=name, area=area, shown="name") for lang, name, area in PEOPLE]
    shown = house.ask("en", name="Ama Serwaa Mensah", shown="name")
    waiting = house.ask("ar", name="محمد عبد الله")
    for address in (*addresses, shown):
        house.confirm(house.link_for(address))
    pending, confirmed = house.link_for(waiting), house.link_for(shown)
    mail = max((house.instance / "mailbox").glob("[!.]*.eml")).stem
    return Seen(pending=pending[4:], confirmed=confirmed[4:], mail=f"mailbox/{mail}")
