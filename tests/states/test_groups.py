"""Groups, memberships and offices on a real database: loaded, asked for, kept, told to other processes."""

from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.states import cache, changes, groups, members, operations
from app.states.group_models import Group, MembershipPeriod, Office
from app.states.membership import Membership, status_on, suspended_on
from app.states.models import Change, Load, State

DAY = date(2026, 11, 28)


def counted(code: str, day: date = DAY) -> int:
    return sum(standing.status in ("member", "associated") for standing in groups.members_on(code, day).values())


def next_edition(session):
    session.execute(update(Load).values(digest="an older edition"))
    return operations.load(session).tables


def row(session, group: str, iso3: str) -> MembershipPeriod:
    return session.scalars(select(MembershipPeriod).filter_by(group_code=group, state_iso3=iso3)).one()


def test_the_193_and_their_groups(session):
    assert len(members.member_codes()) == 193
    assert set(members.states()) - members.member_codes() == {"PSE", "VAT"}
    assert (counted("NAM"), counted("G77")) == (121, 134)
    sizes = [counted(group) for group in ("AFRICAN_GROUP", "ASIA_PACIFIC", "EEG", "GRULAC", "WEOG")]
    assert sizes == [54, 55, 23, 33, 28], "54 and Türkiye, which is associated with Asia-Pacific"
    assert groups.members_on("G77", DAY)["CHN"].status == "associated"


def test_a_former_member_was_one_until_the_day_it_left(session):
    assert groups.members_on("NAM", date(2003, 12, 31))["CYP"].status == "member"
    assert "CYP" not in groups.members_on("NAM", date(2004, 1, 1))
    assert "GBR" in groups.members_on("EU", date(2020, 1, 30)) and "GBR" not in groups.members_on(
        "EU", date(2020, 1, 31)
    )
    assert groups.groups_on("GBR", date(2019, 1, 1))["EU"].status == "member"


def test_a_suspension_ends_on_the_day_it_is_lifted(session):
    standing = lambda day: groups.members_on("AU", day)["GIN"].suspended  # noqa: E731
    assert [standing(date(2021, 9, 9)), standing(date(2021, 9, 10)), standing(date(2026, 1, 21))] == [False, True, True]
    assert not standing(date(2026, 1, 22))
    assert groups.members_on("AU", DAY)["GNB"].suspended, "no end was seen: still"


def test_what_derivations_go_by_has_every_period_and_whether_the_group_binds(session):
    found = groups.memberships()
    assert len(found) == 1012
    chad = next(m for m in found if (m.group, m.state) == ("NAM", "CYP"))
    assert chad == Membership("NAM", "CYP", "former", date(1961, 1, 1), date(2004, 1, 1), None, None, True)
    assert not next(m for m in found if m.group == "WEOG").binds
    assert status_on(chad, date(1960, 12, 31)) is None and not suspended_on(chad, DAY)


def test_offices_on_a_day(session):
    def holders(day, body):
        return [office.holder for office in groups.offices_on(day) if office.body == body]

    assert holders(date(2024, 1, 18), "NAM") == ["AZE"]
    assert holders(date(2024, 1, 19), "NAM") == ["UGA"], "the day of the handover is the new chair's"
    assert holders(date(2025, 6, 30), "EU_COUNCIL") == ["POL"]
    assert holders(date(2025, 7, 1), "EU_COUNCIL") == ["DNK"]
    assert holders(date(2021, 1, 1), "G77") == ["GIN"]
    assert len(holders(DAY, "ECOSOC_NGO_COMMITTEE")) == 19


def test_a_name_that_was_not_found_is_the_english_one_and_says_so(session):
    found = groups.group("ACT")
    assert found.name("ru").lang == "en" and str(found.name("ru")) == found.names["en"]
    assert groups.group("EU").name("ru").lang == "ru"
    assert all(set(group.names) == set(group.name_sources) for group in groups.groups().values())


def test_names_and_order_of_states(session):
    french = [state.names["fr"] for state in members.in_order("fr")]
    assert french.index("Égypte") < french.index("Espagne") and len(french) == 195
    assert [state.un_order for state in members.in_order("en") if state.member] == list(range(1, 194))
    assert members.state("CIV").articles["fr"] and members.state("AFG").tile == (22, 5)
    assert len({(seat.x, seat.y) for seat in members.seats()}) == 193


@pytest.mark.parametrize(
    "change",
    [
        {"status": "friend"},
        {"left_written": None},
        {"joined_written": "2004-05"},
        {"joined_written": "soon"},
        {"suspended_to_written": "2003"},
        {"suspended_from_written": "2005"},
        {"confidence": "sure"},
        {"sources": ""},
        {"world": "demo"},
        {"period": 0},
    ],
)
def test_the_database_holds_the_rules_of_memberships(session, change):
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(MembershipPeriod).filter_by(group_code="NAM", state_iso3="CYP").values(change))


