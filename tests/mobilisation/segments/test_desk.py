"""Segments at the desk: built by a form, kept under a name, counted, explained, taken out as a file."""

import random
import re
from urllib.parse import unquote

import pytest
from lxml import html

from app.mobilisation.segments import draft
from app.mobilisation.segments.rule import Not, conditions, holds, parse
from app.states import queries as states
from tests.desk.test_list_exports import exported
from tests.letters.desk_support import letter, listed
from tests.mobilisation.segments.test_rule import some_rule
from tests.people.org_support import network, organisation, person

DESK = "/en/desk/un75/segments"


class Form(dict):
    """The fields of a page as they are sent: a name may have several values."""

    def get(self, name, default=None):
        return (super().get(name) or [default])[0]

    def getlist(self, name):
        return super().get(name, [])


def fields(page: str) -> Form:
    """What the builder's form would send."""
    (form,) = html.fromstring(page).xpath("//form[@data-segment]")
    found = Form()
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def test_a_form_says_the_rule_that_it_was_made_of(app):
    chance = random.Random(3)
    for _ in range(500):
        made = some_rule(chance, 3)
        again = draft.rule_of(draft.draft_of(made))
        asked = sorted({str(one) for one in conditions(made)})
        for number in range(2 ** min(len(asked), 6)):
            answers = {text: bool(number >> place & 1) for place, text in enumerate(asked)}
            answer = lambda one, answers=answers: answers[str(one)]  # noqa: E731
            assert holds(again, answer) == holds(made, answer), f"{made} / {again}"


@pytest.fixture
def world(session):
    """Members of two networks, one of which signed in public."""
    mine, other = network("fictional-mine"), network("fictional-other")
    made = letter()
    signed = organisation("Fictional Water League", mine, country="KEN", ecosoc="special")
    unsigned = organisation("Fictional Bread", mine, country="KEN")
    elsewhere = organisation("Fictional Voices", other, country="FRA")
    person(signed, "one@example.org", name="Ama Fictional", roles=("un",), language="en")
    person(unsigned, "two@example.org", name="Binta Fictional", roles=("head",), language="fr")
    person(elsewhere, "two@example.org", name="Binta Fictional", roles=("head",), language="fr")
    person(elsewhere, "three@example.org", name="Chidi Fictional", language="ar")
    listed(made, signed)
    return {"mine": mine, "other": other}


def test_a_rule_is_built_row_by_row_without_a_script(session, staff, world):
    desk = staff("campaigner")
    page = desk.get(f"{DESK}/rule")
    assert "3 contacts" in page.get_data(as_text=True)
    form = fields(page.get_data(as_text=True))
    form["r.new"] = ["country"]
    form = fields(desk.post(f"{DESK}/rule", data={**form, "do": "add:r"}).get_data(as_text=True))
    form["r.new"] = ["rules"]
    form = fields(desk.post(f"{DESK}/rule", data={**form, "do": "add:r"}).get_data(as_text=True))
    form["r.1.new"] = ["signed-letter"]
    form = fields(desk.post(f"{DESK}/rule", data={**form, "do": "add:r.1"}).get_data(as_text=True))
    unfinished = desk.post(f"{DESK}/rule", data={**form, "do": "count"})
    assert unfinished.status_code == 422 and "Choose at least one." in unfinished.get_data(as_text=True)
    form |= {"r.0.values": ["KEN", "FRA"], "r.1.0.values": ["fictional-letter"], "r.1.0.not": ["1"]}
    assert "2 contacts" in desk.post(f"{DESK}/count", data=form).json["words"]
    there = desk.post(f"{DESK}/rule", data={**form, "do": "count"})
    assert there.status_code == 303
    assert "rule=country:KEN,FRA+not+signed-letter:fictional-letter" in there.headers["Location"]
    page = desk.get(there.headers["Location"]).get_data(as_text=True)
    assert "2 contacts" in page and "Binta Fictional" in page and "Ama Fictional" not in page
    kept = desk.post(f"{DESK}/rule", data={**fields(page), "name": "Still to ask", "do": "save"})
    assert kept.status_code == 303
    assert "Still to ask" in desk.get(DESK).get_data(as_text=True)
    form = fields(desk.get(kept.headers["Location"]).get_data(as_text=True))
    form = fields(desk.post(f"{DESK}/rule", data={**form, "do": "remove:r.1"}).get_data(as_text=True))
    desk.post(f"{DESK}/rule", data={**form, "do": "save"})
    listed_ = desk.get(DESK).get_data(as_text=True)
    assert "country:FRA,KEN</code>" in listed_
    number = re.search(r"segment=(\d+)", listed_)[1]
    assert desk.post(f"{DESK}/{number}/remove").status_code == 303
    assert "Still to ask" not in desk.get(DESK).get_data(as_text=True).partition("<h1>")[2].partition("</p>")[2]


