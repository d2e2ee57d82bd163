"""The same evidence by CSV in and by JSON out as the slow derivation says; and the campaign's own evidence."""

import io
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.campaigns.models import Campaign
from app.kernel import clock
from app.positions import csv_form, importing, operations, record, refreshing, tracker_queries
from app.positions.models import Evidence as Row
from app.positions.record import Evidence
from app.states import groups, members
from tests.positions.slow_derivation import SlowDerivation
from tests.positions.worlds import TYPES_OF_STATES

API = "/api/v1/campaigns/un75/positions"
STATED = ("national_statement", "written_submission", "official_reply", "silence_break", "explanation", "social_post")
SPEAKERS = ("KEN", "CRI", "DEU", "MEX", "CHN", "IND", "PSE", "VAT", "GBR", "RUS", "FJI", "GAB")
BINDING = ("NAM", "G77", "EU", "AFRICAN_GROUP", "AU")
FIRST = date(2014, 3, 1)


@pytest.fixture
def campaign(session):
    return session.query(Campaign).filter_by(slug="un75").one()


def written(pieces):
    out = io.BytesIO()
    csv_form.write(pieces, out.write)
    return out.getvalue()


def random_piece(draw, number):
    kind = draw.choice((*TYPES_OF_STATES, "group_statement", "group_statement", "group_draft", "joint_statement"))
    regards = kind in ("dissociation", "reservation", "alignment", "withdrawal") and number > 0
    if kind in ("alignment", "withdrawal") and not number:
        kind = "cosponsor"
    by_group = kind in ("group_statement", "group_draft")
    listed = kind == "joint_statement" or (by_group and draw.random() < 0.3)
    vote = kind == "vote"
    on = draw.choice(record.ON) if vote else ""
    return Evidence(
        ref=f"R-{number:04}",
        ask=draw.choice(("focal-point", "participation")),
        speaker=draw.choice(BINDING if by_group else SPEAKERS),
        type=kind,
        date=FIRST + timedelta(days=draw.choice((0, 1, 700, 1461, 2900, 4000)) + draw.randrange(3)),
        states=tuple(sorted(draw.sample(SPEAKERS, 4))) if listed else (),
        on=on,
        yes_means=draw.choice((record.FOR, record.AGAINST)) if vote else "",
        cast=draw.choice(record.CASTS) if vote else "",
        signal=draw.choice(record.SCALE) if kind in STATED or by_group or kind in ("joint_statement", "report") else "",
        relevance="related" if on == "procedural" or draw.random() < 0.1 else "direct",
        status="draft" if kind == "report" or draw.random() < 0.1 else "published",
        regards=f"R-{draw.randrange(number):04}" if regards else "",
        un_symbol="A/TEST/1",
        url=f"https://example.org/{number}",
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_evidence_comes_out_of_the_json_as_the_slow_derivation_says(client, session, campaign, seed):
    session.execute(text("TRUNCATE positions_evidence CASCADE"))
    draw = random.Random(seed)
    pieces = [random_piece(draw, number) for number in range(250)]
    found = importing.take_in(campaign, written(pieces), actor=None, now=clock.now())
    assert found.faults == []
    session.commit()
    rows = groups.memberships()
    compared = 0
    for as_of in (clock.today(), FIRST + timedelta(days=2), FIRST + timedelta(days=2901), date(2020, 2, 1)):
        for ask in ("focal-point", "participation"):
            answer = client.get(f"{API}?ask={ask}&as_of={as_of}").json["positions"]
            assert answer.keys() == members.states().keys()
            for state, said in answer.items():
                position, level, ref, flags = SlowDerivation(state, ask, as_of, pieces, rows).answer()
                assert (said["position"], said["level"], said["evidence"]) == (position, level, ref), (state, as_of)
                assert set(said["flags"]) == flags
                assert said["inferred"] == (level == "group")
                compared += 1
    assert compared == 8 * 195


def test_what_is_taken_in_is_given_out_again_word_for_word(session, campaign):
    session.execute(text("TRUNCATE positions_evidence CASCADE"))
    draw = random.Random(9)
    pieces = [random_piece(draw, number) for number in range(60)]
    importing.take_in(campaign, written(pieces), actor=None, now=clock.now())
    assert importing.on_file(campaign) == pieces


def test_un75_has_63_states_for_participation_two_of_them_champions(client):
    answer = client.get(f"{API}?ask=participation").json
    whole = answer["tally"]["UN"]
    assert (whole["own"], whole["champions"], whole["inferred"]) == (63, 2, 0)
    assert answer["tally"]["NAM"]["own"] == 10
    assert answer["tally"]["G77"]["own"] == 12
    assert sum(found["position"] == "champion" for found in answer["positions"].values()) == 2


def test_un75_has_two_champions_of_the_post_and_nothing_from_nam_or_the_g77(client):
    answer = client.get(f"{API}?ask=focal-point").json
    assert (answer["tally"]["UN"]["own"], answer["tally"]["UN"]["champions"]) == (2, 2)
    assert {state for state, found in answer["positions"].items() if found["level"] != "none"} == {"CRI", "DNK"}
    assert answer["tally"]["NAM"]["inferred"] == answer["tally"]["G77"]["inferred"] == 0
    assert [(to["code"], to["needed"]) for to in answer["tally"]["UN"]["thresholds"]] == [
        ("ga_majority", 97),
        ("ga_two_thirds", 129),
    ]
    assert (answer["tally"]["NAM"]["size"], answer["tally"]["NAM"]["un_members"]["size"]) == (121, 120)
    assert (answer["tally"]["G77"]["size"], answer["tally"]["G77"]["un_members"]["size"]) == (134, 133)


def test_an_adoption_by_consensus_gives_nobody_a_position_and_a_closed_ask_has_no_threshold(client):
    answer = client.get(f"{API}?ask=declaration").json
    assert answer["status"] == "adopted"
    assert answer["tally"]["UN"]["unknown"] == 193
    assert all(found["thresholds"] == [] for found in answer["tally"].values())


def test_before_a_statement_nobody_had_made_it(client):
    answer = client.get(f"{API}?ask=participation&as_of=2021-10-06").json
    assert answer["as_of"] == "2021-10-06"
    assert answer["tally"]["UN"]["own"] < 63


def test_a_group_is_asked_for_as_of_the_day(client):
    assert len(client.get(f"{API}?ask=participation&group=G77").json["positions"]) == 134
    assert "GBR" in client.get(f"{API}?ask=participation&group=EU&as_of=2020-01-30").json["positions"]
    assert "GBR" not in client.get(f"{API}?ask=participation&group=EU").json["positions"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "ask"),
        ("ask=nothing", "ask"),
        ("ask=participation&as_of=2099-01-01", "as_of"),
        ("ask=participation&as_of=1944-12-31", "as_of"),
        ("ask=participation&as_of=2021-02-30", "as_of"),
        ("ask=participation&as_of=yesterday", "as_of"),
        ("ask=participation&group=NATO", "group"),
    ],
)
def test_what_cannot_be_understood_is_said_by_field(client, query, field):
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 400
    assert answer.json["error"]["field"] == field


