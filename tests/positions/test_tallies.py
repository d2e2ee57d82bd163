"""Counting, supposing, and whom to talk to first; states and groups are invented where it does not matter."""

from datetime import date

import pytest

from app.positions import words
from app.positions.prospects import Office, newly_counted, unlocks, what_if
from app.positions.record import Evidence, Membership, Position
from app.positions.tallies import by_variant, members_on, needed, tallies, tally, withheld

DAY = date(2026, 11, 28)
ASK = "ask"
LIMITS = {threshold.code: threshold for threshold in words.thresholds()}


def stand(state, position, level="own", *flags, evidence="e"):
    """A position on the day."""
    return Position(state, ASK, DAY, position, level, evidence, tuple(flags))


def test_each_number_stands_apart_and_they_add_up():
    positions = {
        "A": stand("A", "champion"),
        "B": stand("B", "support", "named", "dated"),
        "C": stand("C", "support", "group"),
        "D": stand("D", "partial", "group"),
        "E": stand("E", "undecided", "own", "abstained"),
        "F": stand("F", "sceptical", "group"),
        "G": stand("G", "opposed"),
        "H": Position("H", ASK, DAY),
        "X": stand("X", "support"),
    }
    found = tally("UN", "ABCDEFGHI", positions)
    assert (found.own, found.own_recent, found.champions, found.inferred, found.counted) == (2, 1, 1, 1, 3)
    assert (found.partial, found.partial_inferred, found.undecided, found.abstained) == (1, 1, 1, 1)
    assert (found.sceptical, found.opposed, found.unknown, found.size) == (1, 1, 2, 9)
    rest = found.partial + found.undecided + found.sceptical + found.opposed + found.unknown
    assert found.counted + rest == found.size


def test_thresholds_are_those_of_the_file_and_follow_the_size():
    assert all(needed(threshold, threshold.size) == threshold.value for threshold in LIMITS.values())
    sizes = [("nam_majority", 120, 61), ("nam_two_thirds", 120, 80), ("g77_majority", 133, 67)]
    sizes += [("g77_two_thirds", 133, 89), ("ga_majority", 193, 97), ("ga_two_thirds", 193, 129)]
    assert [needed(LIMITS[code], size) for code, size, _ in sizes] == [value for *_, value in sizes]


def test_a_group_counts_itself_and_the_united_nations_members_in_it():
    states = [f"S{number}" for number in range(120)]
    roll = [Membership("NAM", state, "member") for state in (*states, "PSE")]
    roll += [Membership("NAM", "S0", "observer"), Membership("NAM", "OLD", "former", left=date(2004, 5, 1))]
    positions = {state: stand(state, "support", "named") for state in (*states[:60], "PSE")}
    un_members = [*states, *(f"T{number}" for number in range(73))]
    found = tallies(positions, un_members, ["NAM"], roll, DAY, words.thresholds())
    assert (found["UN"].whole.size, found["UN"].whole.own) == (193, 60)
    assert [(reach.code, reach.missing) for reach in found["UN"].whole.reaches] == [
        ("ga_majority", 37),
        ("ga_two_thirds", 69),
    ]
    assert (found["NAM"].whole.size, found["NAM"].whole.own, found["NAM"].whole.reaches[0].missing) == (121, 61, 0)
    assert (found["NAM"].among.size, found["NAM"].among.own, found["NAM"].among.reaches[0].missing) == (120, 60, 1)


def test_wordings_are_told_apart():
    standing = [stand("A", "champion", evidence="1"), stand("B", "support", evidence="2")]
    standing += [stand("C", "support", "group", evidence="2"), stand("D", "opposed", evidence="1")]
    assert by_variant(standing, {"1": "envoy"}) == {"": (1, 1), "envoy": (1, 0)}


def test_a_position_that_is_withheld_counts_as_unknown():
    hidden = {"A": withheld(stand("A", "champion", evidence="1"))}
    assert (hidden["A"].position, tally("UN", hidden.keys(), hidden).unknown) == ("unknown", 1)


