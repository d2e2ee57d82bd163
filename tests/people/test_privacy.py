"""A request about one's own data: proved before anything is given or changed, done, told; the same from outside
whoever it is about."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.accounts import invitations
from app.kernel import clock
from app.people import own_holdings, privacy_rules
from app.people.holdings import subject_of
from app.people.queries import is_suppressed
from app.petitions import counting
from tests.desk_support import make_staff
from tests.people.privacy_support import (
    ADDRESS,
    LINK,
    enter,
    last_link,
    mails_about_requests,
    proved,
    signed,
)
from tests.support import run_jobs, run_task, sign

NAME = "Ama Serwaa Mensah"


@pytest.fixture
def desk(staff):
    """Somebody who handles requests, and showed the second factor just now."""
    return staff("administrator", "*")


def said(answer) -> str:
    return answer.get_data(as_text=True)


def value(session, statement: str):
    return session.scalar(text(statement))


def test_the_month_ends_on_the_same_day_or_the_last_of_a_shorter_month():
    assert privacy_rules.due(date(2026, 11, 28)) == date(2026, 12, 28)
    assert privacy_rules.due(date(2026, 1, 31)) == date(2026, 2, 28)
    assert privacy_rules.due(date(2027, 12, 31)) == date(2028, 1, 31)
    assert privacy_rules.days_left(date(2026, 5, 1), date(2026, 5, 3)) == -2


def test_an_erasure_is_asked_proved_done_and_told(app, session, client, desk):
    signed(app, client)
    page = enter(desk, "erase", note="By letter of 1 May.")
    assert "28 days left" in said(desk.get(page)) or "days left" in said(desk.get(page))
    assert desk.post(page, data={"action": "carry-out"}).status_code == 409, "nothing before the proof"
    assert value(session, "SELECT count(*) FROM people_person WHERE email IS NOT NULL") == 1
    link = last_link(app)
    assert "Yes, I ask for this" in said(client.get(link))
    assert client.post(link, data={"action": "confirm"}).status_code == 303
    assert "we know that it was you" in said(client.get(link))
    assert desk.post(page, data={"action": "carry-out"}).status_code == 303
    run_jobs(app)
    last = mails_about_requests()[-1]
    assert last.to == ADDRESS and "we erased what we hold about you" in last.text
    # The signature counts on, without the person; the request keeps no address either.
    counting.count()
    session.commit()
    client.application.wsgi_app.clear()
    assert client.get("/api/v1/petitions/focal-point").get_json()["signatures"]["confirmed"] == 1
    assert value(session, "SELECT count(*) FROM people_person WHERE email IS NOT NULL") == 0
    assert value(session, "SELECT count(*) FROM petitions_signature WHERE name IS NOT NULL") == 0
    assert value(session, "SELECT count(*) FROM people_consent") == 0
    assert value(session, "SELECT count(*) FROM people_request WHERE coalesce(email, email_digest, note) IS NULL") == 1
    assert "It is done." in said(client.get(last_link(app)))
    after = said(desk.get(page))
    assert ADDRESS not in after and "privacy.erase" in after and "privacy.prove" in after
    assert desk.post(page, data={"action": "carry-out"}).status_code == 409, "it is done once"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_everything_that_is_held_is_given_as_a_page_and_as_json(app, session, client, desk, lang):
    signed(app, client, lang)
    page, link = proved(app, client, desk, "access", lang=lang)
    assert client.get(f"{link}/data").status_code == 404, "not before it is given"
    assert client.get(f"{link}/data.json").status_code == 404
    desk.post(page, data={"action": "carry-out"})
    own = last_link(app)
    assert own.startswith(f"/{lang}/request/")
    read = said(client.get(f"{own}/data"))
    for what in (NAME, ADDRESS, "focal-point"):
        assert what in read
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in read
    answer = client.get(f"{own}/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.get_data())["data"]
    (signature,) = data["signatures"]
    assert (signature["name"], signature["area"], signature["state"]) == (NAME, "CHE", "confirmed")
    assert {row["purpose"] for row in data["consent"]} == {"signature", "updates"}
    assert all(row["how"] == "web" and row["wording"] for row in data["consent"])
    assert data["mails"][0]["kind"] == "confirm" and len(data["links"]) == 1
    assert [row["kind"] for row in data["requests"]] == ["access"]
    assert "held" not in signature and "false_reason" not in signature
    mail = mails_about_requests()[-1]
    assert NAME not in mail.text and not list(mail.raw.iter_attachments()), "data are never in a mail"


def test_whoever_works_here_is_given_their_account_too(app, session, client, desk):
    page, _ = proved(app, client, desk, "access", email=_own_address(session, desk))
    desk.post(page, data={"action": "carry-out"})
    data = json.loads(client.get(f"{last_link(app)}/data.json").get_data())["data"]
    assert data["staff"][0]["roles"] == "administrator (*)"
    assert data["staff_sessions"][0]["device"] == "Firefox, Linux"


def _own_address(session, desk) -> str:
    from app.accounts.models import Staff

    return session.get(Staff, desk.staff_id).email


def test_a_link_to_begin_anew_that_holds_no_address_is_held_of_its_person_too(session):
    someone, other = make_staff("moderator"), make_staff("moderator")
    for one in (someone, other):
        invitations.reset(one.id, None, clock.now(), mail=False)
    session.commit()
    found = own_holdings.invitations(subject_of(someone.email))
    assert [(row["address"], row["role"]) for row in found] == [(someone.email, None)]


def test_from_outside_an_unknown_address_is_like_a_known_one(app, client, desk):
    signed(app, client, email="known@example.org", area="unsaid")
    pages = {}
    for who in ("known", "nobody"):
        page = enter(desk, "access", email=f"{who}@example.org")
        link = last_link(app)
        mail = mails_about_requests()[-1]
        asked = client.get(link)
        client.post(link, data={"action": "confirm"})
        proved_ = client.get(link)
        desk.post(page, data={"action": "carry-out"})
        run_jobs(app)
        told = mails_about_requests()[-1]
        pages[who] = [
            re.sub(r"[\w-]{32}", "TOKEN", page)
            for page in (mail.subject, mail.text, told.subject, told.text, said(asked), said(proved_))
        ]
    assert pages["known"] == pages["nobody"]
    assert "Nothing is held" not in said(client.get(f"{last_link(app)}/data")), "this very request is"


def test_a_name_and_a_language_are_corrected_everywhere(app, session, client, desk):
    own = signed(app, client)
    page, _ = proved(app, client, desk, "correct", name="Ama S. Mensah", new_language="fr")
    assert "Ama S. Mensah" not in said(client.get(own))
    desk.post(page, data={"action": "carry-out"})
    assert "Ama S. Mensah" in said(client.get(own))
    assert value(session, "SELECT language FROM people_person") == "fr"
    run_jobs(app)
    assert "we corrected what we hold about you" in mails_about_requests()[-1].text


def test_who_objects_gets_one_last_mail_and_the_ledger_says_so(app, session, client, desk):
    own = signed(app, client)
    page, _ = proved(app, client, desk, "object")
    desk.post(page, data={"action": "carry-out"})
    run_jobs(app)
    assert "we ended all mails to you" in mails_about_requests()[-1].text
    assert is_suppressed(ADDRESS, clock.now() + timedelta(days=3650))
    assert value(session, "SELECT count(*) FROM petitions_signature WHERE updates") == 0
    act = session.execute(text("SELECT act, purpose, how FROM people_consent ORDER BY id DESC LIMIT 1")).one()
    assert tuple(act) == ("withdrawn", "updates", "web")
    assert client.get(own).status_code == 200, "the signature stands"
    before = len(mails_about_requests())
    sign(client)
    run_jobs(app)
    assert len(mails_about_requests()) == before


def test_it_was_not_me_ends_it_and_nothing_is_done(app, session, client, desk):
    signed(app, client)
    page = enter(desk, "erase")
    link = last_link(app)
    client.post(link, data={"action": "deny"})
    assert "nothing was changed" in said(client.get(link))
    assert desk.post(page, data={"action": "carry-out"}).status_code == 409
    assert value(session, "SELECT count(*) FROM people_person WHERE email IS NOT NULL") == 1


def test_a_refusal_tells_why_and_where_to_complain(app, client, desk):
    page, _ = proved(app, client, desk, "access")
    assert desk.post(page, data={"action": "refuse", "answer": " "}).status_code == 422
    desk.post(page, data={"action": "refuse", "answer": "You had the same answer yesterday."})
    own = said(client.get(last_link(app)))
    assert "You had the same answer yesterday." in own and "complain to the authority" in own


def test_identity_may_be_proved_otherwise_with_a_note(app, session, client, desk):
    signed(app, client)
    page = enter(desk, "erase")
    assert desk.post(page, data={"action": "prove"}).status_code == 422, "not without saying how"
    desk.post(page, data={"action": "prove", "proof_note": "She came to the office; we know her."})
    assert "She came to the office" in said(desk.get(page))
    assert value(session, "SELECT count(*) FROM kernel_audit WHERE action = 'privacy.prove-otherwise'") == 1
    assert desk.post(page, data={"action": "carry-out"}).status_code == 303


def test_a_link_expires_and_then_says_nothing(app, client, desk, monkeypatch):
    page, link = proved(app, client, desk, "access")
    desk.post(page, data={"action": "carry-out"})
    own = last_link(app)
    later = clock.now() + timedelta(days=privacy_rules.LINK_DAYS, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    for path in (link, own):
        answer = client.get(path)
        assert answer.status_code == 404 and "works no longer" in said(answer)
    assert client.get(f"{own}/data").status_code == 404
    assert client.get(f"{own}/data.json").status_code == 404
    assert client.post(link, data={"action": "confirm"}).status_code == 404
    assert client.get("/en/request/there-is-none").status_code == 404


def test_opening_the_link_proves_nothing(app, session, client, desk):
    enter(desk, "erase")
    client.get(last_link(app))
    assert value(session, "SELECT state FROM people_request") == "asked"


def test_mails_are_neutral_where_it_may_not_be_safe_and_lead_through_the_neutral_address(app, client, desk):
    signed(app, client, area="CHE")
    enter(desk, "access")
    last_link(app)
    assert "about your data" in mails_about_requests()[-1].subject
    enter(desk, "access", email="nobody@example.org")
    last_link(app)
    mail = mails_about_requests()[-1]
    link = LINK.search(mail.text)[1]
    assert re.fullmatch(r"/en/m/[\w-]+/r", link)
    words = (mail.subject + mail.text + mail.html).replace("http://plenary.test", "").casefold()
    for word in ("your data", "petition", "plenary", "united nations", "request"):
        assert word not in words, word
    assert client.get(link).headers["Location"].startswith("/en/request/")


def test_the_same_request_is_entered_once(app, desk, session):
    assert enter(desk, "access") == enter(desk, "access", email="AMA@Example.org")
    assert enter(desk, "erase") != enter(desk, "access")
    assert value(session, "SELECT count(*) FROM people_request") == 2


def test_a_wrong_form_comes_back_as_typed(desk):
    answer = desk.post("/en/desk/privacy", data={"email": "no address", "kind": "correct", "received_on": "soon"})
    assert answer.status_code == 422
    assert 'value="no address"' in said(answer) and 'value="soon"' in said(answer)


def test_no_address_stands_in_the_log_in_a_job_or_in_an_address_of_a_page(app, session, client, desk):
    signed(app, client)
    page, _ = proved(app, client, desk, "correct", name="Ama S. Mensah", note="Ama wrote")
    desk.post(page, data={"action": "carry-out"})
    jobs = session.execute(text("SELECT args::text FROM procrastinate_jobs")).scalars().all()
    logged = session.execute(text("SELECT row_to_json(kernel_audit)::text FROM kernel_audit")).scalars().all()
    assert len(logged) >= 3
    for line in [*jobs, *logged]:
        assert "ama" not in line.casefold()


def test_what_is_personal_of_a_request_goes_thirty_days_after_its_end_and_the_request_three_years(
    app, session, client, desk, monkeypatch
):
    page, _ = proved(app, client, desk, "access")
    desk.post(page, data={"action": "carry-out"})
    run_jobs(app)
    start = clock.now()
    for days, kept, content in ((29, 1, 1), (31, 1, 0), (3 * 365 + 1, 0, 0)):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        run_task(app, "privacy:forget")
        assert value(session, "SELECT count(*) FROM people_request") == kept, days
        assert value(session, "SELECT count(*) FROM people_request WHERE email IS NOT NULL") == content, days
    assert value(session, "SELECT count(*) FROM people_request_link") == 0


def test_what_nobody_proves_ends_after_ninety_days(app, session, desk, monkeypatch):
    enter(desk, "erase")
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=91))
    run_task(app, "privacy:forget")
    assert value(session, "SELECT state FROM people_request") == "denied"


def test_the_first_page_says_how_many_are_open_and_how_much_of_the_month_is_left(app, desk, session):
    from app.accounts import needs
    from app.accounts.roles import Role
    from app.accounts.sessions import Signed

    enter(desk, "access")
    who = Signed(1, 1, "Fictional Somebody", "en", (Role("moderator", "*"),), None, None, clock.now())
    with app.test_request_context("/en/desk"):
        (need,) = needs.of(who)
    assert need.count == 1 and "1 request about personal data is open" in need.text and "left to answer" in need.text
