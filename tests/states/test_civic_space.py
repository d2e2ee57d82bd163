"""How free civil society is where somebody lives: dated, sourced, editable, and not known rather than guessed."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.kernel import clock
from app.states import operations, queries
from app.states.cli import states_cli
from app.states.models import CivicSpace, Load

SOURCE = "https://monitor.civicus.org/country/norway"


@pytest.fixture
def command(app):
    """Runs `flask states civic-space …`."""
    return lambda *words: app.test_cli_runner().invoke(states_cli, ["civic-space", *words])


def next_edition(session):
    session.execute(update(Load).values(digest="an older edition"))
    return operations.load(session).tables["states_civic_space"]


@pytest.mark.parametrize(
    ("area", "rating"),
    [
        ("CHN", "closed"),
        ("HKG", "closed"),  # folds into China
        ("IND", "repressed"),
        ("PRI", "obstructed"),  # folds into the United States
        ("CAN", "open"),
        ("GHA", None),  # no rating was found
        ("GAB", None),  # its rating moved, nobody saw where to
        ("XKX", None),
        ("TWN", None),
        ("ESH", None),
        ("PSE", None),
        ("other", None),
        ("unsaid", None),
        ("", None),
    ],
)
def test_an_area_is_rated_as_its_state_and_not_known_without_one(session, area, rating):
    assert queries.civic_space(area) == rating


def test_an_observer_is_a_state_and_can_be_rated(session, command):
    assert command("set", "pse", "repressed", "--as-of", "2025-12-09", "--source", SOURCE).exit_code == 0
    assert queries.civic_space("PSE") == "repressed"


def test_an_edit_holds_at_once_and_says_when_and_from_where(session, command):
    done = command("set", "NOR", "narrowed", "--as-of", "2026-11-01", "--source", SOURCE, "--note", "read by us")
    assert (done.exit_code, done.output) == (0, "NOR: narrowed, as of 2026-11-01\n")
    assert queries.civic_space("NOR") == "narrowed"
    assert queries.civic_space("SJM") == "narrowed", "Svalbard folds into Norway"
    lines = command("list").output.splitlines()
    assert len(lines) == 195
    assert f"NOR  narrowed    2026-11-01  edited   {SOURCE}  read by us" in lines
    assert "GHA  not known" in lines
    assert any(line.startswith("CHN  closed      2025-12-09  stated   civicus2025-ap") for line in lines)


def test_no_edition_of_the_files_takes_an_edit_back(session, command):
    for iso3 in ("CHN", "NOR"):
        command("set", iso3, "obstructed", "--as-of", "2026-11-01", "--source", "civicus2025")
    session.execute(update(CivicSpace).where(CivicSpace.state_iso3 == "CUB").values(rating="open"))
    session.add(CivicSpace(state_iso3="GHA", rating="open", as_of=clock.today(), source="x", basis="stated", note=""))
    session.flush()
    done = next_edition(session)
    session.expire_all()
    assert (done.inserted, done.updated, done.removed) == (0, 1, 1)
    assert [queries.civic_space(area) for area in ("CHN", "NOR", "CUB", "GHA")] == [
        "obstructed",
        "obstructed",
        "closed",
        None,
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("XKX", "open", "--as-of", "2026-01-01", "--source", SOURCE), "'XKX' is not the ISO 3166-1 alpha-3 code"),
        (("NOR", "free", "--as-of", "2026-01-01", "--source", SOURCE), "'free' is not one of"),
        (("NOR", "open", "--as-of", "1 May", "--source", SOURCE), "as_of '1 May' is not a day"),
        (("NOR", "open", "--as-of", "2026-01-01", "--source", "a friend"), "source 'a friend' is neither"),
        (("NOR", "open", "--source", SOURCE), "Missing option '--as-of'"),
        (("NOR", "open", "--as-of", "2026-01-01"), "Missing option '--source'"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(session, command, words, complaint):
    done = command("set", *words)
    assert done.exit_code != 0
    assert complaint in done.output
    assert queries.civic_space("NOR") is None


def test_a_rating_of_tomorrow_is_refused(session, command):
    tomorrow = str(clock.today() + timedelta(days=1))
    done = command("set", "NOR", "open", "--as-of", tomorrow, "--source", SOURCE)
    assert done.exit_code == 1
    assert f"as_of {tomorrow} has not come yet" in done.output
