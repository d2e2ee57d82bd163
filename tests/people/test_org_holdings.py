"""What organisations hold about a person is given, corrected and ended with everything else."""

import json

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.people import holdings, positions
from app.people.holdings import Change
from app.people.org_models import Position
from app.people.positions import Agreement
from tests.people.org_support import NOW, network, organisation, person

ADDRESS = "fictional@example.org"


@pytest.fixture
def subject(session):
    """Somebody in an organisation, who agreed to letters of a network."""
    mine = network()
    position = person(organisation("Fictional Friends", mine), ADDRESS, title="Secretary", roles=("un",), language="sw")
    person_id = db.session.get(Position, position).person_id
    agreement = Agreement(mine, ("letters",), "given", "Yes, letters.", "en", "spoken", NOW)
    positions.record_agreement(person_id, agreement, 1, NOW)
    db.session.commit()
    return holdings.subject_of(ADDRESS)


def test_positions_and_consent_by_network_are_given(app, subject):
    with app.test_request_context("/en"):
        found = holdings.everything(subject)
        given = holdings.as_json(found)
        shown = [
            field.shown(row[key], "en")
            for holding, rows in found
            for row in rows
            for key, field in holding.fields.items()
            if field.shown and row.get(key)
        ]
    (position,) = given["positions"]
    assert (position["organisation"], position["title"], position["roles"]) == ("Fictional Friends", "Secretary", "un")
    (consent,) = given["consent"]
    assert (consent["network"], consent["purpose"], consent["how"]) == ("fictional-network", "letters", "spoken")
    assert "Network fictional-network" in shown, "as it is called in the reader's language"
    assert "Represents it at the United Nations" in shown and "Letters to sign for the organisation" in shown
    assert json.dumps(given)


def test_a_name_and_a_language_are_corrected_there_too(subject):
    holdings.correct(subject.person_id, Change(name="Fictional Second", language="fr"))
    db.session.commit()
    position = db.session.query(Position).one()
    assert (position.name, position.language) == ("Fictional Second", "fr")


def test_who_wants_no_more_mails_takes_back_consent_towards_networks(subject):
    for _time in range(2):
        holdings.silence(subject.person_id, "en", "No more mails.", "web", clock.now())
        db.session.commit()
    given = holdings.as_json(holdings.everything(subject))
    assert [(row["act"], row["purpose"]) for row in given["consent"]] == [
        ("given", "letters"),
        ("withdrawn", "letters"),
    ]
