"""Whom the one statement finds is whom plain Python finds, and nothing tells who is hidden."""

from datetime import date

import pytest
from sqlalchemy import select, text, true

from app.mobilisation.segments import counting, facts, queries, rule, sql
from app.mobilisation.segments.facts import Viewer
from app.mobilisation.segments.rule import Bad, Is, Not, parse
from app.people.models import Person
from tests.house.queries import counted
from tests.mobilisation.contact_support import fold_all

from .worlds import TODAY, World

SIGNED = (Is("signed-letter", ("fictional-letter",)), Is("signed-petition", ("focal-point",)))


@pytest.fixture
def writers(monkeypatch):
    """Some people wrote to their mission."""
    wrote = set()
    found = lambda campaign_id, among: select(Person.id.label("contact_id")).where(  # noqa: E731
        Person.id.in_(wrote), true() if among is None else Person.id.in_(among)
    )
    monkeypatch.setattr(facts, "_writers", [found])
    return wrote


def found(session, asked: rule.Rule, viewer: Viewer) -> set[int]:
    return set(session.scalars(sql.contacts(asked, viewer, "un75", TODAY)))


@pytest.mark.parametrize("seed", range(2))
def test_one_statement_finds_whom_plain_python_finds(session, seed, writers):
    world = World(session, seed)
    writers |= world.wrote
    world.moved("CRI", "support", "champion", date(2026, 11, 1))
    world.moved("FRA", "unknown", "support", None)
    world.moved("IND", "support", "support", date(2026, 11, 27))
    kinds = set()
    for turn in range(40):
        coordinator = turn % 3 == 2
        if turn % 5 == 4:
            world.moves_on()
        viewer = Viewer((world.networks["fictional-0"], world.networks["fictional-2"])) if coordinator else Viewer()
        asked = world.rule()
        try:
            facts.Facts("un75", viewer, TODAY).check(asked)
        except Bad:
            assert coordinator
            continue
        expected = world.meant(asked, viewer)
        assert found(session, asked, viewer) == expected, str(asked)
        assert queries.number(asked, viewer, "un75", TODAY) == len(expected), str(asked)
        reached = dict(session.execute(sql.audience(asked, viewer, "un75", TODAY)).all())
        assert set(reached) == expected
        assert {one.contact_id for one in queries.sample(asked, viewer, "un75", TODAY)} <= expected
        for contact_id in sorted(expected)[:2]:
            rows = queries.answered(asked, contact_id, viewer, "un75", TODAY)
            assert any(queries.is_in(asked, row) for row in rows), str(asked)
        kinds |= {one.kind for one in rule.conditions(asked)}
    assert len(kinds) >= len(rule.KINDS) - 1


def test_who_was_written_to_a_moment_ago_counts_so_before_bits_say_it(session):
    world = World(session, 5, people=30)
    few = [person.id for person in world.persons[::2]]
    numbers = {}
    for statement, values in (
        ("SELECT 1", {}),
        ("UPDATE mobilisation_delivery SET state = 'sent', sent_at = :now WHERE state = 'queued'", {"now": TODAY}),
        ("UPDATE mobilisation_delivery SET state = 'queued' WHERE state = 'uncertain'", {}),
        ("UPDATE mobilisation_delivery SET contact_id = NULL WHERE contact_id = ANY(:few)", {"few": few}),
        ("DELETE FROM mobilisation_delivery WHERE sent_at < :now", {"now": TODAY}),
    ):
        fold_all()
        session.execute(text(statement), values)
        session.expire_all()
        for said in ("ever", "never", "since.2026-11-28", "since.2026-11-01", "before.2026-11-20", "before.2026-12-01"):
            asked = parse(f"mailed:{said}")
            expected = len(world.meant(asked, Viewer()))
            assert queries.number(asked, Viewer(), "un75", TODAY) == expected, said
            numbers.setdefault(said, set()).add(expected)
    assert all(len(found) > 1 for found in numbers.values()), numbers


