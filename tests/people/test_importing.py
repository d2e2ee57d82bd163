"""An import's whole way: upload, columns, dry run, taking in, taking back; killed in between; nothing that leaks."""

import io

import pytest
from sqlalchemy import event, func, select

from app.kernel import clock, progress
from app.people import operations as people_operations
from app.people import org_queries
from app.people.import_models import Import, ImportRow
from app.people.importing import applying, operations, undoing
from app.people.models import Consent, Person
from app.people.org_models import Membership, Organisation, Position
from tests.house.queries import counted
from tests.people.org_support import DESK, network, organisation, person
from tests.support import run_task

IMPORTS = f"{DESK}/imports"
LIST = """Name;Country;Website;Contact;E-mail;Role
Fictional Water League;KEN;water.example;Fictional Ama;ama@water.example;un
Fictional Water League;KEN;;Fictional Ben;ben@water.example;press
Fictional Voices;GHA;;;;
Fictional Bread;Atlantis;;;;
;KEN;;;;
Imaginary Wells Kenya;;;;;
Fictional Erased;;;Fictional Zoe;zoe@erased.example;
"""


def uploaded(client, content: str | bytes = LIST) -> str:
    """The path of a fresh import."""
    content = content.encode() if isinstance(content, str) else content
    answer = client.post(f"{IMPORTS}/new", data={"file": (io.BytesIO(content), "list.csv")})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].removesuffix("/columns")


def tried_out(client, work, there: str, width: int = 6, **values) -> str:
    columns = ("name", "country", "website", "person", "address", "roles")[:width]
    sent = {f"column-{place}": column for place, column in enumerate(columns)}
    answer = client.post(f"{there}/columns", data={**sent, "policy": "skip", **values})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert client.get(answer.headers["Location"]).status_code == 200
    work()
    return client.get(there).get_data(as_text=True)


def fates(session) -> list[tuple[int, str]]:
    return [tuple(row) for row in session.execute(select(ImportRow.line, ImportRow.fate).order_by(ImportRow.line))]


def names(session) -> list[str]:
    return list(session.scalars(select(Organisation.name).order_by(Organisation.id)))


def test_a_list_is_tried_out_taken_in_and_taken_back(staff, work, session):
    organisation("Fictional Voices", acronym="FV")
    organisation("Imaginary Wells")
    people_operations.suppress(people_operations.email_digests("zoe@erased.example")[0], "erased", clock.now())
    session.commit()
    client = staff("campaigner")
    there = uploaded(client)
    assert "selected>Website" in client.get(f"{there}/columns").get_data(as_text=True), "headers are guessed"
    page = tried_out(client, work, there)
    assert fates(session) == [
        (2, "new"),
        (3, "updated"),
        (4, "updated"),
        (5, "refused"),
        (6, "refused"),
        (7, "double"),
        (8, "suppressed"),
    ]
    for words in ("The country is not known.", "The organisation has no name.", "Same as line", "Imaginary Wells"):
        assert words in page
    assert names(session) == ["Fictional Voices", "Imaginary Wells"], "nothing is taken in yet"
    refused = client.get(f"{there}?fate=refused").get_data(as_text=True)
    assert "Fictional Bread" in refused and "Fictional Water League" not in refused

    assert client.post(f"{there}/apply").status_code == 303
    work()
    assert names(session) == ["Fictional Voices", "Imaginary Wells", "Fictional Water League"]
    made = session.scalar(select(Organisation).where(Organisation.name == "Fictional Water League"))
    assert [member.name for member in org_queries.people(made.id)] == ["Fictional Ama", "Fictional Ben"]
    assert session.scalar(select(Organisation.country).where(Organisation.acronym == "FV")) == "GHA"
    assert session.scalar(select(Import.size)) is None
    assert not list(session.scalars(select(ImportRow.content).where(ImportRow.content.is_not(None))))
    assert client.post(f"{there}/apply").status_code == 303, "pressed twice, it is taken in once"
    assert work() == []

    assert client.post(f"{there}/undo").status_code == 303
    work()
    assert names(session) == ["Fictional Voices", "Imaginary Wells"]
    assert session.scalar(select(Organisation.country).where(Organisation.acronym == "FV")) is None
    assert session.scalar(select(Person.id)) is None and session.scalar(select(Position.id)) is None
    assert "Taken back" in client.get(there).get_data(as_text=True)


