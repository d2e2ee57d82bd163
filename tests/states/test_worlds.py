"""Fictional worlds: beside the real one, never in a count of the 193, given back as they came."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.kernel.i18n import CODES
from app.states import groups, members, operations, worlds
from app.states.group_models import MembershipPeriod
from app.states.models import Load
from app.states.rules import LABELS, NAMES

NAMED = ",".join(NAMES)


def line(iso3: str, status: str, order: int, name: str) -> str:
    names = ",".join(f"Fictional {word} {code}" for word in (name, f"{name}-") for code in CODES)
    return f"{iso3},{status},{order},{order},1,{names}\n"


FILES = {
    "states.csv": f"iso3,membership,order,col,row,{','.join((*NAMES, *LABELS))}\n"
    + line("QMA", "member", 1, "Aland")
    + line("QMB", "member", 2, "Beland")
    + line("XAA", "observer", 3, "Celand"),
    "groups.csv": f"code,kind,binds,{NAMED},note\nDEMO_LEAGUE,political,yes,,,Fictional League,,,,\n",
    "memberships.csv": "group,iso3,status,joined,left,suspended_from,suspended_to,note\n"
    "DEMO_LEAGUE,QMA,member,1999,,,,\nDEMO_LEAGUE,QMB,former,1999,2005-05,,,\nDEMO_LEAGUE,QMB,member,2010,,,,\n",
    "offices.csv": "office,body,holder,person,from,to,note\nchair,DEMO_LEAGUE,QMA,,2025,2027,\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def loaded(session, folder):
    world, faults = worlds.read("demo", folder)
    assert faults == []
    return worlds.load(session, world)


def test_a_world_is_loaded_beside_the_real_one_and_counts_in_nothing(session, folder):
    assert loaded(session, folder).tables["states_state"].inserted == 3
    assert loaded(session, folder).skipped
    assert set(members.states("demo")) == {"QMA", "QMB", "XAA"} and members.state("QMA").fictional
    assert members.member_codes("demo") == {"QMA", "QMB"}
    assert len(members.member_codes()) == 193 and len(members.states()) == 195
    assert set(groups.groups("demo")) == {"DEMO_LEAGUE"} and len(groups.groups()) == 27
    assert len(groups.memberships("demo")) == 3 and len(groups.memberships()) == 1012
    assert [office.holder for office in groups.offices("demo")] == ["QMA"] and len(groups.offices()) == 50
    assert [state.iso3 for state in members.in_order("fr", "demo")] == ["QMA", "QMB", "XAA"]


def test_the_public_lists_have_the_real_ones_only(client, session, folder):
    loaded(session, folder)
    session.commit()
    assert len(client.get("/api/v1/states").json["states"]) == 195
    assert "DEMO_LEAGUE" not in client.get("/api/v1/groups").get_data(as_text=True)


def test_it_is_given_back_byte_for_byte(session, folder):
    loaded(session, folder)
    assert worlds.files_of("demo") == FILES


def test_loading_the_real_one_leaves_it_alone_and_the_other_way_round(session, folder):
    loaded(session, folder)
    session.query(Load).update({"digest": "older"})
    assert operations.load(session).tables["states_state"].removed == 0
    (folder / "memberships.csv").write_text(FILES["memberships.csv"].rsplit("DEMO", 1)[0], encoding="utf-8")
    done = loaded(session, folder).tables
    assert (done["states_membership"].removed, done["states_state"].updated) == (1, 0)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("states.csv", "QMA,", "NOR,", "'NOR' is not a code from QMA to QZZ or XAA to XZZ"),
        ("states.csv", "XAA,", "XKX,", "'XKX' is not a code"),
        ("states.csv", "QMB,member,2,2,1", "QMB,member,2,1,1", "the tile lies on that of line 2"),
        ("states.csv", "QMB,member", "QMB,friend", "membership 'friend'"),
        ("groups.csv", "DEMO_LEAGUE", "NAM", "code 'NAM' is that of a real group"),
        ("memberships.csv", "QMA,member,1999", "NOR,member,1999", "'NOR' is not in states.csv"),
        ("memberships.csv", "QMB,member,2010", "QMB,member,2005", "QMB is in DEMO_LEAGUE already"),
        ("memberships.csv", "DEMO_LEAGUE,QMA", "DEMO_LEAGUE,XAA", "the rows stand in the order of group, iso3, joined"),
        ("offices.csv", "QMA,,2025,2027", "QMA,,2025,2024", "is before it began"),
        ("offices.csv", "office,", "post,", "the columns are office,"),
    ],
)
def test_what_would_mix_with_the_real_world_or_is_wrong_is_told(folder, file, old, new, complaint):
    (folder / file).write_text(FILES[file].replace(old, new, 1), encoding="utf-8")
    _, faults = worlds.read("demo", folder)
    assert any(complaint in str(fault) for fault in faults), faults


def test_a_code_of_another_world_is_refused(session, folder):
    loaded(session, folder)
    world, _ = worlds.read("other", folder)
    with pytest.raises(operations.FaultyData, match="QMA is there already, in another world"):
        worlds.load(session, world)


def test_the_database_lets_no_fictional_state_into_a_real_group(session, folder):
    loaded(session, folder)
    fields = {"joined_known": False, "confidence": "high", "sources": "x", "note": "", "basis": "edited"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            MembershipPeriod(group_code="NAM", state_iso3="QMA", world="un", period=1, status="member", **fields)
        )