def test_a_segment_is_one_statement(session):
    world = World(session, 3)
    asked = parse("group:NAM position:focal-point=support not signed-letter:fictional-letter or mailed:ever")
    statements = [
        make(asked, Viewer(), "un75", TODAY) for make in (sql.contacts, sql.audience, counting.number, sql.places)
    ]
    for statement in statements:
        with counted() as seen:
            session.execute(statement).all()
        assert len(seen.statements) == 1
    assert world.meant(asked, Viewer()) == found(session, asked, Viewer())


@pytest.mark.parametrize(
    "text_",
    ["group:NOPE", "country:ZZZ", "network:other", "position:nope=support", "signed-letter:nope", "wrote:mission"],
)
def test_a_name_that_means_nothing_means_nobody_by_accident(session, monkeypatch, text_):
    monkeypatch.setattr(facts, "_writers", [])
    for asked in (parse(text_), Not(parse(text_))):
        with pytest.raises(Bad) as caught:
            sql.contacts(asked, Viewer(), "un75", TODAY)
        assert caught.value.word


def seen_by(session, world: World, viewer: Viewer) -> list:
    """All that segments tell a viewer: who is in, how many, a sample, why."""
    told = []
    for one in SIGNED:
        for asked in (Not(one), parse(f"{one} or country:KEN"), parse(f"not ({one} role:un,head) group:G77")):
            told.append(sorted(found(session, asked, viewer)))
            told.append(queries.number(asked, viewer, "un75", TODAY))
            told.append(queries.sample(asked, viewer, "un75", TODAY))
            told += [queries.answered(asked, person.id, viewer, "un75", TODAY) for person in world.persons[:3]]
    return told


def kept(session) -> list:
    """All that is kept of contacts for segments, as it lies in the database."""
    names = ("contact", "kind", "contact_bits", "contact_entry")
    return [session.execute(text(f"SELECT * FROM mobilisation_{name} ORDER BY ctid")).all() for name in names]


@pytest.mark.parametrize("role", ["campaigner", "coordinator"])
def test_who_is_hidden_and_who_never_signed_are_the_same_by_whatever_is_asked(session, role):
    world = World(session, 9)
    viewer = Viewer() if role == "campaigner" else Viewer((world.networks["fictional-1"],))
    session.execute(text("DELETE FROM letters_line"))
    session.execute(text("DELETE FROM petitions_signature"))
    nobody = seen_by(session, world, viewer)
    fold_all()
    rows = kept(session)
    for home in world.organisations:
        world.hide_letter(world.letters["fictional-letter"], home.id)
    for place, person in enumerate(world.persons):
        world.sign(person.id, ("area", "none")[place % 2])
    session.flush()
    assert seen_by(session, world, viewer) == nobody
    # By difference: somebody is seen, hides, and leaves no trace, not even in the order of rows.
    session.execute(text("UPDATE petitions_signature SET shown = 'name'"))
    assert seen_by(session, world, viewer) != nobody
    session.execute(text("UPDATE petitions_signature SET shown = 'none'"))
    assert seen_by(session, world, viewer) == nobody
    assert kept(session) == rows


def test_a_coordinator_sees_own_members_alone_and_no_other_network(session):
    world = World(session, 4)
    mine = world.networks["fictional-1"]
    members = world.meant(parse("network:fictional-1"), Viewer())
    assert members and found(session, parse(""), Viewer((mine,))) == members
    assert found(session, parse(""), Viewer(())) == set()
    refusals = []
    for slug in ("fictional-2", "no-such-one"):
        with pytest.raises(Bad) as caught:
            sql.contacts(parse(f"network:{slug}"), Viewer((mine,)), "un75", TODAY)
        refusals.append(str(caught.value.told).replace(slug, "…"))
    assert len(set(refusals)) == 1
    # Somebody in an organisation elsewhere, too, is judged by the one that the coordinator knows.
    for person in world.persons:
        for row in queries.answered(parse("country:KEN"), person.id, Viewer((mine,)), "un75", TODAY):
            assert mine in row.networks