def test_lines_of_one_organisation_are_one_by_name_by_domain_and_by_acronym(staff, work, session, monkeypatch):
    """Also where the lines stand in different batches; what tells two bodies apart keeps them apart."""
    monkeypatch.setattr(operations, "BATCH", 3)
    lines = (
        "Fictional Friends of Justice Union,KEN,https://ffju.example,Fictional Ama,ama@ffju.example",
        "FFJU,KEN,,Fictional Ben,ben@free.example",  # 3: an acronym in one country
        "Ligue fictive de la justice,,www.ffju.example/fr,Fictional Cy,cy@ffju.example",  # 4: its website
        "FFJU,GHA,,,",  # 5: in another country
        "Fictional Friends of Justice,,,Fictional Di,di@ffju.example",  # 6: a close name at the domain of an address
        "Fictional Friends of Justice Union,,,Fictional Eva,",  # 7: refused
        "Fictional Friends of Justice Union,,,,",  # 8: the name, without a country
        "Fictional Section 4,,section.example,,",
        "Fictional Section 5,,section.example,,",  # 10: a number
        "Fictional Voices Kenya,,voices.example,,",
        "Fictional Voices Ghana,,voices.example,,",  # 12: a place
        "Imaginary Wells,,,Fictional Fay,fay@gmail.com",
        "Imaginary Bread,,,Fictional Gil,gil@gmail.com",  # 14: an address that anybody can have
        "Imaginary Light,,,Fictional Ama,ama@ffju.example",  # 15: somebody who is in two organisations
    )
    client = staff("campaigner")
    there = uploaded(client, "Name,Country,Website,Contact,E-mail\n" + "\n".join(lines))
    page = tried_out(client, work, there, 5)
    same = dict(session.execute(select(ImportRow.line, ImportRow.same_as_line)).all())
    assert {line for line, first in same.items() if first == 2} == {3, 4, 6, 8}
    assert {first for first in same.values() if first} == {2} and "Same as line" in page
    client.post(f"{there}/apply")
    work()
    (made,) = session.scalars(select(Organisation).where(Organisation.name == "Fictional Friends of Justice Union"))
    assert len(org_queries.people(made.id)) == 4 and len(names(session)) == 9


def test_what_somebody_changed_since_stays_when_an_import_is_taken_back(staff, work, session):
    client = staff("campaigner")
    there = uploaded(client, "Name\nFictional One\nFictional Two\n")
    tried_out(client, work, there, 1)
    client.post(f"{there}/apply")
    work()
    one = session.scalar(select(Organisation.id).where(Organisation.name == "Fictional One"))
    person(one, "ama@one.example")
    client.post(f"{there}/undo")
    work()
    assert names(session) == ["Fictional One"]
    assert "1</bdi> organisation stayed" in client.get(there).get_data(as_text=True)


