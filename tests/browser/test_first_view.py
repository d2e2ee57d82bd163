"""What a first visit costs, and that nobody else hears of it."""

import pytest

from app.kernel.i18n import CODES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 6
# The map brings the shapes of all states along, in the page itself.
MOST_BYTES_OF_THE_MAP = 80 * 1024


@pytest.mark.parametrize("lang", CODES)
def test_a_first_view_of_the_call_costs_at_most_60_kilobytes_and_six_requests(visit, lang):
    costs_at_most(MOST_BYTES, visit(), f"/{lang}/un75")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(
    ("view", "most"),
    [("", MOST_BYTES), ("/tiles", MOST_BYTES), ("/table", MOST_BYTES), ("/map", MOST_BYTES_OF_THE_MAP)],
)
def test_a_first_view_of_a_tracker_costs_no_more_but_for_the_map(visit, lang, view, most):
    costs_at_most(most, visit(), f"/{lang}/un75/positions/participation{view}")


def costs_at_most(most, visitor, path):
    """Open a page with an empty cache and weigh all that comes over the wire."""
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    asked, received = [], []
    wire.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page = visitor.open(path)
    page.wait_for_load_state("networkidle")
    icon = page.locator("link[rel=icon]").evaluate("link => link.href")
    if icon not in asked:
        # Without a window Chromium shows no icon, and may not ask for it.
        answer = visitor.context.request.get(icon)
        asked.append(icon)
        received.append(len(answer.body()) + sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items()))
    assert len(asked) <= MOST_REQUESTS, asked
    assert 5_000 < sum(received) <= most


# In the other languages every visitor of these tests notices the same (visitor.py).
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_no_page_sets_a_cookie_or_asks_another_origin_or_makes_the_browser_complain(visit, house, seen, lang):
    visitor = visit()
    for path in house.public_pages(lang):
        visitor.open(path)
    for _ in seen.visited_by(visitor, lang):
        assert visitor.faults == []
    page = visitor.page
    assert page.evaluate("() => document.cookie + Object.keys({...localStorage, ...sessionStorage}).join()") == ""
    assert visitor.faults == []


def test_a_visitor_notices_a_page_that_breaks_the_policy(visit):
    visitor = visit()
    page = visitor.open("/en/imprint")
    with page.expect_console_message():
        page.evaluate(
            "() => void document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/'}))"
        )
    assert any("Content Security Policy" in fault for fault in visitor.faults)
    visitor.faults.clear()


def test_a_second_view_asks_for_the_page_alone(visit):
    visitor = visit()
    visitor.open("/en/un75/why")
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    asked, kept = {}, set()
    wire.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    wire.on(
        "Network.responseReceived",
        lambda event: kept.add(event["requestId"]) if event["response"]["fromDiskCache"] else None,
    )
    visitor.open("/en/un75/road")
    over_the_wire = [url for request, url in asked.items() if request not in kept]
    # The icon is fetched whenever the browser finds the time, maybe only now.
    assert {url.rpartition("/")[2] for url in over_the_wire} - {"favicon.svg"} == {"road"}
