"""Members of a network are invited to sign, by nobody's hand but their own, and a coordinator learns of the public."""

import gzip
import re

import pytest
from sqlalchemy import select, text

from app.kernel import clock
from app.letters import inviting
from app.letters.invitation_models import Invitation
from app.letters.invited_queries import invited
from app.people import joining
from app.people.models import Suppression
from app.people.operations import email_digests
from app.people.org_models import Position
from app.people.positions import Agreement, record_agreement
from tests.letters.desk_support import TITLE, letter, listed
from tests.people.org_support import network, organisation, person
from tests.support import read_mailbox, run_jobs

DESK = "/en/desk/un75/letters/fictional-letter/members"


def link(mail) -> str:
    """The path that the mail's button leads to."""
    return re.search(r"http://plenary\.test(/\w\w/\S*(?:invited|m)/\S+)", mail.text)[1]


def token(mail) -> str:
    """The token in it."""
    return re.search(r"/(?:invited|m)/([\w-]+)", link(mail))[1]


def agreed(session, position_id: int, network_id: int, act: str = "given") -> None:
    person_id = session.scalar(select(Position.person_id).where(Position.id == position_id))
    agreement = Agreement(network_id, ("letters",), act, "Yes.", "en", "paper", clock.now())
    record_agreement(person_id, agreement, 1, clock.now())
    session.commit()


@pytest.fixture
def net(app):
    return network("fictional-network")


def member(session, name: str, net: int, address: str, country: str = "FRA", agrees: bool = True, **said) -> int:
    made = organisation(name, net, country=country)
    position = person(made, address, **said)
    if agrees:
        agreed(session, position, net)
    return made


def invite(client, net: int) -> str:
    answer = client.post(f"{DESK}/invite", data={"network": str(net)})
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).get_data(as_text=True)


def test_who_agreed_is_invited_once_in_their_language_with_a_link_of_their_own(app, session, staff, net):
    letter()
    one = member(session, "Fictional Water", net, "one@fictional-water.org", language="fr", title="Director")
    member(session, "Fictional Bread", net, "two@fictional-bread.org", agrees=False)
    client = staff("coordinator", networks=(net,))
    assert "1 invitation is on its way." in invite(client, net)
    run_jobs(app)
    (mail,) = read_mailbox()
    assert mail.to == "one@fictional-water.org" and "/fr/un75/letters/fictional-letter/invited/" in link(mail)
    found = invited(token(mail))
    assert (found.organisation_id, found.network_id) == (one, net)
    # Links get forwarded: what is personal is for nobody to read there.
    page = client.get(link(mail)).get_data(as_text=True)
    assert 'value="Fictional Water"' in page
    assert not [said for said in ("Fictional Person", "Director", "one@fictional-water.org") if said in page]
    # The form has every country twice: on a slow line it comes in a fifth of its bytes.
    small = client.get(link(mail), headers={"Accept-Encoding": "gzip"})
    assert len(small.data) < 20_000 and gzip.decompress(small.data).decode() == page
    assert "There was nobody to invite." in invite(client, net)
    run_jobs(app)
    assert len(read_mailbox()) == 1


def test_where_a_word_may_do_harm_the_mail_says_nothing(app, session, staff, net):
    letter()
    member(session, "Fictional Water", net, "one@fictional-water.org", country="BLR")
    invite(staff("coordinator", networks=(net,)), net)
    run_jobs(app)
    (mail,) = read_mailbox()
    said = f"{mail.subject} {mail.text} {mail.html} {mail.raw['From']}".casefold()
    for word in ("fictional water", TITLE.casefold(), "letter", "un75", "network fictional"):
        assert word not in said, word
    assert link(mail).endswith("/i")


def test_who_wants_no_mail_or_took_it_back_or_is_restricted_is_not_invited(app, session, net):
    made = letter()
    member(session, "Fictional A", net, "a@fictional-a.org")
    member(session, "Fictional B", net, "b@fictional-b.org")
    member(session, "Fictional C", net, "c@fictional-c.org")
    now = clock.now()
    assert inviting.numbers(made.id, net, now).people == 3
    session.add(Suppression(email_digest=email_digests("a@fictional-a.org")[0], reason="objected", created_at=now))
    agreed(session, session.scalar(select(Position.id).order_by(Position.id.desc())), net, "withdrawn")
    assert inviting.numbers(made.id, net, now).people == 1
    session.execute(text("UPDATE people_person SET restricted_at = now()"))
    assert inviting.numbers(made.id, net, now) == inviting.Numbers(organisations=3, people=0, invited=0)


