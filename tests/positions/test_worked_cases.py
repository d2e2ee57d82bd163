"""The table of worked cases in docs/positions.md, and the corners its rules leave; all evidence is invented."""

from datetime import date

import pytest

from app.positions import record
from app.positions.record import Evidence, Membership
from app.positions.rules import derive, derive_all

ASK = "focal-point"
NOW = date(2027, 6, 1)
ALWAYS = date(1961, 1, 1)


def said(ref, speaker, kind, day, **fields):
    """A piece that counts."""
    return Evidence(ref, ASK, speaker, kind, date.fromisoformat(day), **fields)


def member(group, state, joined=ALWAYS, **fields):
    """A period of membership."""
    return Membership(group, state, fields.pop("status", "member"), joined, **fields)


def stands(state, evidence, memberships=(), as_of=NOW):
    """(position, level, ref, flags) of the state."""
    position = derive(state, ASK, as_of, evidence, memberships)
    assert position.inferred == (position.level == record.GROUP)
    return position.position, position.level, position.evidence, position.flags


UNKNOWN = ("unknown", "none", None, ())


def test_a_procedural_vote_and_a_motion_move_nothing():
    motion = said("m", "AFRICAN_GROUP", "group_statement", "2024-09-22", signal="support", relevance="related")
    vote = said("v", "SDN", "vote", "2024-09-22", on="procedural", yes_means="for", cast="no", relevance="related")
    assert stands("SDN", [motion, vote], [member("AFRICAN_GROUP", "SDN")]) == UNKNOWN


def test_a_text_adopted_by_consensus_gives_nobody_a_position():
    adopted = said("c", "UN", "consensus_adoption", "2020-09-21", signal="support")
    assert all(stands(state, [adopted]) == UNKNOWN for state in ("KEN", "SDN", "VAT"))


def test_silence_broken_on_another_paragraph_is_related():
    broken = said("b", "CHN", "silence_break", "2020-06-25", signal="opposed", relevance="related")
    assert stands("CHN", [broken]) == UNKNOWN


def test_those_listed_are_named_and_a_member_that_is_not_listed_gets_nothing():
    statement = said("a", "ACT", "group_statement", "2026-05-01", signal="support", states=("AUT", "CHE"))
    roll = [member("ACT", state, binds=False) for state in ("AUT", "CHE", "PER")]
    assert stands("AUT", [statement], roll) == ("support", "named", "a", ())
    assert stands("PER", [statement], roll) == UNKNOWN


def test_a_joint_statement_binds_those_listed_and_not_who_reads_it():
    statement = said("j", "CRI", "joint_statement", "2025-10-07", signal="support", states=("DEU", "TUN"))
    assert stands("DEU", [statement])[:3] == ("support", "named", "j")
    assert stands("CRI", [statement]) == UNKNOWN
    assert derive("DEU", "participation", NOW, [statement], ()).position == "unknown"


def test_both_who_lead_are_champions_of_their_own():
    letter = [said(ref, ref, "lead_act", "2025-05-21", variant="envoy") for ref in ("CRI", "DNK")]
    assert stands("DNK", letter) == ("champion", "own", "DNK", ())


def test_a_name_given_later_outweighs_an_abstention():
    evidence = [
        said("v", "KEN", "vote", "2019-12-18", on="whole", yes_means="for", cast="abstain"),
        said("j", "CRI", "joint_statement", "2026-10-07", signal="support", states=("KEN",)),
    ]
    assert stands("KEN", evidence) == ("support", "named", "j", ())


def test_members_are_inferred_and_a_state_that_aligns_from_outside_is_named():
    evidence = [
        said("e", "EU", "group_statement", "2026-02-16", signal="support"),
        said("s", "SRB", "alignment", "2026-02-16", regards="e"),
    ]
    roll = [member("EU", "FRA")]
    assert stands("FRA", evidence, roll) == ("support", "group", "e", ())
    assert stands("SRB", evidence, roll) == ("support", "named", "s", ())


def test_aligning_with_ones_own_group_adds_nothing():
    evidence = [
        said("g", "G77", "group_statement", "2026-02-16", signal="support"),
        said("k", "KEN", "alignment", "2026-03-16", regards="g"),
    ]
    assert stands("KEN", evidence, [member("G77", "KEN")]) == ("support", "group", "g", ())
    related = [said("g", "G77", "group_statement", "2026-02-16", signal="support", relevance="related"), evidence[1]]
    assert stands("KEN", related, [member("G77", "KEN")]) == UNKNOWN


def test_a_hostile_amendment_turns_yes_and_no_round():
    evidence = [
        said(state, state, "vote", "2026-11-01", on="amendment", yes_means="against", cast=cast)
        for state, cast in (("AAA", "yes"), ("BBB", "no"), ("CCC", "abstain"), ("DDD", "absent"))
    ]
    assert stands("AAA", evidence)[0] == "opposed"
    assert stands("BBB", evidence)[0] == "support"
    assert stands("CCC", evidence) == ("undecided", "own", "CCC", ("abstained",))
    assert stands("DDD", evidence) == UNKNOWN