def test_a_written_rule_is_taken_or_its_slip_is_shown(staff, world):
    desk = staff("campaigner")
    page = desk.post(f"{DESK}/rule", data={"do": "write", "typed": "country:KEN group:NOPE", "r.size": "0"})
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "Character 13" in text and "country:KEN group:NOPE" in text
    assert desk.get(f"{DESK}/rule?rule=(role:un").status_code == 422
    taken = desk.post(f"{DESK}/rule", data={"do": "write", "typed": "role:un or language:ar"})
    assert "2 contacts" in desk.get(taken.headers["Location"]).get_data(as_text=True)


def _deep() -> str:
    rule = "country:KEN"
    for number in range(8):
        rule = f"({rule} or role:un)" if number % 2 else f"({rule} ecosoc:special)"
    return rule


@pytest.mark.parametrize(
    "rule",
    [
        _deep(),
        " or ".join(f"mailed:since.2026-01-{day:02}" for day in [*range(1, 30)] * 2),
        "country:KEN not language:fr,gsw",
        "ecosoc:special not network:fictional-other",
    ],
    ids=["deeper than a form offers", "longer than most", "a language of which there is no name", "with a not"],
)
def test_a_press_of_count_says_the_rule_that_the_page_shows(staff, world, rule):
    desk = staff("campaigner")
    page = desk.get(f"{DESK}/rule", query_string={"rule": rule}).get_data(as_text=True)
    form = fields(page)
    there = desk.post(f"{DESK}/rule", data={**form, "do": "count"}).headers["Location"]
    assert parse(unquote(there.partition("rule=")[2]).replace("+", " ")) == parse(rule)


def test_a_rule_that_no_address_holds_is_told_and_kept_as_it_was_chosen(app, staff, world):
    desk, every = staff("campaigner"), sorted(states.area_names("en"))
    form = {"r.size": "3", "r.join": "or", "name": "Fictional"}
    for number in range(3):
        form |= {f"r.{number}.kind": "country", f"r.{number}.values": every}
    for do in ("count", "save", "remove:r.7"):
        answer = desk.post(f"{DESK}/rule", data={**form, "do": do})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and "too long. Take a condition away" in page
        assert fields(page).getlist("r.2.values") == fields(page).getlist("r.0.values") != []
    wrong = {"r.size": "2", "r.0.kind": "network", "r.0.values": "fictional-none", "r.1.kind": "role"}
    gone = desk.post(f"{DESK}/rule", data={**wrong, "do": "remove:r.1"})
    assert gone.status_code == 422 and "is not known here" in gone.get_data(as_text=True)


