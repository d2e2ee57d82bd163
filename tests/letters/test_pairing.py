"""Signatories that may be one: side by side, joined or kept apart by a person, and nobody hidden is betrayed by it."""

import pytest
from sqlalchemy import select, text

from app.kernel import clock
from app.letters import pairing
from app.letters.list_models import Line
from app.letters.models import Signatory
from app.letters.record import opened
from tests.letters.support import confirmed, letter
from tests.support import read_mailbox, run_jobs

DESK = "/en/desk/un75/letters/focal-point/doubles"
ONE = {"name": "Fictional Water League", "email": "one@fictional-water.org", "website": "https://fictional-water.org"}
OTHER = {"name": "The Fictional Watre League", "email": "two@gmail.com", "website": None}


def ids(session) -> dict[str, int]:
    """The numbers of signatories by address."""
    session.expire_all()
    return {opened(one.sealed).address: one.id for one in session.query(Signatory)}


def both(app, client, session, staff, one=None, other=None):
    """Two signatories, a desk, and the path of the pair."""
    confirmed(app, client, **{**ONE, **(one or {})})
    confirmed(app, client, **{**OTHER, **(other or {})})
    desk = staff("moderator")
    desk.post(DESK)
    found = ids(session)
    return desk, found, f"{DESK}/{found[ONE['email']]}/{found[OTHER['email']]}"


def shown(client, path: str = DESK) -> str:
    return client.get(path).get_data(as_text=True)


def test_a_pair_is_offered_with_its_reasons_and_nothing_is_decided_by_itself(app, client, session, staff):
    desk, _ids, path = both(app, client, session, staff)
    page = shown(desk)
    assert ONE["name"] in page and OTHER["name"] in page and "Names are close" in page
    assert session.query(Signatory).filter_by(state="counted").count() == 1
    assert ONE["name"] in shown(desk, path)


def test_who_is_kept_apart_is_not_offered_again(app, client, session, staff):
    desk, _ids, path = both(app, client, session, staff)
    assert desk.post(path, data={"decision": "apart"}).status_code == 303
    assert "No two signatories" in shown(desk)
    desk.post(DESK)
    assert "No two signatories" in shown(desk)


def test_who_is_joined_counts_once_and_is_told(app, client, session, staff):
    desk, found, path = both(app, client, session, staff)
    answer = desk.post(path, data={"decision": "join", "kept": str(found[ONE["email"]])})
    assert answer.status_code == 303
    run_jobs(app)
    states = {opened(one.sealed).address: one.state for one in session.query(Signatory)}
    assert states == {ONE["email"]: "counted", OTHER["email"]: "refused"}
    last = read_mailbox()[-1]
    assert last.to == OTHER["email"] and "could not be counted" in last.text
    assert "No two signatories" in shown(desk)


@pytest.mark.parametrize("visibility", ["area", "counted"])
def test_whoever_chose_not_to_be_named_stays_and_the_other_learns_nothing_of_it(
    app, client, session, staff, visibility
):
    desk, found, path = both(app, client, session, staff, one={"visibility": visibility})
    page = shown(desk)
    assert ONE["name"] not in page and "Not named" in page
    refused = desk.post(path, data={"decision": "join", "kept": str(found[OTHER["email"]])})
    assert refused.status_code == 422 and "may not show more" in refused.get_data(as_text=True)
    assert desk.post(path, data={"decision": "join", "kept": str(found[ONE["email"]])}).status_code == 303
    gone = session.query(Signatory).filter_by(state="refused").one()
    said = opened(gone.sealed).reason
    assert "already" not in said and "joined" not in said
    assert session.query(Line).count() == 0


def test_a_look_at_the_hidden_needs_a_reason_and_is_logged_without_a_number(app, client, session, staff):
    desk, _ids, path = both(app, client, session, staff, one={"visibility": "counted"})
    assert ONE["name"] not in shown(desk, path)
    assert desk.post(f"{path}/look", data={}).status_code == 422
    assert ONE["name"] in desk.post(f"{path}/look", data={"look-reason": "Doubles."}).get_data(as_text=True)
    entry = session.execute(text("SELECT subject FROM kernel_audit WHERE action = 'letters.look'")).scalar_one()
    assert entry == "letter:focal-point"


def test_a_person_in_both_lists_is_found(app, client, session, staff):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, name="Mensah, Ama Serwaa", email="one@gmail.com", website=None)
    confirmed(app, client, as_person=True, email="two@gmail.com")
    desk = staff("moderator")
    desk.post(DESK)
    assert "perhaps one person in two lists" in shown(desk)


def test_what_is_stored_of_pairs_opens_only_with_the_key(app, client, session, staff):
    both(app, client, session, staff, one={"visibility": "counted"})
    stored = str(session.execute(text("SELECT * FROM letters_pairs")).all())
    for digest in session.scalars(select(Signatory.email_digest)):
        assert bytes(digest).hex()[:12] not in stored and repr(bytes(digest))[2:-1] not in stored


def test_letters_are_compared_again_when_there_are_more(app, client, session):
    confirmed(app, client, **ONE)
    (number,) = pairing.outdated()
    pairing.compare(number, clock.now())
    assert pairing.outdated() == []
    confirmed(app, client, **OTHER)
    assert pairing.outdated() == [number]
