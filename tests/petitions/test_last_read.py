"""A signing asks nothing first: what the process read last is checked by the statement that writes."""

from sqlalchemy import text

from app.kernel import clock
from app.people.models import Person
from app.petitions import rules
from app.petitions.models import PetitionText, Signature
from tests.house.queries import counted
from tests.support import PETITION, form_values

POST = PETITION.format(lang="en")


def change_text(session) -> bytes:
    """Another process opens another text; this one does not hear of it."""
    words = session.query(PetitionText).filter_by(language="en").one()
    words.digest = b"x" * 32
    session.commit()
    return words.digest


def test_a_valid_form_is_one_statement_in_a_process_that_has_shown_the_page(client):
    values = form_values(client)
    with counted() as found:
        assert client.post(POST, data=values).status_code == 303
    assert len(found.statements) == 1


def test_the_page_of_a_text_that_this_process_has_not_read_yet_is_taken(app, client, session):
    values = form_values(client)
    digest = change_text(session)
    token = rules.form_token(app.config["SECRET_KEY"], "focal-point", digest, "en", clock.today())
    assert client.post(POST, data={**values, "token": token}).status_code == 303
    assert session.query(Signature).one().text_digest == digest


def test_a_text_that_is_open_no_more_leaves_nothing_behind(client, session):
    values = form_values(client)
    change_text(session)
    assert client.post(POST, data=values).status_code == 422
    session.rollback()
    assert session.query(Signature).count() == session.query(Person).count() == 0


def test_postgresql_plans_the_statement_once_and_not_for_every_signing(client, session):
    values = form_values(client)
    for number in range(16):
        client.post(POST, data={**values, "email": f"ama{number}@example.org"})
    plans = session.execute(
        text("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%WITH words%'")
    ).one()
    assert plans.generic_plans > 0, plans
