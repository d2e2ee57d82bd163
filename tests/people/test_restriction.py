"""Restricted (GDPR art. 18): kept, not shown, not mailed, not exported until it is lifted; proved and told by mail."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.people import operations as people
from app.people.queries import is_suppressed
from tests.people.org_support import DESK, organisation, person
from tests.people.privacy_support import ADDRESS, enter, last_link, mails_about_requests, proved, signed
from tests.support import read_mailbox, run_jobs, run_task, sign

NAME = "Ama Serwaa Mensah"
LIST = "/en/un75/petitions/focal-point/signatories"
SIGNATURES = "/en/desk/un75/signatures/focal-point"


@pytest.fixture
def desk(staff):
    return staff("administrator", "*")


def said(answer) -> str:
    return answer.get_data(as_text=True)


def read(client, path: str) -> str:
    client.application.wsgi_app.clear()
    return said(client.get(path))


def restricted(app, client, desk) -> str:
    page, _ = proved(app, client, desk, "restrict")
    assert desk.post(page, data={"action": "carry-out"}).status_code == 303
    run_jobs(app)
    return page


def file(app, desk, path: str) -> str:
    desk.post(path, data={"columns": "personal", "form": "csv", "purpose": "To try it."})
    run_jobs(app)
    listed = said(desk.get(path.rpartition("/")[0]))
    return said(desk.get(re.search(r"/en/desk/exports/\d+/file", listed)[0]))


def test_it_is_kept_and_shown_nowhere_and_comes_back_as_it_was(app, session, client, desk):
    own = signed(app, client, comment="Because it matters.")
    there = organisation("Fictional Voices")
    position = person(there, ADDRESS, NAME)
    one = f"{SIGNATURES}/{session.scalar(text('SELECT id FROM petitions_signature'))}"
    places = [(client, LIST), (desk, SIGNATURES), (desk, f"{DESK}/{there}"), (desk, "/en/desk/un75/comments")]
    for reader, path in places:
        assert NAME in read(reader, path), path
    before = session.execute(text("SELECT * FROM petitions_signature")).one()
    restricted(app, client, desk)
    for reader, path in places:
        assert NAME not in read(reader, path), path
    assert one not in said(desk.get(SIGNATURES)) and NAME not in said(desk.get(one))
    assert desk.post(f"{one}/look", data={"look-reason": "Curious."}).status_code == 404
    assert desk.get(f"{DESK}/{there}/people/{position}").status_code == 404
    for path in ("/en/desk/un75/exports/signatures", "/en/desk/exports/organisations"):
        assert ADDRESS not in file(app, desk, path) and NAME not in file(app, desk, path), path
    assert client.get("/api/v1/petitions/focal-point").get_json()["signatures"]["confirmed"] == 1
    assert NAME in read(client, own), "its person sees it"
    assert session.execute(text("SELECT * FROM petitions_signature")).one() == before, "nothing of it is changed"
    assert "kept, and shown and used no more" in mails_about_requests()[-1].text

    page, _ = proved(app, client, desk, "lift")
    assert NAME not in read(client, LIST), "not before it is done"
    desk.post(page, data={"action": "carry-out"})
    run_jobs(app)
    assert "shown and used again" in mails_about_requests()[-1].text
    for reader, path in places:
        assert NAME in read(reader, path), path
    assert not is_suppressed(ADDRESS, clock.now())


def test_no_mail_goes_out_and_no_sweep_deletes_what_is_restricted(app, session, client, desk, monkeypatch):
    sign(client, email=ADDRESS)
    run_jobs(app)
    restricted(app, client, desk)
    before = len(read_mailbox())
    sign(client, email=ADDRESS)
    run_jobs(app)
    start = clock.now()
    for days, task in ((4, "petitions:queue_reminders"), (45, "privacy:forget")):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        run_task(app, task)
        run_jobs(app)
    assert len(read_mailbox()) == before
    assert session.scalar(text("SELECT count(*) FROM petitions_signature")) == 1
    assert session.scalar(text("SELECT restricted_at IS NOT NULL FROM people_person"))


def test_it_is_offered_on_the_page_of_another_request_and_asked_of_its_person(app, session, client, desk):
    signed(app, client)
    page = enter(desk, "correct", name="Ama S. Mensah")
    assert "whether to restrict it meanwhile" in said(desk.get(page))
    answer = desk.post(page, data={"action": "restrict"})
    assert answer.status_code == 303 and answer.headers["Location"] != page
    assert "to keep what we hold about you" in said(client.get(last_link(app)))
    assert session.scalar(text("SELECT restricted_at FROM people_person")) is None, "nothing before the proof"
    client.post(last_link(app), data={"action": "confirm"})
    desk.post(answer.headers["Location"], data={"action": "carry-out"})
    shown = said(desk.get(page))
    assert "Restricted:" in shown and "Ask them to lift the restriction" in shown
    assert desk.post(page, data={"action": "lift"}).status_code == 303


def test_who_objected_or_was_erased_gets_no_mail_after_a_restriction_is_lifted_either(app, session, client):
    signed(app, client)
    (someone,) = session.execute(text("SELECT id, email_digest FROM people_person"))
    digest = bytes(someone.email_digest)
    now = clock.now()
    people.suppress(digest, "not_me", now)
    people.restrict(someone.id, now)
    people.suppress(digest, "objected", now)
    people.lift(someone.id)
    assert is_suppressed(ADDRESS, now + timedelta(days=999))
    people.restrict(someone.id, now)
    assert session.scalar(text("SELECT reason FROM people_suppression")) == "objected"
    people.erase(someone.id, now)
    people.lift(someone.id)
    session.flush()
    row = session.execute(text("SELECT reason, restricted_at FROM people_suppression, people_person")).one()
    assert tuple(row) == ("erased", None)


def test_of_an_address_that_nobody_has_nothing_is_written_down(app, session, client, desk):
    restricted(app, client, desk)
    assert session.scalar(text("SELECT count(*) FROM people_suppression")) == 0
