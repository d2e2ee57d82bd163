"""What somebody with ill intent, or bad luck, may try on a signature."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock, mail
from app.petitions import counting, operations
from app.petitions.models import Signature
from tests.support import PETITION, confirm_all, run_jobs, run_task, sign

API = "/api/v1/petitions/focal-point"


def test_signing_and_withdrawing_again_and_again_raises_no_figure(app, client, session, mailbox):
    for _ in range(4):
        sign(client, area="TUV")
        run_jobs(app)
        client.post(mailbox()[-1].link, data={"action": "confirm"})
        client.post(mailbox()[-1].link, data={"action": "withdraw"})
        counting.count()
        session.commit()
    found = client.get(API).json
    assert found["signatures"]["confirmed"] == 0
    assert (found["by_area"], found["withdrawn"]) == ({"009": 1}, 1)
    assert counting.recount() == []


def test_what_was_typed_last_stands_until_it_is_confirmed(app, client, session, mailbox):
    sign(client, name="Mister Fool", shown="name", updates="y")
    sign(client, name="Vera Victim", shown="none")
    run_jobs(app)
    assert "Not at all" in client.get(mailbox()[-1].link).get_data(as_text=True)
    client.post(mailbox()[-1].link, data={"action": "confirm"})
    sign(client, name="Mister Fool", shown="name")
    (signature,) = session.query(Signature).all()
    assert (signature.name, signature.shown, signature.updates) == ("Vera Victim", "none", False)


def test_forgetting_never_takes_what_was_confirmed_meanwhile(app, client, session):
    sign(client)
    confirm_all(app, client)
    (signature,) = session.query(Signature).all()
    operations.withdraw(signature.id, clock.now(), only_pending=True)
    assert session.query(Signature).count() == 1


def test_a_reminder_that_no_relay_took_is_sent_by_the_next_try(app, client, session, mailbox, monkeypatch):
    sign(client)
    run_jobs(app)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    (signature,) = session.query(Signature).all()
    remind = app.extensions["jobs"].tasks["petitions:remind"].func
    with monkeypatch.context() as away:
        away.setattr(mail, "send", lambda letter: (_ for _ in ()).throw(OSError("no route")))
        with pytest.raises(OSError, match="no route"):
            remind(signature_id=signature.id)
    remind(signature_id=signature.id)
    remind(signature_id=signature.id)
    assert len(mailbox()) == 2


def test_reminders_do_not_pile_up_while_nobody_sends_them(app, client, session, monkeypatch):
    sign(client)
    run_jobs(app)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    for _ in range(3):
        run_task(app, "petitions:queue_reminders")
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/en/un75%00",
        "/en/un75/why%00",
        "/api/v1/petitions/x%00",
        "/en/un75/petitions/focal-point/signatories?before=99999999999999999999999",
    ],
)
def test_rubbish_in_an_address_is_no_page_and_no_breakdown(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["lang=fr", "endpoint=x", "_scheme=https", "campaign=x"])
def test_a_query_steers_no_redirect(client, query):
    assert client.get(f"/en/un75/?{query}").headers["Location"] == f"/en/un75?{query}"


def test_an_origin_that_is_no_address_is_refused(client):
    assert client.post(PETITION.format(lang="en"), headers={"Origin": "http://["}).status_code == 403


def test_consent_that_is_refused_is_not_given(client, session):
    assert sign(client, consent="false").status_code == 422


def test_no_prefix_from_outside_comes_into_a_kept_page(client):
    client.get("/fr/un75/why", environ_overrides={"SCRIPT_NAME": "//evil.example"})
    assert "evil.example" not in client.get("/fr/un75/why").get_data(as_text=True)


def test_whoever_takes_any_language_is_answered_in_english(client):
    for asked in ("*", "en-US,*"):
        assert client.get("/", headers={"Accept-Language": asked}).headers["Location"] == "/en/"


def test_made_up_versions_of_files_fill_no_cache(client):
    assert client.get("/en/un75/share/call-abcdef.png").status_code == 404
    kept = len(client.application.wsgi_app._pages)
    assert client.get("/static/made-up/main.css").status_code == 200
    assert len(client.application.wsgi_app._pages) == kept


def test_news_can_be_ended_at_any_time_and_the_ledger_says_so(app, client, session, mailbox):
    sign(client, updates="y")
    confirm_all(app, client)
    link = mailbox()[0].link
    assert 'name="updates" id="updates" value="y" checked' in client.get(link).get_data(as_text=True)
    client.post(link, data={"action": "show", "shown": "none"})
    client.post(link, data={"action": "show", "shown": "none"})
    rows = session.execute(text("SELECT act, wording FROM people_consent WHERE purpose = 'updates' ORDER BY id")).all()
    assert [row.act for row in rows] == ["given", "withdrawn"]
    assert rows[0].wording == rows[1].wording
    assert session.query(Signature).one().updates is False
