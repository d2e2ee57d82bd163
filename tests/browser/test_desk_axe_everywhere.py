"""axe finds nothing on any page that the desk has, light or dark, in either direction, nor on a form with errors.

The pages are those of the app's own map of addresses: a new one is walked by itself, or this fails until the sample
(desk_sample.py) holds what it shows.
"""

import pytest

from tests.browser import desk_sample
from tests.browser.chromium import axe_source
from tests.browser.desk import Colleague, begin_session, in_house
from tests.browser.house import House
from tests.browser.test_axe import CONTRAST, WITHOUT_CONTRAST, Judged, violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# These answer with a file or lead on; what they lead to is walked by itself.
NO_PAGE = {
    "contacts.photo",
    "desk.door",
    "entry.details",
    "evidence.source",
    "pack_desk.take_away",
    "exports.file",
    "glossary.export",
    "interchange.take",
    "letter_handover.file",
    "letter_handover.full_file",
    # A coordinator's: test_desk_letters.py.
    "letter_vouching.index",
    "letter_vouching.queue",
    "organisations.file",
    "own.totp_picture",
    "pages.board_json",
    "report_desk.document",
    "report_desk.table",
    "mailing_run.export",
    "mailing_texts.mail",
    "writing_desk.export",
}
# At the door, before one is in: test_desk_axe.py.
DOOR = {"accounts.sign_in", "accounts.second"}
# What one page shows besides, by what its address says.
STATES = (
    "/{lang}/desk/un75/signatures/focal-point?state=confirmed&area=GHA&source=qr",
    "/{lang}/desk/un75/signatures/focal-point?area=ZWE",
    "/{lang}/desk/un75/signatures/focal-point/call-false?network={network}",
    "/{lang}/desk/un75/called-false/{done_id}",
    "/{lang}/desk/un75/comments?state=refused",
    "/{lang}/desk/un75/report?since=2026-02-01&until=2026-01-01",
    "/{lang}/desk/un75/segments/rule?rule=position:focal-point=undecided+(country:KEN+or+not+mailed:ever)",
    "/{lang}/desk/un75/segments/why?rule=country:KEN&q=fictional",
    "/{lang}/desk/nowhere",
    "/{lang}/desk/un75/signatures/focal-point/999999999",
)
# The walk takes minutes: its parts run beside each other.
PARTS = 2
FORMS = "form[method=post][action$='#errors']"
EMPTY = """form => {
    form.noValidate = true;
    for (const field of form.elements)
        if (field.matches("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea"))
            field.value = "";
    HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.fixture
def own_house(browser, make_database, tmp_path_factory):
    """A house of each test's own, as it sends every form."""
    site = House(make_database(), tmp_path_factory.mktemp("walked"))
    try:
        yield site.wait()
    finally:
        site.stop()


def pages(house, lang: str, sample: dict) -> dict[str, str]:
    """The path of every page of the desk by its endpoint. Fails where the sample lacks what one shows."""
    app = house.app
    found = {}
    for rule in app.url_map.iter_rules():
        if "/desk" not in rule.rule or "GET" not in rule.methods or rule.endpoint in NO_PAGE | DOOR:
            continue
        said = {**sample, "lang": lang, "what": sample["what"] if "campaign" in rule.arguments else "organisations"}
        said |= sample["own"].get(rule.endpoint.partition(".")[0], {})
        missing = rule.arguments - said.keys()
        assert not missing, f"desk_sample.py knows no {missing} for {rule.endpoint}"
        with app.test_request_context():
            address = app.url_map.bind("desk").build(rule.endpoint, {name: said[name] for name in rule.arguments})
        found[rule.endpoint] = address
    return found


def status_of(path: str) -> int:
    """What a page answers that is walked."""
    if "nowhere" in path or "999999999" in path:
        return 404
    return 422 if "until=" in path else 200


def sent_empty(page, form):
    """The answer to a form that was sent with nothing in it."""
    with page.expect_navigation() as going:
        form.evaluate(EMPTY)
    return going.value


def part_of(paths: list, part: int, parts: int) -> list:
    """Those of one part: neighbours stay together."""
    return paths[len(paths) * part // parts : len(paths) * (part + 1) // parts]


def walked(house, lang: str, sample: dict, part: int) -> list[str]:
    """The paths of one part of the walk."""
    paths = [*pages(house, lang, sample).values(), *(one.format(lang=lang, **sample) for one in STATES)]
    return part_of(paths, part, PARTS)


def opened(colleague: Colleague, path: str):
    answer = colleague.page.goto(colleague.url + path)
    assert answer.status == status_of(path), f"{path}: {answer.status}"
    return colleague.page


@pytest.fixture
def colleague(browser, own_house):
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    context.add_init_script(axe_source())
    colleague = Colleague(own_house, context)
    begin_session(colleague, "administrator", "*")
    yield colleague
    context.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page_of_the_desk_in_english_or_arabic_nor_on_its_forms_with_errors(
    colleague, own_house, part
):
    axe, judged = axe_source(), Judged()
    sample = in_house(own_house, lambda: desk_sample.fill(colleague.staff_id))
    found, wrong = [], 0
    for path in walked(own_house, "ar", sample, part):
        # Its colours are those of the English pages.
        found += violations(opened(colleague, path), axe, WITHOUT_CONTRAST, judged)
    # Arabic first: from here on forms are sent, and some of them change what there is.
    for path in walked(own_house, "en", sample, part):
        page = opened(colleague, path)
        found += violations(page, axe, judged=judged)
        page.emulate_media(color_scheme="dark")
        found += violations(page, axe, CONTRAST, judged)
        page.emulate_media(color_scheme="light")
        for number in range(page.locator(FORMS).count()):
            if number:
                page.goto(colleague.url + path)
            if sent_empty(page, page.locator(FORMS).nth(number)).status == 422:
                wrong += 1
                found += violations(page, axe, judged=judged)
    faults = colleague.leave()
    assert wrong >= 3, f"only {wrong} forms came back with errors"
    assert not found + faults, "\n".join(found + faults)
