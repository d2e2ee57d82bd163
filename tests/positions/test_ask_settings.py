"""How an ask is decided, the version of its text, and that it stays while evidence speaks to it."""

from app.campaigns.models import Ask
from app.positions.desk_queries import published_on

SETTINGS = "/en/desk/un75/settings/asks/focal-point"
PREFIX = "asks-focal-point-"


def ask(session):
    return session.query(Ask).filter_by(slug="focal-point").one()


def test_the_path_of_an_ask_is_set_at_the_desk_and_stands_on_the_tracker(staff, session, client):
    said = {"status": "open", "variants": "asg", "decider": "states", "body": "general-assembly", "procedure": "vote"}
    said |= {"worth": "decides", "next_date": "2027-09-14"}
    answer = staff("campaigner").post(SETTINGS, data={f"{PREFIX}{name}": value for name, value in said.items()})
    assert answer.status_code == 303
    assert (ask(session).decider, ask(session).next_date.isoformat()) == ("states", "2027-09-14")
    page = client.get("/en/un75/positions/focal-point").text
    assert "How it is decided" in page and "The member states" in page and "14 September 2027" in page
    assert "The Secretary-General can create this post alone" in page


def test_a_day_that_is_none_and_a_choice_that_is_none_are_refused(staff, session):
    said = {f"{PREFIX}status": "open", f"{PREFIX}next_date": "soon", f"{PREFIX}worth": "gold"}
    answer = staff("campaigner").post(SETTINGS, data=said)
    assert answer.status_code == 422
    assert "Please give a day" in answer.text and 'value="soon"' in answer.text
    assert ask(session).worth == "signal"


def test_a_new_version_of_the_text_needs_a_confirmation(staff, session):
    desk = staff("campaigner")
    assert desk.post(f"{SETTINGS}/renew").status_code == 422
    assert ask(session).version == 1
    assert desk.post(f"{SETTINGS}/renew", data={"renew-focal-point-sure": "y"}).status_code == 303
    assert ask(session).version == 2


def test_an_ask_with_published_evidence_is_not_removed_at_the_desk_and_the_pieces_are_counted(staff, session):
    desk = staff("campaigner")
    answer = desk.post("/en/desk/un75/texts/asks/focal-point/place", data={"do": "remove"})
    assert answer.status_code == 422
    number = published_on(ask(session).campaign_id, "focal-point")
    assert number > 1 and f"{number} published pieces of evidence speak to it" in answer.text
    assert ask(session).status == "open"


def test_one_without_evidence_is_removed(staff, session):
    desk = staff("campaigner")
    texts = "/en/desk/un75/texts/asks"
    made = {"slug": "a-fictional-ask", "title": "A fictional ask", "text": "Words of it."}
    session.add(Ask(campaign_id=ask(session).campaign_id, slug=made["slug"], position=9, status="open", variants=[]))
    session.commit()
    assert published_on(ask(session).campaign_id, made["slug"]) == 0
    assert desk.post(f"{texts}/{made['slug']}/place", data={"do": "remove"}).status_code == 303
    assert session.query(Ask).filter_by(slug=made["slug"]).count() == 0
