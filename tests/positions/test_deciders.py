"""Deciders that are no states have positions by the same rules, and stand in no tally."""

from app.kernel import clock
from app.kernel.db import db
from app.positions import deciders
from tests.positions.reply_support import campaign, published

API = "/api/v1/campaigns/un75/positions?ask=focal-point"
SAID = {"kind": "candidate", "name": "Fictional Candidate", "source": "https://www.example.org/letter"}


def test_a_decider_is_entered_speaks_and_stands_somewhere_but_in_no_tally(client, staff, session):
    desk = staff("campaigner")
    assert desk.post("/en/desk/un75/deciders/new", data=SAID).status_code == 303
    assert desk.post("/en/desk/un75/deciders/new", data=SAID).status_code == 422
    before = client.get(API).json
    published(speaker="X-FICTIONAL-CANDIDATE", signal="support")
    page = client.get("/en/un75/deciders").get_data(as_text=True)
    assert "Fictional Candidate" in page and "Supports" in page
    after = client.get(API).json
    assert after["tally"] == before["tally"]
    assert after["positions"] == before["positions"]


def test_a_decider_keeps_the_code_when_the_name_is_corrected(staff, session):
    desk = staff("campaigner")
    desk.post("/en/desk/un75/deciders/new", data=SAID)
    where = "/en/desk/un75/deciders/X-FICTIONAL-CANDIDATE"
    assert desk.get(where).status_code == 200
    wrong = {**SAID, "since": "2026-05-02", "until": "2026-05-01"}
    assert desk.post(where, data=wrong).status_code == 422
    assert desk.post(where, data={**SAID, "name": "Fictional Nominee"}).status_code == 303
    assert deciders.one(campaign().id, "X-FICTIONAL-CANDIDATE").name == "Fictional Nominee"


def test_candidates_are_taken_in_once_and_none_without_a_known_nomination(session, client):
    entered, left_out = deciders.load_candidates(campaign(), clock.now())
    db.session.commit()
    assert "X-REBECA-GRYNSPAN" in entered and "Macky Sall" in left_out
    assert deciders.load_candidates(campaign(), clock.now())[0] == []
    page = client.get("/en/un75/deciders").get_data(as_text=True)
    assert "Rebeca Grynspan" in page and "Macky Sall" not in page


def test_the_page_shows_who_holds_which_office_today(client):
    assert "Offices today" in client.get("/en/un75/deciders").get_data(as_text=True)
