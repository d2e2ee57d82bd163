"""Contacts are what people, organisations and networks say, whoever changes these, in whatever order."""

import random
import threading
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.mobilisation import contacts, contacts_models
from app.mobilisation.contacts_models import SOME_DAY
from app.people import joining, operations, org_operations, positions
from app.people.org_models import ECOSOC, ROLES, Organisation
from app.people.org_operations import data_of
from app.people.positions import PersonData
from tests.mobilisation.contact_support import fold_all
from tests.people.org_support import NOW, network, organisation
from tests.people.test_importing import uploaded


def stands(session) -> set[tuple]:
    """The projection as it stands."""
    rows = session.execute(
        text(
            "SELECT contact_id, organisation_id, country, ecosoc, networks, roles, language, second_language, place"
            " FROM mobilisation_contact JOIN mobilisation_kind AS k ON k.id = kind_id"
        )
    )
    return {tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in rows}


def due(session) -> set[tuple]:
    """What it has to be, put together here from the tables of people."""
    living = {row["id"]: row for row in read(session, "people_organisation") if row["joined_into"] is None}
    usable = {
        row["id"] for row in read(session, "people_person") if row["email"] is not None and row["restricted_at"] is None
    }
    positions_ = read(session, "people_position")
    places = [row for row in positions_ if row["organisation_id"] in living and row["person_id"] in usable]
    networks = {}
    for row in read(session, "people_membership"):
        networks.setdefault(row["organisation_id"], set()).add(row["network_id"])
    found = set()
    for row in places:
        home = living[row["organisation_id"]]
        mine = sorted(other["organisation_id"] for other in places if other["person_id"] == row["person_id"])
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
                1 + mine.index(home["id"]),
            )
        )
    return found


def read(session, table: str) -> list:
    return [row._mapping for row in session.execute(text(f"SELECT * FROM {table}"))]


def bits(session) -> set[tuple]:
    """What bits say of each contact, but for those of whom entries say that it may not be so."""
    late = set(session.scalars(text("SELECT contact_id FROM mobilisation_contact_entry")))
    found = set()
    for row in read(session, "mobilisation_contact_bits"):
        string = row["bits"]
        assert "1" in string, "a string of nobody"
        for word in range(0, len(string), 64):
            # The first bit of a word is its highest.
            for place, bit in enumerate(reversed(string[word : word + 64])):
                contact = (row["chunk"] << contacts_models.CHUNK) + word + place
                if bit == "1" and contact not in late:
                    found.add((contact, row["place"], row["what"], row["value"]))
    return found


def bits_due(session) -> set[tuple]:
    """What they have to say, put together here from contacts, areas and deliveries."""
    late = set(session.scalars(text("SELECT contact_id FROM mobilisation_contact_entry")))
    regions = {row["code"]: row["region_code"] for row in read(session, "states_area")}
    mails = {}
    for row in read(session, "mobilisation_delivery"):
        if row["state"] in ("sent", "uncertain"):
            mails.setdefault(row["contact_id"], []).append(row["sent_at"].date() if row["sent_at"] else SOME_DAY)
    found = set()
    for contact, _organisation, country, ecosoc, networks, roles, first, second, place in stands(session):
        if contact in late:
            continue
        said = [("everybody", ""), ("country", country), ("ecosoc", ecosoc)]
        said += [("region", regions[country])] if regions.get(country) else []
        said += [("network", str(one)) for one in networks] + [("role", one) for one in roles]
        said += [("language", one) for one in (first, second) if one]
        if contact in mails:
            day = max(mails[contact]).isoformat()
            said += [("mailed", day), ("mailed-in", day[:7])]
        found |= {(contact, place, *one) for one in said}
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

    def add_some(self, number: int):
        """So many tries: whoever is there already is not added again."""
        for _ in range(number):
            try:
                with self.session.begin_nested():
                    self.add()
            except positions.AlreadyThere:
                continue

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
    verbs = [
        name for name in vars(People) if name not in ("ids", "living", "data", "add_some") and not name.startswith("_")
    ]
    refusals = (
        positions.AlreadyThere,
        positions.Suppressed,
        joining.CannotJoin,
        joining.CannotUndo,
        IndexError,
        IntegrityError,
    )
    # On, until somebody was in two organisations and enough was done: by which chance, another verb changes.
    for step in range(300):
        if step >= 70 and several and len(set(done)) > 9:
            break
        verb = people.chance.choice((*verbs, "add", "add", "add", "mail", "mail", "deliver"))
        try:
            with session.begin_nested():
                getattr(people, verb)()
                session.flush()
        except refusals:
            continue
        done.append(verb)
        several |= any(row[-1] > 1 for row in stands(session))
        assert stands(session) == due(session), done
        if people.chance.random() < 0.4:
            contacts.fold()
        assert bits(session) == bits_due(session), done
    fold_all()
    assert session.scalar(text("SELECT count(*) FROM mobilisation_contact_entry")) == 0
    assert bits(session) == bits_due(session), done
    assert contacts.amiss() == [] and several and len(set(done)) > 9, done


