"""axe finds nothing on any page that the public has, wide or narrow, nor on a form with errors; each fits into its
window, and every target can be hit.

The pages are those of the app's own map of addresses: a new one is walked by itself, or this fails until the sample
(public_sample.py) holds what it shows.
"""

from itertools import product

import pytest

from tests.browser import public_sample
from tests.browser.chromium import axe_source
from tests.browser.desk import in_house
from tests.browser.house import House
from tests.browser.test_axe import Judged, inject, reviewer, told_by_axe, violations
from tests.browser.test_desk_axe_everywhere import FORMS, part_of, sent_empty
from tests.browser.test_reach import ALONE, TOO_SMALL, TOO_WIDE, told
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# These answer with a file or with data, or lead on; what they lead to is walked by itself.
NO_PAGE = {
    "archive.source",
    "asset_file",
    "campaigns.share",
    "campaigns.share_in",
    "corrections.door",
    "favicon",
    "invited.door",
    "letters_neutral.page",
    "mailbox.html",
    "network_links.go",
    "network_links.go_in",
    "network_links.qr",
    "neutral.news",
    "neutral.page",
    "partners.logo",
    "petitions.paper",
    "petitions.qr",
    "position_pages.changes_feed",
    "position_pages.group_feed",
    "position_pages.state_feed",
    "privacy.data_json",
    "privacy.door",
    "receipts.door",
    "site.campaign_slash",
    "site.leave",
    "tracker.picture",
    "tracker.table",
    "updates.feed",
    "writing.door",
}
# What an argument of an address stands for; several values are several pages. A room may have its own.
SAMPLE = {
    "campaign": ["un75"],
    "petition": ["focal-point"],
    "letter": ["focal-point"],
    "individual": ["person"],
    "version": [1, 2],
    "page": ["why"],
    "update": [public_sample.HEARD],
    "ask": ["participation", "declaration"],
    "view": ["tiles", "map", "table"],
    "iso3": ["CRI", "KEN", "VAT"],
    "ref": ["UN75-003"],
    "code": ["fa"],
    "done": ["confirmed", "erased"],
}
OWN = {"position_pages": {"code": ["AOSIS", "EEG"]}, "prospects": {"ask": ["focal-point"]}}
# The mission of one has answered, another asks not to be written to.
WRITING = {
    "ask": ["focal-point"],
    "iso3": ["KEN", "CRI", "VAT"],
    "place": ["new-york"],
    "way": ["us", "organisation"],
}
LETTERS_DONE = ["counted", "waiting", "not-me"]
# What one page shows besides, by what its address says; and the fictional campaign.
STATES = {
    "/un75/positions/participation?group=NAM&position=opposed": 200,
    "/un75/positions/focal-point?as_of=2021-06-01&sort=position": 200,
    "/un75/positions/focal-point/tiles?as_of=2020-13-45&group=XYZ&outlines=all": 422,
    "/un75/positions/focal-point/what-if?group=G77&state=KEN&signal=support": 200,
    "/un75/positions/focal-point/what-if?group=XYZ": 422,
    "/un75/letters/focal-point/signatories?q=fictional&country=KEN": 200,
    "/un75/letters/focal-point/signatories?list=individual": 200,
    "/un75/letters/focal-point/mastodon?server=example.social": 200,
    "/un75/letters/focal-point/mastodon?server=no+server": 422,
    "/un75/letters/nowhere": 404,
    "/un75/write/focal-point/PER": 200,
    "/un75/write/focal-point/KEN/geneva": 200,
    "/letter/there-is-none": 404,
    "/un75/give?currency=KWD&every=month": 200,
    "/un75/give/nowhere": 404,
    "/un75/give/monthly/nowhere": 404,
    "/un75/states/nowhere": 404,
    "/un75/positions/nowhere": 404,
    "/nowhere": 404,
    "/correction/there-is-none": 404,
    "/signature/there-is-none": 404,
    "/mail/there-is-none": 404,
    "/receipt/there-is-none": 404,
    "/demo": 200,
    "/demo/positions/open-doors": 200,
    "/demo/positions/open-doors/map?position=support": 200,
    "/demo/states/QMQ": 200,
    "/demo/positions/changes": 200,
}
# What may be well on a wide screen and wrong on a narrow one.
NARROW = ["color-contrast", "target-size", "scrollable-region-focusable"]
NARROWLY = {"runOnly": {"type": "rule", "values": NARROW}}
# The walk takes minutes: its parts run beside each other. Pages that are alike stand in one part, as what was judged is
# passed over where it comes again.
PARTS = 2