def test_the_evidence_is_there_to_be_checked_and_drafts_are_not(client):
    found = client.get("/api/v1/campaigns/un75/evidence").json
    assert len(found["evidence"]) == 56
    assert {piece["status"] for piece in found["evidence"]} == {"published"}
    assert found["next"] is None
    assert len(client.get("/api/v1/campaigns/un75/evidence?ask=focal-point").json["evidence"]) == 3


def test_pieces_published_and_withdrawn_one_by_one_leave_what_deriving_all_anew_finds(session, campaign):
    session.execute(text("TRUNCATE positions_evidence CASCADE"))
    draw = random.Random(5)
    pieces = [random_piece(draw, number) for number in range(100)]
    checked = [replace(piece, status="checked") for piece in pieces if piece.type != "report"]
    known = {piece.ref for piece in checked}
    checked = [piece for piece in checked if not piece.regards or piece.regards in known]
    found = importing.take_in(campaign, written(checked), actor=None, now=clock.now())
    assert found.faults == []
    rows = session.query(Row).all()
    draw.shuffle(rows)
    for number, row in enumerate(rows):
        operations.publish(campaign, row, actor=None, now=clock.now())
        there = [one for one in rows[: number + 1] if one.status == "published"]
        if number % 4 == 0:
            operations.withdraw(campaign, draw.choice(there), "Not theirs.", actor=None, now=clock.now())
        if number % 25 == 0:
            assert all(refreshing.amiss(campaign.id, ask) == [] for ask in ("focal-point", "participation"))
    assert all(refreshing.amiss(campaign.id, ask) == [] for ask in ("focal-point", "participation"))


def test_the_tracker_and_the_json_count_the_same_members_of_a_group(app, client):
    tally = client.get(f"{API}?ask=participation").json["tally"]
    inside = tracker_queries.inside("un", clock.today())
    assert {code: len(inside[code]) for code in tally if code != "UN"} == {
        code: found["size"] for code, found in tally.items() if code != "UN"
    }
    assert tally["ASIA_PACIFIC"]["size"] == 54
