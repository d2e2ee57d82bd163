"""The tracker of an ask: its figures, four views, filter, past days, files; and what the page cache makes of it."""

import csv
import io
import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.i18n import CODES
from app.positions import asking, queries
from app.positions.record import Position
from tests.house.queries import counted

PAGE = "/en/un75/positions/participation"
VIEWS = ("", "/tiles", "/map", "/table")


def words(answer) -> str:
    """The text of a page, without marks, its spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.fixture
def rendered(app, monkeypatch):
    made = []
    inner = app.wsgi_app._inner
    monkeypatch.setattr(app.wsgi_app, "_inner", lambda environ, start: made.append(1) or inner(environ, start))
    return lambda: len(made)


@pytest.fixture
def stands(monkeypatch):
    """Let states of the test's choice stand somewhere, by code: (position, level)."""

    def let(**states):
        found = lambda campaign, ask, as_of: {  # noqa: E731
            code: Position(code, ask, as_of, position, level, "T-1") for code, (position, level) in states.items()
        }
        monkeypatch.setattr(queries, "standing", found)

    return let


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_stands_in_every_language_with_its_figures(client, lang, view):
    answer = client.get(f"/{lang}/un75/positions/participation{view}")
    assert answer.status_code == 200
    assert "<bdi>63</bdi>" in answer.get_data(as_text=True)
    assert "style=" not in answer.get_data(as_text=True)


def test_the_headline_has_its_two_numbers_and_the_opponents_beside_it(client, stands):
    stands(KEN=("support", "own"), CRI=("champion", "named"), UGA=("support", "group"), FRA=("opposed", "own"))
    said = words(client.get(PAGE))
    assert "2 in their own name 1 more through a group 1 known opponent" in said
    assert "majority: 97 · two thirds: 129" in said
    assert "Non-Aligned Movement ( 121 )" in said and "majority: 61 · two thirds: 81" in said


def test_support_through_a_group_is_hatched_and_has_a_line_of_its_own_in_the_legend(client, stands):
    stands(UGA=("support", "group"))
    page = client.get(f"{PAGE}/map").get_data(as_text=True)
    assert page.count('fill="url(#h-support)"') >= 2
    assert "Supports, through a group only" in page


def test_the_page_says_that_nam_and_the_g77_are_unknown(client):
    assert "would commit Non-Aligned Movement or Group of 77 and China" in words(client.get(PAGE))


def test_a_closed_ask_shows_its_record_and_no_bar(client):
    said = words(client.get("/en/un75/positions/declaration"))
    assert "closed: its text has been adopted" in said
    assert "majority:" not in said and "gives nobody one" in said


def test_a_filter_leaves_those_it_asks_for_in_table_and_csv(client, stands):
    stands(KEN=("support", "own"), UGA=("support", "group"), FRA=("opposed", "own"))
    for query, left in (
        ("group=NAM&position=support", {"KEN", "UGA"}),
        ("group=NAM&basis=group", {"UGA"}),
        ("region=150&position=opposed", {"FRA"}),
        ("group=EU&basis=group", set()),
    ):
        rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/positions.csv?{query}").data.decode("utf-8-sig"))))
        assert {row["state"] for row in rows} == left
        assert client.get(f"{PAGE}/table?{query}").data.count(b'<th scope="row">') == len(left)


def test_the_csv_has_every_state_with_day_evidence_and_method(client):
    answer = client.get(f"{PAGE}/positions.csv?as_of=2021-10-07")
    assert answer.data.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["Content-Disposition"]
    rows = {row["state"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
    assert len(rows) == 195
    assert (rows["CRI"]["position"], rows["CRI"]["evidence_date"]) == ("champion", "2021-10-07")
    assert {row["as_of"] for row in rows.values()} == {"2021-10-07"}
    assert all(row["method"] for row in rows.values())


def test_a_past_day_shows_what_was_known_by_then_under_an_address_that_stays(client):
    before = client.get(f"{PAGE}?as_of=2021-10-06")
    assert "0 in their own name" in words(before) and "6 October 2021" in words(before)
    assert "/en/un75/positions/participation?as_of=2021-10-06" in before.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("nonsense", "This is no day"),
        ("2024-02-30", "This is no day"),
        ("20240501", "This is no day"),
        ("1944-12-31", "began in 1945"),
        ((clock.today() + timedelta(days=2)).isoformat(), "has not come yet"),
    ],
)
def test_a_day_that_cannot_be_is_told_and_the_rest_of_the_choice_stands(client, typed, message):
    answer = client.get(f"{PAGE}/table?as_of={typed}&group=NAM")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and message in words(answer)
    assert f'value="{typed}"' in page and '<option value="NAM" selected>' in page
    assert client.get(f"{PAGE}/positions.csv?as_of={typed}").status_code == 404


