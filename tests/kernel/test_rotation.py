"""Changing keys while people are there: nothing is lost, nobody is counted twice, and it can be killed half-way."""

import os

import pytest
from sqlalchemy import text

from app.kernel import clock, rotation
from app.kernel.crypto import Keyring, UnknownKey
from app.people.queries import is_suppressed
from tests.support import run_jobs, sign

SIGNERS = 7


@pytest.fixture
def keys(app):
    """The keys that are held, as two dictionaries newest first; `use` changes them as a restart with new settings."""
    held = {"encryption": dict(app.config["ENCRYPTION_KEYS"]), "digest": dict(app.config["DIGEST_KEYS"])}
    before = app.extensions["keyring"]

    class Keys:
        encryption, digest = held["encryption"], held["digest"]

        def use(self, encryption=None, digest=None):
            self.encryption, self.digest = encryption or self.encryption, digest or self.digest
            app.extensions["keyring"] = Keyring(self.encryption, self.digest)

        def add_encryption(self, number=2):
            self.use(encryption={number: os.urandom(32), **self.encryption})

        def add_digest(self, number=2):
            self.use(digest={number: os.urandom(32), **self.digest})

    yield Keys()
    app.extensions["keyring"] = before


@pytest.fixture
def signers(client):
    for number in range(SIGNERS):
        sign(client, name=f"Signer {number}", email=f"signer{number}@example.org")


def key_numbers(session) -> dict[str, set[int]]:
    found = {}
    for column in rotation.encrypted_columns():
        rows = session.execute(
            text(f"SELECT get_byte({column.name}, 0) FROM {column.table.name} WHERE {column.name} IS NOT NULL")
        )
        if numbers := set(rows.scalars()):
            found[f"{column.table.name}.{column.name}"] = numbers
    assert {"people_person.email", "petitions_signature.name"} <= set(found)
    return found


def everything(session) -> list[tuple]:
    from app.people.models import Person
    from app.petitions.models import Signature

    session.expire_all()
    people = session.query(Person.id, Person.email).order_by(Person.id).all()
    return [tuple(row) for row in people + session.query(Signature.id, Signature.name).order_by(Signature.id).all()]


def test_the_sealed_columns_are_found_from_the_tables(app):
    found = {f"{column.table.name}.{column.name}" for column in rotation.encrypted_columns()}
    assert {"people_person.email", "petitions_signature.name"} <= found
    for column in rotation.encrypted_columns():
        assert column.type.context == f"{column.table.name}.{column.name}"


def test_rotating_ends_with_nothing_under_the_old_key_and_every_value_as_it_was(app, session, signers, keys):
    before = everything(session)
    keys.add_encryption()
    assert everything(session) == before, "the old key still reads"
    assert app.test_cli_runner().invoke(args=["keys", "rotate"]).exit_code == 0
    assert all(numbers <= {2} for numbers in key_numbers(session).values())
    keys.use(encryption={2: keys.encryption[2]})
    assert everything(session) == before


def test_a_rotation_that_was_killed_after_a_batch_goes_on_where_it_was(app, session, signers, keys, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    before = everything(session)
    keys.add_encryption()
    running = rotation.rotate()
    assert next(running) == ("people_person.email", 3)
    running.close()
    session.rollback()
    assert key_numbers(session)["people_person.email"] == {1, 2}
    assert everything(session) == before, "both keys are held, so all of it can be read half-way"
    assert sum(1 for column, _ in rotation.rotate() if column == "people_person.email") == 2, "only what was left"
    assert all(numbers <= {2} for numbers in key_numbers(session).values())
    assert list(rotation.rotate()) == []
    assert everything(session) == before


def test_what_is_written_during_a_rotation_is_under_the_newest_key(app, session, client, signers, keys):
    keys.add_encryption()
    sign(client, name="Late Comer", email="late@example.org")
    assert key_numbers(session)["people_person.email"] == {1, 2}
    list(rotation.rotate())
    assert key_numbers(session)["people_person.email"] == {2}


def test_a_key_that_is_missing_is_named_and_nothing_is_changed(app, session, signers, keys):
    keys.use(encryption={2: os.urandom(32)})
    with pytest.raises(UnknownKey, match=r"people_person\.email: there is no encryption key number 1"):
        list(rotation.rotate())
    session.rollback()
    result = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert result.exit_code == 1
    assert "Put that key back into ENCRYPTION_KEYS" in result.output
    assert "Traceback" not in result.output
    session.rollback()
    assert all(numbers <= {1} for numbers in key_numbers(session).values())


def test_who_signed_under_an_old_digest_key_is_the_same_person_under_a_new_one(app, session, client, keys):
    sign(client, email="ama@example.org")
    keys.add_digest()
    sign(client, email="AMA@example.org")
    sign(client, email="new@example.org")
    digests = session.execute(text("SELECT get_byte(email_digest, 0) FROM people_person ORDER BY id")).scalars().all()
    assert digests == [1, 2], "one person under the old key, one under the new"
    assert session.scalar(text("SELECT count(*) FROM petitions_signature")) == 2


def test_who_refused_mail_under_an_old_digest_key_gets_none_under_a_new_one(app, session, client, keys, mailbox):
    sign(client, email="ama@example.org")
    run_jobs(app)
    client.post(mailbox()[0].link, data={"action": "not-me"})
    keys.add_digest()
    assert is_suppressed("Ama@example.org", clock.now())
    sign(client, email="ama@example.org")
    run_jobs(app)
    assert len(mailbox()) == 1, "no second mail"
    assert session.scalar(text("SELECT count(*) FROM petitions_signature")) == 0