def test_nam_speaks_for_its_members_and_not_for_its_observers():
    statement = said("n", "NAM", "group_statement", "2027-01-01", signal="champion")
    roll = [member("NAM", "EGY"), member("NAM", "BRA", status="observer"), member("NAM", "PSE", joined=None)]
    assert stands("EGY", [statement], roll) == ("support", "group", "n", ())
    assert stands("BRA", [statement], roll) == UNKNOWN
    assert stands("PSE", [statement], roll) == ("support", "group", "n", ("membership_date_unknown",))


def test_china_is_associated_with_the_g77_and_bound():
    statement = said("g", "G77", "group_statement", "2027-01-01", signal="opposed")
    assert stands("CHN", [statement], [member("G77", "CHN", status="associated")])[:2] == ("sceptical", "group")


def test_a_reservation_unbinds_and_is_partial():
    evidence = [
        said("n", "NAM", "group_statement", "2027-01-01", signal="sceptical"),
        said("r", "IND", "reservation", "2027-01-02", regards="n"),
    ]
    assert stands("IND", evidence, [member("NAM", "IND")]) == ("partial", "own", "r", ())


def test_the_own_vote_stands_against_a_later_group_and_says_so():
    evidence = [
        said("v", "IND", "vote", "2024-01-01", on="whole", yes_means="for", cast="no"),
        said("n", "NAM", "group_statement", "2025-01-01", signal="support"),
    ]
    roll = [member("NAM", "IND")]
    assert stands("IND", evidence, roll) == ("opposed", "own", "v", ("contradicted",))
    freed = [*evidence, said("d", "IND", "dissociation", "2023-01-01", regards="n")]
    assert stands("IND", freed, roll) == ("opposed", "own", "v", ())


def test_an_inference_ends_on_the_day_of_leaving_and_does_not_come_back():
    statement = said("n", "NAM", "group_statement", "2025-03-01", signal="support")
    roll = [
        member("NAM", "AAA", status="former", left=date(2026, 8, 1)),
        member("NAM", "AAA", joined=date(2027, 1, 1)),
        member("NAM", "BBB", joined=date(2025, 3, 2)),
    ]
    assert stands("AAA", [statement], roll, date(2026, 7, 31)) == ("support", "group", "n", ())
    assert stands("AAA", [statement], roll, date(2026, 8, 1)) == UNKNOWN
    assert stands("AAA", [statement], roll) == UNKNOWN
    assert stands("BBB", [statement], roll) == UNKNOWN


def test_a_post_changes_nothing_but_is_told():
    vote = said("v", "KEN", "vote", "2026-01-01", on="whole", yes_means="for", cast="abstain")
    post = said("p", "KEN", "social_post", "2027-01-01", signal="champion")
    assert stands("KEN", [vote, post]) == ("undecided", "own", "v", ("abstained", "newer_informal"))
    assert stands("KEN", [post]) == ("support", "own", "p", ())
    group = said("n", "NAM", "group_statement", "2027-02-01", signal="sceptical")
    assert stands("KEN", [post, group], [member("NAM", "KEN")]) == ("support", "own", "p", ("contradicted",))


def test_on_one_day_the_stronger_form_decides_and_ties_take_the_lower():
    day = "2026-05-05"
    ladder = [
        said("i", "KEN", "alignment", day, signal="champion"),
        said("h", "CRI", "joint_statement", day, signal="sceptical", states=("KEN",)),
        said("g", "KEN", "official_reply", day, signal="undecided"),
        said("f", "KEN", "silence_break", day, signal="opposed"),
        said("e", "KEN", "reservation", day),
        said("d", "KEN", "signature", day),
        said("c", "KEN", "vote", day, on="whole", yes_means="for", cast="no"),
        said("b", "KEN", "vote", day, on="paragraph", yes_means="for", cast="yes"),
        said("a", "KEN", "explanation", day, signal="undecided"),
    ]
    for strongest in range(1, len(ladder) + 1):
        assert stands("KEN", ladder[:strongest])[2] == ladder[strongest - 1].ref
    twice = [*ladder, said("A", "KEN", "dissociation", day, signal="sceptical")]
    assert stands("KEN", twice) == ("sceptical", "own", "A", ("conflicting",))
    agreed = [*ladder, said("A", "KEN", "dissociation", day, signal="undecided")]
    assert stands("KEN", agreed) == ("undecided", "own", "A", ())


def test_an_absence_leaves_the_word_to_the_explanation():
    absent = said("v", "KEN", "vote", "2026-05-06", on="whole", yes_means="for", cast="absent")
    explained = said("x", "KEN", "explanation", "2026-05-05", signal="partial")
    assert stands("KEN", [absent, explained]) == ("partial", "own", "x", ())