def test_what_is_not_on_offer_is_told_in_words(client):
    answer = client.get(f"{PAGE}?group=%3Cb%3E&region=9&basis=x&position=y&outlines=z&sort=q")
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("There ") >= 6 and "<b>" not in answer.get_data(as_text=True)


def test_the_table_sorts_by_every_column_both_ways(client):
    def first(sort):
        return re.search(r'<th scope="row"><a [^>]*>([^<]+)', client.get(f"{PAGE}/table?sort={sort}").text)[1]

    assert first("name") == "Afghanistan" and first("-name") == "Zimbabwe"
    assert first("position") == "Costa Rica" and first("-date") != "Afghanistan"
    for sort in asking.SORTS:
        page = client.get(f"{PAGE}/table?sort={sort}").get_data(as_text=True)
        assert page.count("aria-sort") == 1 and page.count('<th scope="row">') == 195


@pytest.mark.parametrize("view", ["hall", "tiles", "map", "table"])
@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_each_view_comes_as_a_picture_with_title_day_and_source(client, view, kind, begins):
    answer = client.get(f"/ar/un75/positions/participation/{view}.{kind}?as_of=2022-01-01")
    assert answer.status_code == 200 and answer.data.startswith(begins)
    if kind == "svg":
        assert "as_of=2022-01-01" in answer.get_data(as_text=True)


def test_a_view_asks_the_same_number_of_questions_however_many_states_stand_somewhere(client):
    counts = set()
    for query in ("as_of=1990-01-01", "as_of=2021-10-07", "as_of=2024-05-01&group=NAM"):
        client.get(f"{PAGE}/table")
        with counted() as found:
            client.get(f"{PAGE}/table?{query}")
        counts.add(len(found.statements))
    # Where nobody stands anywhere, no piece of evidence has to be read.
    assert max(counts) - min(counts) <= 2 and max(counts) <= 20


def test_the_cache_tells_apart_what_the_view_named_and_nothing_else(client, rendered):
    for query in ("", "?utm_source=x", "?as_of=", "?group=&sort=&as_of="):
        client.get(PAGE + query)
    assert rendered() == 1
    for query in ("?group=NAM&as_of=2024-05-01", "?as_of=2024-05-01&group=NAM", "?as_of=2024-05-01&x=1&group=NAM"):
        assert "1 May 2024" in words(client.get(PAGE + query))
    assert rendered() == 2


def test_made_up_values_push_no_page_out(client, rendered, monkeypatch):
    cache = client.application.wsgi_app
    client.get(PAGE)
    monkeypatch.setattr(cache._variants, "_most", 300_000)
    for day in range(1, 9):
        client.get(f"{PAGE}/table?as_of=2020-01-0{day}")
    before = rendered()
    client.get(PAGE)
    assert rendered() == before
    assert client.get(f"{PAGE}?as_of={'9' * 1100}").status_code == 404


def test_an_unknown_ask_or_campaign_or_view_is_not_there(client):
    for path in ("/en/un75/positions/nothing", "/en/nothing/positions/participation", f"{PAGE}/globe", f"{PAGE}/x.svg"):
        assert client.get(path).status_code == 404


def test_the_campaign_page_tells_how_far_it_is_and_leads_there(client):
    page = client.get("/en/un75").get_data(as_text=True)
    assert "/en/un75/positions/participation" in page and "63 in their own name" in page


def test_names_in_a_row_are_joined_as_the_language_joins_them(client):
    page = client.get("/ar/un75/positions/participation").get_data(as_text=True)
    assert "حركة عدم الانحياز أو مجموعة" in page


def test_a_day_in_a_complaint_is_not_turned_round_by_right_to_left_text(client):
    page = client.get("/ar/un75/positions/participation?as_of=2020-13-45").get_data(as_text=True)
    assert page.count("\u20682024-05-01\u2069") == 2


@pytest.mark.parametrize("view", VIEWS)
def test_every_complaint_leads_to_something_that_is_there(client, view):
    wrong = "&".join(f"{name}=nonsense" for name in asking.NAMES)
    answer = client.get(f"{PAGE}{view}?{wrong}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    summary = page[page.index('id="errors"') :].partition("</div>")[0]
    targets = re.findall(r'href="#([\w-]+)"', summary)
    assert len(targets) == len(asking.NAMES) and all(f'id="{target}"' in page for target in targets)
