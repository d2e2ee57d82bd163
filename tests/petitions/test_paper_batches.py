"""Signatures on paper: entered, corrected, removed, counted apart; their scans sealed, looked at with a reason."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.kernel import audit, clock
from app.petitions import paper_batches
from app.petitions.desk_models import PaperBatch, PaperScan
from app.petitions.models import Petition
from tests.support import PETITION, run_task

PAPER = "/en/desk/un75/paper/focal-point"
PDF = b"%PDF-1.7 Fictional Signatory, in ink"


def batch(**changes) -> dict:
    return {"place": "Accra, a market", "day": clock.today().isoformat(), "number": "40", **changes}


def on_paper(client) -> int:
    return client.get("/api/v1/petitions/focal-point").json["signatures"]["on_paper"]


def entered(client, **changes) -> str:
    """The path of a batch that was just entered."""
    assert client.post(PAPER, data=batch(**changes)).status_code == 303
    from app.kernel.db import db

    return f"{PAPER}/{db.session.scalar(text('SELECT max(id) FROM petitions_paper_batch'))}"


def test_a_batch_is_counted_apart_corrected_and_removed_and_each_is_written_down(client, staff, session):
    campaigner = staff("campaigner")
    entered(campaigner)
    one = entered(campaigner, number="25", place="Nairobi, a school")
    assert on_paper(client) == 65
    page = client.get(PETITION.format(lang="en")).get_data(as_text=True)
    assert "of which" in page and "on paper" in page
    assert campaigner.post(one, data=batch(number="24")).status_code == 422, "a correction needs a reason"
    assert campaigner.post(one, data=batch(number="24", reason="one line was empty")).status_code == 303
    assert on_paper(client) == 64
    assert campaigner.post(f"{one}/remove", data={"remove-reason": ""}).status_code == 422
    assert campaigner.post(f"{one}/remove", data={"remove-reason": "entered twice"}).status_code == 303
    assert campaigner.post(f"{one}/remove", data={"remove-reason": "entered twice"}).status_code == 303
    assert campaigner.post(one, data=batch(number="9", reason="x")).status_code == 422
    assert on_paper(client) == 40
    assert "entered twice" in campaigner.get(PAPER).get_data(as_text=True)
    found = [(e.action, e.reason) for e in session.query(audit.Entry).order_by(audit.Entry.id)]
    assert found == [
        ("paper.enter", None),
        ("paper.enter", None),
        ("paper.correct", "one line was empty"),
        ("paper.remove", "entered twice"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": ""},
        {"number": "0"},
        {"number": "-3"},
        {"number": "many"},
        {"number": "2000000"},
        {"day": ""},
        {"day": "yesterday"},
        {"day": "2999-01-01"},
        {"day": "1026-11-20"},
        {"number": "99999999999999999999"},
        {"number": "4.5"},
    ],
)
def test_a_wrong_one_comes_back_as_it_was_typed(client, staff, session, wrong):
    answer = staff("campaigner").post(PAPER, data=batch(**wrong))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for value in batch(**wrong).values():
        assert not value or f'value="{value}"' in page
    assert session.query(PaperBatch).count() == 0


def test_after_its_end_a_petition_takes_what_was_signed_before_it(client, staff, session):
    petition = session.query(Petition).one()
    today = clock.today()
    petition.closes_at = datetime.combine(today - timedelta(days=3), datetime.min.time(), UTC)
    petition.time_zone = "Etc/UTC"
    session.commit()
    campaigner = staff("campaigner")
    assert campaigner.post(PAPER, data=batch()).status_code == 422
    entered(campaigner, day=(today - timedelta(days=4)).isoformat())
    assert on_paper(client) == 40


def scan(content: bytes, name: str = "scan.pdf"):
    return (io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "pdf"), (b"\xff\xd8\xff\xe0 x", "jpeg"), (b"\x89PNG\r\n\x1a\n x", "png"), (b"<html>", None), (b"", None)],
)
def test_a_scan_is_known_by_its_own_beginning(content, kind):
    assert paper_batches.kind_of(content) == kind


def test_a_scan_is_sealed_and_seen_only_with_a_reason_that_is_written_down(staff, session):
    moderator = staff("moderator")
    one = entered(moderator, scan=scan(PDF))
    assert b"Fictional" not in bytes(session.scalar(text("SELECT content FROM petitions_paper_scan")))
    assert moderator.post(f"{one}/scan", data={"look-reason": ""}).status_code == 422
    answer = moderator.post(f"{one}/scan", data={"look-reason": "a number was in doubt"})
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert session.query(audit.Entry).filter_by(action="paper.look").one().reason == "a number was in doubt"
    assert staff("campaigner").post(f"{one}/scan", data={"look-reason": "x"}).status_code == 403
    moderator.post(f"{one}/remove", data={"remove-reason": "entered twice"})
    assert session.query(PaperScan).count() == 0


def test_what_is_no_scan_or_too_large_is_refused(staff, session, monkeypatch):
    campaigner = staff("campaigner")
    assert campaigner.post(PAPER, data=batch(scan=scan(b"<html>", "x.pdf"))).status_code == 422
    large = PDF + b"x" * (300 * 1024)
    assert campaigner.post(PAPER, data=batch(scan=scan(large))).status_code == 303, "larger than other forms may be"
    monkeypatch.setattr(paper_batches, "LARGEST_SCAN", 1000)
    assert campaigner.post(PAPER, data=batch(scan=scan(large))).status_code == 422
    assert session.query(PaperScan).count() == 1


def test_a_scan_is_deleted_after_a_year_and_the_batch_stays(app, staff, session, monkeypatch, client):
    entered(staff("campaigner"), scan=scan(PDF))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=366))
    run_task(app, "privacy:forget")
    assert session.query(PaperScan).count() == 0
    assert on_paper(client) == 40


def test_the_command_line_leaves_batches_alone(app, staff, client):
    entered(staff("campaigner"))
    answer = app.test_cli_runner().invoke(args=["petitions", "paper", "focal-point", "7"])
    assert answer.exit_code == 1 and "at the desk" in answer.output
    assert on_paper(client) == 40
