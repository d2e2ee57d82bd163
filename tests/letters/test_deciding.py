"""Mandates that wait: what the desk sees of them, what is decided, who vouches, and what the signatory is told."""

import itertools

import pytest
from sqlalchemy import select, text

from app.kernel import audit
from app.letters import mandates
from app.letters.list_models import Line
from app.letters.models import Letter, Signatory
from app.letters.record import opened
from tests.letters import support
from tests.letters.support import confirmed, letter, links, own_path
from tests.people.org_support import network
from tests.people.org_support import organisation as known
from tests.support import read_mailbox, run_jobs

DESK = "/en/desk/un75/letters/focal-point"
NAME = "Fictional Water League"
FREE = {"email": "fictional.water@gmail.com"}


def the(session) -> Signatory:
    session.expire_all()
    return session.query(Signatory).one()


def record(session):
    return opened(the(session).sealed)


def page(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def case(session) -> str:
    return f"{DESK}/mandates/{the(session).id}"


def test_the_queue_shows_who_waits_since_when_and_why(app, client, session, staff):
    confirmed(app, client, email="fictional.water@gmail.com")
    desk = staff("moderator")
    shown = page(desk, f"{DESK}/mandates")
    assert NAME in shown and "provider where anybody gets one" in shown and "since today" in shown
    assert "fictional.water" not in shown and "Ama Serwaa" not in shown
    assert "1 mandate waits to be looked at" in page(desk, "/en/desk/un75")


@pytest.mark.parametrize("visibility", ["area", "counted"])
def test_who_is_not_to_be_named_is_masked_until_somebody_looks_and_says_why(app, client, session, staff, visibility):
    confirmed(app, client, visibility=visibility, **FREE)
    desk = staff("moderator")
    for path in (f"{DESK}/mandates", case(session)):
        shown = page(desk, path)
        assert NAME not in shown and "Ama Serwaa" not in shown and "Cabo Verde" not in shown
    refused = desk.post(f"{case(session)}/look", data={"look-reason": ""})
    assert refused.status_code == 422 and NAME not in refused.get_data(as_text=True)
    clear = desk.post(f"{case(session)}/look", data={"look-reason": "To check the mandate."}).get_data(as_text=True)
    assert NAME in clear and "Ama Serwaa Mensah" in clear and FREE["email"] in clear
    assert NAME not in page(desk, case(session)), "shown once"
    entry = session.query(audit.Entry).order_by(audit.Entry.id.desc()).first()
    assert (entry.action, entry.subject, entry.reason) == (
        "letters.look",
        "letter:focal-point",
        "To check the mandate.",
    )


def test_accepting_counts_and_tells_and_the_log_names_nobody(app, client, session, staff):
    confirmed(app, client, **FREE)
    desk = staff("campaigner")
    assert desk.post(case(session), data={"action": "accept"}).status_code == 303
    run_jobs(app)
    assert (the(session).state, record(session).how) == ("counted", "campaigner")
    assert session.scalar(select(Line.name)) == NAME
    assert read_mailbox()[-1].subject.startswith("You count")
    logged = str(session.execute(text("SELECT action, subject, before, after, reason FROM kernel_audit")).all())
    assert "letters.accept" in logged
    for word in (NAME, "Ama", "gmail", "CPV"):
        assert word not in logged


def test_refusing_needs_a_reason_which_they_read_in_their_language(app, client, session, staff):
    path = confirmed(app, client, "fr", **FREE)
    desk = staff("moderator")
    assert desk.post(case(session), data={"action": "refuse", "refusal-reason": ""}).status_code == 422
    desk.post(case(session), data={"action": "refuse", "refusal-reason": "We could not find your organisation."})
    run_jobs(app)
    assert the(session).state == "refused"
    assert read_mailbox()[-1].language == "fr"
    assert "We could not find your organisation." in page(client, path)


def test_a_question_is_asked_and_answered_on_ones_own_page(app, client, session, staff):
    path = confirmed(app, client, **FREE)
    desk = staff("moderator")
    desk.post(case(session), data={"action": "ask", "question-question": "Who is your chair?"})
    run_jobs(app)
    assert read_mailbox()[-1].subject.startswith("A question to you")
    own = own_path(client, links()[FREE["email"]])
    assert "Who is your chair?" in page(client, own) and "Who is your chair?" in page(client, path)
    client.post(f"{own}/mandate", data={"action": "answer", "answer": "Fictional Chair, see our site."})
    assert "They answered" in page(desk, f"{DESK}/mandates")
    assert record(session).answer == "Fictional Chair, see our site."


def test_whoever_may_not_decide_sees_nothing_of_it(app, client, session, staff):
    confirmed(app, client, **FREE)
    for role in ("translator", "treasurer", "observer", "coordinator"):
        desk = staff(role)
        for path in (f"{DESK}/mandates", case(session), f"{DESK}/doubles", "/en/desk/un75/mandates"):
            assert desk.get(path).status_code == 403, (role, path)
        assert desk.post(case(session), data={"action": "accept"}).status_code == 403
    assert staff("moderator", "another").get(case(session)).status_code == 403
    assert the(session).state == "waiting"


@pytest.fixture
def nets(app):
    return network("network-one"), network("network-two")


@pytest.mark.parametrize("visibility", ["public", "counted"])
def test_a_coordinator_learns_of_it_once_the_signatory_chose_their_network(
    app, client, session, staff, nets, visibility
):
    mine, other = (staff("coordinator", networks=(each,)) for each in nets)
    path = confirmed(app, client, visibility=visibility, **FREE)
    assert NAME not in page(mine, f"{DESK}/vouching")
    posted = mine.post(f"{DESK}/vouching/{the(session).id}", data={"verdict": "vouch"})
    assert posted.status_code == 404 and the(session).state == "waiting", "nobody chose them"
    assert "Network network-one" in page(client, path)
    client.post(f"{path}/mandate", data={"action": "network", "network": str(nets[0])})
    assert NAME in page(mine, f"{DESK}/vouching") and NAME not in page(other, f"{DESK}/vouching")
    assert "1 organisation asks you to vouch" in page(mine, "/en/desk/un75")
    assert other.post(f"{DESK}/vouching/{the(session).id}", data={"verdict": "vouch"}).status_code == 404
    assert mine.post(f"{DESK}/vouching/{the(session).id}", data={"verdict": "vouch"}).status_code == 303
    run_jobs(app)
    assert (the(session).state, record(session).how, record(session).told_network) == ("counted", "voucher", None)
    assert NAME not in page(mine, f"{DESK}/vouching")
    assert session.query(Line).count() == (visibility == "public")


def test_a_choice_can_be_taken_back_and_a_coordinator_can_decline(app, client, session, staff, nets):
    mine = staff("coordinator", networks=nets)
    path = confirmed(app, client, **FREE)
    client.post(f"{path}/mandate", data={"action": "network", "network": str(nets[0])})
    client.post(f"{path}/mandate", data={"action": "network", "network": ""})
    assert NAME not in page(mine, f"{DESK}/vouching")
    client.post(f"{path}/mandate", data={"action": "network", "network": str(nets[1])})
    assert mine.post(f"{DESK}/vouching/{the(session).id}", data={"verdict": "decline"}).status_code == 303
    assert NAME not in page(mine, f"{DESK}/vouching")
    assert the(session).state == "waiting" and "not-known-to-network" in the(session).doubts
    assert client.post(f"{path}/mandate", data={"action": "network", "network": "999"}).status_code == 404


def test_a_network_without_a_coordinator_in_the_campaign_cannot_be_chosen(app, client, session, staff, nets):
    staff("coordinator", "another", networks=(nets[0],))
    path = confirmed(app, client, **FREE)
    assert "Network network-one" not in page(client, path)
    assert client.post(f"{path}/mandate", data={"action": "network", "network": str(nets[0])}).status_code == 404


@pytest.mark.parametrize("visibility", ["area", "counted"])
def test_the_log_leads_to_no_hidden_signatory(app, client, session, staff, nets, visibility):
    mine = staff("coordinator", networks=nets)
    path = confirmed(app, client, visibility=visibility, **FREE)
    client.post(f"{path}/mandate", data={"action": "network", "network": str(nets[0])})
    before = the(session).id
    mine.post(f"{DESK}/vouching/{before}", data={"verdict": "vouch"})
    subjects = set(session.scalars(select(audit.Entry.subject)))
    assert not {f"signatory:{before}", f"signatory:{the(session).id}"} & subjects


def test_moving_to_the_list_of_people_and_back_is_one_action_and_told(app, client, session, staff):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, **FREE)
    desk = staff("moderator")
    assert desk.post(case(session), data={"action": "move"}).status_code == 303
    run_jobs(app)
    assert (the(session).roll, the(session).state) == ("individual", "counted")
    assert read_mailbox()[-1].subject.startswith("You stand in the other list")
    assert session.query(Line).count() == 0, "she chose that her organisation be named, not herself"
    assert desk.post(case(session), data={"action": "move"}).status_code == 303
    run_jobs(app)
    assert (the(session).roll, the(session).state) == ("organisation", "waiting"), "its mandate is looked at again"
    assert session.query(Line).count() == 0 and read_mailbox()[-1].subject.startswith("You stand in the other list")


