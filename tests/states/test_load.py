"""Loading the files and asking for areas, on a real database."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.kernel.i18n import CODES
from app.states import loading, operations, queries
from app.states.cli import states_cli
from app.states.files import read
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.models import Area, Load, Region, Source, State


@pytest.fixture
def loaded(session):
    """The session of a database that holds this edition of the files."""
    queries.clear_cache()
    operations.load(session)
    yield session
    queries.clear_cache()


@pytest.fixture
def empty(session):
    """The session of a migrated database into which nothing was loaded."""
    for table in (MembershipPeriod, Office, Group, Area, State, Region, Source, Load):
        session.execute(table.__table__.delete())
    queries.clear_cache()
    yield session
    queries.clear_cache()


def row_versions(session):
    """The transaction and place of every row: equal before and after means that none was rewritten."""
    return {
        table: session.execute(text(f"SELECT {key}, xmin::text, ctid::text FROM {table} ORDER BY {key}")).all()
        for table, key in (("states_state", "iso3"), ("states_area", "code"), ("states_region", "code"))
    }


def test_first_load_fills_the_tables(empty):
    report = operations.load(empty)
    assert {name: (done.rows, done.inserted) for name, done in report.tables.items()} == {
        "states_source": (119, 119),
        "states_region": (5, 5),
        "states_state": (195, 195),
        "states_area": (250, 250),
        "states_civic_space": (81, 81),
        "states_group": (27, 27),
        "states_membership": (1012, 1012),
        "states_office": (50, 50),
    }
    counts = dict(empty.execute(select(State.membership, func.count()).group_by(State.membership)).all())
    assert counts == {"member": 193, "observer": 2}


def test_second_load_touches_nothing(loaded):
    before = row_versions(loaded)
    assert operations.load(loaded).skipped
    assert row_versions(loaded) == before


def test_a_new_edition_rewrites_only_what_differs(loaded):
    loaded.execute(update(Load).values(digest="an older edition"))
    loaded.execute(update(Area).where(Area.code == "FLK").values(name_en="Falkland Islands"))
    loaded.execute(update(State).where(State.iso3 == "KIR").values(regional_group="WEOG"))
    before = row_versions(loaded)
    report = operations.load(loaded)
    after = row_versions(loaded)
    assert (report.tables["states_area"].updated, report.tables["states_area"].inserted) == (1, 0)
    assert (report.tables["states_state"].updated, report.tables["states_region"].updated) == (1, 0)
    moved = {row[0] for table in before for row in set(after[table]) - set(before[table])}
    assert moved == {"FLK", "KIR"}
    assert loaded.scalar(select(Area.name_en).where(Area.code == "FLK")) == "Falkland Islands (Malvinas)"
    assert loaded.scalar(select(Load.digest)) == report.digest


def test_what_left_the_files_leaves_the_table(loaded):
    names = {f"name_{lang}": "Elsewhere" for lang in CODES}
    ranks = {f"sort_{lang}": 251 for lang in CODES}
    loaded.execute(Area.__table__.insert().values(code="QQQ", iso2="QQ", **names, **ranks))
    loaded.execute(update(Load).values(digest="an older edition"))
    assert operations.load(loaded).tables["states_area"].removed == 1
    assert loaded.get(Area, "QQQ") is None


def test_a_new_column_makes_a_new_edition(monkeypatch):
    before = loading.edition(read().digest)
    monkeypatch.setattr(loading, "MODELS", (State,))
    assert loading.edition(read().digest) != before


def test_faulty_files_are_not_loaded(empty, monkeypatch):
    monkeypatch.setattr(operations, "faults", lambda files: ["areas.csv:2: wrong"])
    with pytest.raises(operations.FaultyData, match=r"areas\.csv:2: wrong"):
        operations.load(empty)
    assert empty.scalar(select(func.count()).select_from(Area)) == 0


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (State, {"membership": "friend"}),
        (State, {"regional_group": None}),
        (State, {"admitted": 1939}),
        (State, {"iso2": "no"}),
        (Area, {"region_code": "999"}),
        (Area, {"fold_to": "XXX"}),
        (Area, {"sort_zh": 0}),
        (Area, {"m49": "24"}),
    ],
)
def test_the_database_holds_the_rules_too(loaded, model, change):
    key = model.__table__.primary_key.columns[0]
    with pytest.raises(IntegrityError), loaded.begin_nested():
        loaded.execute(update(model).where(key == "NOR").values(change))


@pytest.mark.parametrize("lang", CODES)
def test_choices_come_in_the_order_of_the_language(loaded, lang):
    ranks = dict(loaded.execute(select(Area.code, getattr(Area, f"sort_{lang}"))).all())
    choices = queries.area_choices(lang)
    assert [ranks[choice.code] for choice in choices] == list(range(1, 251))
    assert list(queries.area_names(lang).items()) == [(choice.code, choice.name) for choice in choices]


def test_names_codes_and_regions(loaded):
    assert queries.area_names("fr")["EGY"] == "Égypte"
    assert len(queries.area_codes()) == 250
    assert queries.region_of()["GRL"] == "019"
    assert queries.region_of()["ATA"] is None
    assert queries.region_names("ru") == {
        "002": "Африка",
        "009": "Океания",
        "019": "Северная и Южная Америка",
        "142": "Азия",
        "150": "Европа",
    }


def test_an_unknown_language(loaded):
    for question in (queries.area_choices, queries.area_names, queries.region_names):
        with pytest.raises(KeyError):
            question("de")


def test_answers_are_kept_until_the_next_load(loaded):
    before = queries.area_names("en")
    before["NOR"] = "changed by a caller"
    loaded.execute(update(Area).where(Area.code == "NOR").values(name_en="Noreg"))
    assert queries.area_names("en")["NOR"] == "Norway"
    queries.clear_cache()
    assert queries.area_names("en")["NOR"] == "Noreg"
    loaded.execute(update(Load).values(digest="an older edition"))
    operations.load(loaded)
    assert queries.area_names("en")["NOR"] == "Norway"


def test_an_empty_world_is_not_remembered(empty):
    assert queries.area_codes() == frozenset()
    assert queries.region_names("en") == {}
    operations.load(empty)
    assert len(queries.area_codes()) == 250
    assert len(queries.region_names("en")) == 5


def test_command_check(app):
    result = app.test_cli_runner().invoke(states_cli, ["check"])
    assert (result.exit_code, result.output) == (
        0,
        "states: 195 states, 27 groups, 1012 memberships, 50 offices, 250 areas, 81 ratings of civic space, no fault\n",
    )


def test_command_check_names_faults_and_fails(app, monkeypatch):
    monkeypatch.setattr("app.states.cli.faults", lambda files: ["areas.csv:2: wrong"])
    result = app.test_cli_runner().invoke(states_cli, ["check"])
    assert result.exit_code == 1
    assert "areas.csv:2: wrong" in result.output


def test_command_load(app, empty):
    result = app.test_cli_runner().invoke(states_cli, ["load"])
    assert result.exit_code == 0, result.output
    assert "states_area: 250 rows, 250 new, 0 changed, 0 removed" in result.output
    result = app.test_cli_runner().invoke(states_cli, ["load"])
    assert result.output == "states: up to date\n"
