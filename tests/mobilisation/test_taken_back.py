"""Who got a mail stays known for as long as the mail can come back, also where the list that brought them is taken back
or they are taken out of their organisation: what they then say is not lost, and the next list does not bring them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.crypto import keyring
from app.mobilisation import eligibility, headers, retention, stamps
from app.mobilisation.back import boxes, events
from app.mobilisation.models import Delivery
from app.people import positions
from app.people.models import Person
from app.people.operations import email_digests
from app.people.org_models import Position
from tests.mobilisation import reports
from tests.mobilisation.contact_support import contact, delivery, mailing
from tests.people.org_support import NOW, network
from tests.people.test_import_contacts import consent, taken_in

NAMES = ("ama", "ben", "eve", "kim", "zoe")
LIST = "Organisation,Email\n" + "".join(f"Fictional {name.title()},{name}@{name}-fictional.org\n" for name in NAMES)


@pytest.fixture
def net(app):
    return network("fictional-network")


def known(session, name: str) -> int | None:
    digests = email_digests(f"{name}@{name}-fictional.org")
    return session.scalar(select(Person.id).where(Person.email_digest.in_(digests), Person.email.is_not(None)))


def reason(session, person_id: int) -> str | None:
    row = session.execute(eligibility.reasons_of([person_id], "un75", clock.now())).one_or_none()
    return row and row.reason


def comes_back(raw: bytes) -> None:
    events.take(boxes.understood(raw, clock.now()).event, clock.now())


def test_who_leaves_complains_or_bounces_after_a_list_was_taken_back_is_not_brought_in_by_the_next(
    app, session, client, staff, work, net, at
):
    desk, now = staff("campaigner"), clock.now()
    there = taken_in(desk, work, LIST, **consent(net))
    over, runs = mailing(state="finished", ended_at=now), mailing()
    sent = {name: delivery(over, known(session, name)) for name in ("ama", "ben", "eve", "zoe")}
    waits = [delivery(runs, known(session, name), state="queued", sent_at=None) for name in ("kim", "zoe")]
    tokens = {name: bytes(one.token) for name, one in sent.items()}
    desk.post(f"{there}/undo")
    work()
    session.expire_all()
    assert known(session, "kim") is None, "nobody wrote to them"
    assert [(one.state, one.reason) for one in waits] == [("excluded", "erased")] * 2
    house = headers.House("news@plenary.test", "bounces@plenary.test", "http://plenary.test")
    paths = {name: headers.envelope_sender(token, house, keyring()) for name, token in tokens.items()}
    click = f"/en/mail/{stamps.link_word(tokens['ama'])}"
    assert client.post(click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    comes_back(reports.complaint(f"Return-Path: <{paths['ben']}>"))
    comes_back(reports.dsn(paths["eve"], "5.1.1", final="eve@eve-fictional.org"))
    session.commit()
    taken_in(desk, work, LIST, **consent(net))
    found = {name: reason(session, known(session, name)) for name in ("ama", "kim", "zoe")}
    assert found == {"ama": "left_campaign", "kim": None, "zoe": None}
    for name, why in (("ben", "complained"), ("eve", "bounced")):
        assert reason(session, session.get(Delivery, sent[name].id).contact_id) == why
    assert session.scalars(select(Position.person_id)).all() == [known(session, name) for name in ("ama", "kim", "zoe")]


def test_whoever_is_known_for_a_mail_alone_is_forgotten_with_it(app, session, net, at):
    now = clock.now()
    ama, ben = contact("ama@ama-fictional.org", net), contact("ben@ben-fictional.org", net)
    over, runs = mailing(state="finished", ended_at=now), mailing(frozen_at=now)
    for one in (ama, ben):
        delivery(over, one)
    waits = delivery(runs, ama, state="queued", sent_at=None)
    positions.remove(session.scalar(select(Position.id).where(Position.person_id == ama)), 1, NOW)
    session.commit()
    assert session.get(Person, ama) and session.get(Delivery, waits.id, populate_existing=True).state == "excluded"
    at(now + timedelta(days=91))
    while retention.forget_links(clock.now(), 1):
        session.commit()
    session.expire_all()
    assert session.get(Person, ama) is None and session.get(Person, ben) is not None