def test_a_person_filed_as_an_organisation_stays_public_under_the_name_they_chose(app, client, session, staff):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, name="Mensah, Ama Serwaa", email="ama@gmail.com", website=None)
    assert "name-of-person" in the(session).doubts
    staff("moderator").post(case(session), data={"action": "move"})
    assert session.scalar(select(Line.person)) == "Ama Serwaa Mensah"


def test_where_a_letter_takes_no_people_nobody_is_moved_there(app, client, session, staff):
    confirmed(app, client, **FREE)
    desk = staff("moderator")
    assert "Move to the other list" not in page(desk, case(session))
    desk.post(case(session), data={"action": "move"})
    assert the(session).roll == "organisation"


def test_a_name_like_that_of_another_on_the_list_waits_though_its_domain_is_its_own(app, client, session):
    confirmed(app, client)
    path = confirmed(
        app, client, name=f"{NAME} Ghana", email="x@fictional-ghana.org", website="https://fictional-ghana.org"
    )
    states = dict(session.execute(select(Signatory.state, Signatory.doubts)).all())
    assert states == {"counted": [], "waiting": ["like-another"]}
    assert "Somebody looks at it" in page(client, path)


@pytest.mark.parametrize("visibility", ["area", "counted"])
def test_nobody_learns_from_what_they_are_answered_that_somebody_hidden_signed(app, client, session, visibility):
    confirmed(app, client, visibility=visibility)
    again = {"name": NAME, "email": "x@fictional-ghana.org", "website": "https://fictional-ghana.org"}
    confirmed(app, client, **again)
    assert session.query(Signatory).filter_by(state="counted").count() == 2


