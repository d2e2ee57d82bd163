"""Signing, counting and mailing can be paused without a deploy; what comes meanwhile waits, and nothing is lost."""

import pytest

from app.kernel import switches
from app.petitions.models import Signature
from tests.house.queries import counted
from tests.support import PETITION, form_values, run_task

POST = PETITION.format(lang="en")


@pytest.fixture
def pause(session):
    """Pauses a part, or lets it run again."""

    def set_to(part: str, paused: bool = True) -> None:
        from app.kernel import clock

        if paused:
            switches.pause(part, clock.now())
        else:
            switches.resume(part)
        session.commit()

    return set_to


def test_while_signing_is_paused_the_form_comes_back_as_it_was_filled_in(client, session, pause):
    values = form_values(client, name="Łucja Nowak", email="lucja@example.org")
    pause("signing")
    answer = client.post(POST, data=values)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Signing is paused for a moment" in page
    assert 'value="Łucja Nowak"' in page
    assert 'value="lucja@example.org"' in page
    assert session.query(Signature).count() == 0
    pause("signing", False)
    assert client.post(POST, data=values).status_code == 303


def test_the_page_says_that_signing_is_paused_and_stops_saying_it(client, pause):
    words = "Signing is paused for a moment"
    for path in (POST, "/en/un75"):
        pause("signing")
        client.application.wsgi_app.clear()
        assert words in client.get(path).get_data(as_text=True)
        pause("signing", False)
        client.application.wsgi_app.clear()
        assert words not in client.get(path).get_data(as_text=True)


def test_a_switch_costs_a_signing_no_statement(client, pause):
    values = form_values(client)
    with counted() as seen:
        assert client.post(POST, data=values).status_code == 303
    assert len(seen.statements) == 1
    assert "kernel_switch" in seen.statements[0]


def test_while_counting_is_paused_nothing_is_counted_and_nothing_is_lost(app, client, crowd, pause):
    crowd.sign("a@one.example.org", None)
    crowd.work()
    crowd.confirm(client, "a@one.example.org")
    pause("counting")
    run_task(app, "petitions:count")
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 0
    pause("counting", False)
    run_task(app, "petitions:count")
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 1


def test_while_mailing_is_paused_mails_wait_and_each_goes_out_once(app, client, crowd, pause):
    people = [f"a{number}@d{number}.example.org" for number in range(5)]
    for address in people[:2]:
        crowd.sign(address, None)
    crowd.work()
    crowd.later(days=4)
    run_task(app, "petitions:queue_reminders")
    for address in people[2:]:
        crowd.sign(address, None)
    pause("mailing")
    for _ in range(4):
        crowd.work()
        crowd.later(seconds=40)
        run_task(app, "petitions:queue_reminders")
    assert {address: len(letters) for address, letters in crowd.letters.items()} == dict.fromkeys(people[:2], 1)
    pause("mailing", False)
    crowd.later(minutes=1)
    crowd.work()
    crowd.later(minutes=9)
    crowd.work()
    assert [len(crowd.letters[address]) for address in people] == [2, 2, 1, 1, 1]


def test_a_job_that_was_put_off_twice_sends_one_mail(app, client, crowd, pause):
    """Killed after it put itself off and before that was written down, a job runs again, and there are two."""
    crowd.sign("a@one.example.org", None)
    pause("mailing")
    mail = app.extensions["jobs"].tasks["petitions:mail"].func
    crowd.work()
    mail(signature_id=session_id(), repeat=False)
    pause("mailing", False)
    crowd.later(minutes=2)
    assert crowd.work() == ["petitions:mail"] * 2
    assert len(crowd.letters["a@one.example.org"]) == 1


def session_id() -> int:
    """The id of the one signature."""
    from app.kernel.db import db

    return db.session.query(Signature.id).scalar()
