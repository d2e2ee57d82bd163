"""What holds for any evidence at all, and the second, slower derivation beside the first."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.positions import record
from app.positions.explaining import explain, history
from app.positions.moving import Tracks
from app.positions.pieces import OF_GROUPS
from app.positions.rules import derive, derive_all

from .slow_derivation import slow_derive
from .worlds import ASK, FIRST, GROUPS, STATES, world

SEEDS = st.integers(0, 10**9)
DAYS = st.sampled_from([FIRST + timedelta(days=days + 1461 * times) for days in range(8) for times in range(3)])
quick = settings(max_examples=150)


def made(seed, size=14):
    """A world from a seed."""
    return world(random.Random(seed).choice, size)


def all_of(day, evidence, memberships):
    """Where each state stands on the ask."""
    return [derive(state, ASK, day, evidence, memberships) for state in STATES]


@pytest.mark.parametrize("seed", range(8))
def test_the_slow_derivation_finds_the_same(seed):
    chooser = random.Random(seed)
    for _ in range(150):
        evidence, memberships = world(chooser.choice, chooser.randrange(1, 26))
        day = FIRST + timedelta(days=chooser.randrange(8) + 1461 * chooser.randrange(3))
        for state in STATES:
            quick_one = derive(state, ASK, day, evidence, memberships)
            found = (quick_one.position, quick_one.level, quick_one.evidence, set(quick_one.flags))
            assert found == slow_derive(state, ASK, day, evidence, memberships), (state, day, evidence, memberships)


@quick
@given(SEEDS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(seed, day, chooser):
    evidence, memberships = made(seed)
    before = all_of(day, evidence, memberships)
    chooser.shuffle(evidence)
    chooser.shuffle(memberships)
    assert all_of(day, evidence, memberships) == before


@quick
@given(SEEDS, SEEDS, DAYS, st.sampled_from((record.RELATED, record.CONTEXT)))
def test_related_evidence_changes_nothing(seed, other, day, relevance):
    evidence, memberships = made(seed)
    more = [replace(piece, ref=f"S{piece.ref}", relevance=relevance) for piece in made(other)[0]]
    regarding = [replace(p, regards=f"S{p.regards}") if p.regards and p.ref < "R07" else p for p in evidence]
    assert all_of(day, regarding + more, memberships) == all_of(day, regarding, memberships)


@quick
@given(SEEDS, DAYS)
def test_a_group_lifts_nobody_to_champion(seed, day):
    evidence, memberships = made(seed)
    loud = [replace(p, signal=record.CHAMPION) if p.speaker in GROUPS and not p.states else p for p in evidence]
    for position in all_of(day, loud, memberships):
        assert position.level != record.GROUP or record.RANK[position.position] in (1, 2, 3, 4)


@quick
@given(SEEDS, DAYS)
def test_the_own_voice_is_never_overwritten_by_a_group(seed, day):
    evidence, memberships = made(seed)
    regarded = {piece.regards for piece in evidence}
    silent = [p for p in evidence if p.type not in OF_GROUPS or p.states or p.ref in regarded]
    for with_groups, without in zip(all_of(day, evidence, memberships), all_of(day, silent, memberships), strict=True):
        if without.level in (record.OWN, record.NAMED):
            assert (with_groups.position, with_groups.level) == (without.position, without.level)
            assert with_groups.evidence == without.evidence


@quick
@given(SEEDS, DAYS)
def test_as_of_a_day_is_what_was_dated_by_then(seed, day):
    evidence, memberships = made(seed)
    by_then = [piece for piece in evidence if piece.date <= day]
    assert all_of(day, evidence, memberships) == all_of(day, by_then, memberships)


@quick
@given(SEEDS, DAYS)
def test_all_in_one_pass_is_each_alone(seed, day):
    evidence, memberships = made(seed)
    found = derive_all(STATES, (ASK, "other"), day, evidence, memberships)
    assert found == {(s, a): derive(s, a, day, evidence, memberships) for s in STATES for a in (ASK, "other")}


@quick
@given(SEEDS)
def test_a_history_tells_each_day(seed):
    evidence, memberships = made(seed)
    every = [FIRST + timedelta(days=days + 1461 * times) for times in range(3) for days in range(-1, 9)]
    for state in STATES:
        told = history(state, ASK, evidence, memberships)
        for day in every:
            now = derive(state, ASK, day, evidence, memberships)
            last = [position for since, position in told if since <= day]
            assert replace(last[-1], as_of=day) == now if last else now.position == record.UNKNOWN


@quick
@given(SEEDS, DAYS)
def test_an_account_names_each_piece_once_and_what_decided(seed, day):
    evidence, memberships = made(seed)
    for state in STATES:
        account = explain(state, ASK, day, evidence, memberships)
        assert account.position == derive(state, ASK, day, evidence, memberships)
        items = [*account.own, *account.posts, *account.group]
        refs = [item.piece.ref for item in items] + [released.piece.ref for released in account.released]
        refs += [piece.ref for piece in account.background]
        assert len(refs) == len(set(refs))
        assert account.deciding in items if account.position.evidence else not items
        speaks = {p.ref for p in evidence if p.ask == ASK and p.status == "published" and p.date <= day}
        assert speaks >= set(refs) >= {p.ref for p in evidence if p.ref in speaks and p.speaker == state}


@quick
@given(SEEDS, DAYS, DAYS)
def test_since_when_and_what_moved_agree_with_the_history(seed, one, other):
    """By a history that is told day by day: moves are its steps in position or ground, and the last begins `since`."""
    first, last = min(one, other), max(one, other)
    evidence, memberships = made(seed)
    tracks = Tracks(ASK, evidence, memberships)
    for state in STATES:
        steps, before = [], ("unknown", "none")
        for day, at in history(state, ASK, evidence, memberships, last):
            if (at.position, at.level) != before:
                steps.append((day, (at.position, at.level)))
            before = at.position, at.level
        moves = tracks.moves(state, first, last)
        assert [(move.day, (move.at.position, move.at.level)) for move in moves] == [
            step for step in steps if step[0] >= first
        ]
        assert tracks.since(state, last) == (steps[-1][0] if steps else None)
        for move in moves:
            assert all(piece.date == move.day for piece in move.by)
            if move.at.evidence and not move.by:
                assert next(piece for piece in evidence if piece.ref == move.at.evidence).date < move.day