def test_each_night_what_is_amiss_is_found_and_put_right(session):
    people = People(session, 5)
    people.add_some(12)
    session.execute(
        text("DELETE FROM mobilisation_contact WHERE contact_id = (SELECT min(contact_id) FROM mobilisation_contact)")
    )
    session.execute(
        text("UPDATE mobilisation_contact SET place = place + 1, kind_id = (SELECT min(id) FROM mobilisation_kind)")
    )
    assert contacts.amiss()
    assert contacts.check() and contacts.amiss() == [] and stands(session) == due(session)
    assert contacts.check() == 0
    # What entries tell of is not amiss.
    assert contacts.check_bits() == 0 and bits(session) == bits_due(session)
    session.execute(text("UPDATE mobilisation_contact_bits SET bits = ~bits WHERE what = 'language'"))
    session.execute(text("DELETE FROM mobilisation_contact_bits WHERE what = 'everybody'"))
    session.execute(text("UPDATE mobilisation_contact_bits SET value = 'nobody-knows' WHERE what = 'ecosoc'"))
    assert contacts.check_bits() > 2
    assert bits(session) == bits_due(session) and contacts.check_bits() == 0


def test_contacts_of_several_chunks_have_bits_of_their_own(session):
    people = People(session, 6)
    session.execute(text("ALTER TABLE people_person ALTER COLUMN id RESTART WITH 65530"))
    people.add_some(30)
    session.execute(text("ALTER TABLE people_person ALTER COLUMN id RESTART WITH 4611686018"))
    positions.add(people.living(), PersonData("Fictional Person", "far@example.org", None, (), None, None), 1, NOW)
    fold_all()
    assert bits(session) == bits_due(session)
    assert len({one[0] >> contacts_models.CHUNK for one in bits(session)}) == 3


def test_an_area_that_is_in_another_region_is_so_at_once_for_whoever_asks(session):
    people = People(session, 7)
    while not stands(session):
        people.add()
    fold_all()
    session.execute(text("UPDATE states_area SET region_code = '019' WHERE code = 'KEN'"))
    assert bits(session) == bits_due(session) == set()
    contacts.fold()
    assert "019" in {one[3] for one in bits(session)} and bits(session) == bits_due(session)


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


def test_when_a_list_is_in_or_taken_back_its_people_are_counted_by_bits_at_once(app, staff, work, session):
    client = staff("campaigner")
    there = uploaded(client, "Name,Country,Email\nFictional Wells,KEN,ama@wells.example\n")
    columns = {"column-0": "name", "column-1": "country", "column-2": "address", "policy": "skip"}
    assert client.post(f"{there}/columns", data=columns).status_code == 303
    work()
    for act, country in (("apply", {"KEN"}), ("undo", set())):
        client.post(f"{there}/{act}")
        assert work() == [f"imports:{act}", "contacts:fold"], "the minute need not come by"
        assert read(session, "mobilisation_contact_entry") == []
        assert {value for _, _, what, value in bits(session) if what == "country"} == country
