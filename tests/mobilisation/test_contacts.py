"""Contacts are what people, organisations and networks say, whoever changes these, in whatever order."""

import random
import threading
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.mobilisation import contacts
from app.mobilisation.contacts_models import NEVER, SOME_DAY
from app.people import joining, operations, org_operations, positions
from app.people.org_models import ECOSOC, ROLES, Organisation
from app.people.org_operations import data_of
from app.people.positions import PersonData
from tests.people.org_support import NOW, network, organisation


def stands(session) -> set[tuple]:
    """The projection as it stands, but for contacts of whom entries say that it is not yet so."""
    rows = session.execute(
        text(
            "SELECT contact_id, organisation_id, country, ecosoc, networks, roles, language, second_language, k.mailed,"
            " k.several"
            " FROM mobilisation_contact JOIN mobilisation_kind AS k ON k.id = kind_id"
            " WHERE contact_id NOT IN (SELECT contact_id FROM mobilisation_mailed_entry)"
        )
    )
    return {tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in rows}


def numbers(session) -> list:
    """The kinds whose number, with what entries say, is not that of their contacts: there must be none."""
    statement = text(
        "SELECT k.id FROM mobilisation_kind AS k WHERE"
        " k.number + (SELECT coalesce(sum(e.number), 0) FROM mobilisation_kind_entry AS e WHERE e.kind_id = k.id)"
        " <> (SELECT count(*) FROM mobilisation_contact AS c WHERE c.kind_id = k.id)"
    )
    return list(session.scalars(statement))