def test_a_withdrawal_is_for_whoever_withdraws_and_from_its_day():
    evidence = [
        said("j", "CRI", "joint_statement", "2025-01-01", signal="support", states=("AAA", "BBB")),
        said("w", "AAA", "withdrawal", "2026-01-01", regards="j"),
        said("x", "AAA", "withdrawal", "2027-01-01", regards="w"),
        said("y", "BBB", "withdrawal", "2026-01-01", regards="j", status="draft"),
    ]
    assert stands("AAA", evidence, as_of=date(2025, 12, 31))[2] == "j"
    assert stands("AAA", evidence, as_of=date(2026, 1, 1)) == UNKNOWN
    assert stands("AAA", evidence, as_of=date(2027, 1, 1))[2] == "j"
    assert stands("BBB", evidence)[2] == "j"
    group = [
        said("n", "NAM", "group_statement", "2025-01-01", signal="support"),
        said("w", "NAM", "withdrawal", "2026-01-01", regards="n"),
    ]
    assert stands("KEN", group, [member("NAM", "KEN")]) == UNKNOWN


def test_a_dissociation_that_is_not_published_frees_nobody():
    statement = said("n", "NAM", "group_statement", "2026-01-01", signal="support")
    roll = [member("NAM", "KEN")]
    for field in ({"status": "draft"}, {"relevance": "related"}, {"of_current_version": False}):
        dissociation = said("d", "KEN", "dissociation", "2026-01-02", regards="n", **field)
        assert stands("KEN", [statement, dissociation], roll) == ("support", "group", "n", ())


@pytest.mark.parametrize(
    ("day", "as_of", "old"),
    [
        ("2022-06-01", date(2026, 6, 1), False),
        ("2022-06-01", date(2026, 6, 2), True),
        ("2024-02-29", date(2028, 2, 29), False),
        ("2024-02-29", date(2028, 3, 1), True),
        ("2024-02-28", date(2028, 2, 29), True),
    ],
)
def test_more_than_four_years_is_dated(day, as_of, old):
    assert stands("KEN", [said("s", "KEN", "signature", day)], as_of=as_of)[3] == (("dated",) if old else ())


def test_a_suspended_member_is_not_spoken_for():
    statement = said("a", "AU", "group_statement", "2026-01-22", signal="support")
    until = {"suspended_from": date(2021, 9, 10), "suspended_to": date(2026, 1, 22)}
    still = {"suspended_from": date(2021, 9, 10)}
    roll = [member("AU", "GIN", **until), member("AU", "MLI", **still), member("AU", "NER", status="former")]
    assert stands("GIN", [statement], roll)[1] == "group"
    assert stands("MLI", [statement], roll) == UNKNOWN
    assert stands("NER", [statement], roll) == UNKNOWN


def test_two_groups_on_one_day_leave_the_lower_and_a_conflict():
    evidence = [
        said("n", "NAM", "group_statement", "2026-01-01", signal="champion"),
        said("g", "G77", "group_draft", "2026-01-01"),
        said("h", "AU", "group_statement", "2026-01-01", signal="undecided"),
    ]
    roll = [member(group, "KEN", joined=None) for group in ("NAM", "G77", "AU")]
    assert stands("KEN", evidence[:2], roll) == ("support", "group", "g", ("membership_date_unknown",))
    assert stands("KEN", evidence, roll)[0:3] == ("undecided", "group", "h")
    assert "conflicting" in stands("KEN", evidence, roll)[3]


def test_a_ring_and_a_chain_of_alignments():
    chain = [
        said("a", "AAA", "alignment", "2026-01-01", regards="b"),
        said("b", "BBB", "alignment", "2026-01-01", regards="c"),
        said("c", "CCC", "national_statement", "2026-01-01", signal="partial"),
    ]
    assert stands("AAA", chain) == ("partial", "named", "a", ())
    ring = [*chain[:2], said("c", "CCC", "alignment", "2026-01-01", regards="a")]
    assert all(stands(state, ring) == UNKNOWN for state in ("AAA", "BBB", "CCC"))


def test_all_at_once_is_each_alone():
    statement = said("n", "NAM", "group_statement", "2026-01-01", signal="support")
    roll = [member("NAM", "KEN")]
    found = derive_all(["KEN", "VAT"], [ASK, "other"], NOW, [statement], roll)
    assert found == {(s, a): derive(s, a, NOW, [statement], roll) for s in ("KEN", "VAT") for a in (ASK, "other")}


def test_a_dissociation_taken_back_frees_no_longer():
    evidence = [
        said("n", "NAM", "group_statement", "2026-01-01", signal="support"),
        said("d", "KEN", "dissociation", "2026-01-02", regards="n"),
        said("w", "KEN", "withdrawal", "2026-02-01", regards="d"),
    ]
    roll = [member("NAM", "KEN")]
    assert stands("KEN", evidence, roll, date(2026, 1, 31)) == ("opposed", "own", "d", ())
    assert stands("KEN", evidence, roll) == ("support", "group", "n", ())


def test_on_the_day_of_leaving_an_alignment_is_the_states_own():
    evidence = [
        said("e", "EU", "group_statement", "2020-01-01", signal="support"),
        said("a", "GBR", "alignment", "2020-01-31", regards="e"),
    ]
    roll = [member("EU", "GBR", status="former", left=date(2020, 1, 31))]
    assert stands("GBR", evidence, roll, date(2020, 2, 1)) == ("support", "named", "a", ())
