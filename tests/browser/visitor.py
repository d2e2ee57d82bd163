"""A visitor with a real browser, who notices what no page of ours may do."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page

from tests.browser.house import House
from tests.machine import PATIENCE
from tests.support import PETITION

BLAMED_ON_STATUS = "Failed to load resource: the server responded with a status of"
# Chromium reports what it was asked to forget, and did.
FORGOTTEN = ("Clear-Site-Data header on ", "Cleared data types: ")


class Visitor:
    """One browser context with one page. `faults` collects cookies, strangers' origins, and what the console says."""

    def __init__(self, house: House, context: BrowserContext):
        self.house = house
        self.url = house.url
        self.context = context
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def _request(self, request) -> None:
        if not request.url.startswith(self.url + "/"):
            self.faults.append(f"{self.page.url} asks {request.url}")

    def _response(self, response) -> None:
        if "set-cookie" in response.headers:
            self.faults.append(f"{response.url} sets a cookie")
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{self.page.url}: {response.url} answers {response.status}")

    def _console(self, message) -> None:
        # Chromium says this of pages that are meant to answer 404 or 422; parts of a page are caught above.
        if not message.text.startswith(BLAMED_ON_STATUS) and not all(words in message.text for words in FORGOTTEN):
            self.faults.append(f"{self.page.url} {message.type}: {message.text}")

    def open(self, path: str, status: int = 200) -> Page:
        """Open a page of the site, which must answer with `status`."""
        answer = self.page.goto(self.url + path)
        assert answer.status == status, f"{path} answers {answer.status}"
        return self.page

    def fail_the_form(self, lang: str) -> Page:
        """Open the petition and send its form empty."""
        page = self.open(PETITION.format(lang=lang))
        send(page)
        page.locator("#errors").wait_for()
        return page

    def arrives_at(self, path: str) -> Page:
        """Wait until the page at `path` is there: what a click that was just made has to lead to."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)
        return self.page

    def leave(self) -> list[str]:
        """Close the browser's context; the faults that were seen."""
        self.faults += [f"there is a cookie {cookie['name']}" for cookie in self.context.cookies()]
        self.context.close()
        return self.faults


def send(page: Page) -> None:
    """Press the button of the form to sign."""
    page.locator("form:has([autocomplete=email]) button[type=submit]").click()


def follow(way: Locator) -> None:
    """Follow a link or press a button, and wait until the page that it leads to is all there: what is read at once
    would else be read of a page without its end."""
    with way.page.expect_navigation():
        way.click()