def test_the_people_of_a_list_agree_in_the_ledger_and_their_organisations_join_the_network(staff, work, session):
    one = network()
    person(organisation("Fictional Voices", one), "ben@voices.example")
    client = staff("campaigner")
    there = uploaded(
        client,
        "Name,Contact,Email\nFictional One,Fictional Ama,ama@one.example\n"
        "Fictional One,Fictional Ben,ben@voices.example\n",
    )
    consent = {
        "purposes": ["letters"],
        "wording": "Yes to letters.",
        "language": "en",
        "way": "paper",
        "on": "2026-01-02",
    }
    columns = {"column-1": "person", "column-2": "address"}
    page = {"column-0": "name", "policy": "skip", "network": str(one), **columns, **consent}
    for wrong in ({"wording": ""}, {"on": ""}, {"network": ""}, {"on": "2999-01-01"}, {"column-1": "address"}):
        assert client.post(f"{there}/columns", data={**page, **wrong}).status_code == 422, wrong
    assert client.post(f"{there}/columns", data=page).status_code == 303
    work()
    client.post(f"{there}/apply")
    work()
    rows = session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(row.act, row.wording, row.network_id, row.recorded_by) for row in rows] == [
        ("given", "Yes to letters.", one, client.staff_id)
    ] * 2
    assert len(session.scalars(select(Membership.id)).all()) == 2
    client.post(f"{there}/undo")
    work()
    rows = session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [row.act for row in rows] == ["given", "withdrawn"], "who stays has withdrawn; who is forgotten left no row"
    assert len(session.scalars(select(Membership.id)).all()) == 1


def test_killed_in_between_a_job_goes_on_where_it_was(staff, session, app, monkeypatch):
    client = staff("campaigner")
    count = 3 * applying.BATCH + 7
    there = uploaded(client, "Name\n" + "".join(f"Fictional {number * 7919}\n" for number in range(count)))
    import_id = int(there.rpartition("/")[2])
    monkeypatch.setattr(operations, "BATCH", 100)
    values = {"network_id": None, "policy": "add", "consent": None, "actor": client.staff_id, "now": clock.now()}
    begun = operations.try_out(import_id, ["name"], **values)
    session.commit()
    for what, job in ((operations, operations.check), (applying, applying.carry_out), (undoing, undoing.carry_out)):
        with monkeypatch.context() as broken:
            steps = iter(range(3))
            real = progress.further

            def killed(*args, steps=steps, real=real):
                if next(steps, None) is None:
                    raise KeyboardInterrupt
                real(*args)

            broken.setattr(what.progress, "further", killed)
            with pytest.raises(KeyboardInterrupt):
                job(import_id, begun, clock.now())
        session.rollback()
        assert (progress.get(begun).done, progress.get(begun).total) == (300, count)
        with monkeypatch.context() as watched:
            said = []

            def noted(*args, said=said, real=real):
                real(*args)
                said.append(progress.get(args[0]).done)

            watched.setattr(what.progress, "further", noted)
            job(import_id, begun, clock.now())
        assert said == [count], "it goes on where it was, and so does what it says of itself"
        assert (progress.get(begun).state, progress.get(begun).total) == ("done", count)
        if what is operations:
            assert fates(session) == [(line, "new") for line in range(2, count + 2)]
            begun = applying.apply(import_id, client.staff_id, clock.now())
        elif what is applying:
            assert len(names(session)) == count
            begun = applying.undo(import_id, client.staff_id, clock.now())
        session.commit()
    assert names(session) == []


def test_the_rows_of_a_long_list_are_never_in_memory_together_and_a_batch_costs_the_same(
    staff, session, app, monkeypatch
):
    """Batches are small here, so that few rows are many batches: what holds of forty batches holds of more."""
    monkeypatch.setattr(operations, "BATCH", 20)
    monkeypatch.setattr(applying, "BATCH", 20)
    client, count = staff("campaigner"), 800
    rows = "".join(f"Fictional {number * 7919:x} {number * 104729:x},KEN\n" for number in range(count))
    import_id = int(uploaded(client, f"Name,Country\n{rows}").rpartition("/")[2])
    values = {"network_id": None, "policy": "add", "consent": None, "actor": client.staff_id, "now": clock.now()}
    begun = operations.try_out(import_id, ["name", "country"], **values)
    session.commit()
    held: list[int] = []

    def look(_session):
        held.append(sum(isinstance(one, ImportRow) for one in session.identity_map.values()))

    event.listen(session.registry(), "before_commit", look)
    with counted() as trying:
        operations.check(import_id, begun, clock.now())
    assert len(trying.statements) <= 11 * count / operations.BATCH + 20
    begun = applying.apply(import_id, client.staff_id, clock.now())
    session.commit()
    with counted() as taking:
        applying.carry_out(import_id, begun, clock.now())
    assert len(taking.statements) <= 25 * count / applying.BATCH + 20
    assert session.scalar(select(func.count(Organisation.id))) == count
    assert len(held) > 2 * count / applying.BATCH and max(held) <= 2 * max(operations.BATCH, applying.BATCH)


