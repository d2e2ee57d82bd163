"""/api/v1/states and /api/v1/groups: what is used, dated and with its source, for everybody."""

from app.states import changes
from app.states.group_models import Group


def groups_of(client) -> dict[str, dict]:
    answer = client.get("/api/v1/groups")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    return {group["code"]: group for group in answer.json["groups"]}


def test_states_are_195_with_names_and_groups(client):
    answer = client.get("/api/v1/states")
    states = {state["iso3"]: state for state in answer.json["states"]}
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert len(states) == 195 and sum(state["membership"] == "member" for state in states.values()) == 193
    cyprus = states["CYP"]
    assert set(cyprus["names"]) == {"ar", "zh", "en", "fr", "ru", "es"} and cyprus["regional_group"] == "ASIA_PACIFIC"
    (nam,) = [own for own in cyprus["groups"] if own["group"] == "NAM"]
    assert nam == {
        "group": "NAM",
        "status": "former",
        "joined": "1961",
        "joined_day": "1961-01-01",
        "left": "2004",
        "left_day": "2004-01-01",
        "suspended_from": None,
        "suspended_from_day": None,
        "suspended_to": None,
        "suspended_to_day": None,
        "joined_known": True,
        "confidence": "high",
        "source": ["wp-nam"],
        "note": nam["note"],
    }


def test_groups_say_who_was_in_them_when_and_by_which_source(client):
    found = groups_of(client)
    assert len(found) == 27
    un = {state["iso3"] for state in client.get("/api/v1/states").json["states"] if state["membership"] == "member"}
    inside = {
        code: {m["state"] for m in found[code]["memberships"] if m["status"] in ("member", "associated")}
        for code in ("NAM", "G77")
    }
    assert [len(inside["NAM"]), len(inside["NAM"] & un)] == [121, 120]
    assert [len(inside["G77"]), len(inside["G77"] & un)] == [134, 133]
    assert len((inside["NAM"] | inside["G77"]) & un) == 135
    assert found["NAM"]["statements_bind_members"] == "yes" and found["ACT"]["statements_bind_members"] == "named"
    assert "ru" not in found["ACT"]["names"], "no name was found there: it is not made up"


def test_every_source_is_described_or_an_address(client):
    answer = client.get("/api/v1/groups").json
    named = [s for group in answer["groups"] for m in group["memberships"] for s in m["source"]]
    named += [s for group in answer["groups"] for said in group["name_sources"].values() for s in said]
    named += [s for office in answer["offices"] for s in office["source"]]
    assert named and all(source in answer["sources"] or source.startswith("http") for source in named)


def test_a_correction_shows_at_once(client, session):
    assert groups_of(client)["BRICS"]["note"]
    session.get(Group, "BRICS").note = "corrected"
    changes.tell(session)
    session.commit()
    assert groups_of(client)["BRICS"]["note"] == "corrected"