@pytest.fixture(scope="module")
def walked(browser, make_database, tmp_path_factory):
    """A house with one of everything, and what its addresses are made of."""
    folder = tmp_path_factory.mktemp("public")
    # Keys of a Stripe that is never asked: the pages of gifts are there.
    keys = {"STRIPE_SECRET_KEY": "sk_test_fictional", "STRIPE_WEBHOOK_SECRET": "whsec_fictional"}
    site = House(make_database(), folder, STRIPE_API_BASE="http://127.0.0.1:9", **keys)
    try:
        site.wait()
        _, _, _, token = site.sign("en").split("/")
        mail = max((folder / "mailbox").glob("[!.]*.eml")).stem
        found = in_house(site, lambda: public_sample.fill(folder))
        own = {
            "petitions": {"token": [token]},
            "news": {"token": [token]},
            "letters": {"token": found["letters"], "done": LETTERS_DONE},
            "invited": {"token": found["invited"]},
            "neutral": {"token": [token]},
            "leaving": {"token": found["mails"]},
            "mailbox": {"mail_id": [mail]},
            "partners": {"token": [found["partner"]]},
            "mailing_links": {"token": [found["mailing_link"]]},
            "writing": {**WRITING, "token": [found["mission_letter"]]},
            "corrections": {"token": [found["correction"], found["declined"]]},
            "privacy": {"token": [found["request"], found["data"]]},
            "receipts": {"token": found["receipts"]},
        }
        yield site, {**OWN, **own}, found
    finally:
        site.stop()


def pages(house, lang: str, own: dict, found: dict) -> dict[str, int]:
    """The path of every public page, with what it answers. Fails where the sample lacks what one shows."""
    app = house.app
    paths = {f"/{lang}{state}": status for state, status in STATES.items()}
    for rule in app.url_map.iter_rules():
        if "/desk" in rule.rule or "GET" not in rule.methods or "lang" not in rule.arguments:
            continue
        if rule.endpoint in NO_PAGE:
            continue
        said = {**SAMPLE, **own.get(rule.endpoint.partition(".")[0], {}), "lang": [lang]}
        if rule.endpoint == "privacy.data":
            said["token"] = [found["data"]]
        if rule.endpoint.startswith("giving."):
            said["token"] = found["gifts"].get(rule.endpoint, [])
        if rule.endpoint == "leaving.choices":
            said["token"] = [found["choices"]]
        missing = rule.arguments - said.keys()
        assert not missing, f"the sample knows no {missing} for {rule.endpoint}"
        with app.test_request_context():
            for values in product(*(said[name] for name in sorted(rule.arguments))):
                chosen = dict(zip(sorted(rule.arguments), values, strict=True))
                paths[app.url_map.bind("public").build(rule.endpoint, chosen)] = 200
    return paths


def faults_of(page, axe: str, judged: Judged) -> list[str]:
    """What is wrong with a page as it is open, narrow and wide."""
    page.set_viewport_size({"width": 360, "height": 640})
    found = told(page, TOO_WIDE, TOO_SMALL, ALONE)
    inject(page, axe)
    found += [f"narrow: {fault}" for fault in told_by_axe(page, NARROWLY, judged)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return found + told(page, TOO_WIDE, TOO_SMALL, ALONE) + violations(page, axe, judged=judged)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("lang", "scheme"), (("en", "light"), ("ar", "dark")))
def test_axe_finds_nothing_on_any_public_page_nor_on_its_forms_with_errors(browser, walked, lang, scheme, part):
    house, own, found = walked
    axe = axe_source()
    visitors = []

    def visit(**options):
        visitors.append(Visitor(house, browser.new_context(**options)))
        return visitors[-1]

    visitor, judged = reviewer(visit, scheme), Judged()
    faults = []
    for path, status in part_of(list(pages(house, lang, own, found).items()), part, PARTS):
        page = visitor.open(path, status)
        faults += faults_of(page, axe, judged)
        if page.locator(FORMS).count():
            visitor.open(path, status)
            if sent_empty(page, page.locator(FORMS).first).status == 422:
                faults += faults_of(page, axe, judged)
    faults += visitor.leave()
    assert not faults, "\n".join(faults)
