"""Corrections at the desk: each with a source and an entry in the audit log, told to who goes by memberships."""

from datetime import date

import pytest
from sqlalchemy import select

from app.kernel import audit
from app.states import changes, groups, members, queries
from app.states.group_models import MembershipPeriod
from app.states.models import State
from tests.house.queries import counted

DESK = "/en/desk"
SOURCE = "https://www.un.org/en/fictional"
PERIOD = {"status": "member", "confidence": "high", "source": SOURCE}


@pytest.fixture
def told(monkeypatch):
    found = []
    monkeypatch.setattr(changes, "_followers", [lambda states, now: found.append(set(states))])
    return found


def text(client, path: str, status: int = 200) -> str:
    answer = client.get(DESK + path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.get_data(as_text=True)


def period_id(session, group: str, iso3: str) -> int:
    return session.scalars(select(MembershipPeriod.id).filter_by(group_code=group, state_iso3=iso3)).one()


def last_entry(session) -> audit.Entry:
    return session.scalars(select(audit.Entry).order_by(audit.Entry.id.desc()).limit(1)).one()


def names_of(session, iso3: str, **changes_) -> dict[str, str]:
    state = session.get(State, iso3)
    kept = {column.name: getattr(state, column.name) for column in State.__table__.columns}
    wanted = {name: value for name, value in kept.items() if name.startswith(("name_", "label_", "article_"))}
    return {**wanted, "source": SOURCE, **changes_}


def test_a_name_is_corrected_everywhere_at_once(staff, session):
    client = staff("campaigner")
    answer = client.post(f"{DESK}/states/NOR", data=names_of(session, "NOR", name_fr="Norvège (corrigée)"))
    assert answer.status_code == 303
    page = text(client, "/states/NOR")
    assert "Norvège (corrigée)" in page and SOURCE in page
    assert queries.area_names("fr")["NOR"] == "Norvège (corrigée)"
    assert members.state("NOR").names["fr"] == "Norvège (corrigée)"
    entry = last_entry(session)
    assert (entry.action, entry.subject, entry.actor) == ("states.name", "state:NOR", client.staff_id)
    assert entry.before == {"name_fr": "Norvège"}
    assert entry.after == {"name_fr": "Norvège (corrigée)", "source": SOURCE}
    assert "corrected here" in text(client, "/states?q=NOR")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"source": ""}, "Please say the source."),
        ({"source": "a friend"}, "Please say the source: a web address"),
        ({"name_ru": ""}, "Please write the name."),
        ({"name_es": "Suecia"}, "This is taken already."),
    ],
)
def test_a_name_without_source_or_of_another_state_is_refused(staff, session, wrong, said):
    data = names_of(session, "NOR", **{"name_fr": "Norvège (corrigée)", **wrong})
    answer = staff("campaigner").post(f"{DESK}/states/NOR", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page and "Norvège (corrigée)" in page
    assert members.state("NOR").names["fr"] == "Norvège"


def test_a_group_is_added_and_changed(staff, session, told):
    client = staff("administrator")
    group = {
        "code": "FICTIONAL_FIVE",
        "name_en": "Fictional Five",
        "kind": "political",
        "binds": "yes",
        "stated_count": "5",
        "source": SOURCE,
    }
    assert client.post(f"{DESK}/groups/new", data=group).status_code == 303
    assert "No state is entered in this group" in text(client, "/groups/FICTIONAL_FIVE")
    assert client.post(f"{DESK}/groups/new", data=group).status_code == 422
    for wrong in (
        {"code": "UN"},
        {"code": "five"},
        {"code": "SIX", "name_en": ""},
        {"code": "SIX", "stated_count": "x"},
    ):
        assert client.post(f"{DESK}/groups/new", data={**group, **wrong}).status_code == 422, wrong
    entered = {**PERIOD, "state": "KEN", "joined": "2020-02"}
    assert client.post(f"{DESK}/groups/FICTIONAL_FIVE/periods/new", data=entered).status_code == 303
    changed = {**group, "binds": "named", "name_fr": "Les Cinq fictifs"}
    assert client.post(f"{DESK}/groups/FICTIONAL_FIVE/change", data=changed).status_code == 303
    assert told == [{"KEN"}, {"KEN"}], "who is in, and whether its statements bind them"
    found = groups.group("FICTIONAL_FIVE")
    assert (found.binds, found.names["fr"], found.name_sources["fr"]) == ("named", "Les Cinq fictifs", SOURCE)
    own = [membership for membership in groups.memberships() if membership.group == "FICTIONAL_FIVE"]
    assert [(m.state, m.joined, m.binds) for m in own] == [("KEN", date(2020, 2, 1), False)]


def test_a_membership_is_ended_suspended_and_begun_again(staff, session, told):
    client = staff("campaigner")
    there = f"{DESK}/groups/NAM/periods/{period_id(session, 'NAM', 'CHL')}"
    assert "1971" in client.get(there).get_data(as_text=True)
    ended = {**PERIOD, "state": "CHL", "status": "former", "joined": "1971", "left": "2026-08"}
    assert client.post(there, data={**ended, "suspended_from": "2024-01-05"}).status_code == 303
    entry = last_entry(session)
    assert (entry.action, entry.subject) == ("states.date-membership", "membership:NAM/CHL")
    assert entry.before["left"] is None and entry.after["left"] == "2026-08" and entry.after["sources"] == SOURCE
    assert groups.members_on("NAM", date(2026, 7, 31))["CHL"].suspended
    assert "CHL" not in groups.members_on("NAM", date(2026, 8, 1))
    again = {**PERIOD, "state": "CHL", "joined": "2026-07"}
    answer = client.post(f"{DESK}/groups/NAM/periods/new", data=again)
    assert answer.status_code == 422 and "in a part of this time already" in answer.get_data(as_text=True)
    assert client.post(f"{DESK}/groups/NAM/periods/new", data={**again, "joined": "2026-09"}).status_code == 303
    assert "CHL" in groups.members_on("NAM", date(2026, 10, 1))
    assert told == [{"CHL"}, {"CHL"}]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"joined": "last year"}, "such as 2024-01-19"),
        ({"joined": "2023-02-30"}, "such as 2024-01-19"),
        ({"status": "former"}, "A former member left on some day"),
        ({"joined": "2024", "left": "2023"}, "not after the day on which it joined"),
        ({"suspended_to": "2024"}, "not after the day on which the suspension began"),
        ({"joined": "2024", "suspended_from": "2023"}, "it was not in the group"),
        ({"status": "friend"}, "Please choose one of these."),
        ({"state": "XXX"}, "Please choose a state from the list."),
        ({"source": ""}, "Please say the source."),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_kept_as_typed(staff, session, told, wrong, said):
    data = {**PERIOD, "state": "CHL", "note": "as typed", **wrong}
    there = f"{DESK}/groups/NAM/periods/{period_id(session, 'NAM', 'CHL')}"
    answer = staff("campaigner").post(there, data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page and "as typed" in page
    assert told == []


def test_what_never_was_is_taken_out_with_a_reason(staff, session, told):
    client = staff("campaigner")
    there = f"{DESK}/groups/NAM/periods/{period_id(session, 'NAM', 'CHL')}/strike"
    assert client.post(there, data={"reason": ""}).status_code == 422
    assert client.post(there, data={"reason": "entered twice"}).status_code == 303
    assert "CHL" not in groups.members_on("NAM", date(2000, 1, 1)) and told == [{"CHL"}]
    assert last_entry(session).reason == "entered twice"
    assert client.get(there).status_code == 404


def test_an_office_is_entered_corrected_and_taken_out(staff, session):
    client = staff("campaigner")
    chair = {"office": "chair", "body": "NAM", "holder": "KEN", "since": "2027-01-15", "until": "2030", **PERIOD}
    assert client.post(f"{DESK}/offices/new", data={**chair, "holder": ""}).status_code == 422
    assert client.post(f"{DESK}/offices/new", data={**chair, "until": "2026"}).status_code == 422
    assert client.post(f"{DESK}/offices/new", data=chair).status_code == 303
    (found,) = [office for office in groups.offices() if office.holder == "KEN"]
    there = f"{DESK}/offices/{found.id}"
    assert "2027-01-15" in client.get(there).get_data(as_text=True)
    assert client.post(there, data={**chair, "holder": "GHA"}).status_code == 303
    (found,) = [office for office in groups.offices() if office.since and office.since.text == "2027-01-15"]
    assert found.holder == "GHA" and last_entry(session).before["holder"] == "KEN"
    assert client.post(f"{DESK}/offices/{found.id}/strike", data={"reason": "not elected"}).status_code == 303
    assert "2027-01-15" not in text(client, "/offices")


@pytest.mark.parametrize("path", ["/states", "/states/KEN", "/groups", "/groups/NAM", "/groups/NAM/change", "/offices"])
def test_every_page_opens_with_few_queries(staff, path):
    client = staff("campaigner")
    text(client, path)
    with counted() as asked:
        text(client, path)
    assert len(asked.statements) <= 12


def test_the_list_of_states_is_searched_and_says_when_nothing_is_there(staff):
    client = staff("campaigner")
    page = text(client, "/states?q=egy")
    assert "Egypt" in page and "Kenya" not in page
    assert "No state has this" in text(client, "/states?q=zzzz")


def test_unknown_codes_are_not_there(staff):
    client = staff("campaigner")
    for path in (
        "/states/XXX",
        "/groups/NOPE",
        "/groups/NOPE/periods/new",
        "/groups/NAM/periods/99999999",
        "/offices/9999999",
    ):
        text(client, path, 404)
