"""Erasing a person: the signature stays counted, the person is gone, cannot count twice, and gets no mail again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.people import operations as people
from app.people.queries import is_suppressed
from app.petitions import counting
from tests.support import run_jobs, run_task, sign

LIST = "/en/un75/petitions/focal-point/signatories"
NAME = "Ama Serwaa Mensah"


def confirmed(client) -> int:
    """What the public is told, past the page cache."""
    client.application.wsgi_app.clear()
    return client.get("/api/v1/petitions/focal-point").get_json()["signatures"]["confirmed"]


def count(session, table: str, condition: str = "true") -> int:
    return session.scalar(text(f"SELECT count(*) FROM {table} WHERE {condition}"))


@pytest.fixture
def signed(app, session, client, mailbox) -> str:
    """Somebody who signed, is shown by name, confirmed and was counted; the link of their mail."""
    sign(client, shown="name", updates="y")
    run_jobs(app)
    link = mailbox()[0].link
    client.post(link, data={"action": "confirm"})
    counting.count()
    session.commit()
    assert NAME in client.get(LIST).get_data(as_text=True)
    return link


@pytest.fixture
def erased(client, signed) -> str:
    assert client.post(signed, data={"action": "erase"}).status_code == 303
    return signed


def test_name_address_consent_and_links_are_gone(session, client, erased):
    assert tuple(session.execute(text("SELECT email, language FROM people_person")).one()) == (None, None)
    assert tuple(session.execute(text("SELECT name, shown, updates, erased FROM petitions_signature")).one()) == (
        None,
        "none",
        False,
        True,
    )
    for table in ("people_consent", "petitions_link", "petitions_mail"):
        assert count(session, table) == 0, table
    assert NAME not in client.get(LIST).get_data(as_text=True)
    assert client.get(erased).status_code == 404
    assert client.post(erased, data={"action": "show", "shown": "name"}).status_code == 404


def test_the_signature_stays_counted(session, client, erased):
    counting.count()
    session.commit()
    assert confirmed(client) == 1
    assert counting.recount() == []


def test_an_erased_person_cannot_count_twice_and_gets_no_mail(app, session, client, erased, mailbox):
    before = len(mailbox())
    for address in ("ama@example.org", "AMA@Example.ORG"):
        answer = sign(client, email=address, name="Somebody Else", updates="y")
        assert answer.status_code == 303, "the page says to everyone the same"
    run_jobs(app)
    run_task(app, "petitions:queue_reminders")
    run_jobs(app)
    assert len(mailbox()) == before
    assert count(session, "people_person") == count(session, "petitions_signature") == 1
    assert count(session, "people_consent") == count(session, "petitions_link") == 0
    assert count(session, "petitions_signature", "name IS NOT NULL") == 0
    counting.count()
    session.commit()
    assert confirmed(client) == 1


def test_who_was_erased_before_confirming_leaves_nothing_when_signing_again(app, session, client, mailbox):
    sign(client)
    run_jobs(app)
    client.post(mailbox()[0].link, data={"action": "erase"})
    assert count(session, "petitions_signature") == 0, "what was not confirmed is not kept"
    sign(client)
    run_jobs(app)
    assert len(mailbox()) == 1
    for table in ("petitions_signature", "people_consent", "petitions_link"):
        assert count(session, table) == 0, table
    assert count(session, "people_person", "email IS NULL") == 1


def test_no_mail_for_ever_also_after_a_new_digest_key_and_a_milder_refusal(app, session, client, erased):
    digest = people.email_digests("ama@example.org")[0]
    people.suppress(digest, "not_me", clock.now())
    later = clock.now() + timedelta(days=365 * 20)
    people.forget_suppressions(later)
    assert is_suppressed("Ama@example.org", later)


def test_mail_that_waited_when_the_person_was_erased_is_not_sent(app, session, client, signed, mailbox):
    sign(client)
    client.post(signed, data={"action": "erase"})
    run_jobs(app)
    assert len(mailbox()) == 1
    assert count(session, "petitions_link") == 0


def test_a_link_that_slipped_through_while_somebody_was_erased_opens_nothing(session, client, erased):
    from app.petitions import operations

    token = operations.new_link(session.scalar(text("SELECT id FROM petitions_signature")), clock.now())
    session.commit()
    assert client.get(f"/en/signature/{token}").status_code == 404
    assert client.post(f"/en/signature/{token}", data={"action": "withdraw"}).status_code == 404


def test_erasing_twice_changes_nothing(session, client, erased):
    assert people.erase_address("ama@example.org", clock.now())
    assert count(session, "people_suppression", "reason = 'erased' AND until IS NULL") == 1


def test_the_command_asks_for_the_address_and_erases(app, session, client, signed):
    result = app.test_cli_runner().invoke(args=["people", "erase"], input="Ama@example.org\n")
    assert result.exit_code == 0, result.output
    assert "Signatures stay counted" in result.output
    session.expire_all()
    assert count(session, "people_person", "email IS NULL") == 1
    again = app.test_cli_runner().invoke(args=["people", "erase"], input="nobody@example.org\n")
    assert "Nobody here has that address." in again.output


def test_who_said_not_me_is_remembered_for_thirty_days_only(app, session, client, mailbox, monkeypatch):
    sign(client)
    run_jobs(app)
    client.post(mailbox()[0].link, data={"action": "not-me"})
    assert count(session, "people_person") == 0
    assert count(session, "people_suppression") == 1
    run_task(app, "privacy:forget")
    assert count(session, "people_suppression") == 1
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not is_suppressed("ama@example.org", later)
    run_task(app, "privacy:forget")
    assert count(session, "people_suppression") == 0
