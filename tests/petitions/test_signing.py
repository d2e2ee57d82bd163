"""A signature's way through: signed, mailed, confirmed by a button, counted once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.i18n import CODES
from app.petitions import counting
from app.petitions.models import Signature
from tests.support import PETITION, confirm_all, form_values, run_jobs, run_task, sign

API = "/api/v1/petitions/focal-point"


def confirmed(client) -> int:
    return client.get(API).json["signatures"]["confirmed"]


def signatures(session) -> list[Signature]:
    return session.query(Signature).order_by(Signature.id).all()


def count(session):
    counting.count()
    session.commit()


@pytest.mark.parametrize("lang", CODES)
def test_a_stranger_signs_in_each_language_and_is_counted_after_the_button(app, client, session, mailbox, work, lang):
    answer = sign(client, lang, email=f"ama+{lang}@example.org")
    assert answer.status_code == 303
    assert answer.headers["Location"] == PETITION.format(lang=lang) + "/thanks"
    assert client.get(answer.headers["Location"]).status_code == 200
    work()
    (mail,) = mailbox()
    assert mail.language == lang
    assert mail.link.startswith(f"/{lang}/signature/")
    count(session)
    assert confirmed(client) == 0
    page = client.get(mail.link)
    assert page.status_code == 200
    assert 'value="confirm"' in page.get_data(as_text=True)
    done = client.post(mail.link, data={"action": "confirm"})
    assert done.status_code == 303
    assert client.get(done.headers["Location"]).status_code == 200
    count(session)
    assert confirmed(client) == 1


def test_opening_the_link_confirms_nothing(client, session, mailbox, work):
    sign(client)
    work()
    for _ in range(3):
        client.get(mailbox()[0].link)
        client.head(mailbox()[0].link)
    assert [s.state for s in signatures(session)] == ["pending"]


def test_pressing_the_button_twice_counts_once(app, client, session, mailbox):
    sign(client)
    confirm_all(app, client)
    confirm_all(app, client)
    count(session)
    count(session)
    assert confirmed(client) == 1


def test_the_signature_keeps_language_version_and_digest_of_the_text_on_the_page(client, session):
    sign(client, "ar")
    (signature,) = signatures(session)
    digests = client.get(API).json["digests"]
    assert (signature.language, signature.text_version) == ("ar", 2)
    assert signature.text_digest.hex() == digests["ar"] != digests["en"]


def test_not_at_all_is_how_one_is_shown_unless_one_chooses(client, session):
    sign(client, shown=None)
    assert [s.shown for s in signatures(session)] == ["none"]


def test_the_updates_box_is_empty_and_consent_must_be_given(client):
    page = client.get(PETITION.format(lang="en")).get_data(as_text=True)
    assert 'type="checkbox" checked' not in page and "checked" in page
    assert sign(client, consent=None).status_code == 422


def test_a_repeat_sees_the_same_answer_and_gets_another_mail(app, client, session, mailbox, work):
    first = sign(client)
    work()
    client.post(mailbox()[0].link, data={"action": "confirm"})
    again = sign(client, email="AMA@example.org", name="Somebody Else")
    assert (again.status_code, again.headers["Location"], again.data) == (
        first.status_code,
        first.headers["Location"],
        first.data,
    )
    work()
    one, two = mailbox()
    assert one.subject != two.subject
    assert [s.name for s in signatures(session)] == ["Ama Serwaa Mensah"]
    count(session)
    assert confirmed(client) == 1
    assert 'value="withdraw"' in client.get(two.link).get_data(as_text=True)


def test_a_repeat_costs_the_same_queries_as_a_first_signing(app, client, session, work):
    from tests.house.queries import counted

    values = form_values(client)
    with counted() as first:
        client.post(PETITION.format(lang="en"), data=values)
    with counted() as second:
        client.post(PETITION.format(lang="en"), data=values)
    assert first.statements == second.statements


def test_signing_writes_in_one_statement(client):
    from tests.house.queries import counted

    values = form_values(client)
    with counted() as found:
        client.post(PETITION.format(lang="en"), data=values)
    assert sum("INSERT INTO" in s for s in found.statements) == 1


def test_a_signing_that_fails_leaves_neither_person_nor_job(app, client, session, monkeypatch):
    from app.kernel.db import db

    values = form_values(client)
    monkeypatch.setattr(db.session, "commit", lambda: (_ for _ in ()).throw(RuntimeError("the power went")))
    assert client.post(PETITION.format(lang="en"), data=values).status_code == 500
    monkeypatch.undo()
    session.rollback()
    for table in ("people_person", "petitions_signature", "people_consent", "procrastinate_jobs"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table


def test_not_me_forgets_the_signer_and_leaves_the_address_alone(client, session, mailbox, work):
    sign(client)
    work()
    done = client.post(mailbox()[0].link, data={"action": "not-me"})
    assert client.get(done.headers["Location"]).status_code == 200
    for table in ("people_person", "petitions_signature", "people_consent"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
    assert sign(client).status_code == 303
    work()
    assert len(mailbox()) == 1
    assert session.scalar(text("SELECT count(*) FROM people_person")) == 0


def test_who_has_confirmed_cannot_be_refused_by_an_old_link(app, client, session, mailbox):
    sign(client)
    confirm_all(app, client)
    assert client.post(mailbox()[0].link, data={"action": "not-me"}).status_code == 422
    assert len(signatures(session)) == 1


def test_withdrawing_takes_the_signature_back_and_the_person_with_it(app, client, session, mailbox):
    sign(client)
    confirm_all(app, client)
    count(session)
    done = client.post(mailbox()[0].withdraw_link, data={"action": "withdraw"})
    assert client.get(done.headers["Location"]).status_code == 200
    count(session)
    assert confirmed(client) == 0
    for table in ("people_person", "petitions_signature", "people_consent", "petitions_link", "petitions_mail"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
    assert client.get(mailbox()[0].link).status_code == 404
    assert client.post(mailbox()[0].link, data={"action": "withdraw"}).status_code == 404


def test_one_may_sign_again_after_withdrawing(app, client, session, mailbox, work):
    sign(client)
    confirm_all(app, client)
    client.post(mailbox()[0].link, data={"action": "withdraw"})
    sign(client)
    work()
    client.post(mailbox()[-1].link, data={"action": "confirm"})
    count(session)
    assert confirmed(client) == 1


def test_whoever_was_erased_stays_counted_and_cannot_count_twice(app, client, session, mailbox, work):
    sign(client, shown="name")
    confirm_all(app, client)
    client.post(mailbox()[0].link, data={"action": "erase"})
    count(session)
    assert confirmed(client) == 1
    assert session.scalar(text("SELECT count(*) FROM people_person WHERE email IS NOT NULL")) == 0
    assert session.scalar(text("SELECT count(*) FROM people_consent")) == 0
    assert [(s.name, s.shown, s.erased) for s in signatures(session)] == [(None, "none", True)]
    assert client.get(mailbox()[0].link).status_code == 404
    assert sign(client).status_code == 303
    work()
    assert len(mailbox()) == 1, "an erased address is never written to again"
    count(session)
    assert confirmed(client) == 1
    assert "Ama" not in client.get(PETITION.format(lang="en") + "/signatories").get_data(as_text=True)


def test_one_may_change_how_one_is_shown_and_it_is_seen_at_once(app, client, session, mailbox):
    sign(client)
    confirm_all(app, client)
    address = PETITION.format(lang="en") + "/signatories"
    assert "Ama Serwaa Mensah" not in client.get(address).get_data(as_text=True)
    client.post(mailbox()[0].link, data={"action": "show", "shown": "name"})
    answer = client.get(address)
    assert "Ama Serwaa Mensah" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    client.post(mailbox()[0].link, data={"action": "show", "shown": "none"})
    hidden = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert hidden.status_code == 200
    assert "Ama Serwaa Mensah" not in hidden.get_data(as_text=True)


def test_whoever_shows_the_area_alone_is_folded_into_the_region_while_it_is_small(app, client, session):
    sign(client, shown="area", area="TUV", email="one@example.org")
    confirm_all(app, client)
    count(session)
    page = client.get(PETITION.format(lang="en") + "/signatories").get_data(as_text=True)
    assert "Tuvalu" not in page
    assert "Oceania" in page


def test_one_reminder_after_three_days_and_never_more(app, client, session, mailbox, monkeypatch):
    sign(client)
    run_jobs(app)
    now = clock.now()
    for days, mails in ((2, 1), (3.1, 2), (4, 2), (20, 2), (29, 2)):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        run_task(app, "petitions:queue_reminders")
        run_task(app, "petitions:queue_reminders")
        run_jobs(app)
        assert len(mailbox()) == mails, days
    assert len({m.subject for m in mailbox()}) == 2
    assert client.post(mailbox()[1].link, data={"action": "confirm"}).status_code == 303


def test_who_has_confirmed_gets_no_reminder(app, client, session, mailbox, monkeypatch):
    sign(client)
    confirm_all(app, client)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    run_task(app, "petitions:queue_reminders")
    run_jobs(app)
    assert len(mailbox()) == 1


def test_what_nobody_confirms_is_forgotten_after_thirty_days(app, client, session, monkeypatch):
    sign(client)
    run_jobs(app)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=29))
    run_task(app, "privacy:forget")
    assert len(signatures(session)) == 1
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    run_task(app, "privacy:forget")
    assert session.scalar(text("SELECT count(*) FROM people_person")) == 0


def test_a_new_mail_on_request_is_capped(app, client, mailbox):
    for _ in range(6):
        sign(client)
        run_jobs(app)
    assert len(mailbox()) == 3


def test_the_same_job_run_twice_does_no_harm(app, client, session, mailbox):
    sign(client)
    (signature,) = signatures(session)
    task = app.extensions["jobs"].tasks["petitions:mail"]
    task.func(signature_id=signature.id, repeat=False)
    client.post(mailbox()[0].link, data={"action": "confirm"})
    task.func(signature_id=signature.id, repeat=False)
    assert len(mailbox()) == 1


def test_the_recount_finds_no_drift_and_names_what_somebody_broke(app, client, session):
    for number, area in enumerate(["GHA", "GHA", "KEN", "unsaid"]):
        sign(client, email=f"p{number}@example.org", area=area)
    confirm_all(app, client)
    count(session)
    assert counting.recount() == []
    session.execute(text("UPDATE petitions_area_total SET confirmed = confirmed + 1 WHERE area = 'KEN'"))
    assert counting.recount() == [counting.Drift("focal-point", "KEN", 2, 1)]


def test_while_another_process_counts_this_one_leaves_it_alone(app, client, session, make_database):
    import psycopg

    sign(client)
    confirm_all(app, client)
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [counting.COUNT_LOCK])
        assert counting.count() == 0
    assert counting.count() == 1
