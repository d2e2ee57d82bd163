"""The ledger of consent is only added to; it lets go only of whoever is erased or forgotten."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.people.privacy_support import signed
from tests.support import sign


def ledger(session) -> list[tuple]:
    return [tuple(row) for row in session.execute(text("SELECT purpose, act, how FROM people_consent ORDER BY id"))]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_consent SET wording = 'I agree to everything.'",
        "UPDATE people_consent SET act = 'withdrawn'",
        "DELETE FROM people_consent",
        "TRUNCATE people_consent",
    ],
)
def test_the_database_refuses_every_change(app, session, client, statement):
    sign(client)
    with pytest.raises(DatabaseError, match="only added to"), session.begin_nested():
        session.execute(text(statement))
    assert ledger(session) == [("signature", "given", "web")]


def test_it_goes_with_its_person(app, session, client):
    sign(client)
    session.execute(text("DELETE FROM petitions_signature"))
    session.execute(text("DELETE FROM people_person"))
    assert ledger(session) == []


def test_taking_back_is_a_new_row(app, session, client):
    own = signed(app, client)
    client.post(own, data={"action": "show", "shown": "none"})
    assert set(ledger(session)[:2]) == {("signature", "given", "web"), ("updates", "given", "web")}
    assert ledger(session)[2:] == [("updates", "withdrawn", "web")]


def test_who_withdraws_one_signature_of_two_has_it_in_the_ledger(app, session, client):
    own = signed(app, client)
    session.execute(
        text(
            "WITH p AS (INSERT INTO petitions_petition (campaign_id, slug, version, opened_on)"
            " SELECT campaign_id, 'another', version, opened_on FROM petitions_petition RETURNING id)"
            " INSERT INTO petitions_signature (petition_id, person_id, state, name, area, shown, language,"
            " text_version, text_digest, updates, signed_at, confirmed_at) SELECT p.id, person_id, state, name, area,"
            " shown, language, text_version, text_digest, updates, signed_at, confirmed_at FROM petitions_signature, p"
        )
    )
    session.commit()
    client.post(own, data={"action": "withdraw"})
    assert ledger(session)[-1] == ("signature", "withdrawn", "web")
    words = session.scalar(text("SELECT wording FROM people_consent ORDER BY id DESC LIMIT 1"))
    assert words == "Withdraw my signature"


def test_erasing_empties_it(app, session, client):
    own = signed(app, client)
    client.post(own, data={"action": "erase"})
    assert ledger(session) == []