def test_a_known_organisation_that_signs_is_itself_and_who_bears_its_name_elsewhere_waits(app, client, session):
    number = known(NAME, country="CPV", website="https://fictional-water.org")
    confirmed(app, client)
    assert session.scalar(select(Line.organisation_id)) == number
    confirmed(app, client, email="x@fictional-other.org", website="https://fictional-other.org")
    assert session.query(Signatory).filter_by(state="waiting").one().doubts == ["like-another"]


def test_many_from_one_place_in_a_day_are_looked_at(app, client, session, monkeypatch):
    monkeypatch.setattr(mandates, "MOST_FROM_NETWORK", 2)
    names = ("Imaginary Bread", "Invented Rivers", "Fictional Voices")
    monkeypatch.setattr(support, "_networks", itertools.repeat(7))
    for number, name in enumerate(names):
        domain = f"fictional-{number}.org"
        confirmed(app, client, name=name, email=f"x@{domain}", website=f"https://{domain}")
    states = list(session.execute(select(Signatory.state, Signatory.doubts)).all())
    assert sorted(state for state, _doubts in states) == ["counted", "counted", "waiting"]
    assert ["many-from-network"] in [doubts for _state, doubts in states]


def test_a_decision_that_came_too_late_says_so(app, client, session, staff):
    path = confirmed(app, client, **FREE)
    desk, there = staff("moderator"), case(session)
    client.post(path, data={"action": "withdraw"})
    assert desk.post(there, data={"action": "accept"}).status_code == 404
    assert session.scalar(select(Letter.id)) and session.query(Signatory).count() == 0


def test_who_stands_on_the_list_can_be_found_at_the_desk_and_nobody_else(app, client, session, staff):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client)
    confirmed(app, client, name="Imaginary Rivers", email="x@gmail.com", visibility="counted")
    confirmed(app, client, as_person=True, email="y@gmail.com")
    desk = staff("moderator")
    shown = page(desk, f"{DESK}/signatories")
    assert NAME in shown and "Imaginary" not in shown and "Ama Serwaa" not in shown
    people = page(desk, f"{DESK}/signatories?list=individual")
    assert "Ama Serwaa Mensah" in people and NAME not in people
    number = session.scalar(select(Line.signatory_id).where(Line.roll == "individual"))
    assert "Ama Serwaa Mensah" in page(desk, f"{DESK}/mandates/{number}")
    assert "Nothing was found" in page(desk, f"{DESK}/signatories?q=imaginary")
