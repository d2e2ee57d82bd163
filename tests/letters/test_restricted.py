"""Whoever has what they said restricted (GDPR art. 18) under a letter: kept, counted, shown to nobody, and back as it
was."""

from datetime import timedelta

from app.kernel import clock, retention
from app.letters import mandate_queries, mandating
from app.letters.list_models import Line
from app.letters.models import Signatory
from app.letters.record import opened
from app.people import operations as people
from tests.letters.support import LETTER, confirmed, letter, organisation, said, sign_on
from tests.people.privacy_support import proved
from tests.support import read_mailbox, run_jobs

ADDRESS = "ama@fictional-water.org"
NAME = "Ama Serwaa Mensah"


def ask(app, client, session, desk, kind: str) -> None:
    page, _ = proved(app, client, desk, kind, email=ADDRESS)
    assert desk.post(page, data={"action": "carry-out"}).status_code == 303
    run_jobs(app)
    session.expire_all()


def the_people(app, client) -> str:
    app.wsgi_app.clear()
    return said(client.get(LETTER.format(lang="en") + "/signatories", query_string={"list": "individual"}))


def test_a_person_leaves_the_list_and_comes_back_when_it_is_lifted(app, client, session, staff):
    desk = staff("administrator", "*")
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, as_person=True)
    assert NAME in the_people(app, client)
    ask(app, client, session, desk, "restrict")
    assert NAME not in the_people(app, client)
    signatory = session.query(Signatory).one()
    assert signatory.state == "counted" and opened(signatory.sealed).person == NAME
    assert mandate_queries.in_the_clear(signatory.letter_id, signatory.id) is None
    before = len(read_mailbox())
    sign_on(client, as_person=True)
    run_jobs(app)
    assert len(read_mailbox()) == before, "no mail goes there"
    ask(app, client, session, desk, "lift")
    assert NAME in the_people(app, client)


def test_an_organisation_stays_nobody_decides_on_it_and_no_sweep_deletes_what_was_refused(app, client, session):
    confirmed(app, client, **organisation(1, email=ADDRESS, website="https://fictional-water.org"))
    digests, now = people.email_digests(ADDRESS), clock.now()
    people.restrict_address(digests, now)
    assert session.query(Line).count() == 1
    signatory = session.query(Signatory).one()
    assert mandate_queries.one(signatory.letter_id, signatory.id).is_masked
    assert not mandating.refuse(signatory.id, "A reason.", actor=1, now=now)
    people.lift_address(digests)
    assert mandating.refuse(session.query(Signatory.id).scalar(), "A reason.", actor=1, now=now)
    people.restrict_address(digests, now)
    session.commit()
    list(retention.run(now + timedelta(days=99)))
    assert session.query(Signatory).count() == 1
    people.lift_address(digests)
    session.commit()
    list(retention.run(now + timedelta(days=31)))
    assert session.query(Signatory).count() == 0
