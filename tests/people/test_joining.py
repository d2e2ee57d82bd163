"""Doubles: found, joined, taken back, kept apart."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.people import joining, org_queries
from app.people.joining import merged
from app.people.org_models import Double, Joining, Membership, Organisation, Position
from app.people.org_operations import OrganisationData
from tests.people.org_support import DESK, NOW, network, organisation, person

DOUBLES = f"{DESK}/doubles"


def pair(session) -> Double:
    return session.scalar(select(Double))


def living(session) -> set[str]:
    return set(session.scalars(select(Organisation.name).where(Organisation.joined_into.is_(None))))


def test_a_double_is_found_when_it_is_entered_and_both_are_shown_side_by_side(staff, session):
    organisation("Fictional Water League", website="https://water.example")
    organisation("The Fictional Water League e.V.")
    organisation("Imaginary Bread")
    client = staff("campaigner")
    assert "Same name" in client.get(DOUBLES).get_data(as_text=True)
    page = client.get(f"{DOUBLES}/{pair(session).id}").get_data(as_text=True)
    assert "The Fictional Water League e.V." in page and "water.example" in page
    assert "pair that may be one" in client.get(DESK).get_data(as_text=True)


def test_one_domain_makes_a_pair_also_between_a_website_and_an_address(session):
    one = organisation("Fictional Water", website="https://www.water.example/en")
    other = organisation("Imaginary Wells")
    assert pair(session) is None
    person(other, "ama@mail.water.example")
    assert (pair(session).first_id, pair(session).second_id, pair(session).reasons) == (one, other, ["domain"])


@pytest.mark.parametrize("domain", ["gmail.com", "mail.ru", "qq.com"])
def test_free_mail_makes_no_pair(session, domain):
    person(organisation("Fictional Water"), f"a.fictional@{domain}")
    person(organisation("Imaginary Wells"), f"b.fictional@{domain}")
    assert pair(session) is None


def test_a_pair_that_is_one_no_longer_is_offered_no_longer(staff, session):
    organisation("Fictional Water League")
    other = organisation("Fictional Water League")
    assert pair(session).state == "open"
    values = {"name": "Imaginary Bread", "name_language": "en", "ecosoc": "none"}
    assert staff("campaigner").post(f"{DESK}/{other}/edit", data=values).status_code == 303
    assert pair(session) is None


def test_kept_apart_is_remembered_whatever_changes_later(staff, session):
    one, _ = organisation("Fictional Water League"), organisation("Fictional Water League")
    client = staff("campaigner")
    there = f"{DOUBLES}/{pair(session).id}"
    assert client.post(there, data={"decision": "apart"}).status_code == 303
    values = {"name": "Fictional Water League", "name_language": "en", "ecosoc": "roster"}
    assert client.post(f"{DESK}/{one}/edit", data=values).status_code == 303
    assert pair(session).state == "apart"
    assert "No two organisations" in client.get(DOUBLES).get_data(as_text=True)
    assert client.get(there).status_code == 404


def both(session) -> tuple[int, int, int, int]:
    one = organisation("Fictional Water League", mine := network("mine"), website="https://water.example")
    other = organisation("Ligue fictive de l’eau", mine, network("other"), acronym="FWL", name_language="fr")
    person(one, "ama@water.example", "Fictional Ama", roles=("un",))
    person(other, "ama@water.example", "Fictional Ama")
    person(other, "ben@water.example", "Fictional Ben")
    return one, other, mine, pair(session).id


def test_joining_moves_everything_and_the_other_number_leads_there(staff, session):
    one, other, mine, double = both(session)
    client = staff("campaigner")
    values = {"decision": "join", "kept": str(one), "acronym": str(other), "name": str(one)}
    assert client.post(f"{DOUBLES}/{double}", data=values).status_code == 303
    kept = session.get(Organisation, one)
    assert (kept.acronym, kept.website, kept.names) == (
        "FWL",
        "https://water.example",
        {"fr": "Ligue fictive de l’eau"},
    )
    assert {member.name for member in org_queries.people(one)} == {"Fictional Ama", "Fictional Ben"}
    assert len(org_queries.memberships(one, None)) == 2
    assert client.get(f"{DESK}/{other}").headers["Location"].endswith(f"/organisations/{one}")
    assert f"organisations/{one}" in client.get(f"{DESK}?q=ligue+fictive").get_data(as_text=True)
    assert staff("coordinator", networks=(mine,)).get(f"{DESK}/{other}").status_code == 303
    assert staff("coordinator", networks=(mine + 99,)).get(f"{DESK}/{other}").status_code == 404


def test_joining_is_taken_back_whole_but_for_what_changed_since(staff, session):
    one, other, _, double = both(session)
    client = staff("campaigner")
    values = {"decision": "join", "kept": str(one), "name": str(other), "acronym": str(other)}
    assert client.post(f"{DOUBLES}/{double}", data=values).status_code == 303
    edited = {"name": "Ligue fictive de l’eau", "name_language": "fr", "acronym": "NEW", "ecosoc": "none"}
    assert client.post(f"{DESK}/{one}/edit", data=edited).status_code == 303
    undo = f"{DESK}/joinings/{session.scalar(select(Joining.id))}/undo"
    assert client.post(undo).status_code == 303
    assert living(session) == {"Fictional Water League", "Ligue fictive de l’eau"}
    assert session.get(Organisation, one).acronym == "NEW", "somebody's own change stays"
    assert {member.name for member in org_queries.people(other)} == {"Fictional Ama", "Fictional Ben"}
    assert len(org_queries.memberships(other, None)) == 2 and len(org_queries.memberships(one, None)) == 1
    assert client.post(undo).status_code == 404
    assert pair(session).state == "apart"


def test_after_thirty_days_it_stays_and_what_was_left_behind_goes(staff, session):
    one, other, *_ = both(session)
    joining.join(one, other, frozenset(), 1, NOW)
    session.commit()
    assert not joining.settle(NOW + timedelta(days=29))
    assert session.scalar(select(Position.id).where(Position.organisation_id == other))
    joining.settle(NOW + timedelta(days=31))
    assert session.scalar(select(Position.id).where(Position.organisation_id == other)) is None
    assert session.scalar(select(Membership.id).where(Membership.organisation_id == other)) is None
    with pytest.raises(joining.CannotUndo):
        joining.undo(session.scalar(select(Joining.id)), 1, NOW)


def test_a_chain_of_joinings_leads_to_its_end(staff, session):
    one, two, three = (organisation(f"Fictional {name}") for name in ("One", "Two", "Three"))
    joining.join(two, one, frozenset(), 1, NOW)
    joining.join(three, two, frozenset(), 1, NOW)
    session.commit()
    assert org_queries.led_to(one, None) == three
    with pytest.raises(joining.CannotJoin):
        joining.join(three, one, frozenset(), 1, NOW)


def test_a_pair_that_only_a_person_saw_is_put_before_whoever_decides(staff, session):
    one, other = organisation("Fictional Water"), organisation("Imaginary Wells")
    client = staff("campaigner")
    answer = client.post(f"{DESK}/{one}/double", data={"other": str(other)})
    assert client.get(answer.headers["Location"]).status_code == 200
    for number in ("", "x", str(one), "999999999", "9" * 40):
        assert client.post(f"{DESK}/{one}/double", data={"other": number}).status_code == 303


def test_of_two_names_none_is_lost():
    kept = OrganisationData("Fictional League", "en", {"es": "Liga"}, works_in=("KEN",))
    gone = OrganisationData("Ligue", "fr", {"en": "League", "ru": "Лига"}, works_in=("GHA",), ecosoc="roster")
    result = merged(kept, gone, frozenset())
    assert result.name == "Fictional League" and result.names == {"es": "Liga", "fr": "Ligue", "ru": "Лига"}
    assert result.works_in == ("GHA", "KEN") and result.ecosoc == "none"
    result = merged(kept, gone, frozenset({"name", "ecosoc"}))
    assert (result.name, result.name_language, result.ecosoc) == ("Ligue", "fr", "roster")
    assert result.names == {"es": "Liga", "en": "League", "ru": "Лига"}
