"""Organisations at the desk: entered, found, changed; people in them; what coordinators may see."""

import re

import pytest
from sqlalchemy import select

from app.kernel import audit
from app.people import operations as people_operations
from app.people import org_queries
from app.people.models import Consent, Person
from app.people.org_models import Organisation, OrganisationDomain, Position
from tests.house.queries import counted
from tests.people.org_support import DESK, NOW, network, organisation, person
from tests.support import confirm_all, sign

FIELDS = {"name": "Fictional Water League", "name_language": "en", "ecosoc": "special", "country": "KEN"}


def entered(client, **changes):
    return client.post(f"{DESK}/new", data={**FIELDS, **changes})


def text(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def test_an_organisation_is_entered_found_changed_and_every_step_is_written_down(staff, session):
    client = staff("campaigner")
    answer = entered(client, name_fr="Ligue fictive de l’eau", website="WWW.Fictional-Water.example/", works_in=["KEN"])
    assert answer.status_code == 303
    page = text(client, answer.headers["Location"])
    assert "Ligue fictive de l’eau" in page and "https://www.fictional-water.example" in page
    for words in ("league WATER", "eau", "fictional-water.example", "someone@fictional-water.example", "ligue fict"):
        assert "Fictional Water League" in text(client, f"{DESK}?q={words}"), words
    for narrowed in ("q=desert", "country=GHA", "ecosoc=roster", "network=99", "network=zz&q=nothing"):
        assert "Fictional Water League" not in text(client, f"{DESK}?{narrowed}"), narrowed
    there = answer.headers["Location"]
    assert client.post(f"{there}/edit", data={**FIELDS, "ecosoc": "general"}).status_code == 303
    assert "General status" in text(client, there)
    actions = session.scalars(select(audit.Entry.action).order_by(audit.Entry.id)).all()
    assert actions[-2:] == ["organisations.enter", "organisations.change"]
    assert not list(audit.verify())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "—"},
        {"website": "javascript:alert(1)"},
        {"country": "ZZZ"},
        {"works_in": ["KEN", "ZZZ"]},
        {"ecosoc": "observer"},
        {"name_language": "klingon"},
        {"more_names": "pt"},
        {"name": "x" * 301},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(staff, session, wrong):
    answer = entered(staff("campaigner"), acronym="FWLXYZ", **wrong)
    assert answer.status_code == 422
    assert "FWLXYZ" in answer.get_data(as_text=True) and 'id="errors"' in answer.get_data(as_text=True)
    assert session.scalar(select(Organisation.id)) is None


def test_the_list_asks_the_same_number_of_queries_however_long_it_is(staff, session):
    client = staff("campaigner")
    organisation("Fictional One")
    client.get(DESK)
    with counted() as few:
        client.get(DESK)
    for number in range(60):
        organisation(f"Fictional {'abcdefghij'[number % 10] * 5} {number}")
    with counted() as many:
        page = text(client, DESK)
    assert len(many.statements) == len(few.statements)
    older = re.search(r'href="([^"]*[?&;]at=[^"]*)"', page)[1].replace("&amp;", "&")
    assert "Fictional" in text(client, older)
    assert client.get(f"{DESK}?at=nonsense").status_code == 404


def test_the_file_of_the_list_names_nobody_and_nothing_in_it_is_executed(staff):
    made = organisation("=Fictional()", acronym="@FCT")
    person(made, "secret.person@fictional.example", "Secret Person")
    answer = staff("campaigner").get(f"{DESK}.csv")
    content = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv" and "'=Fictional()" in content and "'@FCT" in content
    assert "ecret" not in content


def test_somebody_is_entered_agrees_to_something_and_takes_it_back(staff, session):
    made = organisation("Fictional Water League", one := network())
    client = staff("campaigner")
    values = {"name": "Fictional Ama", "address": "ama@water.example", "roles": ["un", "press"], "language": "fr"}
    answer = client.post(f"{DESK}/{made}/people/new", data=values)
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert "Fictional Ama" in text(client, f"{DESK}/{made}") and "ama@water.example" in text(client, there)
    said = {"network": str(one), "language": "en", "wording": "I agree to letters.", "way": "paper", "on": "2026-01-05"}
    sent = {f"agreement-{name}": value for name, value in said.items()}
    given = {**sent, "agreement-act": "given", "agreement-purposes": ["letters", "news"]}
    assert client.post(f"{there}/consent", data=given).status_code == 303
    assert "I agree to letters." in text(client, there)
    position = session.scalar(select(Position))
    held = org_queries.agreed(org_queries.ledger(position.person_id, None))
    assert held == {(one, "letters"), (one, "news")}
    back = {**sent, "agreement-act": "withdrawn", "agreement-purposes": ["news"]}
    assert client.post(f"{there}/consent", data=back).status_code == 303
    assert org_queries.agreed(org_queries.ledger(position.person_id, None)) == {(one, "letters")}
    row = session.scalar(select(Consent).order_by(Consent.id).limit(1))
    assert (row.recorded_by, row.how, row.campaign) == (client.staff_id, "paper", None) and row.recorded_at
    for wrong in ({"agreement-wording": ""}, {"agreement-on": "2999-01-01"}, {"agreement-on": "x"}):
        assert client.post(f"{there}/consent", data={**given, **wrong}).status_code == 422