ROLL = [Membership("G1", state, "member", date(1961, 1, 1)) for state in ("AAA", "BBB", "CCC", "DDD")]
ROLL += [Membership("G1", "EEE", "member", suspended_from=date(2021, 1, 1)), Membership("G1", "FFF", "observer")]
LOOSE = [Membership("G2", state, "member", binds=False) for state in ("AAA", "FFF")]
SAID = [
    Evidence("v", ASK, "AAA", "vote", date(2024, 1, 1), on="whole", yes_means="for", cast="no"),
    Evidence("j", ASK, "BBB", "signature", date(2024, 1, 1)),
]
ALL = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


def test_what_if_a_group_spoke():
    found = what_if("support", ASK, DAY, ALL, SAID, ROLL, groups=["G1"])
    assert {move.after.state for move in found.inferred if move.newly_counted} == {"CCC", "DDD"}
    assert found.contradicted == ("AAA",)
    assert [move.after.flags for move in found.own] == [("contradicted",)]
    assert found.positions["EEE"].position == "unknown"


def test_what_if_states_spoke_and_a_group_that_binds_nobody():
    found = what_if("support", ASK, DAY, ALL, SAID, ROLL + LOOSE, groups=["G2"], voices=["AAA"])
    assert {move.after.state: move.after.level for move in found.own} == {"AAA": "own", "FFF": "named"}
    assert (found.inferred, found.contradicted) == ((), ("AAA",))
    with pytest.raises(ValueError):
        what_if("unknown", ASK, DAY, ALL, SAID, ROLL, voices=["AAA"])


def test_what_if_namibia_spoke_is_not_what_if_the_non_aligned_did():
    roll = [Membership("NAM", state, "member", date(1990, 3, 21)) for state in ("NAM", "BBB", "CCC")]
    alone = what_if("support", ASK, DAY, ("NAM", "BBB", "CCC"), [], roll, voices=["NAM"])
    assert {move.after.state: move.after.level for move in (*alone.own, *alone.inferred)} == {"NAM": "own"}
    together = what_if("support", ASK, DAY, ("NAM", "BBB", "CCC"), [], roll, groups=["NAM"], voices=["NAM"])
    assert {move.after.state for move in together.inferred} == {"BBB", "CCC"}
    assert [move.after.state for move in together.own] == ["NAM"]


def test_whom_to_talk_to_first():
    positions = {state: Position(state, ASK, DAY) for state in ALL}
    positions |= {"AAA": stand("AAA", "opposed"), "BBB": stand("BBB", "support"), "FFF": stand("FFF", "undecided")}
    assert newly_counted("G1", positions, ROLL + LOOSE, DAY) == {"CCC", "DDD"}
    found = unlocks(
        positions,
        DAY,
        ROLL + LOOSE,
        [Office("EEE", "chair", "G1"), Office("AAA", "chair", "G2")],
        {"BBB": "R", "CCC": "R"},
        {"DDD": 3, "FFF": 1},
    )
    assert [(candidate.state, candidate.unlocks) for candidate in found] == [
        ("EEE", 3),
        ("FFF", 1),
        ("CCC", 1),
        ("DDD", 1),
    ]
    told = {
        candidate.state: [(reason.kind, reason.code, reason.count) for reason in candidate.reasons]
        for candidate in found
    }
    assert told["EEE"] == [("office", "G1", 2)]
    assert told["CCC"] == [("neighbours", "R", 1)]
    assert told["FFF"] == [("organisations", "", 1), ("undecided", "", 0)]


def test_membership_on_a_day():
    row = Membership("G", "AAA", "former", date(2000, 1, 1), date(2010, 1, 1))
    assert [members_on("G", date(year, 1, 1), [row]) for year in (1999, 2000, 2009, 2010)] == [
        frozenset(), {"AAA"}, {"AAA"}, frozenset()
    ]  # fmt: skip