def test_an_import_is_its_owners_alone_and_a_coordinators_finds_only_their_members(staff, work, session):
    mine, other = network("mine"), network("other")
    theirs = organisation("Fictional Water League", other)
    client = staff("coordinator", networks=(mine,))
    there = uploaded(client, "Name\nFictional Water League\n")
    assert client.post(f"{there}/columns", data={"column-0": "name", "policy": "skip"}).status_code == 422
    wrong = {"column-0": "name", "policy": "skip", "network": str(other)}
    assert client.post(f"{there}/columns", data=wrong).status_code == 422
    page = tried_out(client, work, there, 1, network=str(mine))
    assert fates(session) == [(2, "new")] and f"organisations/{theirs}" not in page
    for someone in (staff("campaigner"), staff("coordinator", networks=(mine,)), staff("administrator", "*")):
        for path in (there, f"{there}/columns"):
            assert someone.get(path).status_code == 404
        assert someone.post(f"{there}/apply").status_code == 404
    client.post(f"{there}/apply")
    work()
    assert "Fictional Water League" in client.get(DESK).get_data(as_text=True)
    assert "Same name" in staff("campaigner").get(f"{DESK}/doubles").get_data(as_text=True)


def test_who_is_erased_while_a_list_waits_is_not_in_it_any_more(staff, work, session):
    person(organisation("Fictional Water League"), "ama@water.example")
    client = staff("campaigner")
    there = uploaded(client)
    tried_out(client, work, there)
    people_operations.erase_address("ama@water.example", clock.now())
    session.commit()
    assert dict(fates(session))[2] == "suppressed" and session.scalar(select(Import.size)) is None
    client.post(f"{there}/apply")
    work()
    assert set(session.scalars(select(Person.email))) == {None, "ben@water.example", "zoe@erased.example"}


def test_a_file_is_kept_for_a_week_encrypted_and_what_cannot_be_read_is_refused(staff, work, session, app):
    client = staff("campaigner")
    there = uploaded(client)
    raw = session.connection().exec_driver_sql("SELECT content FROM people_import_part").scalar()
    assert len(raw) > len(LIST) and b"Fictional" not in bytes(raw)
    for content in (b"", b"PK\x03\x04 no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        answer = client.post(f"{IMPORTS}/new", data={"file": (io.BytesIO(content), "x.csv")})
        assert answer.status_code == 422
    assert client.post(f"{IMPORTS}/new").status_code == 422
    tried_out(client, work, there)
    assert not operations.forget_old(clock.now())
    assert operations.forget_old(clock.now() + operations.KEEP_FILE)
    session.commit()
    assert session.scalar(select(Import.state)) == "dropped" and session.scalar(select(Import.size)) is None
    assert not list(session.scalars(select(ImportRow.content).where(ImportRow.content.is_not(None))))
    assert client.post(f"{there}/apply").status_code == 303 and work() == []


def test_a_file_that_breaks_off_says_where_and_can_be_replaced(staff, work, session):
    client = staff("campaigner")
    there = uploaded(client, b'Name\nFictional One\n"' + b"x" * 140_000)
    tried_out(client, work, there, 1)
    page = client.get(f"{there}/columns").get_data(as_text=True)
    assert "cannot be read" in page and fates(session) == []
    assert client.post(f"{there}/drop").status_code == 303
    assert "Dropped" in client.get(IMPORTS).get_data(as_text=True)


def test_the_nightly_task_runs_over_nothing_and_over_what_is_old(app):
    run_task(app, "privacy:forget")
