"""No mission gets a mail too many, nothing is lost, and what breaks off is named."""

import smtplib
from datetime import timedelta
from urllib.parse import unquote

from sqlalchemy import func, select, text

from app.kernel import clock, mail
from app.kernel.db import db
from app.mobilisation.writing import desk_queries, directory, operations, queries, rules, sending
from app.mobilisation.writing.models import MissionLetter, MissionMail, Target
from tests.browser import mission_sample as sample
from tests.mobilisation.writing_support import FORM, PAGE, messages, text_of, waiting
from tests.positions.reply_support import campaign
from tests.support import run_task

# The limits.


def test_above_the_limit_one_digest_carries_everybody_and_the_next_hour_the_rest(app, kenya, at):
    now = clock.now()
    limits = {"per_hour": 3, "per_day": 5, "kept_days": 30, "residents_only": True}
    operations.put_settings(campaign(), limits, actor=None, now=now)
    waiting(kenya, 12)
    for _ in range(3):
        run_task(app, "writing:sweep")
    sent = messages()
    assert len(sent) == 3
    digest = sent[-1]
    assert all(f"{sample.OWN} {n}" in text_of(digest) for n in range(2, 12))
    assert text_of(digest).count("A fictional letter.") == 1 and "reader.example.org" not in digest.as_string()
    waiting(kenya, 4, first=12)
    run_task(app, "writing:sweep")
    assert len(messages()) == 3
    at(now + timedelta(minutes=61))
    run_task(app, "writing:sweep")
    # Five a day: two were left, the last for the digest.
    assert len(messages()) == 5
    waiting(kenya, 1, first=16)
    at(now + timedelta(minutes=123))
    run_task(app, "writing:sweep")
    assert len(messages()) == 5
    states = db.session.execute(select(MissionLetter.status, func.count()).group_by(MissionLetter.status)).all()
    assert dict(states) == {rules.SENT: 3, rules.DIGESTED: 13, rules.WAITING: 1}
    assert queries.wrote(campaign().id, "focal-point") == {"KEN": 10}


def test_no_changed_date_no_second_entry_and_no_second_campaign_makes_it_one_mail_more(app, kenya):
    limits = {"per_hour": 2, "per_day": 2, "kept_days": 30, "residents_only": True}
    operations.put_settings(campaign(), limits, actor=None, now=clock.now())
    waiting(kenya, 2)
    run_task(app, "writing:sweep")
    assert len(messages()) == 2
    # The entry is taken out and made again; another office has the same mailbox; the ask gets another end.
    address = kenya.email
    directory.remove(campaign(), kenya, actor=None, now=clock.now())
    again = sample.target(campaign(), "KEN", email=address)
    other = sample.target(campaign(), "KEN", rules.MINISTRY, email=address.upper().replace("EXAMPLE", "example"))
    db.session.execute(text("UPDATE campaigns_ask SET next_date = now()::date + 400"))
    waiting(again, 3)
    waiting(other, 3)
    for _ in range(2):
        run_task(app, "writing:sweep")
    assert len(messages()) == 2


def test_a_mission_that_has_replied_gets_one_digest_a_day_and_is_read_first(app, client, kenya, staff, at):
    now = clock.now()
    said = {"target": str(kenya.id), "ask": "focal-point", "received": now.date().isoformat(), "language": "fr"}
    said |= {"told": "Fictional words of a mission.", "sure": "high", "until": (now.date() + timedelta(30)).isoformat()}
    desk = staff("campaigner")
    reply = "/en/desk/un75/mission-letters/reply"
    off = desk.post(reply, data={**said, "record": "off", "act": "cosponsor", "by_whom": "Fictional Person"})
    assert "/desk/un75/states/KEN" in off.location
    page = client.get(PAGE).get_data(as_text=True)
    assert "It has answered" in page and "Fictional words" not in page and "Fictional Person" not in page
    on = desk.post(reply, data={**said, "record": "on"})
    assert "type=official_reply" in on.location and "speaker=state:KEN" in unquote(on.location)
    assert "Fictional words of a mission." in client.get(PAGE).get_data(as_text=True)
    assert db.session.get(Target, kenya.id, populate_existing=True).policy == rules.REPLIED
    assert 'id="way-own"' not in client.get(PAGE).get_data(as_text=True)
    waiting(kenya, 2)
    run_task(app, "writing:sweep")
    waiting(kenya, 1, first=2)
    run_task(app, "writing:sweep")
    assert [one["To"] for one in messages()] == [kenya.email]
    at(now + timedelta(hours=25))
    run_task(app, "writing:sweep")
    assert len(messages()) == 2


def test_a_mission_that_asks_not_to_be_written_to_is_not(app, client, kenya):
    (one,) = waiting(kenya, 1)
    said = directory.Said("KEN", rules.NEW_YORK, kenya.email, "fr", sample.SOURCE, clock.today(), rules.CLOSED)
    directory.put(campaign(), said, actor=None, now=clock.now(), target=kenya)
    db.session.commit()
    run_task(app, "writing:sweep")
    assert messages() == [] and db.session.get(MissionLetter, one.id, populate_existing=True).status == rules.DROPPED
    assert client.post(f"{PAGE}/new-york", data=FORM).status_code == 409


# What breaks off.


def test_what_the_relay_refuses_waits_and_of_what_nobody_knows_a_person_decides(app, kenya, staff, monkeypatch, at):
    now = clock.now()

    def refuses(message):
        raise mail.NotTaken from smtplib.SMTPDataError(451, b"later")

    def breaks(message):
        raise smtplib.SMTPServerDisconnected

    (one,) = waiting(kenya, 1)
    monkeypatch.setattr(mail, "hand_over", refuses)
    run_task(app, "writing:sweep")
    run_task(app, "writing:sweep")
    assert db.session.scalars(select(MissionMail.state)).all() == [rules.FAILED]
    at(now + timedelta(minutes=61))
    monkeypatch.setattr(mail, "hand_over", breaks)
    for _ in range(3):
        run_task(app, "writing:sweep")
    assert sorted(db.session.scalars(select(MissionMail.state))) == [rules.FAILED, rules.UNCERTAIN]
    monkeypatch.undo()
    run_task(app, "writing:sweep")
    assert messages() == []
    number = db.session.scalar(select(func.max(MissionMail.id)))
    desk = staff("campaigner")
    assert f"Mail {number}" in desk.get("/en/desk/un75/mission-letters").get_data(as_text=True)
    assert desk.post(f"/en/desk/un75/mission-letters/mails/{number}/again").status_code == 303
    db.session.execute(text("UPDATE mobilisation_target SET next_try = NULL"))
    db.session.commit()
    run_task(app, "writing:sweep")
    assert len(messages()) == 1
    assert db.session.get(MissionLetter, one.id, populate_existing=True).status == rules.SENT


def test_a_mail_whose_worker_died_is_named_and_not_sent_again(app, kenya, at):
    now = clock.now()
    waiting(kenya, 1)
    mail_id = sending.begin(kenya.id, now)
    db.session.commit()
    at(now + timedelta(minutes=11))
    run_task(app, "writing:sweep")
    assert messages() == []
    assert [row.id for row, _, _ in desk_queries.uncertain(campaign().id)] == [mail_id]
    sending.settle(campaign(), mail_id, True, actor=None, now=clock.now())
    assert db.session.scalar(select(MissionLetter.status)) == rules.SENT