def test_a_rule_that_was_written_is_meant_whichever_button_is_pressed(app, staff, world):
    desk = staff("campaigner")
    form = fields(desk.get(f"{DESK}/rule?rule=country:KEN").get_data(as_text=True))
    for do, typed in (("count", "role:un"), ("save", "role:un or (country:KEN")):
        answer = desk.post(f"{DESK}/rule", data={**form, "typed": typed, "name": "Fictional", "do": do})
        if do == "count":
            assert answer.headers["Location"].endswith("rule=role:un")
        else:
            page = answer.get_data(as_text=True)
            assert answer.status_code == 422 and f"{typed}</textarea>" in page and 'value="Fictional"' in page
    kept = desk.post(f"{DESK}/rule", data={**form, "typed": "role:un", "name": "Fictional", "do": "save"})
    assert '<code dir="ltr" data-rule>role:un</code>' in desk.get(kept.headers["Location"]).get_data(as_text=True)


def test_an_address_that_asks_why_of_a_bad_rule_says_what_is_wrong_and_keeps_it(staff, world):
    page = staff("campaigner").get(f"{DESK}/why?rule=country:XXX or (role:un").get_data(as_text=True)
    assert "This bracket is not closed" in page and "country:XXX or (role:un</textarea>" in page


def test_why_somebody_is_in_or_out(session, staff, world):
    desk = staff("campaigner")
    rule = "country:KEN not signed-letter:fictional-letter"
    page = desk.get(f"{DESK}/why", query_string={"rule": rule, "q": "fictional water"}).get_data(as_text=True)
    (link,) = set(re.findall(r'href="([^"]*contact=\d+)"', page))
    said = html.fromstring(desk.get(html.fromstring(f"<a>{link}</a>").text).get_data(as_text=True))
    cells = [[cell.text_content().strip() for cell in row] for row in said.xpath("//tbody/tr")]
    assert "Not in the segment" in said.text_content()
    assert [cells[0][1:], cells[1][1:]] == [["Yes", "Kenya"], ["Yes", "On the public list"]]
    assert desk.get(f"{DESK}/why?rule={rule}&contact=999999").status_code == 404


def test_a_coordinator_sees_own_members_and_own_segments_alone(session, staff, world):
    campaigner, coordinator = staff("campaigner"), staff("coordinator", networks=(world["mine"],))
    form = fields(campaigner.get(f"{DESK}/rule?rule=network:fictional-other").get_data(as_text=True))
    kept = campaigner.post(f"{DESK}/rule", data={**form, "name": "Of another network", "do": "save"})
    number = re.search(r"segment=(\d+)", kept.headers["Location"])[1]
    for path in (f"{DESK}/rule?segment={number}", f"{DESK}/why?rule=network:fictional-other"):
        assert coordinator.get(path).status_code == 404
    pages = [coordinator.get(f"{DESK}/{more}").get_data(as_text=True) for more in ("", "rule", "why?q=fictional&rule=")]
    pages.append(coordinator.get(f"{DESK}/rule?rule=network:fictional-other").get_data(as_text=True))
    assert "2 contacts" in pages[1] and "Ama Fictional" in pages[2]
    for page in pages:
        shown = page.partition("<main")[2].replace("network:fictional-other", "")
        assert not re.search("Of another network|Voices|Chidi|Network fictional-other", shown)
    # Binta is in France, too, where the coordinator sees nobody.
    assert "Nobody" in coordinator.get(f"{DESK}/rule?rule=country:FRA").get_data(as_text=True)
    assert coordinator.get(f"{DESK}/rule?rule=wrote:mission").status_code == 422


@pytest.mark.parametrize("role", ["campaigner", "coordinator"])
def test_the_file_of_a_segment_holds_whom_it_means(app, staff, world, role):
    desk = staff(role, networks=(world["mine"],) if role == "coordinator" else ())
    everybody = {"campaigner": 3, "coordinator": 2}[role]
    for rule, number in (("", everybody), ("country:KEN", 2), ("not role:un", everybody - 1)):
        page = desk.get(f"{DESK}/rule", query_string={"rule": rule}).get_data(as_text=True)
        assert len(exported(app, desk, page)) == number, rule
    assert isinstance(parse("not role:un"), Not)
