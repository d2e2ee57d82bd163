"""The right of reply: anyone asks, the state itself disputes, five working days, a public log without people."""

from datetime import date, timedelta

import pytest

from app.kernel import clock, retention
from app.kernel.db import db
from app.people import operations as people
from app.positions import correction_rules, corrections, operations, queries
from app.positions.correction_models import Correction
from tests.positions.reply_support import (
    ADDRESS,
    ASKED,
    MISSION,
    ask,
    campaign,
    confirmed,
    latest,
    own_page,
    published,
)
from tests.support import read_mailbox, run_jobs

API = "/api/v1/campaigns/un75"


@pytest.fixture
def claim(session):
    return published()


@pytest.fixture
def on_file(session, claim):
    corrections.add_mission(
        campaign(), "CRI", MISSION, "https://www.example.org/blue-book", actor=None, now=clock.now()
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("confirmed_on", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 9)),
        (date(2026, 11, 6), date(2026, 11, 13)),
        (date(2026, 11, 7), date(2026, 11, 13)),
        (date(2026, 11, 8), date(2026, 11, 13)),
    ],
)
def test_an_answer_is_due_on_the_fifth_working_day_after(confirmed_on, due):
    assert correction_rules.due(confirmed_on) == due
    assert correction_rules.days_left(due, confirmed_on) == correction_rules.WORKING_DAYS
    assert correction_rules.days_left(due, due) == 0
    assert correction_rules.days_left(due, due + timedelta(days=1)) == -1
    assert correction_rules.days_left(date(2026, 11, 13), date(2026, 11, 16)) == -1


def test_a_request_counts_only_once_it_is_confirmed_by_a_post(app, client, claim):
    assert "Ask for a correction" in client.get(f"/en/un75/corrections/{claim.ref}").get_data(as_text=True)
    assert ask(client, claim.ref).status_code == 303
    page = own_page(app)
    assert client.get(page).status_code == 200
    assert latest().state == "asked"
    log = client.get("/en/un75/corrections").get_data(as_text=True)
    assert f">{claim.ref}<" not in log
    assert client.post(page, data={"action": "confirm"}).status_code == 303
    assert latest().state == "open"
    assert latest().due_on == correction_rules.due(clock.today())
    log = client.get("/en/un75/corrections").get_data(as_text=True)
    assert claim.ref in log
    for personal in (ADDRESS, ASKED["name"], ASKED["wrong"]):
        assert personal not in log


def test_the_public_form_sets_no_cookie_and_keeps_what_was_typed(client, claim):
    answer = ask(client, claim.ref, source="no address", email="nobody")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert ASKED["wrong"] in text and "no address" in text
    assert db.session.query(Correction).count() == 0


def test_somebody_elses_request_disputes_nothing(app, client, claim, on_file):
    confirmed(app, client, claim.ref)
    assert queries.disputes(campaign().id) == {}


def test_a_mail_to_a_reader_is_neutral_and_one_to_a_mission_is_plain(app, client, claim, on_file):
    ask(client, claim.ref)
    run_jobs(app)
    assert "/m/" in read_mailbox()[-1].text and "correct" not in read_mailbox()[-1].text.replace("/c", "")
    ask(client, claim.ref, email=MISSION)
    run_jobs(app)
    assert "/correction/" in read_mailbox()[-1].text


def test_what_the_mission_confirms_is_disputed_everywhere_until_it_is_decided(app, client, staff, claim, on_file):
    found = confirmed(app, client, claim.ref, email=MISSION)
    today = clock.today().isoformat()
    said = [{"state": "CRI", "date": today, "words": ASKED["wrong"], "language": "en"}]
    pieces = {one["ref"]: one for one in client.get(f"{API}/evidence?ask=focal-point").json["evidence"]}
    assert pieces[claim.ref]["disputed"] == said
    positions = client.get(f"{API}/positions?ask=focal-point").json["positions"]
    assert positions["CRI"]["evidence"] == claim.ref and positions["CRI"]["disputed"] == said
    assert positions["KEN"]["disputed"] == []
    table = client.get("/en/un75/positions/focal-point/positions.csv").get_data(as_text=True)
    row = next(line for line in table.splitlines() if line.startswith("CRI,"))
    assert row.endswith(f"CRI,{today},{ASKED['wrong']},un")
    for page in ("positions/focal-point/table", "corrections", f"corrections/{claim.ref}"):
        assert ASKED["wrong"] in client.get(f"/en/un75/{page}").get_data(as_text=True), page
    desk = staff("campaigner")
    answer = desk.post(
        f"/en/desk/un75/corrections/{found.id}", data={"decision": "declined", "reason": "The record stands."}
    )
    assert answer.status_code == 303
    assert queries.disputes(campaign().id) == {}
    assert "The record stands." in client.get("/en/un75/corrections").get_data(as_text=True)
    assert client.get(f"{API}/positions?ask=focal-point").json["positions"]["CRI"]["disputed"] == []