def due(session) -> set[tuple]:
    """What it has to be of these, put together here from the tables of people and of deliveries."""
    read = lambda table: [row._mapping for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: E731
    living = {row["id"]: row for row in read("people_organisation") if row["joined_into"] is None}
    usable = {row["id"] for row in read("people_person") if row["email"] is not None and row["restricted_at"] is None}
    places = [row for row in read("people_position") if row["organisation_id"] in living and row["person_id"] in usable]
    networks = {}
    for row in read("people_membership"):
        networks.setdefault(row["organisation_id"], set()).add(row["network_id"])
    late = set(session.scalars(text("SELECT contact_id FROM mobilisation_mailed_entry")))
    mails = {}
    for row in read("mobilisation_delivery"):
        if row["state"] in ("sent", "uncertain"):
            mails.setdefault(row["contact_id"], []).append(row["sent_at"].date() if row["sent_at"] else SOME_DAY)
    found = set()
    for row in places:
        if row["person_id"] in late:
            continue
        home = living[row["organisation_id"]]
        found.add(
            (
                row["person_id"],
                row["organisation_id"],
                home["country"] or "",
                home["ecosoc"],
                tuple(sorted(networks.get(home["id"], ()))),
                tuple(sorted(set(row["roles"]))),
                row["language"] or "",
                row["second_language"] or "",
                max(mails.get(row["person_id"], [NEVER])),
                sum(other["person_id"] == row["person_id"] for other in places) > 1,
            )
        )
    return found


class People:
    """Somebody who changes people at random, by what the house offers and by plain SQL."""

    def __init__(self, session, seed: int):
        self.session, self.chance = session, random.Random(seed)
        self.mailings = list(
            session.scalars(
                text(
                    "INSERT INTO mobilisation_mailing (campaign, name, language, created_at, changed_at)"
                    " SELECT 'un75', 'Fictional', 'en', now(), now() FROM generate_series(1, 3) RETURNING id"
                )
            )
        )
        self.networks = [network(f"fictional-{number}") for number in range(3)]
        self.organisations = [
            organisation(f"Fictional league {number} {'abcdefgh'[number] * 3}", country="KEN") for number in range(5)
        ]

    def ids(self, table: str) -> list[int]:
        return list(self.session.scalars(text(f"SELECT id FROM {table} ORDER BY id")))

    def living(self) -> int:
        return self.chance.choice(
            list(self.session.scalars(text("SELECT id FROM people_organisation WHERE joined_into IS NULL")))
        )

    def data(self) -> PersonData:
        roles = self.chance.sample(ROLES, self.chance.randint(0, 3))
        languages = self.chance.choice((None, "fr", "ar")), self.chance.choice((None, "en"))
        return PersonData(
            "Fictional Person", f"p{self.chance.randrange(7)}@example.org", None, tuple(roles), *languages
        )

    def add(self):
        positions.add(self.living(), self.data(), 1, NOW)

    def change(self):
        positions.change(self.chance.choice(self.ids("people_position")), self.data(), 1, NOW)

    def remove(self):
        positions.remove(self.chance.choice(self.ids("people_position")), 1, NOW)

    def move(self):
        found = self.session.get(Organisation, self.living())
        said = {**vars(data_of(found)), "country": self.chance.choice(("KEN", "FRA", None))}
        org_operations.change(
            found.id, org_operations.OrganisationData(**{**said, "ecosoc": self.chance.choice(ECOSOC)}), 1, NOW
        )

    def join_network(self):
        org_operations.join_network(self.living(), self.chance.choice(self.networks), NOW.date(), 1, NOW)

    def leave_network(self):
        org_operations.leave_network(self.living(), self.chance.choice(self.networks), 1, NOW)

    def join(self):
        joining.join(*self.chance.sample(self.organisations, 2), frozenset({"country"}), 1, NOW)

    def undo(self):
        joining.undo(self.chance.choice(self.ids("people_joining")), 1, NOW)

    def settle(self):
        joining.settle(NOW + joining.UNDO)

    def restrict(self):
        operations.restrict(self.chance.choice(self.ids("people_person")), NOW)

    def lift(self):
        operations.lift(self.chance.choice(self.ids("people_person")))

    def erase(self):
        operations.erase(self.chance.choice(self.ids("people_person")), NOW)

    def mail(self):
        """Somebody is written to: it waits, or left the house, or nobody knows."""
        state = self.chance.choice(("queued", "sent", "sent", "uncertain"))
        self.session.execute(
            text(
                "INSERT INTO mobilisation_delivery (mailing_id, contact_id, language, state, sent_at)"
                " VALUES (:mailing, :contact, 'en', :state, :at) ON CONFLICT DO NOTHING"
            ),
            {
                "mailing": self.chance.choice(self.mailings),
                "contact": self.chance.choice(self.ids("people_person")),
                "state": state,
                "at": NOW - timedelta(hours=self.chance.randrange(2000)) if state == "sent" else None,
            },
        )

    def deliver(self):
        """What became of mails becomes something else, and some are forgotten."""
        statement = self.chance.choice(
            (
                "UPDATE mobilisation_delivery SET state = 'sent', sent_at = now() WHERE state = 'queued'",
                "UPDATE mobilisation_delivery SET state = 'queued' WHERE state = 'uncertain'",
                "UPDATE mobilisation_delivery SET contact_id = NULL WHERE id % 4 = 0",
                "UPDATE mobilisation_delivery SET contact_id = (SELECT max(id) FROM people_person)"
                " WHERE id = (SELECT max(id) FROM mobilisation_delivery WHERE contact_id IS NULL)",
                "DELETE FROM mobilisation_delivery WHERE id % 7 = 0",
            )
        )
        self.session.execute(text(statement))

    def by_hand(self):
        statement = self.chance.choice(
            (
                "UPDATE people_position SET roles = '{press,head}', language = NULL WHERE id % 2 = 0",
                "UPDATE people_organisation SET ecosoc = 'roster' WHERE id % 2 = 1",
                "UPDATE people_membership SET network_id = 1 + network_id - network_id % 2 WHERE false",
                "DELETE FROM people_membership WHERE id % 3 = 0",
                "DELETE FROM people_position WHERE id % 5 = 0",
            )
        )
        self.session.execute(text(statement))


@pytest.mark.parametrize("seed", range(3))
def test_the_projection_is_true_after_whatever_is_done_to_people(session, seed):
    people, done, several = People(session, seed), [], False
    verbs = [name for name in vars(People) if name not in ("ids", "living", "data") and not name.startswith("_")]
    refusals = (
        positions.AlreadyThere,
        positions.Suppressed,
        joining.CannotJoin,
        joining.CannotUndo,
        IndexError,
        IntegrityError,
    )
    for _ in range(70):
        verb = people.chance.choice((*verbs, "add", "add", "add", "mail", "mail", "deliver"))
        try:
            with session.begin_nested():
                getattr(people, verb)()
                session.flush()
        except refusals:
            continue
        done.append(verb)
        several |= any(row[-1] for row in stands(session))
        assert stands(session) == due(session), done
        assert numbers(session) == [], done
        if people.chance.random() < 0.4:
            contacts.fold(people.chance.choice((1, 3, 100)))
            assert stands(session) == due(session), (*done, "fold")
    contacts.fold()
    assert stands(session) == due(session), done
    assert contacts.amiss() == [] and len(set(done)) > 9, done
    assert several


def test_each_night_what_is_amiss_is_found_and_put_right(session):
    people = People(session, 5)
    for _ in range(12):
        try:
            with session.begin_nested():
                people.add()
        except positions.AlreadyThere:
            continue
    session.execute(
        text("DELETE FROM mobilisation_contact WHERE contact_id = (SELECT min(contact_id) FROM mobilisation_contact)")
    )
    session.execute(
        text("UPDATE mobilisation_contact SET several = NOT several, kind_id = (SELECT min(id) FROM mobilisation_kind)")
    )
    assert contacts.amiss()
    session.execute(text("UPDATE mobilisation_kind SET number = number + 1"))
    found = contacts.check()
    assert (
        found.amiss
        and found.miscounted
        and numbers(session) == []
        and contacts.amiss() == []
        and stands(session) == due(session)
    )
    assert contacts.check() == contacts.Checked(0, 0, 0)


@pytest.mark.enable_socket
def test_who_changes_the_same_organisation_at_the_same_time_waits_and_loses_nothing(make_database):
    url = make_database()
    with psycopg.connect(url, autocommit=True) as db:
        org = db.execute(
            "INSERT INTO people_organisation (name, name_language, sort_key, country, created_at, changed_at)"
            " VALUES ('Fictional', 'en', 'fictional', 'KEN', now(), now()) RETURNING id"
        ).fetchone()[0]
        db.execute("INSERT INTO people_network (slug, names, created_at) VALUES ('one', '{\"en\": \"One\"}', now())")
        person = db.execute(
            "INSERT INTO people_person (email, email_digest, created_at) VALUES ('x', 'x', now()) RETURNING id"
        ).fetchone()[0]
    changes = (
        f"INSERT INTO people_position (organisation_id, person_id, name, created_at, changed_at)"
        f" VALUES ({org}, {person}, 'x', now(), now())",
        f"UPDATE people_organisation SET country = 'FRA' WHERE id = {org}",
        "INSERT INTO people_membership (organisation_id, network_id, since)"
        f" SELECT {org}, id, now() FROM people_network",
    )
    together = threading.Barrier(len(changes))

    def write(statement: str) -> None:
        with psycopg.connect(url) as db:
            db.execute("SELECT 1")
            together.wait()
            db.execute(statement)
            db.execute("SELECT pg_sleep(0.05)")

    threads = [threading.Thread(target=write, args=(statement,)) for statement in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url) as db:
        rows = db.execute(
            "SELECT country, cardinality(networks) FROM mobilisation_contact"
            " JOIN mobilisation_kind AS k ON k.id = kind_id"
        ).fetchall()
    assert rows == [("FRA", 1)]
