"""Somebody is erased while a list with them is taken in, or while they are put into an organisation: on connections of
their own, as a worker and a web process have. Whoever comes first, nothing of the person is left."""

import threading

import pytest
from sqlalchemy import text

from tests.conftest import environment

ADDRESS = "ama@water.example"
LIST = f"Name,Contact,Email\nFictional Water League,Fictional Ama,{ADDRESS}\n".encode()


@pytest.fixture(scope="module")
def real(make_database, tmp_path_factory):
    """An app whose sessions commit."""
    from app import create_app
    from app.kernel.db import db

    app = create_app(environment(make_database(), tmp_path_factory.mktemp("instance")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def organisation(real):
    """An organisation, and somebody in it who can be erased."""
    from app.people import operations
    from app.people.positions import PersonData
    from tests.people import org_support

    with real.app_context():
        from app.kernel.db import db

        db.session.execute(text("TRUNCATE people_organisation, people_suppression, people_import CASCADE"))
        db.session.execute(text("DELETE FROM people_person"))
        made = org_support.organisation("Fictional Voices")
        org_support.person(made, ADDRESS)
        yield made, PersonData(name="Fictional Ama", address=ADDRESS), operations
        db.session.remove()


def left(session) -> list[int]:
    return [
        session.scalar(text(f"SELECT count(*) FROM {place}"))
        for place in (
            "people_position",
            "people_person WHERE email IS NOT NULL",
            "people_import_row WHERE content <> ''",
        )
    ]


def beside(real, what):
    """Run in a thread, on a connection of its own; what it raised, or None, in a list."""
    done: list = []

    def run():
        from app.kernel.db import db

        with real.app_context():
            try:
                what()
                db.session.commit()
                done.append(None)
            except Exception as error:
                db.session.rollback()
                done.append(error)
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.5)
    return thread, done


def test_who_is_erased_a_moment_before_is_not_put_into_an_organisation(real, organisation):
    from app.kernel import clock
    from app.kernel.db import db
    from app.people import positions

    _made, person, operations = organisation
    assert operations.erase_address(ADDRESS, clock.now())

    def add():
        from tests.people import org_support

        positions.add(org_support.organisation("Fictional Bread"), person, 1, clock.now())

    thread, done = beside(real, add)
    assert not done, "it waits for who erases"
    db.session.commit()
    thread.join(20)
    assert isinstance(done[0], positions.Suppressed)
    assert left(db.session) == [0, 0, 0]


def test_who_is_erased_while_a_list_is_taken_in_is_in_nothing_of_it(real, organisation):
    from app.kernel import clock
    from app.kernel.db import db
    from app.people.importing import applying
    from app.people.importing import operations as importing

    _made, _person, operations = organisation
    now = clock.now()
    number = importing.begin(LIST, lang="en", networks=None, actor=1, now=now)
    values = {"network_id": None, "policy": "add", "consent": None, "actor": 1, "now": now}
    begun = importing.try_out(number, ["name", "person", "address"], **values)
    db.session.commit()
    importing.check(number, begun, now)
    begun = applying.apply(number, 1, now)
    db.session.commit()
    made = importing.locked(number, "applying")
    rows = db.session.scalars(text("SELECT id FROM people_import_row")).all()
    applying._take_in(made, [db.session.get(applying.ImportRow, row) for row in rows], now)
    thread, done = beside(real, lambda: operations.erase_address(ADDRESS, now))
    assert not done, "it waits for the list's job"
    db.session.commit()
    thread.join(20)
    assert done == [None]
    assert left(db.session) == [0, 0, 0]
