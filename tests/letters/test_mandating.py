"""What staff decide about a mandate, and how letters let go of people."""

from datetime import timedelta

from app.kernel import audit, clock, retention
from app.kernel.config import new_key, parse_keys
from app.kernel.crypto import Keyring
from app.letters import mandating, operations, rules
from app.letters.models import Signatory, SignatoryLink, SignatoryMail
from app.letters.record import opened
from app.people import holdings
from app.people import operations as people
from tests.letters.support import LETTER, confirmed, letter, links, organisation, own_path, said, sign_on
from tests.support import read_mailbox, run_jobs


def waiting(app, client, session, **changes) -> int:
    confirmed(app, client, **{"email": "ama@gmail.com", **changes})
    return session.query(Signatory.id).filter_by(state="waiting").scalar()


def the_list(client, **query) -> str:
    return said(client.get(LETTER.format(lang="en") + "/signatories", query_string=query))


def test_what_was_looked_at_counts_is_logged_without_a_name_and_told(app, client, session):
    number = waiting(app, client, session)
    assert mandating.accept(number, mandating.LOOKED, actor=7, now=clock.now())
    session.commit()
    run_jobs(app)
    assert "Fictional Water League" in the_list(client)
    assert read_mailbox()[-1].subject.startswith("You count")
    entry = session.query(audit.Entry).filter_by(action="letters.accept").one()
    assert (entry.subject, entry.before, entry.after) == (f"signatory:{number}", None, None)
    assert not mandating.accept(number, mandating.LOOKED, actor=7, now=clock.now()), "once"


def test_what_is_refused_is_told_why_and_goes_after_thirty_days(app, client, session):
    number = waiting(app, client, session)
    mandating.refuse(number, "The organisation told us that you do not work there.", actor=7, now=clock.now())
    session.commit()
    run_jobs(app)
    assert read_mailbox()[-1].subject.startswith("Not counted")
    signatory = session.query(Signatory).one()
    assert signatory.state == "refused"
    for name, _ in retention.run(clock.now() + timedelta(days=31)):
        assert name.partition(".")[0]
    assert session.query(Signatory).count() == 0


def test_moving_to_the_other_list_is_one_action_and_is_told(app, client, session):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client)
    number = session.query(Signatory.id).scalar()
    assert mandating.move(number, "individual", actor=7, now=clock.now())
    session.commit()
    run_jobs(app)
    assert "Fictional Water League" not in the_list(client)
    assert "Ama Serwaa Mensah" not in the_list(client, list="individual"), "she chose that the League be named"
    path = own_path(client, links()["ama@fictional-water.org"])
    client.post(path, data={"action": "show", "visibility": "public"})
    assert "Ama Serwaa Mensah" in the_list(client, list="individual")
    assert read_mailbox()[-1].subject.startswith("You stand in the other list")
    number = session.query(Signatory.id).scalar()
    assert mandating.move(number, "organisation", actor=7, now=clock.now())
    session.commit()
    assert "Fictional Water League" not in the_list(client)
    client.post(path, data={"action": "show", "visibility": "public"})
    assert "Fictional Water League" in the_list(client)


def test_nobody_can_flood_a_mailbox_through_the_form(app, client):
    for _ in range(6):
        sign_on(client)
        run_jobs(app)
    assert len(read_mailbox()) == rules.MAILS_A_DAY


def test_who_said_that_it_was_not_them_gets_no_mail_for_thirty_days(app, client, session):
    sign_on(client)
    run_jobs(app)
    client.post(links()["ama@fictional-water.org"], data={"action": "not-me"})
    assert session.query(Signatory).count() == 0
    sign_on(client)
    run_jobs(app)
    assert len(read_mailbox()) == 1
    assert session.query(Signatory).count() == 0


def test_erasing_leaves_the_organisation_without_its_person_and_takes_a_person_away(app, client, session):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, **organisation(1, person="Fictional Head"))
    confirmed(app, client, as_person=True, email="kofi@example.org", person="Kofi Fictional")
    for address in ("office@fictional-league-1.org", "kofi@example.org"):
        people.erase_address(address, clock.now())
    session.commit()
    only = session.query(Signatory).one()
    record = opened(only.sealed)
    assert (record.name, record.person, record.address, only.email_digest) == ("Fictional League 1", "", "", None)
    assert session.query(SignatoryLink).count() == session.query(SignatoryMail).count() == 0
    assert "Fictional League 1" in the_list(client)
    assert "Kofi Fictional" not in the_list(client, list="individual")


def test_who_asks_for_their_data_gets_what_they_signed_by_their_address_alone(app, client):
    confirmed(app, client, visibility="counted")
    found = holdings.as_json(holdings.everything(holdings.subject_of("ama@fictional-water.org")))
    (row,) = found["letters"]
    assert (row["organisation"], row["shown"], row["state"]) == ("Fictional Water League", "counted", "counted")
    assert not holdings.as_json(holdings.everything(holdings.subject_of("else@fictional-water.org")))["letters"]


def test_a_new_digest_key_finds_who_signed_before(app, client, session):
    confirmed(app, client)
    keys = app.config["DIGEST_KEYS"]
    held = app.extensions["keyring"]
    app.extensions["keyring"] = Keyring(
        app.config["ENCRYPTION_KEYS"], {**parse_keys("DIGEST_KEYS", f"2:{new_key()}"), **keys}
    )
    try:
        sign_on(client, name="Fictional Fire League")
        assert session.query(Signatory).count() == 1
        assert operations.locked(session.query(Signatory.id).scalar()).state == "counted"
    finally:
        app.extensions["keyring"] = held


def test_notes_of_mails_go_after_a_week(app, client, session):
    confirmed(app, client)
    assert session.query(SignatoryMail).count() == 2
    list(retention.run(clock.now() + timedelta(days=8)))
    assert session.query(SignatoryMail).count() == 0
