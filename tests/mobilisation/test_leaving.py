"""The link in every mail: one click ends a campaign's mails, a forwarded one tells nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.kernel import clock
from app.mobilisation import abandoned, eligibility, retention, stamps
from app.mobilisation.models import Delivery
from app.people import operations
from app.people.org_models import Network
from app.people.queries import is_suppressed
from tests.mobilisation.contact_support import contact, delivery, mailing, said
from tests.people.org_support import network
from tests.support import read_mailbox, run_jobs

ADDRESS = "ama.fictional@fictional-water.org"


@pytest.fixture
def net(app):
    return network("fictional-network")


def link(sent: Delivery, lang: str = "en") -> str:
    return f"/{lang}/mail/{stamps.link_word(sent.token)}"


def ledger(session) -> list[tuple]:
    rows = session.execute(text("SELECT act, purpose, campaign, network_id, how FROM people_consent ORDER BY id"))
    return [tuple(row) for row in rows]


def reason(session, person_id: int, campaign: str = "un75") -> str | None:
    row = session.execute(eligibility.reasons_of([person_id], campaign, clock.now())).one_or_none()
    return row and row.reason


def test_a_mail_program_leaves_the_campaign_at_once_from_anywhere_and_no_more_than_that(app, session, client, net):
    ama = contact(ADDRESS, net)
    sent = delivery(mailing(), ama)
    waiting = delivery(mailing(), ama, state="queued", sent_at=None)
    other = delivery(mailing("other"), ama, state="queued", sent_at=None)
    elsewhere = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for more in ({}, {"leave": "all"}):
        answer = client.post(link(sent), data={"List-Unsubscribe": "One-Click", **more}, headers=elsewhere)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert ledger(session)[-1] == ("withdrawn", "mobilisation", "un75", None, "mail") and len(ledger(session)) == 2
    assert (reason(session, ama), reason(session, ama, "other")) == ("left_campaign", None)
    session.expire_all()
    assert (waiting.state, waiting.reason, other.state) == ("excluded", "left_campaign", "queued")
    assert sent.unsubscribed_at and not other.unsubscribed_at


def test_looking_changes_nothing_and_tells_nothing_of_whom_it_went_to(app, session, client, net):
    sent = delivery(
        mailing(network_id=net), contact(ADDRESS, net, name="Fictional Ama", organisation="Fictional Wells")
    )
    page = client.get(link(sent)).get_data(as_text=True)
    assert ledger(session) == [("given", "mobilisation", None, net, "web")]
    for word in ("ama", "fictional-water", "Wells", ADDRESS):
        assert word not in page, word
    assert "Network fictional-network" in page, "the mail itself came from it"


def test_a_neutral_mail_leads_to_a_neutral_page(app, session, client, net):
    sent = delivery(mailing(network_id=net), contact(ADDRESS, net), variant="neutral")
    for page in (client.get(link(sent)), client.post(link(sent), data={"leave": "sender"})):
        words = page.get_data(as_text=True).casefold().partition("<main")[2].partition("</main")[0]
        assert "no more mails like this one" in words
        assert "fictional" not in words and "un75" not in words and "campaign" not in words


def test_a_network_is_left_with_all_it_was_agreed_to_and_no_other(app, session, client, net):
    other = network("fictional-other")
    ama = contact(ADDRESS, net, other)
    said(ama, net, purpose="letters")
    sent = delivery(mailing(network_id=net), ama)
    assert client.post(link(sent), data={"leave": "sender"}).status_code == 200
    assert {row[1:4] for row in ledger(session) if row[0] == "withdrawn"} == {
        ("letters", None, net),
        ("mobilisation", None, net),
    }
    assert reason(session, ama) is None, "the other network may still write"
    client.post(link(delivery(mailing(), ama)), data={"leave": "sender"})
    assert reason(session, ama) == "no_consent"


def test_all_is_left_for_good_and_what_they_ask_for_themselves_still_comes(app, session, client, net):
    ama = contact(ADDRESS, net)
    client.post(link(delivery(mailing(), ama)), data={"leave": "all"})
    assert reason(session, ama) == "unsubscribed" and not is_suppressed(ADDRESS, clock.now())
    said(ama, net, ago=-1)
    assert reason(session, ama) == "unsubscribed", "no list and no desk brings them back"


def test_only_a_fresh_mail_shows_what_was_chosen_and_brings_one_back(app, session, client, net):
    ama = contact(ADDRESS, net)
    sent = delivery(mailing(), ama, language="fr")
    client.post(link(sent), data={"leave": "this"})
    client.post(link(sent), data={"leave": "all"})
    assert client.post(f"{link(sent)}/again", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for _ in range(2):
        assert client.post(f"{link(sent, 'fr')}/again").status_code == 200
    run_jobs(app)
    (mail,) = read_mailbox()
    assert mail.to == ADDRESS
    there = re.search(r"http://plenary\.test(/fr/mail/choices/\S+)", mail.text)[1]
    page = client.get(there).get_data(as_text=True)
    assert "Network fictional-network" in page and "checked" not in page
    every = [f"{net}-mobilisation", "campaign-un75"]
    client.post(there, data={"shown": every})
    assert reason(session, ama) == "unsubscribed", "nothing was ticked"
    client.post(there, data={"choice": every, "shown": every})
    assert reason(session, ama) is None
    assert client.get(there).get_data(as_text=True).count(" checked") == 2
    assert client.get(there).get_data(as_text=True).count('name="shown"') == 2
    # A page that was opened before the network was agreed to takes nothing back.
    client.post(there, data={"shown": "campaign-un75", "choice": "campaign-un75"})
    assert reason(session, ama) is None
    client.post(there, data={"choice": ["campaign-un75", "999-mobilisation", "campaign-nowhere"], "shown": every})
    assert reason(session, ama) == "no_consent" and session.scalar(select(Network.id)) == net


def test_what_is_no_link_or_names_nobody_any_more_answers_alike(app, session, client, net):
    sent = delivery(mailing(), contact(ADDRESS, net))
    sent.contact_id = None
    session.commit()
    for path in (link(sent), "/en/mail/x", "/en/mail/" + "A" * 22, "/en/mail/choices/x"):
        assert client.get(path).status_code == client.post(path, data={"leave": "all"}).status_code == 404
    assert client.post(f"{link(sent)}/again").status_code == 404
    assert len(ledger(session)) == 1


def test_the_link_of_a_mail_ends_mails_for_ever_though_nobody_knows_any_more_whom_it_went_to(
    app, session, client, net, at
):
    now = clock.now()
    ama, ben = contact(ADDRESS, net), contact("ben.fictional@fictional-water.org", net)
    over = mailing(state="finished", ended_at=now, letter="focal-point")
    words = {one: link(delivery(over, one)) for one in (ama, ben)}
    unsent = link(delivery(over, contact("eve@fictional-water.org", net), state="excluded", reason="week_cap"))
    said(ama, net, ago=-1)
    tokens = [bytes(token) for token in session.scalars(select(Delivery.token).where(Delivery.state == "sent"))]
    at(now + timedelta(days=91))
    while retention.forget_links(clock.now(), 2):
        session.commit()
    session.expire_all()
    kept = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert {one.contact_id for one in kept} == {None} and not {bytes(one.token) for one in kept} & set(tokens)
    # No other word opens it, nor what is left in the books.
    first = kept[0]
    assert stamps.opened(tokens[0], bytes(first.reader)) == ama
    assert (
        stamps.opened(tokens[1], bytes(first.reader)) is stamps.opened(bytes(first.token), bytes(first.reader)) is None
    )
    assert client.get(link(first)).status_code == 404 == client.post(unsent).status_code
    assert ADDRESS not in client.get(words[ama]).get_data(as_text=True)
    assert client.get(f"{words[ama]}/letter").status_code in (200, 303)
    answer = client.post(words[ama], data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and reason(session, ama) == "left_campaign" and reason(session, ben) is None
    client.post(words[ama], data={"leave": "all"})
    assert reason(session, ama) == "unsubscribed"
    # Whoever was erased is not found by it.
    operations.erase(ben, clock.now())
    session.commit()
    before = len(ledger(session))
    assert client.post(words[ben], data={"leave": "all"}).status_code == 404 and len(ledger(session)) == before


def test_a_mailing_that_nobody_lets_go_on_is_ended_and_then_forgets_whom_it_went_to(session, net, at):
    now = clock.now()
    left, goes_on = mailing(state="paused", frozen_at=now), mailing(state="running", frozen_at=now)
    sent = delivery(left, contact(ADDRESS, net), sent_at=now)
    waits = delivery(left, contact("ben.fictional@fictional-water.org", net), state="queued")
    slow = delivery(goes_on, contact("eve@fictional-water.org", net), sent_at=now + timedelta(days=60))
    session.commit()
    at(now + timedelta(days=91))
    assert abandoned.end_abandoned(clock.now(), 10) == 1 and left.state == "cancelled"
    session.commit()
    assert session.get(Delivery, waits.id, populate_existing=True).state == "cancelled"
    at(now + timedelta(days=182))
    while retention.forget_links(clock.now(), 10):
        session.commit()
    session.expire_all()
    assert sent.contact_id is None is waits.contact_id and slow.contact_id is not None
