"""What a signer says beside their name: read before it appears, gone with the name, and no slower to sign."""

import re

import pytest
from flask import current_app

from app.kernel import clock
from app.petitions import names, today
from app.petitions.models import Signature
from tests.house.queries import counted
from tests.support import PETITION, confirm_all, form_values, read_mailbox, run_task, sign

SAID = "My village waits for the right to be heard."
QUEUE = "/en/desk/un75/comments"
PAGES = (PETITION.format(lang="en"), PETITION.format(lang="en") + "/signatories")


@pytest.fixture
def said(app, client, session):
    """Somebody who is shown by name has said something and confirmed; the path of their own page."""
    assert sign(client, shown="name", comment=f"  {SAID}\u202e ").status_code == 303
    confirm_all(app, client)
    return read_mailbox()[0].link


def stands(client) -> bool:
    found = {SAID in client.get(path).get_data(as_text=True) for path in PAGES}
    assert len(found) == 1
    return found.pop()


def waiting() -> list[int]:
    with current_app.test_request_context("/en/desk"):
        return [need.count for need in today.waiting_comments("un75", None)]


def decide(moderator, verdict: str) -> None:
    page = moderator.get(QUEUE).get_data(as_text=True)
    action = re.search(rf'action="({QUEUE}/\d+)"', page)[1]
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    assert moderator.post(action, data={"verdict": verdict, "stamp": stamp}).status_code == 303


def test_it_appears_beside_the_name_once_somebody_has_read_it(said, client, staff, session):
    moderator = staff("moderator")
    assert not stands(client)
    assert waiting() == [1]
    assert SAID in moderator.get(QUEUE).get_data(as_text=True)
    decide(moderator, "let")
    assert stands(client)
    assert waiting() == []
    assert "Nothing waits" in moderator.get(QUEUE).get_data(as_text=True)


def test_it_is_sealed_in_the_database_and_cleaned_as_names_are(said, session):
    from sqlalchemy import text

    assert session.query(Signature).one().comment == SAID
    assert b"village" not in bytes(session.scalar(text("SELECT comment FROM petitions_signature")))


def test_refused_it_never_appears_and_goes_after_thirty_days(app, said, client, staff, session, monkeypatch):
    decide(staff("moderator"), "refuse")
    assert not stands(client)
    assert "We have decided not to show it" in client.get(said).get_data(as_text=True)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now.replace(year=now.year + 1))
    run_task(app, "privacy:forget")
    session.expire_all()
    assert session.query(Signature).one().comment is None


def test_a_changed_one_goes_back_into_the_queue_and_an_empty_one_is_deleted(said, client, staff, session):
    moderator = staff("moderator")
    decide(moderator, "let")
    answer = client.post(said, data={"action": "comment", "comment": "Something else."})
    assert answer.headers["Location"] == "/en/done/focal-point/commented"
    assert not stands(client)
    assert "Something else." not in client.get(PAGES[0]).get_data(as_text=True)
    assert waiting() == [1]
    client.post(said, data={"action": "comment", "comment": " "})
    row = session.query(Signature).one()
    assert (row.comment, row.comment_state, row.comment_at) == (None, None, None)


def test_saying_the_same_again_leaves_it_where_it_stands(said, client, staff):
    decide(staff("moderator"), "let")
    client.post(said, data={"action": "comment", "comment": SAID})
    assert stands(client)


def test_what_was_changed_after_it_was_read_is_not_let(said, client, staff, session):
    moderator = staff("moderator")
    page = moderator.get(QUEUE).get_data(as_text=True)
    action = re.search(rf'action="({QUEUE}/\d+)"', page)[1]
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    client.post(said, data={"action": "comment", "comment": "Unread words."})
    answer = moderator.post(action, data={"verdict": "let", "stamp": stamp})
    assert "changed or deleted" in moderator.get(answer.headers["Location"]).get_data(as_text=True)
    assert session.query(Signature).one().comment_state == "waiting"


@pytest.mark.parametrize(
    "act", [{"action": "show", "shown": "none"}, {"action": "withdraw"}, {"action": "erase"}], ids=lambda a: a["action"]
)
def test_it_is_gone_at_once_with_the_name(said, client, staff, session, act):
    decide(staff("moderator"), "let")
    assert stands(client)
    client.post(said, data=act)
    assert not stands(client)
    assert act["action"] == "show" or session.query(Signature).filter(Signature.comment.is_not(None)).count() == 0


def test_who_is_not_shown_by_name_says_nothing_in_public_and_waits_in_no_queue(app, client, staff, session):
    sign(client, shown="area", comment=SAID)
    confirm_all(app, client)
    assert SAID not in staff("moderator").get(QUEUE).get_data(as_text=True)
    row = session.query(Signature).one()
    row.comment_state = "let"
    session.commit()
    assert not stands(client)
    link = read_mailbox()[0].link
    row.comment_state = "waiting"
    session.commit()
    client.post(link, data={"action": "show", "shown": "name"})
    assert SAID in staff("moderator").get(QUEUE).get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["x" * 301, "Look at www.spam.example", "write to me@example.org"])
def test_a_wrong_one_comes_back_as_it_was_typed(said, client, session, wrong):
    answer = sign(client, email="b@example.org", comment=wrong)
    assert answer.status_code == 422 and wrong in answer.get_data(as_text=True)
    answer = client.post(said, data={"action": "comment", "comment": wrong})
    assert answer.status_code == 422 and wrong in answer.get_data(as_text=True)
    shared = client.post(said, data={"action": "comment", "comment": wrong, "shared_device": "y"})
    assert wrong not in shared.get_data(as_text=True)
    assert session.query(Signature).one().comment == SAID


def test_on_a_shared_device_it_does_not_come_back(client):
    page = sign(client, email="x", comment=SAID, shared_device="y").get_data(as_text=True)
    assert SAID not in page


def test_signing_with_one_is_as_many_statements_as_without(client, session):
    values = form_values(client)
    seen = []
    for number, more in enumerate(({}, {"comment": SAID, "shown": "name"})):
        with counted() as asked:
            client.post(PAGES[0], data={**values, "email": f"p{number}@example.org", **more})
        seen.append(asked.statements)
    assert seen[0] == seen[1]


def test_the_last_that_was_typed_stands_until_it_is_confirmed(client, session):
    sign(client, shown="name", comment=SAID)
    sign(client, shown="none", comment="")
    row = session.query(Signature).one()
    assert (row.comment, row.name_digest) == (None, None)
    sign(client, shown="name", comment="Another.", name="Ama Other")
    session.expire_all()
    row = session.query(Signature).one()
    assert (row.comment, row.comment_state) == ("Another.", "waiting")
    assert row.name_digest == names.digests("ama other")[0]


def test_a_comment_of_a_false_one_does_not_appear_and_its_own_page_tells_nothing(said, client, staff, session):
    from app.petitions import moderation

    decide(staff("moderator"), "let")
    own = client.get(said).get_data(as_text=True)
    moderation.call_false(session.query(Signature).one().id, "made by a program", clock.now())
    session.commit()
    assert not stands(client)
    assert client.get(said).get_data(as_text=True) == own