def test_a_mission_cannot_dispute_what_says_nothing_of_its_state(app, client, session, on_file):
    other = published(speaker="KEN", url="https://example.org/other", un_symbol="A/79/PV.2")
    confirmed(app, client, other.ref, email=MISSION)
    assert queries.disputes(campaign().id) == {}


def test_upheld_withdraws_the_claim_and_tells_who_asked_in_their_language(app, client, staff, claim):
    client.post(f"/fr/un75/corrections/{claim.ref}", data=ASKED)
    client.post(own_page(app), data={"action": "confirm"})
    found = latest()
    assert found.language == "fr"
    desk = staff("campaigner")
    where = f"/en/desk/un75/corrections/{found.id}"
    assert ASKED["wrong"] in desk.get(where).get_data(as_text=True)
    assert desk.post(where, data={"decision": "upheld"}).status_code == 422
    gone = {"decision": "upheld", "reason": "Le compte rendu dit autre chose.", "replaced_by": "NOT-THERE"}
    assert desk.post(where, data=gone).status_code == 422
    assert desk.post(where, data={**gone, "replaced_by": ""}).status_code == 303
    db.session.refresh(claim)
    assert (claim.status, claim.withdrawn_reason) == ("withdrawn", "Le compte rendu dit autre chose.")
    page = own_page(app)
    assert page.startswith("/fr/")
    assert "Le compte rendu dit autre chose." in client.get(page).get_data(as_text=True)
    assert client.get(f"/en/un75/corrections/{claim.ref}").status_code == 404
    assert desk.post(where, data={**gone, "replaced_by": ""}).status_code == 422


def test_a_note_verbale_marks_the_claim_with_its_day(client, staff, claim):
    desk = staff("administrator")
    values = {
        "evidence": claim.ref,
        "state": "CRI",
        "number": "NV/1 (fictional)",
        "received": clock.today().isoformat(),
        "words": "A fictional denial.",
        "language": "es",
    }
    assert desk.post("/en/desk/un75/corrections/note", data={**values, "state": "KEN"}).status_code == 422
    assert desk.post("/en/desk/un75/corrections/note", data=values).status_code == 303
    dispute = queries.disputes(campaign().id)[claim.ref]
    assert (dispute.state, dispute.date, dispute.words) == ("CRI", clock.today(), "A fictional denial.")
    assert "NV/1" not in client.get("/en/un75/corrections").get_data(as_text=True)
    assert desk.post("/en/desk/un75/corrections/note", data=values).status_code == 422


def test_the_desks_first_page_says_how_much_of_the_clock_is_left(app, client, staff, claim):
    confirmed(app, client, claim.ref)
    assert "5 working days left" in staff("campaigner").get("/en/desk").get_data(as_text=True)


def test_nobody_can_fill_a_mailbox_through_the_form(client, claim):
    most, _ = correction_rules.PER_ADDRESS
    assert [ask(client, claim.ref).status_code for _ in range(most)] == [303] * most
    assert ask(client, claim.ref).status_code == 429
    assert ask(client, claim.ref, remark="I am a machine", email="other@reader.example.org").status_code == 303
    assert db.session.query(Correction).count() == most


def test_it_was_not_me_leaves_nothing(app, client, claim):
    ask(client, claim.ref)
    assert client.post(own_page(app), data={"action": "deny"}).status_code == 200
    assert db.session.query(Correction).count() == 0


def test_thirty_days_after_the_decision_nobody_is_left_in_it(app, client, claim):
    found = confirmed(app, client, claim.ref)
    corrections.decline(found, campaign(), "It stands.", actor=None, now=clock.now())
    db.session.commit()
    list(retention.run(clock.now() + timedelta(days=31)))
    db.session.refresh(found)
    assert [getattr(found, name) for name in corrections.PERSONAL] == [None] * len(corrections.PERSONAL)
    assert found.reason == "It stands."


def test_erasing_an_address_that_never_signed_lets_go_of_its_request(app, client, claim):
    found = confirmed(app, client, claim.ref)
    people.erase_address(ADDRESS, clock.now())
    db.session.commit()
    db.session.refresh(found)
    assert (found.name, found.email, found.wrong, found.state) == (None, None, None, "open")


def test_a_claim_that_was_withdrawn_meanwhile_can_still_be_decided(app, client, claim):
    found = confirmed(app, client, claim.ref)
    operations.withdraw(campaign(), claim, "Withdrawn before.", actor=None, now=clock.now())
    corrections.uphold(found, campaign(), "Yes.", "", actor=None, now=clock.now())
    assert claim.withdrawn_reason == "Withdrawn before."