def test_an_address_is_in_an_organisation_once_and_never_against_its_will(staff, session, app):
    made = organisation("Fictional Water League")
    person(made, "ama@water.example")
    client = staff("campaigner")
    values = {"name": "Fictional Ama", "address": "AMA@water.example"}
    assert client.post(f"{DESK}/{made}/people/new", data=values).status_code == 422
    assert people_operations.erase_address("ama@water.example", NOW)
    session.commit()
    assert session.scalar(select(Position.id)) is None
    assert session.scalar(select(OrganisationDomain.id)) is None, "nor is the domain of the address remembered"
    answer = client.post(f"{DESK}/{made}/people/new", data=values)
    assert answer.status_code == 422 and "wants no mail" in answer.get_data(as_text=True)


def test_whom_nothing_else_needs_is_forgotten_when_they_leave(staff, session):
    made = organisation("Fictional Water League")
    position = person(made, "ama@water.example")
    client = staff("campaigner")
    assert client.post(f"{DESK}/{made}/people/{position}/remove").status_code == 303
    assert session.scalar(select(Person.id)) is None


def test_a_signer_who_is_in_an_organisation_stays_when_one_of_the_two_ends(app, client, staff, session):
    sign(client, email="ama@water.example")
    confirm_all(app, client)
    made = organisation("Fictional Water League")
    position = person(made, "ama@water.example")
    assert staff("campaigner").post(f"{DESK}/{made}/people/{position}/remove").status_code == 303
    assert session.scalar(select(Person.email)) == "ama@water.example"


def coordinator(staff, *networks):
    return staff("coordinator", networks=networks)


def every_organisation_route(app):
    for rule in app.url_map.iter_rules():
        if "/desk/organisations/<" in rule.rule and "organisation_id" in rule.arguments:
            for method in rule.methods & {"GET", "POST"}:
                yield rule, method


def test_outside_their_networks_an_organisation_does_not_exist_for_coordinators(app, staff):
    """Every route that names an organisation, one that is theirs being the control."""
    mine, other = network("mine"), network("other")
    theirs = organisation("Fictional Others", other)
    position = person(theirs, "hidden@others.example", "Hidden Person")
    client = coordinator(staff, mine)
    nobody = coordinator(staff)
    walked = 0
    for rule, method in every_organisation_route(app):
        if rule.endpoint == "organisations.propose":
            continue  # not for coordinators at all: 403, by the matrix
        values = {"lang": "en", "organisation_id": theirs, "position_id": position}
        path = app.url_map.bind("plenary.test").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method=method
        )
        for who in (client, nobody):
            assert who.open(path, method=method).status_code == 404, f"{method} {path}"
        walked += 1
    assert walked >= 8
    for path in (DESK, f"{DESK}?q=fictional", f"{DESK}?network={other}", f"{DESK}.csv", f"{DESK}.csv?network={other}"):
        for who in (client, nobody):
            assert "Others" not in text(who, path), path


def test_a_coordinator_sees_of_a_shared_member_nothing_of_the_other_network(staff):
    mine, other = network("mine"), network("other")
    made = organisation("Fictional Shared", mine, other)
    client = coordinator(staff, mine)
    page = text(client, f"{DESK}/{made}")
    assert "Network mine" in page and "Network other" not in page
    assert "other" not in text(client, f"{DESK}.csv").replace("another", "")
    # Nor may they take it out of a network that is not theirs, or put it into one.
    assert client.post(f"{DESK}/{made}/networks", data={"leave": str(other)}).status_code == 404
    answer = client.post(f"{DESK}/{made}/networks", data={"network": str(other), "since": "2026-01-01"})
    assert answer.status_code == 422
    assert entered(client).status_code == 422, "and what they enter belongs to a network of theirs"
    assert entered(client, networks=[str(other)]).status_code == 422
    assert entered(client, networks=[str(mine)]).status_code == 303


def test_to_a_coordinator_a_hidden_signer_and_somebody_unknown_are_the_same(app, client, staff):
    sign(client, email="signer@water.example", shown="none", updates="y")
    confirm_all(app, client)
    made = organisation("Fictional Water League", mine := network("mine"))
    who = coordinator(staff, mine)
    pages = []
    for address in ("signer@water.example", "nobody@water.example"):
        answer = who.post(f"{DESK}/{made}/people/new", data={"name": "Fictional Same", "address": address})
        assert answer.status_code == 303
        there = answer.headers["Location"]
        page = text(who, there).replace(address, "ADDRESS")
        assert "un75" not in page and "signature" not in page.lower()
        number = there.rpartition("/")[2]
        pages.append(page.replace(f"/people/{number}", "/people/N"))
        assert who.post(f"{there}/remove").status_code == 303
    assert pages[0].replace("The person is entered.", "") == pages[1].replace("The person is entered.", "")


def test_networks_show_who_coordinates_them(staff):
    one = network()
    staff("coordinator", networks=(one,), name="Fictional Coordinator")
    client = staff("campaigner")
    page = text(client, "/en/desk/networks")
    assert "Fictional Coordinator" in page
    names = {"name_en": "Fictional Renamed", "name_fr": "Fictif", "slug": "renamed"}
    assert client.post(f"/en/desk/networks/{one}", data=names).status_code == 303
    assert client.post("/en/desk/networks/new", data=names).status_code == 422, "the slug is taken"
    assert "Fictif" in text(client, "/fr/desk/networks")
