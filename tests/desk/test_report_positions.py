"""The report's section about where states stand: two days by the derivation of everywhere, and who moved by what."""

import csv
import io
import zipfile

import pytest

from app.kernel import clock
from app.positions import operations
from tests.house.queries import counted
from tests.positions.reply_support import campaign, published

PAGE = "/en/desk/un75/report"
YEAR = {"since": "2024-01-01", "until": "2024-12-31"}
API = "/api/v1/campaigns/un75/positions"


@pytest.fixture
def moved(session):
    """Costa Rica, a champion since 2021, says no in 2024; Kenya comes new in 2024."""
    return published(), published(
        speaker="KEN", signal="support", date="2024-05-01", url="https://example.org/ken", un_symbol="A/79/PV.9"
    )


def rows(client, **span) -> dict[tuple[str, str, str], str]:
    text = client.get(f"{PAGE}.csv", query_string=YEAR | span).get_data().decode("utf-8-sig")
    return {(row["table"], row["line"], row["figure"]): row["value"] for row in csv.DictReader(io.StringIO(text))}


def test_it_says_how_many_stood_where_before_and_after_as_the_public_json_does(moved, staff, client):
    found = rows(staff("observer"))
    for when, day in (("before", "2023-12-31"), ("after", "2024-12-31")):
        said = client.get(API, query_string={"ask": "focal-point", "as_of": day}).json["tally"]["UN"]
        told = {
            line: int(value)
            for (table, line, figure), value in found.items()
            if (table, figure) == ("positions-focal-point", when)
        }
        assert told.pop("own") == said["own"] == 2
        assert told.pop("group") == said["inferred"]
        assert all(number == said[name] for name, number in told.items())
        assert sum(told.values()) + said["own"] + said["inferred"] == said["size"] == 193
    assert found["positions-focal-point", "opposed", "before"] == "0"
    assert found["positions-focal-point", "opposed", "after"] == "1"


def test_each_state_that_moved_stands_there_with_who_said_what_when_and_where(moved, staff):
    client = staff("campaigner")
    found = rows(client)
    kenya = {figure: value for (table, line, figure), value in found.items() if line == "KEN@2024-05-01"}
    assert kenya == {
        "since": "1 May 2024",
        "from": "No position recorded",
        "to": "Supports",
        "speaker": "Kenya",
        "kind": "National statement",
        "source": "A/79/PV.9, https://example.org/ken",
    }
    assert found["moved-focal-point", "CRI@2024-09-23", "from"] == "Champion"
    page = client.get(PAGE, query_string=YEAR).get_data(as_text=True)
    document = client.get(f"{PAGE}.docx", query_string=YEAR)
    words = zipfile.ZipFile(io.BytesIO(document.data)).read("word/document.xml").decode()
    assert '<a href="https://example.org/ken" rel="noopener noreferrer nofollow" lang="en"><bdi>A/79/PV.9' in page
    for word in ("Who moved:", "National statement", "Champion", "Kenya"):
        assert word in page and word in words
    assert "https://example.org/ken" in words


def test_the_first_day_and_the_last_day_belong_to_the_period(moved, staff):
    client = staff("observer")
    for span in ({"since": "2024-05-01", "until": "2024-06-30"}, {"since": "2024-03-01", "until": "2024-05-01"}):
        assert ("moved-focal-point", "KEN@2024-05-01", "to") in rows(client, **span)
    for span in ({"since": "2024-05-02", "until": "2024-06-30"}, {"since": "2024-03-01", "until": "2024-04-30"}):
        assert not any(line.startswith("KEN@") for _, line, _ in rows(client, **span))
        assert "No state moved" in client.get(PAGE, query_string=YEAR | span).get_data(as_text=True)


def test_who_moved_and_moved_back_is_told_twice(moved, staff):
    last = published(speaker="KEN", signal="sceptical", date="2024-08-01", url="https://example.org/2", un_symbol="A/2")
    assert last.status == "published"
    found = rows(staff("observer"))
    assert [line for table, line, figure in found if figure == "to" and line.startswith("KEN@")] == [
        "KEN@2024-05-01",
        "KEN@2024-08-01",
    ]


def test_a_group_that_speaks_moves_its_members_and_is_named_as_who_spoke(session, staff):
    published(speaker="NAM", type="group_statement", signal="support", date="2024-05-01", un_symbol="A/3")
    found = rows(staff("observer"))
    assert found["moved-focal-point", "KEN@2024-05-01", "speaker"] == "Non-Aligned Movement"
    assert found["moved-focal-point", "KEN@2024-05-01", "to"] == "Supports, through a group only"
    before, after = (int(found["positions-focal-point", "group", when]) for when in ("before", "after"))
    # Palestine moves with the group, and is not counted.
    assert before == 0 and after == sum(figure == "to" for _, _, figure in found) - 1
    assert ("moved-focal-point", "PSE@2024-05-01", "to") in found


def test_a_withheld_position_stays_withheld(moved, staff, session):
    operations.withhold(campaign(), "focal-point", "KEN", "We ask again.", "en", actor=None, now=clock.now())
    session.commit()
    client = staff("observer")
    assert not any(line.startswith("KEN@") for _, line, _ in rows(client))
    assert "1 position is withheld" in client.get(PAGE, query_string=YEAR).get_data(as_text=True)


def test_the_number_of_questions_does_not_grow_with_who_moved(moved, staff):
    client = staff("observer")
    client.get(PAGE, query_string=YEAR)
    with counted() as few:
        client.get(PAGE, query_string=YEAR | {"until": "2024-05-01"})
    published(speaker="NAM", type="group_statement", signal="support", date="2024-05-01", un_symbol="A/3")
    with counted() as many:
        client.get(PAGE, query_string=YEAR | {"until": "2024-05-01"})
    assert len(few.statements) == len(many.statements)


def test_in_arabic_it_stands_in_the_document_too(moved, staff):
    answer = staff("observer").get("/ar/desk/un75/report.docx", query_string=YEAR)
    assert answer.status_code == 200
    from docx import Document

    assert any(len(table.columns) == 7 for table in Document(io.BytesIO(answer.data)).tables)


def test_a_past_report_is_made_by_what_is_on_file_today(moved, staff, session):
    client = staff("observer")
    assert "moved-focal-point" in {table for table, *_ in rows(client)}
    operations.withdraw(campaign(), moved[1], "Said by somebody else.", actor=None, now=clock.now())
    session.commit()
    assert not any(line.startswith("KEN@") for _, line, _ in rows(client))
