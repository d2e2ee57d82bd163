"""A file of evidence at the desk: read, shown row by row, taken in whole or not at all, given out again."""

import io

import pytest
from sqlalchemy import func, select

from app.accounts import exports
from app.campaigns.models import Campaign
from app.positions import csv_form, importing, queries
from app.positions.import_models import Import, ImportRow
from app.positions.models import Evidence as Row

DESK = "/en/desk/un75/evidence/imports"
HEAD = "ref;ask;speaker;type;date;signal;relevance;status;confidence;url"
GOOD = "\n".join(
    (
        HEAD,
        "F-1;focal-point;KEN;national_statement;2024-05-01;support;direct;published;high;https://example.org/1",
        "F-2;focal-point;FJI;official_reply;2024-06-01;undecided;direct;draft;low;",
    )
)
BAD = GOOD + "\nF-3;focal-point;KEN;vote;2024-06-01;;direct;published;high;https://example.org/3"


@pytest.fixture
def uploaded(staff, work):
    def bring(content):
        client = staff("campaigner")
        answer = client.post(f"{DESK}/new", data={"file": (io.BytesIO(content.encode("utf-16")), "evidence.csv")})
        assert answer.status_code == 303, answer.text
        work()
        page = client.get(answer.headers["Location"]).text
        there = page.split("See what came of it")[0].rpartition('href="')[2].partition('"')[0]
        return client, there

    return bring


def evidence(session):
    return session.scalar(select(func.count()).select_from(Row))


def test_a_file_is_read_shown_and_taken_in(uploaded, session, work, client):
    desk, there = uploaded(GOOD)
    before = evidence(session)
    page = desk.get(there).text
    assert "pieces would be stored" in page
    assert "focal-point · KEN · national_statement · 2024-05-01" in page
    assert desk.post(f"{there}/apply").status_code == 303
    work()
    assert evidence(session) == before + 2
    answer = client.get("/api/v1/campaigns/un75/positions?ask=focal-point").json["positions"]
    assert (answer["KEN"]["position"], answer["KEN"]["evidence"]) == ("support", "F-1")
    assert answer["FJI"]["position"] == "unknown"
    row = session.query(Row).filter_by(ref="F-1").one()
    assert (row.checked_by, row.checked_alone) == (desk.staff_id, True)
    assert session.query(Import).one().content is None
    assert "was taken in" in desk.get(there).text
    assert desk.post(f"{there}/apply").status_code == 303
    assert work() == []


def test_a_fault_keeps_the_whole_file_out_and_is_told_by_line_column_and_reason(uploaded, session, work):
    desk, there = uploaded(BAD)
    page = desk.get(f"{there}?fate=faulty").text
    assert "row is refused" in page
    assert "F-3" in page and "F-1" not in page
    assert '<code dir="ltr">cast</code>' in page
    before = evidence(session)
    desk.post(f"{there}/apply")
    work()
    assert evidence(session) == before
    desk.post(f"{there}/drop")
    assert session.query(Import).one().content is None
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_what_is_no_table_is_told_on_the_page(uploaded):
    desk, there = uploaded("colour;taste\nred;sweet")
    page = desk.get(there).text
    assert "There is no column “colour”" in page
    assert "Take it in" not in page


def test_no_file_is_asked_for_again(staff):
    answer = staff("campaigner").post(f"{DESK}/new", data={})
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


def test_a_file_that_became_wrong_meanwhile_is_not_taken_in(uploaded, session, work):
    desk, there = uploaded(GOOD)
    campaign = session.query(Campaign).filter_by(slug="un75").one()
    other = GOOD.replace("F-1;focal-point;KEN", "F-1;focal-point;GHA")
    importing.take_in(campaign, other.encode(), actor=None, now=session.query(Import).one().created_at)
    session.commit()
    before = evidence(session)
    desk.post(f"{there}/apply")
    work()
    assert evidence(session) == before
    assert "is refused" in desk.get(there).text


def test_the_export_gives_what_an_import_takes(session):
    kind = exports.kind_of("evidence")
    campaign = session.query(Campaign).filter_by(slug="un75").one()
    assert list(kind.columns(False)) == [*csv_form.COLUMNS, *csv_form.DISPUTED]
    rows = list(kind.rows({"campaign": "un75"}, False))
    assert rows == [[*csv_form.cells(piece), "", "", ""] for piece in queries.records(campaign.id)]
    assert len(list(kind.rows({"campaign": "un75", "status": "draft"}, False))) == 8


def test_a_row_from_the_same_source_as_another_is_pointed_out_at_the_desk(uploaded, work, session):
    twice = (
        GOOD + "\nF-3;focal-point;KEN;national_statement;2024-05-01;support;direct;published;high;http://example.org/1"
    )
    desk, there = uploaded(twice)
    page = desk.get(there).text
    assert "Line 2 is from the same source" in page and "keeps nothing from being taken in" in page
    chosen = desk.get(f"{there}?fate=like").text
    assert "F-3" in chosen and "F-2" not in chosen
    before = evidence(session)
    desk.post(f"{there}/apply")
    work()
    assert evidence(session) == before + 3


def test_a_row_from_the_same_source_as_another_is_pointed_out_on_the_command_line(app, session, tmp_path):
    file = tmp_path / "evidence.csv"
    file.write_text(GOOD)
    run = ["evidence", "import", str(file), "--campaign", "un75"]
    assert app.test_cli_runner().invoke(args=run).exit_code == 0
    file.write_text(GOOD.replace("F-1;", "G-1;").replace("F-2;", "G-2;"))
    tried = app.test_cli_runner().invoke(args=[*run, "--dry-run"])
    assert tried.exit_code == 0
    assert "2\tG-1\tnew\t“F-1” is on file from the same source" in tried.output
    assert "3\tG-2\tnew\n" in tried.output
    done = app.test_cli_runner().invoke(args=run)
    assert done.exit_code == 0 and "line 2, to look at: “F-1” is on file" in done.output
