"""From the form to the list and back: what a signatory does, and what everybody sees of it."""

from app.letters.models import Signatory
from app.letters.record import opened
from tests.letters.support import LETTER, confirmed, letter, links, organisation, said, sign_on
from tests.support import read_mailbox, run_jobs


def the_list(client, **query) -> str:
    return client.get(LETTER.format(lang="en") + "/signatories", query_string=query).get_data(as_text=True)


def test_an_organisation_signs_confirms_and_stands_on_the_list(app, client, session):
    assert "The first organisation" not in the_list(client)
    answer = sign_on(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/un75/letters/focal-point/thanks")
    assert client.get(answer.headers["Location"]).status_code == 200
    run_jobs(app)
    link = links()["ama@fictional-water.org"]
    assert "Confirm your signature" in client.get(link).get_data(as_text=True)
    assert session.query(Signatory).one().state == "pending", "opening a link changes nothing"
    done = client.post(link, data={"action": "confirm"})
    assert "counts" in client.get(done.headers["Location"]).get_data(as_text=True)
    assert "Fictional Water League" in the_list(client)
    page = said(client.get(LETTER.format(lang="en")))
    assert "1 organisation has signed" in page
    assert "1 under version 1" in page
    record = opened(session.query(Signatory).one().sealed)
    assert (record.version, record.text_language, record.how) == (1, "en", "domain")
    assert len(record.digest) == 64


def test_who_writes_from_elsewhere_waits_until_somebody_looks(app, client, session):
    confirmed(app, client, email="ama@gmail.com")
    waiting = session.query(Signatory).one()
    assert (waiting.state, waiting.doubts) == ("waiting", ["free-mail"])
    assert "Fictional Water League" not in the_list(client)
    assert [mail.subject.split(":")[0] for mail in read_mailbox()] == ["Please confirm", "We look at it"]


def test_hiding_is_instant_and_leaves_no_line_and_withdrawing_leaves_nothing(app, client, session):
    path = confirmed(app, client)
    before = session.query(Signatory.id).scalar()
    client.post(path, data={"action": "show", "visibility": "counted"})
    assert "Fictional Water League" not in the_list(client)
    assert session.query(Signatory.id).scalar() != before, "its number is another one"
    assert "It is confirmed and counts" in client.get(path).get_data(as_text=True), "and its link works all the same"
    client.post(path, data={"action": "show", "visibility": "public"})
    assert "Fictional Water League" in the_list(client)
    client.post(path, data={"action": "withdraw"})
    assert session.query(Signatory).count() == 0
    assert client.get(path).status_code == 404
    assert client.post(path, data={"action": "confirm"}).status_code == 404
    assert "Fictional Water League" not in the_list(client)


def test_who_wishes_so_is_noted_as_withdrawn(app, client):
    path = confirmed(app, client)
    client.post(path, data={"action": "withdraw", "note": "y"})
    page = the_list(client)
    assert "Names that were taken back" in page
    assert "Fictional Water League" in page


def test_a_second_form_of_the_same_address_changes_nothing_and_looks_the_same(app, client, session):
    confirmed(app, client)
    again = sign_on(client, name="Fictional Fire League", visibility="counted")
    assert again.status_code == 303
    run_jobs(app)
    assert opened(session.query(Signatory).one().sealed).name == "Fictional Water League"
    assert read_mailbox()[-1].subject.startswith("You have signed before")
    assert "Fictional Water League" in the_list(client)


def test_where_civic_space_is_not_known_to_be_open_nobody_is_named_by_default_and_mails_say_nothing(
    app, client, session
):
    confirmed(app, client, country="other", visibility="suggested")
    assert session.query(Signatory).one().visibility == "counted"
    for mail in read_mailbox():
        assert "Fictional Water" not in mail.text.replace("ama@fictional-water.org", "")
        assert "letter" not in mail.subject.lower()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client):
    answer = sign_on(client, website="no website", name="A" * 5000, authorised=None)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This is no web address" in page
    assert "at most 300 characters" in page
    assert "Only who is authorised" in page
    assert 'value="ama@fictional-water.org"' in page


def test_a_name_that_turns_the_line_round_is_cleaned(app, client, session):
    assert "turn the direction" in sign_on(client, name="Fictional \u202eLeague\u202c").get_data(as_text=True)
    confirmed(app, client, name="Fictional League")
    assert opened(session.query(Signatory).one().sealed).name == "Fictional League"


def test_people_sign_only_where_the_letter_lets_them_and_stand_in_a_list_of_their_own(app, client, session):
    assert client.get(LETTER.format(lang="en") + "/person").status_code == 404
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, as_person=True, email="ama@gmail.com")
    assert "Ama Serwaa Mensah" in the_list(client, list="individual")
    assert "Ama Serwaa Mensah" not in the_list(client)


def test_the_list_is_narrowed_searched_and_turned(app, client):
    for number in range(3):
        confirmed(app, client, **organisation(number, country="KEN" if number else "CPV"))
    assert "Fictional League 0" not in the_list(client, country="KEN")
    assert "Fictional League 2" in the_list(client, q="fict 2")
    assert "Fictional League 1" not in the_list(client, q="fict 2")
    assert "Nobody on the list fits this" in the_list(client, q="nothing-of-the-kind")