def test_the_database_lets_no_periods_overlap(session):
    fields = {"period": 2, "status": "member", "joined_known": True, "confidence": "high", "sources": "x", "note": ""}
    again = MembershipPeriod.__table__.insert().values(group_code="NAM", state_iso3="CYP", basis="edited", **fields)
    with pytest.raises(DBAPIError, match="overlap"), session.begin_nested():
        session.execute(again.values(joined_written="2003"))
    session.execute(again.values(joined_written="2004"))


@pytest.mark.parametrize("change", [{"name_fr": None}, {"name_en": None, "name_en_source": None}, {"binds": "maybe"}])
def test_the_database_holds_the_rules_of_groups(session, change):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Group).where(Group.code == "NAM").values(change))


def test_no_edition_of_the_files_takes_back_what_was_edited(session):
    nam, cyprus = session.get(Group, "NAM"), row(session, "NAM", "CYP")
    nam.name_fr, nam.basis = "Non-alignés", "edited"
    cyprus.left_written, cyprus.basis = "2004-05-01", "edited"
    gone = row(session, "EU", "AUT")
    gone.struck, gone.basis = True, "edited"
    session.get(State, "NOR").name_fr = "la Norvège, corrigée"
    session.get(State, "NOR").names_basis = "edited"
    session.get(State, "NOR").ldc = True
    row(session, "NAM", "AFG").confidence = "low"
    session.delete(row(session, "NAM", "AGO"))
    done = next_edition(session)
    session.expire_all()
    assert (nam.name_fr, cyprus.left_written) == ("Non-alignés", "2004-05-01")
    assert row(session, "EU", "AUT").struck
    norway = session.get(State, "NOR")
    assert (norway.name_fr, norway.ldc) == ("la Norvège, corrigée", False), "all but its names follows the files"
    assert row(session, "NAM", "AFG").confidence == "high"
    changed = done["states_membership"]
    assert (changed.inserted, changed.updated, changed.removed) == (1, 1, 0)


def test_a_second_period_of_the_desk_keeps_the_files_from_that_state_in_that_group(session):
    fields = {"joined_known": True, "confidence": "high", "sources": "x", "note": "", "basis": "edited"}
    session.add(
        MembershipPeriod(group_code="NAM", state_iso3="CYP", period=2, status="member", joined_written="2027", **fields)
    )
    session.flush()
    assert next_edition(session)["states_membership"].removed == 0
    assert len([m for m in groups.memberships() if (m.group, m.state) == ("NAM", "CYP")]) == 2


def test_a_load_tells_whose_memberships_moved(session, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "_followers", [lambda states, now: told.append(states)])
    row(session, "NAM", "KEN").status = "observer"
    session.execute(update(Group).where(Group.code == "CANZ").values(binds="no"))
    next_edition(session)
    next_edition(session)
    assert told == [frozenset({"KEN", "CAN", "AUS", "NZL"})]


def test_another_process_learns_of_a_change_and_of_one_taken_back(session):
    assert groups.group("NAM").names["en"] == "Non-Aligned Movement"
    with session.begin_nested() as savepoint:
        session.execute(update(Group).where(Group.code == "NAM").values(name_en="Another name"))
        changes.tell(session)
        assert groups.group("NAM").names["en"] == "Another name", "in its own transaction at once"
        savepoint.rollback()
    assert groups.group("NAM").names["en"] == "Non-Aligned Movement"
    # What another process did shows as another token alone.
    session.execute(update(Group).where(Group.code == "NAM").values(name_en="Moved elsewhere"))
    assert groups.group("NAM").names["en"] == "Non-Aligned Movement", "kept: nobody told"
    session.execute(update(Change).values(token="from elsewhere"))
    assert groups.group("NAM").names["en"] == "Moved elsewhere"


def test_what_is_kept_is_asked_for_once(session):
    cache.clear()
    groups.memberships()
    asked = []
    assert cache.kept("memberships un", lambda: asked.append(1)) and not asked


def test_periods_keep_the_first_day_of_what_was_written(session):
    own = row(session, "AU", "GAB")
    assert (own.suspended_from_written, own.suspended_from) == ("2023-08", date(2023, 8, 1))
    assert (own.suspended_to_written, own.suspended_to) == ("2025", date(2025, 1, 1))
    found = session.scalars(select(Office).filter_by(office="chair", body="NAM", holder="VEN")).one()
    assert (found.from_on, found.to_on) == (date(2016, 1, 1), date(2019, 10, 25))
    assert (
        session.scalar(text("SELECT count(*) FROM states_membership WHERE joined_known <> (joined IS NOT NULL)")) == 0
    )