def test_who_took_it_back_after_the_invitation_gets_no_mail(app, session, staff, net):
    letter()
    member(session, "Fictional Water", net, "one@fictional-water.org")
    invite(staff("coordinator", networks=(net,)), net)
    agreed(session, session.scalar(select(Position.id)), net, "withdrawn")
    run_jobs(app)
    assert not read_mailbox()
    assert session.scalar(select(Invitation.sent)) and session.scalar(select(Invitation.token_digest)) is None


def test_who_stands_on_the_public_list_is_not_invited_and_is_shown_as_such(app, session, staff, net):
    made = letter()
    one = member(session, "Fictional Water", net, "one@fictional-water.org")
    member(session, "Fictional Bread", net, "two@fictional-bread.org")
    listed(made, one)
    client = staff("coordinator", networks=(net,))
    public = client.get(f"{DESK}?signed=public").get_data(as_text=True)
    unknown = client.get(f"{DESK}?signed=unknown").get_data(as_text=True)
    assert "Fictional Water" in public and "Fictional Bread" not in public
    assert "Fictional Bread" in unknown and "Fictional Water" not in unknown
    assert "1 invitation is on its way." in invite(client, net)


def test_a_coordinator_sees_and_invites_their_own_members_alone(app, session, staff, net):
    letter()
    other = network("another-network")
    member(session, "Fictional Water", net, "one@fictional-water.org")
    client = staff("coordinator", networks=(other,))
    assert "Fictional Water" not in client.get(DESK).get_data(as_text=True)
    assert client.get(f"{DESK}?network={net}").status_code == 200
    assert client.post(f"{DESK}/invite", data={"network": str(net)}).status_code == 404
    assert session.scalar(select(Invitation.id)) is None


def test_nobody_is_invited_to_a_letter_that_is_closed(app, session, staff, net):
    letter(closes_at=clock.now())
    member(session, "Fictional Water", net, "one@fictional-water.org")
    assert "nobody was invited" in invite(staff("campaigner"), net)
    assert session.scalar(select(Invitation.id)) is None


def test_who_leaves_the_organisation_holds_a_link_that_leads_nowhere(app, session, staff, net):
    letter()
    made = member(session, "Fictional Water", net, "one@fictional-water.org")
    invite(staff("coordinator", networks=(net,)), net)
    run_jobs(app)
    held = token(read_mailbox()[0])
    position = session.scalar(select(Position.id))
    staff("campaigner").post(f"/en/desk/organisations/{made}/people/{position}/remove")
    assert invited(held) is None and session.scalar(select(Invitation.id)) is None


def test_stopping_goes_into_the_ledger_and_no_invitation_follows(app, session, net):
    made = letter()
    member(session, "Fictional Water", net, "one@fictional-water.org")
    person_id = session.scalar(select(Position.person_id))
    inviting.stop(person_id, net, "No more letters.", "fr", clock.now())
    session.flush()
    assert inviting.numbers(made.id, net, clock.now()).people == 0
    acts = session.execute(text("SELECT act, how, wording FROM people_consent ORDER BY id DESC LIMIT 1")).one()
    assert acts == ("withdrawn", "web", "No more letters.")


def test_the_link_opens_a_page_that_changes_nothing_and_lets_one_stop(app, session, staff, client, net):
    letter()
    member(session, "Fictional Water", net, "one@fictional-water.org")
    invite(staff("coordinator", networks=(net,)), net)
    run_jobs(app)
    path = link(read_mailbox()[0])
    before = session.execute(text("SELECT * FROM letters_invitation")).all()
    page = client.get(path)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    assert "Fictional Water" in page.get_data(as_text=True)
    door = client.get(f"/en/m/{token(read_mailbox()[0])}/i")
    assert door.status_code == 303 and door.headers["Location"] == path
    assert session.execute(text("SELECT * FROM letters_invitation")).all() == before
    assert client.get(path.replace("fictional-letter", "another")).status_code == 404
    answer = client.post(f"{path}/stop")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert "There was nobody to invite." in invite(staff("campaigner"), net)


def test_who_was_joined_into_a_member_counts_for_it(app, session, staff, net):
    made = letter()
    one = member(session, "Fictional Water", net, "one@fictional-water.org")
    other = organisation("Fictional Waters", net, country="FRA")
    listed(made, other)
    joining.join(one, other, frozenset(), 1, clock.now())
    session.commit()
    client = staff("coordinator", networks=(net,))
    assert "Fictional Water" in client.get(f"{DESK}?signed=public").get_data(as_text=True)
    assert inviting.numbers(made.id, net, clock.now()).people == 0
